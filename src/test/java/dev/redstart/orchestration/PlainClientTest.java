package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Programs that know nothing but RPUSH, BLPOP and the JSON of the Redis Orchestration App. */
@Apart
class PlainClientTest {
  private static final Duration LIMIT = Stage.LIMIT;

  private static void inBothModes(SessionOptions options, Consumer<Stage> test) {
    for (var mode : Mode.values()) {
      try (var s = Stage.open(mode, options)) {
        test.accept(s);
      }
    }
  }

  private static SessionOptions children(int count) {
    return Stage.PATIENT.withChildren(count);
  }

  /** As another program writes it. */
  private static String task(Stage s, String id, int child) {
    return Json.object(
            "type",
            "task",
            "timestamp",
            "2026-01-31T12:00:00+0900",
            "message_id",
            "m-" + id,
            "task_id",
            id,
            "session_id",
            s.id(),
            "child_id",
            child,
            "prompt",
            "do " + id,
            "context",
            Json.object(),
            "priority",
            3,
            "timeout",
            null)
        .toString();
  }

  private static String report(Stage s, String id, int child) {
    return Json.object(
            "type",
            "report",
            "timestamp",
            "2026-01-31T12:00:01+0900",
            "message_id",
            "r-" + id,
            "task_id",
            id,
            "session_id",
            s.id(),
            "child_id",
            child,
            "status",
            "success",
            "result",
            Json.object("by", "hand"),
            "error",
            null,
            "duration_ms",
            12,
            "metadata",
            Json.object())
        .toString();
  }

  private static String tasksOf(Stage s, int child) {
    return s.config.parentToChildLists().get(child - 1);
  }

  private static String reportsOf(Stage s, int child) {
    var lists = s.config.childToParentLists();
    return lists.get(Math.min(child, lists.size()) - 1);
  }

  private static void send(Stage s, String id, int child) {
    s.redis.call("RPUSH", tasksOf(s, child), task(s, id, child));
  }

  private static void sendShutdown(Stage s, int child) {
    s.redis.call("RPUSH", tasksOf(s, child), "{\"type\":\"shutdown\"}");
  }

  private static JsonValue pop(Stage s, List<String> lists) {
    var words = new ArrayList<>(List.of("BLPOP"));
    words.addAll(lists);
    words.add("20");
    var popped = s.redis.call(words.toArray(String[]::new)).items();
    return Json.parse(popped.get(1).text());
  }

  private static JsonValue popReport(Stage s) {
    return pop(s, s.config.childToParentLists());
  }

  /** One task, or the end. */
  private static String act(Stage s, int child) {
    var message = pop(s, List.of(tasksOf(s, child)));
    if (message.get("type").asString().equals("task")) {
      var id = message.get("task_id").asString();
      s.redis.call("RPUSH", reportsOf(s, child), report(s, id, child));
    }
    return message.get("type").asString();
  }

  private static Set<String> popReports(Stage s, int count) {
    var ids = new TreeSet<String>();
    for (int i = 0; i < count; i++) {
      assertTrue(ids.add(popReport(s).get("task_id").asString()), "told twice of one of " + ids);
    }
    return ids;
  }

  @Test
  void maySendTasksAndReadReports() {
    inBothModes(
        children(2),
        s -> {
          send(s, "a", 2);
          sendShutdown(s, 2);
          var run = s.sessions.child(s.id(), 2).run(task -> Json.of(task.prompt()));
          assertEquals(Child.End.SHUTDOWN, run.end());
          var report = popReport(s);
          assertEquals(
              List.of(
                  "type",
                  "timestamp",
                  "message_id",
                  "task_id",
                  "session_id",
                  "child_id",
                  "status",
                  "result",
                  "error",
                  "duration_ms",
                  "metadata"),
              List.copyOf(report.asMap().keySet()));
          assertEquals("a", report.get("task_id").asString());
          assertEquals("do a", report.get("result").asString());
          assertEquals(s.id(), report.get("session_id").asString());
        });
  }

  @Test
  void mayBeAChild() {
    inBothModes(
        children(1),
        s -> {
          var parent = s.parent();
          parent.send(s.task(1, "a"));
          parent.shutdown("over");
          var task = pop(s, List.of(tasksOf(s, 1)));
          assertEquals("do a", task.get("prompt").asString());
          s.redis.call("RPUSH", reportsOf(s, 1), report(s, "a", 1));
          var shutdown = pop(s, List.of(tasksOf(s, 1)));
          assertEquals("shutdown", shutdown.get("type").asString());
          assertEquals("over", shutdown.get("reason").asString());
          var gathered = parent.gather(LIMIT);
          assertEquals("hand", gathered.reports().get("a").result().get("by").asString());
        });
  }

  @Test
  void aParentIsWokenByAReportThatIsPushedByHand() {
    inBothModes(
        children(2),
        s -> {
          var parent = s.parent();
          parent.send(s.task(2, "a"));
          var gathering = Background.run(() -> parent.gather(LIMIT));
          assertEquals("task", act(s, 2));
          assertEquals(Set.of("a"), gathering.join().reports().keySet());
        });
  }

  @Test
  void mayBeBothInOneSessionWithOurs() {
    inBothModes(
        children(2),
        s -> {
          var parent = s.parent();
          parent.send(s.task(1, "a"));
          send(s, "b", 2);
          act(s, 1);
          s.redis.call("RPUSH", reportsOf(s, 1), report(s, "a", 1).replace("r-a", "again"));
          s.sessions.child(s.id(), 2).run(task -> Json.of(1), 1);
          var gathered = parent.gather(List.of("a", "b"), LIMIT);
          assertTrue(gathered.isComplete());
          assertEquals("r-a", gathered.reports().get("a").messageId());
          assertEquals(1, s.list(s.keys.dead()).size(), "the second report on one task");
        });
  }

  @Test
  void ourParentGathersWhatItsOwnAndPlainChildrenDo() {
    inBothModes(
        children(3),
        s -> {
          var parent = s.parent();
          var sent = new ArrayList<TaskMessage>();
          for (int n = 0; n < 60; n++) {
            sent.add(s.task(1 + n % 3, "task " + n));
          }
          parent.sendAll(sent);
          var own = s.sessions.child(s.id(), 1);
          var runs =
              List.of(
                  Background.run(() -> own.run(task -> Json.object("by", "us")).succeeded()),
                  Background.run(() -> actToTheEnd(s, 2)),
                  Background.run(() -> actToTheEnd(s, 3)));
          var gathered = parent.gather(LIMIT);
          parent.shutdown("over");
          runs.forEach(run -> assertEquals(20, run.join()));
          assertEquals(60, gathered.reports().size());
          for (var report : gathered.reports().values()) {
            assertEquals(
                report.childId() == 1 ? "us" : "hand", report.result().get("by").asString());
          }
          assertEquals(List.of(), s.list(s.keys.dead()));
          assertEquals(0, s.sessions.view(s.id()).tasksOpen());
        });
  }

  private static int actToTheEnd(Stage s, int child) {
    int done = 0;
    while (act(s, child).equals("task")) {
      done++;
    }
    return done;
  }

  @Test
  void mayHaveAWholeSessionToThemselves() {
    inBothModes(
        children(2),
        s -> {
          var runs =
              List.of(
                  Background.run(() -> actToTheEnd(s, 1)), Background.run(() -> actToTheEnd(s, 2)));
          for (int n = 0; n < 20; n++) {
            send(s, "task " + n, 1 + n % 2);
          }
          assertEquals(ParentMain.ids(20), popReports(s, 20));
          sendShutdown(s, 1);
          sendShutdown(s, 2);
          runs.forEach(run -> assertEquals(10, run.join()));
          var view = s.sessions.view(s.id());
          assertEquals(0, view.reportsWaiting() + view.tasksOpen() + view.deadLetters());
          assertTrue(s.sessions.cleanup(s.id()));
          assertEquals(0, s.redis.call("DBSIZE").integer());
        });
  }

  /** There is nobody who gathers, and who would look after the dead by it. */
  @Test
  void theChildrenOfAPlainParentLookAfterEachOther() {
    inBothModes(
        Stage.QUICK.withChildren(2),
        s -> {
          try (var victim = s.worker(1, 60_000);
              var sibling = s.sessions.child(s.id(), 2)) {
            victim.awaitLine("ready", LIMIT);
            for (int n = 0; n < 10; n++) {
              send(s, "task " + n, 1);
            }
            victim.awaitLine("task", LIMIT);
            var run = Background.run(() -> sibling.run(task -> Json.of("done")));
            victim.kill();
            assertEquals(ParentMain.ids(10), popReports(s, 10));
            sendShutdown(s, 2);
            assertEquals(10, run.join().succeeded());
            assertEquals(List.of(), s.waitingReports(), "no report comes twice");
            assertEquals(0, s.sessions.view(s.id()).tasksOpen());
          }
        });
  }

  @Test
  void aTaskSentByHandIsNotLostWithItsChild() {
    inBothModes(
        children(2),
        s -> {
          send(s, "a", 1);
          ChildSession.join(s.session, 1);
          s.takeFor(1);
          s.redis.call("ZADD", s.keys.leases(), "1", "1");
          var gathered = s.parent().gather(List.of("a"), LIMIT);
          assertEquals("error", gathered.reports().get("a").status());
        });
  }
}
