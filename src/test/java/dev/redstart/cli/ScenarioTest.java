package dev.redstart.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The scenarios of the Redis Orchestration App, as verbs. */
class ScenarioTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @BeforeEach
  void empty() {
    SERVER.cli("FLUSHALL");
  }

  private static String[] words(String... words) {
    var all = new ArrayList<>(List.of("scenario"));
    all.addAll(List.of(words));
    all.addAll(List.of("--host", "127.0.0.1", "--port", Integer.toString(SERVER.port())));
    return all.toArray(String[]::new);
  }

  private static Spoken scenario(String... words) {
    return Spoken.by(words(words));
  }

  private static JsonValue json(Spoken said) {
    assertEquals(1, said.results().lines().count(), said.results() + said.talk());
    return Json.parse(said.results());
  }

  private static CompletableFuture<Spoken> later(String... words) {
    return CompletableFuture.supplyAsync(() -> scenario(words), task -> new Thread(task).start());
  }

  @Test
  void theThreeOfThemDoTheJobInEitherMode() {
    for (var mode : List.of(List.of("--session-id", "s"), List.of("--normal-mode"))) {
      var summoner =
          new ArrayList<>(List.of("summoner", "--max-children=2", "--ttl", "60", "--json"));
      summoner.addAll(mode);
      var opened = json(scenario(summoner.toArray(String[]::new)));
      assertTrue(opened.get("success").asBoolean());
      var config = Json.parse(opened.get("config_json").asString());
      var id = opened.get("session_id").asString();
      var prefix = config.get("prefix").asString();
      assertTrue(Long.parseLong(SERVER.cli("TTL", prefix + ":config")) <= 60);
      var first = later("chocobo", "--session-id", id, "--child-id", "1", "--json");
      var second = later("chocobo", "--prefix", prefix, "--child-id", "2", "--json");
      var said = scenario("moogle", "--prefix", prefix, "--tasks", "one", "two", "three", "--json");
      assertEquals(0, said.status(), said.results() + said.talk());
      assertDone(json(said), List.of(first.join(), second.join()));
    }
  }

  private static void assertDone(JsonValue result, List<Spoken> children) {
    assertTrue(result.get("success").asBoolean());
    assertEquals(3, result.get("tasks_sent").asInt());
    assertEquals(3, result.get("successful_reports").asInt());
    assertTrue(result.get("shutdown_sent").asBoolean());
    var details = result.get("details").asList();
    assertEquals(6, details.size());
    assertEquals("send_task", details.get(0).get("action").asString());
    assertEquals("receive_report", details.get(3).get("action").asString());
    assertEquals("Processed: one", details.get(3).get("result").asString());
    int done = 0;
    for (var child : children) {
      assertEquals(0, child.status(), child.talk());
      assertTrue(json(child).get("shutdown_received").asBoolean());
      assertEquals(0, json(child).get("tasks_failed").asInt());
      done += json(child).get("tasks_completed").asInt();
    }
    assertEquals(3, done);
  }

  @Test
  void peopleGetTextInstead() {
    var opened = scenario("summoner", "--session-id", "night-1", "--max-children", "1");
    assertTrue(opened.results().contains("session    night-1"), opened.results());
    var child = later("chocobo", "--session-id", "night-1", "--child-id", "1", "--max-tasks", "1");
    var parent = scenario("moogle", "--session-id", "night-1", "--no-shutdown");
    assertEquals(0, parent.status());
    assertTrue(
        parent.results().contains("\"Processed: Task for chocobo-1: Process data batch #1\""),
        parent.results());
    assertTrue(child.join().results().contains("1 tasks done, 0 failed"), child.join().results());
    assertEquals("child 1 is ready\n", child.join().talk());
  }

  @Test
  void aMissingReportIsAFailure() {
    scenario("summoner", "--session-id", "night-1", "--max-children", "1");
    var said = scenario("moogle", "--session-id", "night-1", "--timeout", "0.3", "--json");
    assertEquals(1, said.status());
    var error = json(said).get("error").asString();
    assertTrue(error.startsWith("1 report is missing: "), error);
    var hurried = scenario("moogle", "--session-id", "night-1", "--no-wait", "--json");
    assertEquals(0, hurried.status());
    assertEquals(0, json(hurried).get("reports_received").asInt());
  }

  @Test
  void anUnknownSessionAndAChildOutOfRangeAreOneSentence() {
    scenario("summoner", "--session-id", "night-1", "--max-children", "2");
    for (var which : List.of(List.of("--session-id", "day"), List.of("--prefix", "day"))) {
      var unknown =
          scenario("chocobo", which.get(0), which.get(1), "--child-id", "1", "--timeout", "0");
      assertEquals(1, unknown.status());
      assertTrue(unknown.isOneSentence() && unknown.talk().contains("no session"), unknown.talk());
      var parent = scenario("moogle", which.get(0), which.get(1));
      assertEquals(1, parent.status());
      assertTrue(parent.isOneSentence() && parent.talk().contains("no session"), parent.talk());
    }
    var outside = scenario("chocobo", "--session-id", "night-1", "--child-id", "3");
    assertEquals(1, outside.status());
    assertTrue(outside.isOneSentence() && outside.talk().contains("1 to 2"), outside.talk());
    var again = scenario("summoner", "--session-id", "night-1");
    assertEquals(1, again.status());
    assertTrue(again.isOneSentence() && again.talk().contains("already"), again.talk());
  }

  @Test
  void programsGetTheErrorAsJson() {
    var parent = scenario("moogle", "--session-id", "day", "--json");
    assertEquals(1, parent.status());
    assertTrue(json(parent).get("error").asString().contains("day"), parent.results());
    var child = scenario("chocobo", "--session-id", "day", "--child-id", "1", "--json");
    assertEquals(1, child.status());
    assertTrue(json(child).get("error").asString().contains("day"), child.results());
    scenario("summoner", "--session-id", "night-1");
    var again = scenario("summoner", "--session-id", "night-1", "--json");
    assertEquals(1, again.status());
    assertEquals("", json(again).get("session_id").asString());
  }

  @Test
  void flagsOfTheOtherModeAreRefused() {
    for (var wrong :
        List.of(
            List.of("summoner", "--normal-mode", "--session-id", "s"),
            List.of("summoner", "--prefix", "p"),
            List.of("moogle", "--session-id", "s", "--timeout", "0"))) {
      var said = scenario(wrong.toArray(String[]::new));
      assertEquals(2, said.status(), said.talk());
      assertTrue(said.isOneSentence(), said.talk());
    }
    assertEquals("", SERVER.cli("KEYS", "*"));
  }

  /** What it held goes back at once, not after its lease. */
  @Test
  void ctrlCGivesTheTaskBack() throws Exception {
    scenario("summoner", "--session-id", "s", "--max-children", "1");
    SERVER.cli(
        "RPUSH",
        "summoner:s:tasks:1",
        "{\"type\":\"task\",\"task_id\":\"t\",\"context\":{\"work_ms\":60000}}");
    var line = words("chocobo", "--session-id", "s", "--child-id", "1");
    try (var jvm = ChildJvm.of(Main.class).start(line)) {
      Eventually.within(
          LIMIT, "it is taken", () -> SERVER.cli("LLEN", "summoner:s:tasks:1").equals("0"));
      new ProcessBuilder("kill", "-INT", Long.toString(jvm.pid())).start().waitFor();
      assertEquals(130, jvm.awaitExit(LIMIT));
    }
    assertEquals("1", SERVER.cli("LLEN", "summoner:s:tasks:1"));
  }
}
