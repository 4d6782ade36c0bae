package dev.redstart.orchestration;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The three scenarios of the Redis Orchestration App, as a program uses them. */
class ScenarioTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final SessionOptions TWO =
      SessionOptions.defaults().withChildren(2).withLease(Duration.ofMillis(600));

  private Redis redis;

  @BeforeEach
  void connect() {
    SERVER.cli("FLUSHALL");
    redis = Redis.connect(SERVER.url());
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private List<SummonerScenario> bothModes() {
    return List.of(
        SummonerScenario.of(redis, TWO), SummonerScenario.ofNormalMode(redis, TWO.withPrefix("p")));
  }

  private static String open(SummonerScenario summoner) {
    return summoner.initialize().config().orElseThrow().sessionId();
  }

  private CompletableFuture<ChildScenario.Result> work(String id, int child, int tasksMax) {
    return Background.run(() -> ChildScenario.of(redis, id, child).run(tasksMax));
  }

  // ---- the summoner

  @Test
  void theSummonerSaysWhatTheOthersHaveToKnow() {
    var summoner = SummonerScenario.of(redis, TWO.withSessionId("s"));
    var result = summoner.initialize();
    assertTrue(result.success() && summoner.verify());
    var json = result.toJson();
    assertEquals(
        List.of("success", "session_id", "config_json", "error", "duration_ms"),
        List.copyOf(json.asMap().keySet()));
    assertEquals(
        result.config().orElseThrow().toJson(), Json.parse(json.get("config_json").asString()));
    var location = ",\"redis_host\":\"127.0.0.1\",\"redis_port\":" + SERVER.port() + "}";
    assertEquals(
        ("{\"session_id\":\"s\",\"mode\":\"moogle\","
             + "\"task_queues\":[\"summoner:s:tasks:1\",\"summoner:s:tasks:2\"],"
             + "\"report_queue\":\"summoner:s:reports\",\"monitor_channel\":\"summoner:s:monitor\","
             + "\"max_children\":2"
                + location)
            .replace("summoner:s", key("summoner:s")),
        summoner.parentInfo().toString());
    assertEquals(
        ("{\"session_id\":\"s\",\"mode\":\"chocobo\",\"child_id\":2,"
                + "\"task_queue\":\"summoner:s:tasks:2\",\"report_queue\":\"summoner:s:reports\","
                + "\"monitor_channel\":\"summoner:s:monitor\""
                + location)
            .replace("summoner:s", key("summoner:s")),
        summoner.childInfo(2).toString());
    assertTrue(summoner.cleanup());
    assertFalse(summoner.verify() || summoner.cleanup());
    assertEquals("", SERVER.cli("KEYS", "*"));
  }

  @Test
  void inNormalModeEachChildHasItsListOfReports() {
    var summoner = SummonerScenario.ofNormalMode(redis, TWO.withPrefix("p"));
    summoner.initialize();
    assertTrue(summoner.verify());
    assertEquals(key("p-001:c2p:2"), summoner.childInfo(2).get("report_queue").asString());
    assertEquals(key("p-001:c2p:1"), summoner.parentInfo().get("report_queue").asString());
    assertEquals(2, summoner.parentInfo().get("report_queues").asList().size());
    assertTrue(summoner.cleanup());
    assertEquals("", SERVER.cli("KEYS", "*"));
  }

  @Test
  void thereIsNothingToKnowBeforeTheSessionIsOpen() {
    var summoner = SummonerScenario.of(redis, TWO);
    for (var question : List.<Runnable>of(summoner::parentInfo, () -> summoner.childInfo(1))) {
      var refused = assertThrows(IllegalStateException.class, question::run);
      assertEquals("Session not initialized. Call initialize() first.", refused.getMessage());
    }
    assertFalse(summoner.verify() || summoner.cleanup());
    summoner.initialize();
    for (int child : List.of(0, 3)) {
      var refused = assertThrows(IllegalArgumentException.class, () -> summoner.childInfo(child));
      assertEquals("child_id must be 1-2, got " + child, refused.getMessage());
    }
  }

  @Test
  void whatCannotBeOpenedIsAResultAndNoException() {
    assertTrue(SummonerScenario.of(redis, TWO.withSessionId("s")).initialize().success());
    var again = SummonerScenario.of(redis, TWO.withSessionId("s")).initialize();
    assertFalse(again.success());
    assertTrue(again.error().orElseThrow().contains("already"), again.toString());
    assertEquals("", again.toJson().get("session_id").asString());
    redis.close();
    var away = SummonerScenario.of(redis, TWO);
    assertFalse(away.initialize().success());
    assertFalse(away.verify() || away.cleanup());
  }

  // ---- all three

  @Test
  void allTasksAreDoneInEitherModeAndSurplusOnesGoRound() {
    for (var summoner : bothModes()) {
      var id = open(summoner);
      var children = List.of(work(id, 1, 10), work(id, 2, 10));
      var result = ParentScenario.of(redis, id).withPrompts(List.of("a", "b", "c", "d", "e")).run();
      assertTrue(result.success(), result.toString());
      assertEquals(5, result.reportsReceived());
      assertEquals(5, result.successfulReports());
      assertEquals(
          List.of("1", "2", "1", "2", "1"),
          result.details().stream()
              .filter(detail -> detail.get("action").asString().equals("send_task"))
              .map(detail -> detail.get("child_id").toString())
              .toList());
      int done = 0;
      for (var child : children) {
        assertTrue(child.join().success() && child.join().shutdownReceived());
        done += child.join().tasksCompleted();
      }
      assertEquals(5, done);
      assertEquals(0, Orchestration.of(redis).view(id).reportsRead());
    }
  }

  @Test
  void theJsonHasTheFieldsOfTheOriginal() {
    var id = open(SummonerScenario.of(redis, TWO));
    var child = work(id, 1, 1);
    var parent =
        ParentScenario.of(redis, id).withPrompts(List.of("x".repeat(51))).withoutShutdown().run();
    assertEquals(
        List.of(
            "success",
            "session_id",
            "tasks_sent",
            "reports_received",
            "successful_reports",
            "failed_reports",
            "shutdown_sent",
            "error",
            "duration_ms",
            "details"),
        List.copyOf(parent.toJson().asMap().keySet()));
    assertFalse(parent.shutdownSent());
    var report = parent.details().get(1);
    assertEquals("Processed: " + "x".repeat(50), report.get("result").asString());
    var result = child.join();
    assertEquals(
        List.of(
            "success",
            "session_id",
            "child_id",
            "tasks_received",
            "tasks_completed",
            "tasks_failed",
            "shutdown_received",
            "error",
            "duration_ms",
            "details"),
        List.copyOf(result.toJson().asMap().keySet()));
    assertFalse(result.shutdownReceived());
    JsonObject task = result.details().get(0);
    assertEquals("task_processed", task.get("action").asString());
    assertEquals(report.get("task_id"), task.get("task_id"));
    assertTrue(task.get("success").asBoolean() && task.get("duration_ms").asInt() >= 100);
  }

  @Test
  void aTaskThatFailsIsReportedAndNoMissingReport() {
    var id = open(SummonerScenario.of(redis, TWO));
    var child =
        ChildScenario.of(redis, id, 1)
            .withHandler(
                task -> {
                  throw new IllegalStateException("no " + task.prompt());
                });
    var run = Background.run(() -> child.run(1));
    var result = ParentScenario.of(redis, id).withPrompts(List.of("go")).run();
    assertTrue(result.success());
    assertEquals(1, result.failedReports());
    assertEquals("no go", result.details().get(1).get("error").asString());
    assertEquals(1, run.join().tasksFailed());
    assertFalse(run.join().details().get(0).get("success").asBoolean());
  }

  @Test
  void missingReportsAreAFailureThatSaysWhich() {
    var id = open(SummonerScenario.of(redis, TWO));
    var parent = ParentScenario.of(redis, id).withWait(Duration.ofMillis(50));
    var two = parent.run();
    assertFalse(two.success());
    var first = two.details().get(0).get("task_id").asString();
    var error = two.error().orElseThrow();
    assertTrue(error.startsWith("2 reports are missing: " + first + ", "), error);
    var many = parent.withPrompts(List.of("a", "b", "c", "d")).run();
    assertTrue(many.error().orElseThrow().endsWith(", ..."), many.toString());
    assertTrue(parent.withWait(Duration.ZERO).run().success());
  }

  @Test
  void whoeverCannotTakePartSaysSoInTheResult() {
    var id = open(SummonerScenario.of(redis, TWO));
    var unknown = ParentScenario.of(redis, "no-such").run();
    assertTrue(unknown.error().orElseThrow().contains("no-such"), unknown.toString());
    assertEquals(0, unknown.tasksSent());
    for (var child :
        List.of(ChildScenario.of(redis, "no-such", 1), ChildScenario.of(redis, id, 3))) {
      assertFalse(child.connect());
      assertFalse(child.run(1).success());
      assertTrue(child.run(1).error().isPresent());
      child.close();
    }
  }

  @Test
  void aSessionThatIsCleanedUpEndsItsChildren() {
    for (var summoner : bothModes()) {
      var id = open(summoner);
      var child = ChildScenario.of(redis, id, 1);
      assertTrue(child.connect());
      var run = Background.run(() -> child.run(10));
      assertTrue(summoner.cleanup());
      assertEquals(
          Optional.of("the session is gone"),
          run.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join().error());
    }
  }
}
