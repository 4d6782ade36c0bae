package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.cli.Main;
import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The official A2A clients, with all that they can do, against {@code serve --a2a}. What is done
 * with those for JavaScript is in src/test/js; what comes of it is below, a line for each step.
 */
@Tag(RedisServer.VISITORS)
class OfficialClientsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Path SOURCES = Path.of("src/test/js");

  /** Where {@code make test} has installed them. */
  private static final Path INSTALLED = Path.of("target/clients");

  private static final String ABSENT =
      "The official A2A clients are not installed: make test does that, or"
          + " . ./.ci/setup.sh && use_clients; both need Node.js 20 with npm.";

  private static final String EXPECTED =
      """
      card: {"name":"Text converter","streams":true,"pushes":true}
      extended card: ["convert","try"]
      send: "message hello, world"
      stream: ["task submitted","working Step 1 of 4","working Step 2 of 4","working Step 3 of 4",\
      "working Step 4 of 4","=one ","+two ","+three.","completed Done."]
      get: {"state":"completed Done.","artifacts":["in lower case: one two three"],\
      "history":["One TWO three","Step 1 of 4","Step 2 of 4","Step 3 of 4","Step 4 of 4"]}
      get without history: {"state":"completed Done.",\
      "artifacts":["in lower case: one two three"],"history":[]}
      get with some history: {"state":"completed Done.",\
      "artifacts":["in lower case: one two three"],"history":["Step 3 of 4","Step 4 of 4"]}
      ask: "task input-required"
      ask again: "task input-required"
      answer: {"state":"completed Done.","artifacts":["in lower case: yes please"],\
      "history":["ask","What shall I convert?","ask","What shall I convert?","Yes PLEASE",\
      "Step 1 of 4","Step 2 of 4","Step 3 of 4","Step 4 of 4"]}
      fail: "task failed"
      send immediately: true
      subscribe: ["task working","canceled"]
      cancel: "task canceled"
      get what was canceled: "task canceled"
      list: [{"size":2,"total":3,"hasMore":true},"task completed","task completed",\
      {"size":1,"total":3,"hasMore":false},"task input-required"]
      list by state: 2
      push set: "p1 true to-ken Bearer cre-dentials"
      push get: "p1 true to-ken Bearer cre-dentials"
      push list: ["p1 true to-ken Bearer cre-dentials","p2 true to-ken Bearer cre-dentials"]
      push delete: null
      push delete again: null
      push list after that: 1
      pushes: {"last":"completed",\
      "headers":["Bearer cre-dentials; to-ken; application/a2a+json"]}
      pushes of a message: "completed"
      get nobody: {"error":"TaskNotFoundError"}
      cancel nobody: {"error":"TaskNotFoundError"}
      cancel what is over: {"error":"TaskNotCancelableError"}
      subscribe to nobody: {"error":"TaskNotFoundError"}
      subscribe to what is over: {"error":"UnsupportedOperationError"}
      send to nobody: {"error":"TaskNotFoundError"}
      send to what is over: {"error":"UnsupportedOperationError"}
      stream to what is over: {"error":"UnsupportedOperationError"}
      send nothing: {"error":"RequestMalformedError"}
      push get nothing: {"error":"TaskNotFoundError"}
      push to nowhere: {"error":"RequestMalformedError"}
      """;

  /** What 0.3 does not have, and has otherwise. */
  private static final String EXPECTED_03 =
      """
      list:
      list by state:
      stream: ["task submitted","working Step 1 of 4","working Step 2 of 4","working Step 3 of 4",\
      "working Step 4 of 4","=one ","+two ","+three.","completed Done. (final)"]
      subscribe: ["task working","canceled (final)"]
      pushes: {"last":"task completed",\
      "headers":["Bearer cre-dentials; to-ken; application/json"]}
      pushes of a message: "task completed"
      """;

  /** This client has names for errors only where nothing is streamed. */
  private static final String EXPECTED_JAVA_03 =
      EXPECTED_03
          + """
          send nothing:
          push to nowhere: {"error":"InvalidParamsError"}
          """;

  private static final String EXPECTED_JS_03 =
      EXPECTED_03
          + """
          subscribe to nobody: {"error":"-32001"}
          subscribe to what is over: {"error":"-32004"}
          stream to what is over: {"error":"-32004"}
          send nothing: {"error":"-32602"}
          push to nowhere: {"error":"-32602"}
          """;

  private static ChildJvm service;
  private static String url;
  private static CompletableFuture<String> rpc;
  private static CompletableFuture<String> rest;
  private static CompletableFuture<String> old;
  private static final List<Process> PROCESSES = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    assertTrue(Files.isDirectory(INSTALLED.resolve("node_modules")), ABSENT);
    for (var name : List.of("scenario.mjs", "sdk13.mjs", "sdk03.mjs")) {
      var target = INSTALLED.resolve(name);
      Files.copy(SOURCES.resolve(name), target, StandardCopyOption.REPLACE_EXISTING);
    }
    RedisServer.shared().cli("FLUSHALL");
    service =
        ChildJvm.of(Main.class)
            .start(
                "serve",
                "--a2a",
                "--internal-pushes",
                "--port=0",
                "--redis",
                RedisServer.shared().url());
    url = service.awaitLine("http://127.0.0.1:", LIMIT);
    rpc = node("sdk13.mjs", url, "JSONRPC");
    rest = node("sdk13.mjs", url, "HTTP+JSON");
    old = node("sdk03.mjs", url);
  }

  @AfterAll
  static void stop() {
    PROCESSES.forEach(Process::destroyForcibly);
    if (service != null) {
      service.close();
    }
  }

  /** Side by side: most of their time they wait. */
  private static CompletableFuture<String> node(String... words) {
    return CompletableFuture.supplyAsync(() -> run(words), task -> new Thread(task).start());
  }

  private static String run(String... words) {
    var all = new ArrayList<>(List.of("node"));
    all.addAll(List.of(words));
    try {
      var errors = Files.createTempFile("node-", ".log");
      var process =
          new ProcessBuilder(all)
              .directory(INSTALLED.toFile())
              .redirectError(errors.toFile())
              .start();
      PROCESSES.add(process);
      try {
        process.getOutputStream().close();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "it does not end");
        assertEquals(0, process.exitValue(), () -> out + read(errors));
        return out;
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new AssertionError(ABSENT, e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Map<String, String> lines(String text) {
    var lines = new LinkedHashMap<String, String>();
    for (var line : text.split("\n")) {
      int colon = line.indexOf(':');
      lines.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return lines;
  }

  /** Line by line, so that a failure shows the step. */
  private static void check(String otherwise, String steps) {
    var expected = lines(EXPECTED);
    if (!otherwise.isEmpty()) {
      expected.putAll(lines(otherwise));
      expected.values().removeIf(String::isEmpty);
    }
    assertEquals(text(expected), steps);
  }

  private static String text(Map<String, String> lines) {
    var text = new StringBuilder();
    lines.forEach((name, outcome) -> text.append(name).append(": ").append(outcome).append('\n'));
    return text.toString();
  }

  private static String steps(CompletableFuture<String> output) throws Exception {
    var text = new StringBuilder();
    for (var line : output.get(LIMIT.toSeconds(), TimeUnit.SECONDS).split("\n")) {
      var step = Json.parse(line);
      text.append(step.get("name").asString()).append(": ").append(step.get("outcome"));
      text.append('\n');
    }
    return text.toString();
  }

  @Test
  void javaScriptByJsonRpc() throws Exception {
    check("", steps(rpc));
  }

  @Test
  void javaScriptByRest() throws Exception {
    check("", steps(rest));
  }

  @Test
  void javaScriptOfTheOldVersion() throws Exception {
    check(EXPECTED_JS_03, steps(old));
  }

  @Test
  void javaOfTheOldVersion() throws Exception {
    check(EXPECTED_JAVA_03, new OfficialJavaClient(url).run());
  }
}
