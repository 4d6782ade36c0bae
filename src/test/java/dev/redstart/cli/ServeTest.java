package dev.redstart.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.Redis;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service from the command line. */
class ServeTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static HttpResponse<String> get(String url, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static void add(String url) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/runs/1/events"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"category\":\"llm\",\"action\":\"stream\"}"));
    assertEquals(201, CLIENT.send(request.build(), BodyHandlers.ofString()).statusCode());
  }

  private static void interrupt(ChildJvm jvm) throws Exception {
    new ProcessBuilder("kill", "-INT", Long.toString(jvm.pid())).start().waitFor();
  }

  @Test
  void theAddressIsPrintedAndCtrlCEndsInOrder() throws Exception {
    SERVER.cli("FLUSHALL");
    try (var jvm = ChildJvm.of(Main.class).start("serve", "--port", "0", "--redis", SERVER.url())) {
      var url = jvm.awaitLine("http://127.0.0.1:", LIMIT);
      assertEquals(200, get(url + "/api/v1/health").statusCode());
      add(url);
      var stream = HttpRequest.newBuilder(URI.create(url + "/runs/1/events/stream")).build();
      var response = CLIENT.send(stream, BodyHandlers.ofInputStream());
      try (var lines = new BufferedReader(new InputStreamReader(response.body()))) {
        assertTrue(lines.readLine().startsWith("id: "));
        interrupt(jvm);
        assertTrue(rest(lines).contains("\nretry: "));
      }
      assertEquals(130, jvm.awaitExit(LIMIT));
    }
  }

  private static String rest(BufferedReader lines) throws IOException {
    var all = new StringBuilder();
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      all.append(line).append('\n');
    }
    return all.toString();
  }

  @Test
  void aServerOfItsOwnKeepsItsDataAndEndsWithIt(@TempDir Path folder) throws Exception {
    for (int expected : List.of(404, 200)) {
      var words = List.of("serve", "--port", "0", "--embedded", "--json");
      var all = new ArrayList<>(words);
      all.addAll(List.of("--data", folder.toString()));
      try (var jvm = ChildJvm.of(Main.class).start(all.toArray(String[]::new))) {
        var json = Json.parse(jvm.awaitLine("{", LIMIT));
        var url = json.get("url").asString();
        assertEquals(expected, get(url + "/runs/1/events").statusCode());
        add(url);
        var redis = json.get("redis").asString();
        interrupt(jvm);
        assertEquals(130, jvm.awaitExit(LIMIT));
        var said = Spoken.by("call", "--redis", redis, "PING");
        assertEquals(1, said.status(), "the server is gone");
      }
    }
  }

  @Test
  void aTokenFromTheEnvironmentIsAskedForAndOriginsAreLetIn() throws Exception {
    try (var jvm =
        ChildJvm.of(Main.class)
            .withEnvironment("REDSTART_TOKEN", "s3cret")
            .withEnvironment("REDIS_URL", SERVER.url())
            .start(
                "serve",
                "--port=0",
                "--cors",
                "http://a.example",
                "http://b.example",
                "--allow-host=c.example")) {
      var url = jvm.awaitLine("http://127.0.0.1:", LIMIT);
      assertEquals(401, get(url + "/").statusCode());
      var shown = get(url + "/", "Authorization", "Bearer s3cret", "Origin", "http://b.example");
      assertEquals(200, shown.statusCode());
      assertEquals(
          "http://b.example", shown.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
      assertEquals("HTTP/1.1 401 Unauthorized", first(url, "c.example"));
      assertTrue(first(url, "d.example").startsWith("HTTP/1.1 421 "));
    }
  }

  /** The first line of what the service says when it is called by this name. */
  private static String first(String url, String host) throws IOException {
    try (var socket = new Socket("127.0.0.1", URI.create(url).getPort())) {
      var request = "GET /docs HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
    }
  }

  private static JsonValue call(String url, String method, JsonObject params) throws Exception {
    var body = Json.object("jsonrpc", "2.0", "id", 1, "method", method, "params", params);
    var request =
        HttpRequest.newBuilder(URI.create(url + "/a2a"))
            .timeout(LIMIT)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()));
    return Json.parse(CLIENT.send(request.build(), BodyHandlers.ofString()).body());
  }

  private static JsonObject saying(String text) {
    return Json.object(
        "message",
        Json.object(
            "messageId", text, "role", "ROLE_USER", "parts", Json.array(Json.object("text", text))),
        "configuration",
        Json.object("returnImmediately", true));
  }

  @Test
  void aDemonstrationAgentIsOfferedWhereItIsWanted() throws Exception {
    SERVER.cli("FLUSHALL");
    var card = "/.well-known/agent-card.json";
    String slow;
    try (var jvm =
        ChildJvm.of(Main.class)
            .start("serve", "--port=0", "--a2a", "--no-a2a-0.3", "--redis", SERVER.url())) {
      var url = jvm.awaitLine("http://127.0.0.1:", LIMIT);
      assertTrue(Json.parse(get(url + card).body()).tryGet("protocolVersion").isEmpty());
      slow =
          call(url, "SendMessage", saying("slow")).get("result").get("task").get("id").asString();
      assertEquals(-32009, error(call(url, "tasks/get", Json.object("id", slow))));
      var place = Json.object("taskId", slow, "url", "http://127.0.0.1:1/");
      assertEquals(-32602, error(call(url, "CreateTaskPushNotificationConfig", place)));
      interrupt(jvm);
      assertEquals(130, jvm.awaitExit(LIMIT));
    }
    try (var jvm =
            ChildJvm.of(Main.class).start("serve", "--port=0", "--a2a", "--redis", SERVER.url());
        var plain = ChildJvm.of(Main.class).start("serve", "--port=0", "--redis", SERVER.url())) {
      var url = jvm.awaitLine("http://127.0.0.1:", LIMIT);
      assertEquals("0.3.0", Json.parse(get(url + card).body()).get("protocolVersion").asString());
      var left = call(url, "GetTask", Json.object("id", slow)).get("result");
      assertEquals("TASK_STATE_FAILED", left.get("status").get("state").asString());
      assertEquals(404, get(plain.awaitLine("http://127.0.0.1:", LIMIT) + card).statusCode());
    }
  }

  private static int error(JsonValue answer) {
    return answer.get("error").get("code").asInt();
  }

  @Test
  void whatMakesNoSenseIsSaidInASentence() {
    for (var words :
        List.of(
            List.of("serve", "here"),
            List.of("serve", "--port", "65536"),
            List.of("serve", "--host", "localhost"),
            List.of("serve", "--data", "/tmp/x"),
            List.of("serve", "--embedded", "--redis", "redis://localhost"),
            List.of("serve", "--internal-pushes"),
            List.of("serve", "--no-a2a-0.3"),
            List.of("serve", "--token", "a b"),
            List.of("serve", "--redis", "http://x"))) {
      var said = Spoken.by(words.toArray(String[]::new));
      assertEquals(2, said.status(), words.toString());
      assertTrue(said.isOneSentence(), said.talk());
    }
  }

  @Test
  void anAddressThatIsTakenIsNamed() throws Exception {
    try (var taken = new ServerSocket(0)) {
      var port = Integer.toString(taken.getLocalPort());
      var said = Spoken.by("serve", "--redis", SERVER.url(), "--port", port);
      assertEquals(1, said.status());
      assertTrue(said.isOneSentence() && said.talk().contains(port), said.talk());
    }
    try (var redis = Redis.connect(SERVER.url())) {
      assertEquals("PONG", redis.call("PING").text());
    }
  }

  @Test
  void helpSpeaksOfItsOwnPort() {
    var help = Spoken.by("serve", "--help").results();
    assertTrue(help.contains("--redis URL"), help);
    assertFalse(help.contains("--host"), help);
    assertTrue(help.contains("/.well-known/agent-card.json"), help);
  }
}
