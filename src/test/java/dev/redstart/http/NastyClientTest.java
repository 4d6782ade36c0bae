package dev.redstart.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that are slow, broken or hostile; each leaves nothing behind. */
class NastyClientTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final String POST =
      "POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

  private final Site site =
      new Site(
          ServiceOptions.defaults()
              .withBodyMax(100_000)
              .withRequestLimit(SHORT)
              .withWriteLimit(SHORT)
              .withHeartbeat(Duration.ofMillis(50)));

  @AfterEach
  void nothingIsLeft() throws IOException {
    Eventually.within(LIMIT, "no thread waits for a client", () -> site.server().threads() == 0);
    assertEquals(0, site.server().followers().size());
    try (var raw = site.raw()) {
      assertEquals(200, raw.get("/things/1").status());
    }
    site.close();
  }

  private void assertEnded(String sent) throws IOException {
    try (var raw = site.raw()) {
      long start = System.nanoTime();
      assertTrue(isReset(raw, sent) || raw.isEnded(), sent);
      assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos(), sent);
    }
  }

  private static boolean isReset(RawClient raw, String sent) {
    try {
      raw.send(sent);
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  // ---- slow ones

  @Test
  void headersThatNeverEndAreNotWaitedFor() throws IOException {
    assertEnded("G");
    assertEnded("GET /things/1 HTTP/1.1\r\nHost: localhost\r\n");
    assertEnded("\r\n\r\n\r\n");
  }

  @Test
  void aClientThatSendsByteByByteHasNoMoreTimeThanOthers() throws IOException {
    try (var raw = site.raw()) {
      Eventually.within(LIMIT, "it is cut off", () -> isReset(raw, "x"));
    }
  }

  @Test
  void aBodyThatNeverComesIsNotWaitedFor() throws IOException {
    assertEnded(POST + "Content-Length: 10\r\n\r\n");
    assertEnded(POST + "Content-Length: 10\r\n\r\n{\"a\"");
    assertEnded(POST + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a");
  }

  @Test
  void aBodyThatNobodyWantsIsNotWaitedForEither() throws IOException {
    try (var raw = site.raw().send("POST /nowhere HTTP/1.1\r\nContent-Length: 10\r\n\r\n")) {
      assertEquals(404, raw.reply().status());
      assertTrue(raw.isEnded());
    }
  }

  @Test
  void aClientThatDoesNotReadAnAnswerIsLeft() throws IOException {
    try (var raw = new RawClient(site.port(), 4096)) {
      raw.send("GET /large/20000000 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      var head = raw.head();
      assertEquals(200, head.status());
      Eventually.within(LIMIT, "it was left", () -> site.server().threads() == 0);
      assertThrows(IOException.class, () -> raw.body(head.headers()));
    }
  }

  @Test
  void aFollowerThatDoesNotReadIsLeft() throws IOException {
    try (var raw = new RawClient(site.port(), 4096)) {
      raw.send("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertEquals(200, raw.head().status());
      for (int i = 0; i < 20; i++) {
        site.told.add("x".repeat(1_000_000));
      }
      Eventually.within(LIMIT, "it was left", () -> site.server().followers().size() == 0);
    }
    site.told.clear();
  }

  /** The JDK's server keeps a connection, with 26 KB of buffers, if it is not told of its end. */
  @Test
  void followersThatWereLeftAreForgotten() throws Exception {
    var large = "x".repeat(1_000_000);
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < 10; i++) {
      clients.add(
          new RawClient(site.port(), 4096).send("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n"));
      assertEquals(200, clients.get(i).head().status());
    }
    assertTrue(connections() >= 10);
    for (int i = 0; i < 200; i++) {
      site.told.add(large);
    }
    Eventually.within(LIMIT, "they were left", () -> site.server().followers().size() == 0);
    site.told.clear();
    Eventually.within(LIMIT, "they are forgotten", () -> connections() < 5);
    for (var client : clients) {
      client.close();
    }
  }

  private static int connections() throws Exception {
    var server = ManagementFactory.getPlatformMBeanServer();
    var name = new ObjectName("com.sun.management:type=DiagnosticCommand");
    Object[] none = {new String[0]};
    String[] signature = {String[].class.getName()};
    var histogram = (String) server.invoke(name, "gcClassHistogram", none, signature);
    return histogram
        .lines()
        .filter(line -> line.contains(" sun.net.httpserver.HttpConnection "))
        .mapToInt(line -> Integer.parseInt(line.strip().split("\\s+")[1]))
        .sum();
  }

  @Test
  void aFollowerThatIsGoneIsNoticedByAHeartbeat() throws IOException {
    try (var raw = site.raw()) {
      raw.send("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertEquals(200, raw.head().status());
      assertEquals(1, site.server().followers().size());
    }
    Eventually.within(LIMIT, "it was noticed", () -> site.server().followers().size() == 0);
    site.told.clear();
  }

  /** It was so that it took two heartbeats. */
  @Test
  void oneHeartbeatIsEnoughForThat() throws IOException {
    var options = ServiceOptions.defaults().withHeartbeat(Duration.ofSeconds(2));
    try (var slow = new Site(options)) {
      try (var raw = slow.raw()) {
        raw.send("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertEquals(200, raw.head().status());
      }
      var limit = Duration.ofMillis(3500);
      Eventually.within(limit, "noticed", () -> slow.server().followers().size() == 0);
    }
  }

  // ---- half-open ones

  @Test
  void aClientThatHasSaidAllMayStillReadTheAnswer() throws IOException {
    try (var raw = site.raw()) {
      raw.send("GET /things/1 HTTP/1.1\r\nHost: localhost\r\n\r\n").endOfSending();
      assertEquals("{\"id\":\"1\"}", raw.reply().body());
    }
  }

  @Test
  void aBodyThatEndsTooEarlyIsRefused() throws IOException {
    for (var sent :
        List.of(
            "Content-Length: 10\r\n\r\n{}",
            "Transfer-Encoding: chunked\r\n\r\n5\r\n{}",
            "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")) {
      try (var raw = site.raw().send(POST + sent).endOfSending()) {
        assertEquals(400, raw.reply().status(), sent);
        assertTrue(raw.isEnded());
      }
    }
  }

  @Test
  void chunksThatAreNoneAreRefused() throws IOException {
    try (var raw = site.raw().send(POST + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n")) {
      assertEquals(400, raw.reply().status());
      assertTrue(raw.isEnded());
    }
  }

  // ---- large ones

  @Test
  void aDeclaredBodyOverTheLimitIsRefusedBeforeItComes() throws IOException {
    try (var raw = site.raw().send(POST + "Content-Length: 100001\r\n\r\n")) {
      var reply = raw.reply();
      assertEquals(413, reply.status());
      assertEquals("close", reply.headers().get("connection"));
    }
  }

  @Test
  void whoeverSendsTooMuchStillHearsWhy() throws IOException {
    var rest = new byte[7_000_000]; // more than the kernel keeps for a reader
    try (var raw = site.raw().send(POST + "Content-Length: 7000000\r\n\r\n").send(rest)) {
      assertEquals(413, raw.reply().status());
      assertTrue(raw.isEnded());
    }
  }

  @Test
  void aBodyInChunksHasTheSameLimit() throws IOException {
    var chunk = "8000\r\n" + " ".repeat(0x8000) + "\r\n";
    try (var raw = site.raw().send(POST + "Transfer-Encoding: chunked\r\n\r\n")) {
      raw.send(chunk.repeat(3) + "2\r\n{}\r\n0\r\n\r\n");
      assertEquals(201, raw.reply().status());
      raw.send(POST + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(4));
      assertEquals(413, raw.reply().status());
    }
  }

  @Test
  void whoeverAsksBeforeSendingIsAnswered() throws IOException {
    try (var raw = site.raw()) {
      raw.send(POST + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      assertEquals(100, raw.head().status());
      assertEquals(201, raw.send("{}").reply().status());
      raw.send(POST + "Expect: 100-continue\r\nContent-Length: 200000\r\n\r\n");
      assertEquals(100, raw.head().status()); // the JDK's server says so before we are asked
      assertEquals(413, raw.reply().status());
      assertTrue(raw.isEnded());
    }
  }

  @Test
  void headersThatAreTooLargeAreRefusedAndThoseWithoutBoundCutOff() throws IOException {
    try (var raw = site.raw()) {
      raw.send("GET /things/1 HTTP/1.1\r\nX-Large: " + "x".repeat(100_000) + "\r\n\r\n");
      assertEquals(431, raw.reply().status());
    }
    assertEnded("GET /things/1 HTTP/1.1\r\nX-Large: " + "x".repeat(500_000));
    assertEnded("GET /" + "x".repeat(500_000));
  }

  // ---- several requests on one connection

  @Test
  void requestsThatDoNotWaitForAnswersAreAnsweredInOrder() throws IOException {
    var all = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      all.append("GET /things/").append(i).append(" HTTP/1.1\r\nHost: localhost\r\n\r\n");
      all.append(POST).append("Content-Length: 7\r\n\r\n{\"a\":").append(i % 10).append("}");
    }
    try (var raw = site.raw().send(all.toString())) {
      for (int i = 0; i < 20; i++) {
        assertEquals("{\"id\":\"" + i + "\"}", raw.reply().body());
        assertEquals("{\"a\":" + i % 10 + "}", raw.reply().body());
      }
    }
  }

  @Test
  void aConnectionIsUsedAgainWhateverTheAnswerWas() throws IOException {
    try (var raw = site.raw()) {
      assertEquals(204, raw.get("/nothing").status());
      assertEquals(404, raw.get("/nowhere").status());
      assertEquals(500, raw.get("/bug").status());
      raw.send("HEAD /things/1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertEquals("10", raw.head().headers().get("content-length"));
      site.told.add("end");
      assertTrue(raw.get("/feed").body().contains("data: end"));
      assertEquals(200, raw.get("/things/1").status());
    }
  }

  @Test
  void moreConnectionsMayBeIdleThanTheJdkWouldAllow() throws IOException {
    var idle = new ArrayList<RawClient>();
    try {
      for (int i = 0; i < 300; i++) {
        idle.add(site.raw());
        assertEquals(200, idle.get(i).get("/things/1").status());
      }
      for (var raw : idle) {
        assertEquals(200, raw.get("/things/1").status());
      }
    } finally {
      for (var raw : idle) {
        raw.close();
      }
    }
  }

  // ---- odd addresses

  @Test
  void aHostInPlaceOfAPathIsNotFound() throws IOException {
    try (var raw = site.raw()) {
      assertEquals(404, raw.get("//things/1").status());
      assertEquals(404, raw.get("//host/things/1").status());
      assertEquals(200, raw.get("http://host/things/1").status());
      assertEquals(404, raw.get("/things/1//").status());
    }
  }

  @Test
  void dotsAreOrdinaryCharacters() throws IOException {
    try (var raw = site.raw()) {
      assertEquals("{\"id\":\"..\"}", raw.get("/things/..").body());
      assertEquals("{\"id\":\"../..\"}", raw.get("/things/%2e%2E%2f..").body());
      assertEquals(404, raw.get("/x/../things/1").status());
    }
  }

  @Test
  void whatIsNoAddressIsABadRequest() throws IOException {
    for (var target : List.of("/things/%", "/things/%2", "/things/%zz", "/things/\\x")) {
      try (var raw = site.raw()) {
        assertEquals(400, raw.get(target).status(), target);
      }
    }
    try (var raw = site.raw().send("nonsense\r\n\r\n")) {
      assertEquals(400, raw.reply().status());
    }
  }

  /** These never reach our code. */
  @Test
  void whatTheJdkRefusesEndsTheConnectionWithALineOfItsOwn() throws IOException {
    var get = "GET /things/1 HTTP/1.1\r\nHost: localhost\r\n";
    for (var sent :
        List.of(
            "nonsense\r\n",
            "GET /things/1\r\n",
            get.replace("/1", "/%"),
            get + "a b: c\r\n",
            get + "Content-Length: x\r\n",
            get + "Content-Length: -1\r\n",
            get + "Content-Length: 1\r\nContent-Length: 2\r\n",
            get + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
            get + "Transfer-Encoding: gzip\r\n",
            get.replace("GET /things/1", "OPTIONS *"))) {
      try (var raw = site.raw().send(sent + "\r\n")) {
        var reply = raw.reply();
        int status = sent.contains("gzip") ? 501 : sent.startsWith("OPTIONS") ? 404 : 400;
        assertEquals(status, reply.status(), sent);
        assertTrue(reply.body().matches("<h1>[^\n]{1,100}"), reply.body());
        assertTrue(raw.isEnded(), sent);
      }
    }
    var many = new StringBuilder(get);
    for (int i = 0; i < 300; i++) {
      many.append("name").append(i).append(": x\r\n");
    }
    assertEnded(many + "\r\n");
  }

  @Test
  void bytesThatShouldHaveBeenEncodedAreTakenForUtf8() throws IOException {
    try (var raw = site.raw()) {
      var utf8 = new String("/things/\u00e9".getBytes("UTF-8"), ISO_8859_1);
      var body = raw.get(utf8).body();
      assertEquals("{\"id\":\"\u00e9\"}", new String(body.getBytes(ISO_8859_1), "UTF-8"));
      assertEquals(400, raw.get("/things/\u00e9").status());
    }
  }

  // ---- streams

  @Test
  void aStreamHasTheHeadersThatKeepItFlowing() throws IOException {
    try (var raw = site.raw().send("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      var headers = raw.head().headers();
      assertEquals("text/event-stream; charset=utf-8", headers.get("content-type"));
      assertEquals("no-cache", headers.get("cache-control"));
      assertEquals("no", headers.get("x-accel-buffering"));
      site.told.add("one\ntwo");
      var frame = raw.chunk();
      while (frame.startsWith(": ")) {
        frame = raw.chunk();
      }
      assertEquals("id: 1-0\nevent: told\ndata: one\ndata: two\n\n", frame);
      assertTrue(raw.chunk().matches(": heartbeat \\d{4}-\\d\\d-\\d\\dT\\d\\d:.*Z\n\n"));
      site.told.add("end");
    }
  }

  @Test
  void aStreamThatBreaksOffDoesNotEndWell() throws IOException {
    try (var raw = site.raw().send("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      assertEquals(200, raw.head().status());
      site.told.add("bug");
      var e =
          assertThrows(
              EOFException.class,
              () -> {
                while (!raw.chunk().isEmpty()) {
                  // Heartbeats.
                }
              });
      assertFalse(e.getMessage().contains("secret"));
    }
  }

  @Test
  void anOldClientGetsAStreamToo() throws IOException {
    try (var raw = site.raw().send("GET /feed HTTP/1.0\r\n\r\n")) {
      assertEquals(200, raw.head().status());
      site.told.add("one");
      var line = raw.line();
      while (line.isEmpty() || line.startsWith(":")) {
        line = raw.line();
      }
      assertEquals("id: 1-0", line);
      site.told.add("end");
      assertTrue(raw.isEnded());
    }
  }
}
