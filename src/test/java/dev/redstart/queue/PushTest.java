package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Seeds;
import dev.redstart.json.Json;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PushTest {
  private static final double LOWEST = Double.NEGATIVE_INFINITY;
  private static final double HIGHEST = Double.POSITIVE_INFINITY;

  private final OneQueue q = OneQueue.open();

  @AfterEach
  void close() {
    q.close();
  }

  private static Push push(String id, double score) {
    return Push.of(OneQueue.task(id)).withScore(score);
  }

  private List<String> popAll() {
    return OneQueue.ids(q.queue.popAndHandle(task -> true, 1_000_000));
  }

  private List<String> order() {
    return OneQueue.ids(q.queue.range(LOWEST, HIGHEST, TaskQueue.PAGE_MAX));
  }

  @Test
  void lowerScoresComeFirstAndEqualOnesInTheirOrder() {
    var pushes = new ArrayList<Push>();
    for (int i = 0; i < 400; i++) {
      // Ids that sort against the order of the pushes, and scores that repeat.
      pushes.add(push("%03d".formatted(999 - i), i % 7 - 3));
    }
    q.queue.push(pushes);
    var expected = new ArrayList<>(pushes);
    expected.sort(Comparator.comparing(push -> (999 - Integer.parseInt(push.task().id())) % 7));
    assertEquals(expected.stream().map(push -> push.task().id()).toList(), popAll());
  }

  @Test
  void everyDoubleIsAScore() {
    var scores =
        new ArrayList<>(
            List.of(
                LOWEST,
                -Double.MAX_VALUE,
                -9.007199254740993e15,
                -1.5,
                -Double.MIN_VALUE,
                Double.MIN_VALUE,
                0.1 + 0.2,
                9.007199254740993e15,
                1.7e18,
                Double.MAX_VALUE,
                HIGHEST));
    var shuffled = new ArrayList<>(scores);
    Seeds.check(
        seed -> {
          Collections.shuffle(shuffled, new Random(seed));
          shuffled.forEach(score -> q.queue.push(push("s" + score, score)));
          var page = q.queue.range(LOWEST, HIGHEST, 100);
          assertEquals(scores, page.tasks().stream().map(QueuedTask::score).toList());
          scores.forEach(score -> assertEquals(score, q.get("s" + score).score()));
          assertEquals(scores.stream().map(score -> "s" + score).toList(), popAll());
        });
  }

  @Test
  void negativeZeroIsZero() {
    q.queue.push(List.of(push("a", 0.0), push("b", -0.0), push("c", 0.0), push("d", -0.0)));
    assertEquals(List.of("a", "b", "c", "d"), order());
    assertEquals(List.of("a", "b", "c", "d"), OneQueue.ids(q.queue.range(-0.0, 0.0, 9)));
    assertEquals(List.of("a", "b", "c", "d"), popAll());
  }

  @Test
  void notANumberIsRefusedBeforeAnythingIsSent() {
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> q.queue.push(OneQueue.task("a"), Double.NaN));
    assertTrue(refused.getMessage().startsWith("score:"), refused.getMessage());
    assertEquals(0, q.redis.call(Server.dbSize()));
  }

  @Test
  void theDefaultScoreIsRedisTimeInSeconds() {
    var before = q.redis.call(Server.time());
    q.queue.push(OneQueue.task("a"));
    q.queue.push(OneQueue.task("b"));
    var after = q.redis.call(Server.time());
    double score = q.get("a").score();
    assertTrue(score >= before.toEpochMilli() / 1000.0 - 0.001, () -> before + " " + score);
    assertTrue(score <= after.toEpochMilli() / 1000.0, () -> after + " " + score);
    assertEquals(List.of("a", "b"), order());
  }

  @Test
  void anIdThatWaitsIsRescoredAndNotDoubled() {
    q.push("a", "b");
    var again = new Task("a", Json.of("new"), Json.object("m", 1));
    assertEquals(Pushed.RESCORED, q.queue.push(again, 2));
    assertEquals(2, q.queue.size());
    assertEquals(List.of("b", "a"), order());
    assertEquals(again, q.get("a").task());
    assertEquals(2.0, q.get("a").score());
    assertEquals(List.of("b", "a"), popAll());
    assertEquals(2, q.queue.stats().pushed());
  }

  @Test
  void whoIsRescoredKeepsHisTurnAmongEquals() {
    q.push("a", "b", "c");
    q.queue.push(OneQueue.task("a"), 5);
    q.queue.push(OneQueue.task("a"), 1);
    assertEquals(List.of("a", "b", "c"), popAll());
  }

  @Test
  void anIdThatIsScheduledGetsTheNewTime() {
    var far = Instant.now().plus(Duration.ofDays(2));
    assertEquals(Pushed.ADDED, q.queue.push(OneQueue.task("a"), 1, far));
    assertEquals(TaskState.SCHEDULED, q.state("a"));
    assertEquals(far.toEpochMilli(), q.get("a").time().orElseThrow().toEpochMilli());
    var farther = far.plusSeconds(60);
    assertEquals(Pushed.RESCORED, q.queue.push(OneQueue.task("a"), 1, farther));
    assertEquals(farther.toEpochMilli(), q.get("a").time().orElseThrow().toEpochMilli());
    assertEquals(Pushed.RESCORED, q.queue.push(OneQueue.task("a"), 1));
    assertEquals(TaskState.READY, q.state("a"));
    assertEquals(Pushed.RESCORED, q.queue.push(OneQueue.task("a"), 1, far));
    assertEquals(TaskState.SCHEDULED, q.state("a"));
    assertEquals(1, q.queue.size());
    assertEquals(List.of(), popAll());
  }

  @Test
  void anIdThatIsLeasedOrDeadStaysAsItIs() {
    q.push("leased");
    q.push("dead");
    var leases = q.queue.claim(2);
    leases.get(1).settle(Outcome.dead("x"));
    var other = List.of("leased", "dead").stream().map(id -> Task.of(id, "other")).toList();
    assertEquals(Pushed.LEASED, q.queue.push(other.get(0), 9));
    assertEquals(Pushed.DEAD, q.queue.push(other.get(1), 9));
    for (var id : List.of("leased", "dead")) {
      assertEquals(OneQueue.task(id), q.get(id).task());
      assertEquals(1.0, q.get(id).score());
    }
    assertEquals(TaskState.LEASED, q.state("leased"));
    assertEquals(TaskState.DEAD, q.state("dead"));
    assertEquals(Settlement.COMPLETED, leases.get(0).complete());
  }

  @Test
  void anIdThatWasDoneIsNewAgain() {
    q.push("a");
    popAll();
    assertEquals(Pushed.ADDED, q.queue.push(OneQueue.task("a"), 1));
    assertEquals(List.of("a"), popAll());
    assertEquals(2, q.queue.stats().pushed());
  }

  @Test
  void aBatchAnswersForEachInItsOrder() {
    q.push("waits", "leased");
    q.queue.remove("waits");
    q.queue.claim(1);
    q.push("waits");
    var states =
        q.queue.push(
            List.of(push("leased", 1), push("new", 1), push("waits", 3), push("newer", 0)));
    assertEquals(List.of(Pushed.LEASED, Pushed.ADDED, Pushed.RESCORED, Pushed.ADDED), states);
    assertEquals(List.of("newer", "new", "waits"), order());
  }

  @Test
  void anIdThatComesTwiceInABatchIsRescored() {
    var states = q.queue.push(List.of(push("a", 1), push("b", 2), push("a", 3), push("a", 4)));
    assertEquals(List.of(Pushed.ADDED, Pushed.ADDED, Pushed.RESCORED, Pushed.RESCORED), states);
    assertEquals(List.of("b", "a"), order());
    assertEquals(4.0, q.get("a").score());
  }

  @Test
  void aBatchOfAnySizeKeepsItsOrder() {
    for (int size : List.of(1, 99, 100, 101, 1_501)) {
      var ids = IntStream.range(0, size).mapToObj(i -> size + "-" + (size - i)).toList();
      var states = q.queue.push(ids.stream().map(id -> push(id, 1)).toList());
      assertEquals(size, states.stream().filter(Pushed.ADDED::equals).count());
      assertEquals(ids, popAll());
    }
    assertEquals(List.of(), q.queue.push(List.of()));
  }

  @Test
  void aBatchOfLargeTasksIsCutBySize() {
    var text = "x".repeat(200_000);
    var pushes =
        Stream.of("a", "b", "c", "d", "e", "f", "g")
            .map(id -> Push.of(Task.of(id, text)).withScore(1))
            .toList();
    assertEquals(Collections.nCopies(7, Pushed.ADDED), q.queue.push(pushes));
    assertEquals(List.of("a", "b", "c", "d", "e", "f", "g"), order());
    assertEquals(text, q.get("g").task().payload().asString());
  }

  @Test
  void aBatchIsOneRoundTrip() {
    q.push("a");
    var calls = calls();
    q.queue.push(IntStream.range(0, 100).mapToObj(i -> push("t" + i, i)).toList());
    assertEquals(calls + 1, calls());
  }

  private long calls() {
    var stats = Admin.info(q.redis, "commandstats").get("cmdstat_evalsha");
    return Long.parseLong(stats.replaceAll("calls=(\\d+),.*", "$1"));
  }

  @Test
  void aTaskOverTheLimitIsRefusedAndNothingOfItsBatchIsSent() {
    var queue = q.elsewhere(OneQueue.CALM.withPayloadBytes(100));
    int frame = "{\"id\":\"a\",\"payload\":\"\",\"meta\":{}}".length();
    assertEquals(Pushed.ADDED, queue.push(Task.of("a", "x".repeat(100 - frame))));
    var large = Push.of(Task.of("b", "é".repeat((100 - frame) / 2 + 1)));
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> queue.push(List.of(push("c", 1), large)));
    assertEquals("task b: must be at most 100 bytes as JSON, was 101", refused.getMessage());
    assertEquals(List.of("a"), order());
  }

  @Test
  void aMebibyteIsTheDefaultLimit() {
    int frame = "{\"id\":\"a\",\"payload\":\"\",\"meta\":{}}".length();
    q.queue.push(Task.of("a", "x".repeat((1 << 20) - frame)));
    assertEquals((1 << 20) - frame, q.claim().task().payload().asString().length());
    assertThrows(
        IllegalArgumentException.class,
        () -> q.queue.push(Task.of("b", "x".repeat((1 << 20) - frame + 1))));
  }

  @Test
  void idsMayBeStrange() {
    var ids =
        List.of(
            "a b",
            " a",
            "a\nb",
            "{a}",
            "}",
            "0123456789abcdef",
            "0123456789abcdef0123456789abcdef",
            "error a",
            "\u0000\u0000a",
            "\u2003",
            "é\ud83d\ude00",
            "foreign:x",
            "%s%d",
            "x".repeat(1024));
    ids.forEach(id -> assertEquals(Pushed.ADDED, q.queue.push(OneQueue.task(id), 1), id));
    assertEquals(ids, order());
    for (var id : ids) {
      assertEquals(OneQueue.task(id), q.get(id).task());
      var lease = q.claim();
      assertEquals(id, lease.task().id());
      lease.checkpoint(Json.of(id));
      assertEquals(id, q.get(id).checkpoint().orElseThrow().asString());
      lease.settle(Outcome.dead(id));
      assertEquals(id, q.get(id).error().orElseThrow());
    }
    assertEquals(
        ids,
        OneQueue.ids(q.queue.list(TaskState.DEAD, 100)).stream()
            .sorted(Comparator.comparing(ids::indexOf))
            .toList());
    assertEquals(ids.size(), q.queue.requeue(ids));
    assertEquals(ids, popAll());
  }

  @Test
  void keysThatShareASlotByTheirBracesAreTaken() {
    for (var key : List.of("{eu}:jobs", "a{b}c", "{a{b}}", "a b", "\u00e9")) {
      var queue = TaskQueue.of(q.redis, key);
      queue.push(OneQueue.task("a"), 1);
      assertEquals(1, queue.popAndHandle(task -> true).size(), key);
      assertEquals(key, queue.key());
      queue.clear();
    }
    assertEquals(0, q.redis.call(Server.dbSize()));
  }

  @Test
  void keysThatCouldSplitOverSlotsAreRefused() {
    for (var key : List.of("a}b", "a{b", "{}a", "}{", "{a}}", "", " ")) {
      var refused =
          assertThrows(IllegalArgumentException.class, () -> TaskQueue.of(q.redis, key), key);
      assertTrue(refused.getMessage().startsWith("key:"), refused.getMessage());
    }
  }

  @Test
  void aTimeThatIsOverIsNow() {
    q.queue.push(OneQueue.task("a"), 1, Instant.EPOCH.minusSeconds(5));
    q.queue.push(Push.of(OneQueue.task("b")).withScore(1).withDelay(Duration.ZERO));
    assertEquals(List.of("a", "b"), popAll());
  }

  @Test
  void aTimeMayBeFarAway() {
    var far = Instant.parse("+200000000-01-01T00:00:00Z");
    q.queue.push(OneQueue.task("a"), 1, far);
    q.queue.push(Push.of(OneQueue.task("b")).withDelay(Duration.ofSeconds(Long.MAX_VALUE)));
    assertEquals(List.of(), popAll());
    assertEquals(2, q.queue.stats().scheduled());
    assertTrue(q.get("a").time().orElseThrow().isAfter(Instant.parse("+100000-01-01T00:00:00Z")));
    assertThrows(
        IllegalArgumentException.class, () -> q.queue.push(OneQueue.task("c"), 1, Instant.MAX));
    var negative = Duration.ofMillis(-1);
    assertThrows(
        IllegalArgumentException.class, () -> Push.of(OneQueue.task("c")).withDelay(negative));
  }

  @Test
  void aDelayIsRoundedUpAndCountsFromThePush() {
    var before = q.redis.call(Server.time());
    q.queue.push(Push.of(OneQueue.task("a")).withDelay(Duration.ofHours(1)));
    var time = q.get("a").time().orElseThrow();
    assertFalse(time.isBefore(before.plusSeconds(3600).minusMillis(1)), () -> before + " " + time);
    assertFalse(time.isAfter(q.redis.call(Server.time()).plusSeconds(3600)), time::toString);
  }

  @Test
  void pushesAreRefusedBeforeAnyIsSentIfOneIsNull() {
    TaskTest.assertNamed("task", () -> q.queue.push((Task) null));
    TaskTest.assertNamed("push", () -> q.queue.push((Push) null));
    TaskTest.assertNamed("pushes", () -> q.queue.push((List<Push>) null));
    assertEquals(0, q.redis.call(Server.dbSize()));
  }
}
