package dev.redstart.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The events of a run, from the command line. */
class EventsVerbTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @BeforeEach
  void empty() {
    SERVER.cli("FLUSHALL");
  }

  private static String[] words(String... words) {
    var all = new ArrayList<>(List.of("--redis", SERVER.url(), "events"));
    all.addAll(List.of(words));
    return all.toArray(String[]::new);
  }

  private static Spoken events(String... words) {
    return Spoken.by(words(words));
  }

  private static Spoken well(String... words) {
    var said = events(words);
    assertEquals(0, said.status(), said.talk());
    return said;
  }

  private static List<JsonValue> lines(Spoken said) {
    return said.results().lines().map(Json::parse).toList();
  }

  private static List<String> names(Spoken said) {
    return lines(said).stream()
        .map(it -> it.get("event"))
        .map(it -> it.get("category").asString() + "." + it.get("action").asString())
        .toList();
  }

  @Test
  void thereIsHelpForAllOfIt() {
    assertTrue(Spoken.by("--help").results().contains("  events "));
    var family = Spoken.by("events", "--help");
    assertTrue(family.results().startsWith("Usage: events add"), family.results());
    for (var name : List.of("add", "read", "follow", "close")) {
      assertEquals(family, Spoken.by("events", name, "--help"));
      for (var flag : new EventsVerb(name).flags().keySet()) {
        assertTrue(family.results().contains(flag + " "), flag);
      }
    }
    assertTrue(family.results().lines().allMatch(line -> line.length() <= 100));
  }

  @Test
  void wrongUsageIsOneSentenceAndStatusTwo() {
    var wrong =
        List.of(
            "",
            "dance 1",
            "add",
            "add 1",
            "add 1 llm",
            "add 1 llm stream {",
            "add 1 llm stream {} {}",
            "add 1 llm stream --agent-id 7",
            "add {1} llm stream",
            "read",
            "read 1 2",
            "read 1 --after x",
            "read 1 --limit 0",
            "read 1 --new",
            "follow 1 --after 1-1 --new",
            "follow 1 --timeout -1",
            "close",
            "close 1 abandoned",
            "close 1 completed {");
    for (var line : wrong) {
      var said = events(line.isEmpty() ? new String[0] : line.split(" "));
      assertEquals(2, said.status(), line + ": " + said.talk());
      assertTrue(said.isOneSentence(), line + ": " + said.talk());
    }
    assertEquals("", SERVER.cli("KEYS", "*"));
  }

  @Test
  void whatIsAddedCanBeReadAndFollowedUpToTheEnd() {
    var first = well("add", "1", "lifecycle", "started", "{\"task\":\"x\"}").results().strip();
    well("add", "1", "llm", "stream", "--agent-type", "worker", "--team", "t");
    assertTrue(SERVER.cli("XRANGE", "run:1:events", "-", "+").startsWith(first));
    var read = well("read", "1");
    assertEquals(List.of("lifecycle.started", "llm.stream"), names(read));
    assertEquals("x", lines(read).get(0).get("data").get("task").asString());
    assertEquals("t", lines(read).get(1).get("source").get("team_name").asString());
    assertEquals(List.of("llm.stream"), names(well("read", "1", "--after", first)));
    var page = well("read", "1", "--limit", "1");
    assertEquals(List.of("lifecycle.started"), names(page));
    assertEquals("There may be more: --after " + first, page.talk().strip());

    var last = well("close", "1", "failed", "{\"error\":\"no\"}").results();
    var again = well("close", "1");
    assertEquals(last, again.results());
    assertEquals("The run 1 had ended before: failed.", again.talk().strip());
    assertEquals(
        List.of("llm.stream", "lifecycle.failed"), names(well("follow", "1", "--after", first)));
    var refused = events("add", "1", "llm", "stream");
    assertEquals(1, refused.status());
    assertTrue(refused.talk().startsWith("the run 1 has ended (failed)"), refused.talk());
  }

  @Test
  void followingWaitsForWhatComes() throws Exception {
    well("add", "1", "llm", "old");
    var following =
        CompletableFuture.supplyAsync(
            () -> events("follow", "1", "--new"), task -> new Thread(task).start());
    Eventually.within(LIMIT, "it listens", () -> !SERVER.cli("PUBSUB", "CHANNELS", "*").isBlank());
    well("add", "1", "llm", "new");
    well("close", "1");
    var said = following.get(20, TimeUnit.SECONDS);
    assertEquals(0, said.status(), said.talk());
    assertEquals(List.of("llm.new", "lifecycle.completed"), names(said));
  }

  @Test
  void followingEndsAfterACountOrATime() {
    well("add", "1", "llm", "a");
    well("add", "1", "llm", "b");
    assertEquals(List.of("llm.a"), names(well("follow", "1", "--count", "1")));
    var said = events("follow", "1", "--timeout", "0.1");
    assertEquals(1, said.status());
    assertEquals(List.of("llm.a", "llm.b"), names(said));
    assertTrue(said.talk().startsWith("The run goes on; stopped after "), said.talk());
  }

  @Test
  void whatIsGoneIsSaid() {
    for (int i = 0; i < 3; i++) {
      well("add", "1", "llm", "stream");
    }
    var ids = lines(well("read", "1")).stream().map(it -> it.get("id").asString()).toList();
    SERVER.cli("XTRIM", "run:1:events", "MAXLEN", "1");
    var read = well("read", "1", "--after", ids.get(0));
    assertEquals("{\"gap\":{\"lost\":1}}", read.results().lines().findFirst().orElseThrow());
    var followed = well("follow", "1", "--after", ids.get(0), "--count", "1");
    assertEquals(read.results(), followed.results());
    SERVER.cli("DEL", "run:1:events");
    assertEquals(1, events("read", "1").status());
    assertEquals(1, events("follow", "1").status());
    assertEquals("", well("read", "nobody-knows-it").results());
  }

  @Test
  void whoFollowsMayPressControlC() throws IOException, InterruptedException {
    try (var jvm = ChildJvm.of(Main.class).start(words("follow", "1"))) {
      well("add", "1", "llm", "stream");
      jvm.awaitLine("{\"id\"", LIMIT);
      new ProcessBuilder("kill", "-INT", Long.toString(jvm.pid())).start().waitFor();
      assertEquals(130, jvm.awaitExit(LIMIT));
      assertEquals(List.of(), jvm.errors());
    }
  }
}
