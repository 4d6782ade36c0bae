package dev.redstart.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The scenarios of the Redis Orchestration App, as verbs. */
class ScenarioTest {
  private static final RedisServer SERVER = RedisServer.shared();

  @BeforeEach
  void empty() {
    SERVER.cli("FLUSHALL");
  }

  private static Spoken scenario(String... words) {
    var all = new ArrayList<>(List.of("scenario"));
    all.addAll(List.of(words));
    all.addAll(List.of("--host", "127.0.0.1", "--port", Integer.toString(SERVER.port())));
    return Spoken.by(all.toArray(String[]::new));
  }

  private static JsonValue json(Spoken said) {
    assertEquals(1, said.results().lines().count(), said.results() + said.talk());
    return Json.parse(said.results());
  }

  private static CompletableFuture<Spoken> later(String... words) {
    return CompletableFuture.supplyAsync(() -> scenario(words), task -> new Thread(task).start());
  }

  @Test
  void theThreeOfThemDoTheJob() {
    var config = json(scenario("summoner", "--max-children", "2", "--ttl", "60", "--json"));
    var id = config.get("session_id").asString();
    assertTrue(Long.parseLong(SERVER.cli("TTL", "summoner:" + id + ":config")) <= 60);
    var first = later("chocobo", "--session-id", id, "--child-id", "1", "--json");
    var second = later("chocobo", "--session-id", id, "--child-id", "2", "--json");
    var said = scenario("moogle", "--session-id", id, "--tasks", "one", "two", "three", "--json");
    assertEquals(0, said.status(), said.talk());
    var result = json(said);
    assertTrue(result.get("success").asBoolean());
    assertEquals(3, result.get("tasks_sent").asInt());
    assertEquals(3, result.get("successful_reports").asInt());
    assertEquals("Processed: one", result.get("details").get(0).get("result").asString());
    for (var child : List.of(first.join(), second.join())) {
      assertEquals(0, child.status(), child.talk());
      assertTrue(json(child).get("shutdown_received").asBoolean());
      assertEquals(0, json(child).get("tasks_failed").asInt());
    }
    assertEquals(
        3,
        json(first.join()).get("tasks_completed").asInt()
            + json(second.join()).get("tasks_completed").asInt());
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
  }

  @Test
  void aMissingReportIsAFailure() {
    scenario("summoner", "--session-id", "night-1", "--max-children", "1");
    var said = scenario("moogle", "--session-id", "night-1", "--timeout", "1", "--json");
    assertEquals(1, said.status());
    assertEquals("1 reports are missing", json(said).get("error").asString());
    var hurried = scenario("moogle", "--session-id", "night-1", "--no-wait", "--json");
    assertEquals(0, hurried.status());
    assertEquals(0, json(hurried).get("reports_received").asInt());
  }

  @Test
  void anUnknownSessionAndAChildOutOfRangeAreOneSentence() {
    scenario("summoner", "--session-id", "night-1", "--max-children", "2");
    var unknown = scenario("chocobo", "--session-id", "day", "--child-id", "1");
    assertEquals(1, unknown.status());
    assertTrue(unknown.isOneSentence() && unknown.talk().contains("day"), unknown.talk());
    var outside = scenario("chocobo", "--session-id", "night-1", "--child-id", "3");
    assertEquals(1, outside.status());
    assertTrue(outside.isOneSentence() && outside.talk().contains("1 to 2"), outside.talk());
    var again = scenario("summoner", "--session-id", "night-1");
    assertEquals(1, again.status());
    assertTrue(again.isOneSentence() && again.talk().contains("already"), again.talk());
  }
}
