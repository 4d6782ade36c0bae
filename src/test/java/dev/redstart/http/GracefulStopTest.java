package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How an instance leaves. */
class GracefulStopTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String FOLLOW = "GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private static Set<String> threads() {
    var names = new TreeSet<String>();
    for (var thread : Thread.getAllStackTraces().keySet()) {
      var name = thread.getName();
      if (name.startsWith("redstart-http") || name.equals("HTTP-Dispatcher")) {
        names.add(name);
      }
    }
    return names;
  }

  @Test
  void followersAreToldWhenToComeBack() throws IOException {
    var clients = new ArrayList<RawClient>();
    try (var site = new Site(ServiceOptions.defaults())) {
      for (int i = 0; i < 20; i++) {
        clients.add(site.raw().send(FOLLOW));
        assertEquals(200, clients.get(i).head().status());
      }
    }
    for (var client : clients) {
      assertTrue(client.chunk().matches("retry: \\d{3,4}\n\n"));
      assertEquals("", client.chunk());
      assertTrue(client.isEnded());
      client.close();
    }
    Eventually.within(LIMIT, "no thread is left", () -> threads().isEmpty());
  }

  @Test
  void stoppingTakesNoLongerThanItMust() {
    var server = WebServer.start(new Router(), ServiceOptions.defaults().withPort(0));
    int port = server.uri().getPort();
    long start = System.nanoTime();
    server.close();
    server.close();
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(2).toNanos());
    assertThrows(IOException.class, () -> new RawClient(port));
  }

  @Test
  void whoIsBeingAnsweredHasTheGraceAndWhoComesLaterIsRefused() throws Exception {
    try (var site = new Site(ServiceOptions.defaults());
        var slow = new RawClient(site.port(), 4096);
        var later = site.raw()) {
      slow.send("GET /large/20000000 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      var head = slow.head();
      assertEquals(200, head.status());
      var closing = CompletableFuture.runAsync(site.server()::close);
      Eventually.within(LIMIT, "it is stopping", () -> site.server().followers().areDismissed());
      var refused = later.get("/things/1");
      assertEquals(503, refused.status());
      assertEquals("5", refused.headers().get("retry-after"));
      assertEquals(20_000_002, slow.body(head.headers()).length());
      closing.join();
    }
  }

  @Test
  void whoIsNotDoneAfterTheGraceIsCutOff() throws Exception {
    var options = ServiceOptions.defaults().withGrace(Duration.ofMillis(200));
    try (var site = new Site(options);
        var slow = new RawClient(site.port(), 4096)) {
      slow.send("GET /large/20000000 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      var head = slow.head();
      assertEquals(200, head.status());
      site.server().close();
      assertThrows(IOException.class, () -> slow.body(head.headers()));
      Eventually.within(LIMIT, "no thread is left", () -> threads().isEmpty());
    }
  }

  @Test
  void moreFollowersThanAllowedAreToldToComeLater() throws Exception {
    var options = ServiceOptions.defaults().withStreamsMax(2);
    try (var site = new Site(options);
        var one = site.raw();
        var two = site.raw();
        var three = site.raw()) {
      for (var client : List.of(one, two)) {
        assertEquals(200, client.send(FOLLOW).head().status());
      }
      assertEquals(503, three.send(FOLLOW).reply().status());
      site.told.add("end");
      Eventually.within(LIMIT, "one is gone", () -> site.server().followers().size() == 1);
      site.told.clear();
      assertEquals(200, three.send(FOLLOW).head().status());
    }
  }

  @Test
  void whatTheUserHasSetForTheJdksServerStays() throws Exception {
    var flag = "-Dsun.net.httpserver.nodelay=false";
    try (var jvm = ChildJvm.of(PropertyMain.class).withFlag(flag).start()) {
      jvm.awaitLine("nodelay false", LIMIT);
    }
    try (var jvm = ChildJvm.of(PropertyMain.class).start()) {
      jvm.awaitLine("nodelay true", LIMIT);
    }
  }
}
