package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Walking through a queue without taking anything. */
class TaskPageTest {
  private static final double LOWEST = Double.NEGATIVE_INFINITY;
  private static final double HIGHEST = Double.POSITIVE_INFINITY;

  private final OneQueue q = OneQueue.open();

  @AfterEach
  void close() {
    q.close();
  }

  private List<String> walk(double min, double max, int limit) {
    var all = new ArrayList<String>();
    var page = q.queue.range(min, max, limit);
    all.addAll(OneQueue.ids(page));
    while (page.cursor().isPresent()) {
      page = q.queue.range(min, max, limit, page.cursor().get());
      assertTrue(page.tasks().size() <= limit);
      all.addAll(OneQueue.ids(page));
      assertTrue(all.size() < 1000, "it goes in circles");
    }
    return all;
  }

  @Test
  void aRangeIncludesBothItsEnds() {
    for (double score : List.of(-1.0, 0.0, 1.0, 2.0, 3.0)) {
      q.queue.push(OneQueue.task("" + score), score);
    }
    assertEquals(List.of("0.0", "1.0", "2.0"), walk(0, 2, 10));
    assertEquals(List.of("-1.0", "0.0"), walk(LOWEST, 0.5, 10));
    assertEquals(List.of("3.0"), walk(2.5, HIGHEST, 10));
    assertEquals(List.of(), walk(2, 1, 10));
    assertEquals(List.of(), walk(5, 9, 10));
    assertEquals(List.of(), walk(HIGHEST, LOWEST, 10));
    assertEquals(5, q.queue.size());
  }

  @Test
  void pagesJoinWithoutAGapOrAnOverlapWhateverTheScores() {
    Seeds.check(
        seed -> {
          record Pushed(String id, double score) {}
          var random = new Random(seed);
          var all = new ArrayList<Pushed>();
          for (int i = 0; i < 120; i++) {
            all.add(new Pushed("t" + random.nextInt() + " " + i, (random.nextInt(7) - 3) / 3.0));
          }
          all.forEach(each -> q.queue.push(OneQueue.task(each.id()), each.score()));
          all.sort(Comparator.comparing(Pushed::score));
          for (int limit : List.of(1, 7, 120, 121, 500)) {
            assertEquals(
                all.stream()
                    .filter(each -> each.score() >= -2 / 3.0 && each.score() <= 1 / 3.0)
                    .map(Pushed::id)
                    .toList(),
                walk(-2 / 3.0, 1 / 3.0, limit),
                "pages of " + limit);
          }
        });
  }

  @Test
  void aPageGoesOnWhereTheLastOneEndedThoughItsTasksHaveGone() {
    var ids = IntStream.range(0, 20).mapToObj(i -> "t" + i).toArray(String[]::new);
    q.push(ids);
    var page = q.queue.range(1, 1, 5);
    q.queue.popAndHandle(task -> true, 7);
    assertEquals(
        List.of("t7", "t8", "t9"), OneQueue.ids(q.queue.range(1, 1, 3, page.cursor().get())));
    assertEquals(13, q.queue.size(), "looking leaves nothing behind");
    q.queue.popAndHandle(task -> true, 13);
    assertEquals(List.of(), q.queue.range(1, 1, 3, page.cursor().get()).tasks());
    assertEquals(0, q.queue.size());
    assertFalse(q.allKeys().contains(q.keys.ready()));
  }

  @Test
  void aPageGoesOnWhereTheLastOneEndedThoughItsLastTaskWasRescored() {
    q.push("a", "b", "c", "d");
    var cursor = q.queue.range(0, 50, 2).cursor().orElseThrow();
    q.queue.push(OneQueue.task("b"), 40);
    assertEquals(List.of("c", "d", "b"), OneQueue.ids(q.queue.range(0, 50, 9, cursor)));
    assertEquals(40.0, q.get("b").score());
    q.queue.push(OneQueue.task("b"), 0.5);
    assertEquals(List.of("c", "d"), OneQueue.ids(q.queue.range(0, 50, 9, cursor)));
    assertEquals(0.5, q.get("b").score());
    assertEquals(List.of("b", "a", "c", "d"), walk(0, 50, 9));
  }

  @Test
  void theLastPageHasNoCursor() {
    q.push("a", "b");
    assertEquals(Optional.empty(), q.queue.range(0, 9, 3).cursor());
    assertEquals(Optional.empty(), q.queue.range(0, 9, 2).cursor());
    assertTrue(q.queue.range(0, 9, 1).cursor().isPresent());
    assertEquals(Optional.empty(), q.queue.range(0, 0.5, 1).cursor());
    q.queue.push(OneQueue.task("c"), 10);
    assertEquals(Optional.empty(), q.queue.range(0, 9, 2).cursor(), "c is of no such page");
  }

  @Test
  void aPageOfLargeTasksIsShorter() {
    var ids = List.of("a", "b", "c", "d", "e", "f", "g");
    ids.forEach(id -> q.queue.push(Task.of(id, "x".repeat(1_000_000)), 1));
    int first = q.queue.range(0, 9, 500).tasks().size();
    assertTrue(first >= 1 && first < 7, "on the first page: " + first);
    assertEquals(ids, walk(0, 9, 500));
  }

  @Test
  void theLimitIsOneToFiveHundred() {
    for (int limit : List.of(0, -1, TaskQueue.PAGE_MAX + 1)) {
      assertThrows(IllegalArgumentException.class, () -> q.queue.range(0, 1, limit));
      assertThrows(IllegalArgumentException.class, () -> q.queue.list(TaskState.READY, limit));
    }
    assertThrows(IllegalArgumentException.class, () -> q.queue.range(Double.NaN, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> q.queue.range(1, Double.NaN, 1));
  }

  @Test
  void aCursorThatIsNoneIsRefused() {
    q.push("a");
    for (var cursor :
        List.of("", "x", "_", "1_", "_YQ", "x_YQ", "nan_YQ", "1_%", "1 2_YQ", "1,5_YQ")) {
      var refused =
          assertThrows(
              IllegalArgumentException.class, () -> q.queue.range(0, 9, 9, cursor), cursor);
      assertTrue(refused.getMessage().startsWith("cursor:"), refused.getMessage());
    }
    assertEquals(List.of("a"), walk(0, 9, 9));
  }

  @Test
  void eachStateIsListedInItsOrder() {
    var queue = q.elsewhere(OneQueue.CALM);
    for (int i = 0; i < 3; i++) {
      var delay = Duration.ofHours(9 - i);
      queue.push(Push.of(OneQueue.task("later" + i)).withDelay(delay).withScore(i));
    }
    q.push("l1", "l2", "d1", "d2", "r2");
    q.queue.push(OneQueue.task("r1"), 0);
    var leases = new ArrayList<Lease>();
    q.queue.pause();
    q.queue.resume();
    for (var id : List.of("r1", "l1", "l2", "d1", "d2")) {
      var lease = queue.claim(1).get(0);
      assertEquals(id, lease.task().id());
      leases.add(lease);
    }
    leases.get(0).close();
    leases.get(4).settle(Outcome.dead("x"));
    leases.get(3).settle(Outcome.dead("y"));
    q.redis.call("ZADD", q.keys.dead(), "5", "d2");
    assertEquals(List.of("r1", "r2"), list(TaskState.READY));
    assertEquals(List.of("later2", "later1", "later0"), list(TaskState.SCHEDULED));
    assertEquals(List.of("l1", "l2"), list(TaskState.LEASED).stream().sorted().toList());
    assertEquals(List.of("d2", "d1"), list(TaskState.DEAD));
    for (var state : TaskState.values()) {
      var listed = q.queue.list(state, 9).tasks();
      listed.forEach(each -> assertEquals(each, withoutNotes(q.get(each.task().id()))));
      listed.forEach(each -> assertEquals(state, each.state()));
    }
  }

  private static QueuedTask withoutNotes(QueuedTask it) {
    return new QueuedTask(
        it.task(),
        it.state(),
        it.score(),
        it.time(),
        it.attempts(),
        it.deliveries(),
        it.worker(),
        it.cancelled(),
        it.error(),
        Optional.empty(),
        Optional.empty());
  }

  private List<String> list(TaskState state) {
    var one = q.queue.list(state, 1);
    var all = new ArrayList<>(OneQueue.ids(one));
    while (one.cursor().isPresent()) {
      one = q.queue.list(state, 1, one.cursor().get());
      all.addAll(OneQueue.ids(one));
      assertTrue(all.size() < 1000, "it goes in circles");
    }
    return all;
  }

  @Test
  void nullsAreRefusedByName() {
    TaskTest.assertNamed("cursor", () -> q.queue.range(0, 1, 1, null));
    TaskTest.assertNamed("cursor", () -> q.queue.list(TaskState.DEAD, 1, null));
    TaskTest.assertNamed("state", () -> q.queue.list(null, 1));
    TaskTest.assertNamed("id", () -> q.queue.get(null));
    TaskTest.assertNamed("id", () -> q.queue.result(null));
  }
}
