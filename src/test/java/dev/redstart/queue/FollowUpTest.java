package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks that are pushed in the step in which another one is completed. */
class FollowUpTest {
  private final OneQueue q = OneQueue.open();

  @AfterEach
  void close() {
    q.close();
  }

  private static Push push(String id, double score) {
    return Push.of(OneQueue.task(id)).withScore(score);
  }

  private List<String> ready() {
    return OneQueue.ids(q.queue.range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 500));
  }

  @Test
  void theyComeWithTheCompletionAndItsResult() {
    q.push("a");
    var done =
        Outcome.done(Json.of(1))
            .then(
                push("c", 2),
                push("b", 1),
                Push.of(OneQueue.task("later")).withDelay(Duration.ofHours(1)));
    assertEquals(Settlement.COMPLETED, q.claim().settle(done));
    assertEquals(List.of("b", "c"), ready());
    assertEquals(TaskState.SCHEDULED, q.state("later"));
    assertEquals(Json.of(1), q.queue.result("a").orElseThrow());
    assertEquals(4, q.queue.stats().pushed());
  }

  @Test
  void withALostLeaseNoneIsPushed() {
    q.push("a");
    var former = q.claim();
    q.endLease("a");
    q.claim();
    var done = Outcome.done().then(OneQueue.task("b"));
    assertEquals(Settlement.LOST, former.settle(done));
    assertEquals(1, q.queue.size());
    assertTrue(q.queue.get("b").isEmpty());
  }

  @Test
  void aTaskMayFollowItself() {
    q.push("a");
    q.worker(
        WorkerOptions.defaults(),
        lease -> {
          int n = lease.task().payload().asInt();
          var done = Outcome.done(Json.of(n));
          return n < 20 ? done.then(Task.of("a", n + 1)) : done;
        });
    q.awaitSize(0);
    assertEquals(Json.of(20), q.queue.result("a").orElseThrow());
    assertEquals(20, q.queue.stats().completed());
  }

  @Test
  void aTaskThatFollowsItselfKeepsNothingOfItsLife() {
    q.push("a");
    q.queue.popAndHandle(task -> false);
    q.endPauses();
    var lease = q.claim();
    lease.checkpoint(Json.of(1));
    lease.progress(Json.of(1));
    lease.settle(Outcome.done().then(push("a", 7)));
    var next = q.get("a");
    assertEquals(TaskState.READY, next.state());
    assertEquals(7.0, next.score());
    assertEquals(0, next.attempts() + next.deliveries());
    assertTrue(next.checkpoint().isEmpty() && next.progress().isEmpty() && next.error().isEmpty());
  }

  @Test
  void oneThatFollowsTwoTasksIsThereOnce() {
    q.push("a", "b");
    var leases = q.queue.claim(2);
    for (var lease : leases) {
      lease.settle(Outcome.done().then(Task.of("c", lease.task().id())));
    }
    assertEquals(1, q.queue.size());
    assertEquals(Json.of("b"), q.get("c").task().payload());
  }

  @Test
  void soItIsWhenTheyEndInOneStep() {
    q.push("a", "b", "c");
    var stored = new StoredQueue(q.redis, q.keys, OneQueue.CALM);
    var endings =
        q.queue.claim(3).stream()
            .map(
                lease -> {
                  var id = lease.task().id();
                  // What follows b is a, which has just ended; what follows c is b.
                  var next = id.equals("a") ? "d" : id.equals("b") ? "a" : "b";
                  var done = Outcome.done().then(Task.of(next, id), Task.of("all", id));
                  return Ending.of(lease, done, OneQueue.CALM);
                })
            .toList();
    var round = new StoredQueue.Round("", endings, 10, false);
    var answer = stored.settle(round, Insistence.none());
    assertEquals(
        List.of(Settlement.COMPLETED, Settlement.COMPLETED, Settlement.COMPLETED),
        answer.settlements());
    assertEquals(
        List.of("a", "all", "b", "d"), answer.grants().stream().map(Grant::id).sorted().toList());
    assertEquals(Json.of("c"), q.get("all").task().payload());
    assertEquals(7, q.queue.stats().pushed());
  }

  @Test
  void oneThatIsLeasedOrDeadStaysAsItIs() {
    q.push("a", "leased", "dead");
    var leases = q.queue.claim(3);
    leases.get(2).settle(Outcome.dead("x"));
    leases.get(0).settle(Outcome.done().then(push("leased", 5), push("dead", 5)));
    assertEquals(TaskState.LEASED, q.state("leased"));
    assertEquals(TaskState.DEAD, q.state("dead"));
    assertEquals(Settlement.COMPLETED, leases.get(1).complete());
  }

  @Test
  void aFullBatchMayFollow() {
    q.push("a");
    var all = IntStream.range(0, 250).mapToObj(i -> push("t" + i, i)).toArray(Push[]::new);
    var tooMany = IntStream.range(0, 251).mapToObj(i -> push("t" + i, i)).toArray(Push[]::new);
    var lease = q.claim();
    assertThrows(IllegalArgumentException.class, () -> lease.settle(Outcome.done().then(tooMany)));
    assertEquals(Settlement.COMPLETED, lease.settle(Outcome.done().then(all)));
    assertEquals(IntStream.range(0, 250).mapToObj(i -> "t" + i).toList(), ready());
  }

  @Test
  void aTreeOfTasksIsDoneByTwoWorkers() {
    LeaseHandler handler =
        lease -> {
          var id = lease.task().id();
          return id.length() == 7
              ? Outcome.done()
              : Outcome.done().then(OneQueue.task(id + "l"), OneQueue.task(id + "r"));
        };
    q.worker(WorkerOptions.defaults().withConcurrency(4), handler);
    q.worker(q.elsewhere(OneQueue.CALM), WorkerOptions.defaults(), handler);
    q.push("t");
    Eventually.within(OneQueue.LIMIT, "all done", () -> q.queue.stats().completed() == 127);
    assertEquals(0, q.queue.size());
  }

  @Test
  void nullsAreRefusedByName() {
    TaskTest.assertNamed("result", () -> Outcome.done((JsonValue) null));
    TaskTest.assertNamed("follow", () -> Outcome.done().then((Push) null));
    TaskTest.assertNamed("why", () -> Outcome.retry(null));
    TaskTest.assertNamed("why", () -> Outcome.dead(null));
    TaskTest.assertNamed("pause", () -> Outcome.retry("x").after(null));
  }
}
