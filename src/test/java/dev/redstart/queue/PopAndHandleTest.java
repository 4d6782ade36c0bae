package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Seeds;
import dev.redstart.json.Json;
import dev.redstart.redis.Backoff;
import dev.redstart.redis.RedisException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PopAndHandleTest {
  private static final TaskHandler DONE = task -> true;

  private final OneQueue q = OneQueue.open();

  @AfterEach
  void close() {
    assertFalse(Thread.interrupted(), "a test left its thread interrupted");
    q.close();
  }

  private static PopOptions count(int count) {
    return PopOptions.defaults().withCount(count);
  }

  @Test
  void theExampleOfTheReadmeRunsAsWritten() {
    var queue = TaskQueue.of(q.redis, "demo:ss:q");
    queue.clear();
    queue.push(new Task("t1", Json.parse("{\"x\":1}")), 1);
    queue.push(new Task("t2", Json.parse("{\"x\":2}")), 2);
    var handled = queue.popAndHandle(task -> true, 2);
    assertEquals(List.of("t1", "t2"), OneQueue.ids(handled));
    assertEquals(Json.parse("{\"x\":2}"), handled.get(1).payload());
    assertEquals(0, queue.size());
  }

  @Test
  void withoutACountItTakesOne() {
    q.push("a", "b");
    assertEquals(List.of("a"), OneQueue.ids(q.queue.popAndHandle(DONE)));
    assertEquals(1, q.queue.size());
  }

  @Test
  void itEndsWhenNoneIsReady() {
    assertEquals(List.of(), q.queue.popAndHandle(DONE, 5));
    q.push("a", "b");
    assertEquals(List.of("a", "b"), OneQueue.ids(q.queue.popAndHandle(DONE, 5)));
  }

  @Test
  void aCountBelowOneIsRefused() {
    q.push("a");
    for (int count : List.of(0, -1, Integer.MIN_VALUE)) {
      assertThrows(IllegalArgumentException.class, () -> q.queue.popAndHandle(DONE, count));
    }
    assertEquals(TaskState.READY, q.state("a"));
  }

  @Test
  void highestFirstKeepsEqualOnesInTheirOrder() {
    record Pushed(String id, int score) {}
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          var all = new ArrayList<Pushed>();
          for (int i = 0; i < 60; i++) {
            all.add(new Pushed("t" + random.nextInt(1_000_000), random.nextInt(5) - 2));
          }
          all.forEach(each -> q.queue.push(OneQueue.task(each.id()), each.score()));
          all.sort(Comparator.comparing(Pushed::score).reversed());
          var options = count(1000).withHighestFirst();
          var handled = OneQueue.ids(q.queue.popAndHandle(DONE, options));
          assertEquals(all.stream().map(Pushed::id).distinct().toList(), handled);
        });
  }

  @Test
  void highestFirstKnowsInfinity() {
    q.queue.push(OneQueue.task("low"), Double.NEGATIVE_INFINITY);
    q.queue.push(OneQueue.task("high"), Double.POSITIVE_INFINITY);
    q.queue.push(OneQueue.task("zero"), -0.0);
    var handled = q.queue.popAndHandle(DONE, count(5).withHighestFirst());
    assertEquals(List.of("high", "zero", "low"), OneQueue.ids(handled));
  }

  @Test
  void falseIsAFailure() {
    q.push("a", "b");
    var failed = new ArrayList<String>();
    var options = count(2).withOnFailure((task, why) -> failed.add(task.id() + " " + why));
    var handled = q.queue.popAndHandle(task -> task.id().equals("b"), options);
    assertEquals(List.of("b"), OneQueue.ids(handled));
    assertEquals(List.of("a the handler returned false"), failed);
    var waits = q.get("a");
    assertEquals(1, waits.attempts());
    assertEquals("the handler returned false", waits.error().orElseThrow());
  }

  @Test
  void anExceptionIsAFailureAndTheNextTaskIsTaken() {
    q.push("a", "b", "c");
    var failed = new ArrayList<String>();
    TaskHandler handler =
        task -> {
          if (task.id().equals("b")) {
            throw new IOException("no network");
          }
          return true;
        };
    var options = count(3).withOnFailure((task, why) -> failed.add(task.id() + " " + why));
    assertEquals(List.of("a", "c"), OneQueue.ids(q.queue.popAndHandle(handler, options)));
    assertEquals(List.of("b IOException: no network"), failed);
    assertEquals("IOException: no network", q.get("b").error().orElseThrow());
  }

  @Test
  void anErrorReachesTheCallerAndTheTaskIsTriedAgain() {
    q.push("a", "b");
    var error = new StackOverflowError("deep");
    var thrown =
        assertThrows(
            StackOverflowError.class,
            () ->
                q.queue.popAndHandle(
                    task -> {
                      throw error;
                    },
                    2));
    assertSame(error, thrown);
    assertEquals(1, q.get("a").attempts());
    assertEquals("StackOverflowError: deep", q.get("a").error().orElseThrow());
    assertEquals(TaskState.SCHEDULED, q.state("a"));
    assertEquals(TaskState.READY, q.state("b"));
  }

  @Test
  void anExceptionThatCannotSayItsMessageIsAFailureToo() {
    class Mute extends RuntimeException {
      private static final long serialVersionUID = 1L;

      @Override
      public String getMessage() {
        throw new IllegalStateException("no message");
      }
    }

    q.push("a", "b");
    TaskHandler handler =
        task -> {
          if (task.id().equals("a")) {
            throw new Mute();
          }
          return true;
        };
    assertEquals(List.of("b"), OneQueue.ids(q.queue.popAndHandle(handler, 2)));
    assertEquals(1, q.get("a").attempts());
  }

  @Test
  void aHookThatThrowsIsHeardAfterTheFailureIsWrittenDown() {
    q.push("a", "b");
    var options =
        count(2)
            .withOnFailure(
                (task, why) -> {
                  throw new IllegalArgumentException("hook");
                });
    var thrown =
        assertThrows(
            IllegalArgumentException.class, () -> q.queue.popAndHandle(task -> false, options));
    assertEquals("hook", thrown.getMessage());
    assertEquals(TaskState.SCHEDULED, q.state("a"));
    assertEquals(1, q.get("a").attempts());
    assertEquals(TaskState.READY, q.state("b"));
    q.endPauses();
    assertEquals(List.of("a", "b"), OneQueue.ids(q.queue.popAndHandle(DONE, 2)));
  }

  @Test
  void theHookIsToldBeforeTheNextTaskIsTaken() {
    q.push("a", "b");
    var states = new ArrayList<TaskState>();
    var options = count(2).withOnFailure((task, why) -> states.add(q.state("b")));
    q.queue.popAndHandle(task -> task.id().equals("b"), options);
    assertEquals(List.of(TaskState.READY), states);
  }

  @Test
  void theHookIsNotToldOfWhatWasCancelledOrLost() {
    q.push("cancelled", "removed", "failed");
    var told = new ArrayList<String>();
    TaskHandler handler =
        task -> {
          q.queue.cancel(task.id().equals("cancelled") ? task.id() : "nobody");
          q.queue.remove(task.id().equals("removed") ? task.id() : "nobody");
          return false;
        };
    var options = count(3).withOnFailure((task, why) -> told.add(task.id()));
    assertEquals(List.of(), q.queue.popAndHandle(handler, options));
    assertEquals(List.of("failed"), told);
    assertEquals(1, q.queue.size());
  }

  @Test
  void whoIsInterruptedBeforeTakesNothing() {
    q.push("a");
    Thread.currentThread().interrupt();
    var thrown =
        assertThrows(RedisException.Interrupted.class, () -> q.queue.popAndHandle(DONE, 1));
    assertFalse(thrown.mayHaveRun());
    assertTrue(Thread.interrupted(), "the flag is set again");
    assertEquals(TaskState.READY, q.state("a"));
  }

  @Test
  void whoIsInterruptedInHisHandlerCompletesThisTaskAndTakesNoOther() {
    q.push("a", "b");
    TaskHandler handler =
        task -> {
          Thread.currentThread().interrupt();
          return true;
        };
    assertEquals(List.of("a"), OneQueue.ids(q.queue.popAndHandle(handler, 2)));
    assertTrue(Thread.interrupted(), "the flag is set again");
    assertEquals(List.of("b"), OneQueue.ids(q.queue.range(0, 9, 9)));
  }

  @Test
  void whoseHandlerIsInterruptedHandsTheTaskBackUncounted() {
    q.push("a", "b");
    var failed = new AtomicInteger();
    TaskHandler handler =
        task -> {
          Thread.currentThread().interrupt();
          throw new InterruptedException("stop");
        };
    var options = count(2).withOnFailure((task, why) -> failed.incrementAndGet());
    assertEquals(List.of(), q.queue.popAndHandle(handler, options));
    assertTrue(Thread.interrupted(), "the flag is set again");
    assertEquals(0, failed.get());
    var back = q.get("a");
    assertEquals(TaskState.READY, back.state());
    assertEquals(0, back.attempts() + back.deliveries());
    assertEquals(List.of("a", "b"), OneQueue.ids(q.queue.range(0, 9, 9)));
  }

  @Test
  void whatFailsIsTriedAgainUntilItIsDead() {
    var queue = q.elsewhere(OneQueue.CALM.withAttempts(3));
    q.push("a");
    var tries = new AtomicInteger();
    for (int i = 1; i <= 3; i++) {
      queue.popAndHandle(
          task -> {
            throw new IOException("try " + tries.incrementAndGet());
          });
      assertEquals(i, q.get("a").attempts());
      assertEquals("IOException: try " + i, q.get("a").error().orElseThrow());
      assertEquals(i < 3 ? TaskState.SCHEDULED : TaskState.DEAD, q.state("a"));
      q.endPauses();
    }
    assertEquals(List.of(), queue.popAndHandle(DONE));
    assertEquals(3, tries.get());
    assertEquals(0, q.queue.size());
    assertEquals(3, q.get("a").deliveries());
  }

  @Test
  void oneAttemptMeansNoSecond() {
    var queue = q.elsewhere(OneQueue.CALM.withAttempts(1));
    q.push("a");
    queue.popAndHandle(task -> false);
    assertEquals(TaskState.DEAD, q.state("a"));
  }

  @Test
  void aPauseEndsByItself() {
    var backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));
    var queue = q.elsewhere(OneQueue.CALM.withBackoff(backoff));
    q.push("a");
    queue.popAndHandle(task -> false);
    assertEquals(List.of(), queue.popAndHandle(DONE), "not before its pause is over");
    Eventually.within(
        OneQueue.LIMIT, "its pause is over", () -> queue.popAndHandle(DONE).size() == 1);
  }

  @Test
  void pausesDouble() {
    var backoff = new Backoff(Duration.ofSeconds(10), Duration.ofSeconds(50));
    var queue = q.elsewhere(OneQueue.CALM.withBackoff(backoff));
    q.push("a");
    for (long longest : List.of(10_000L, 20_000L, 40_000L, 50_000L)) {
      queue.popAndHandle(task -> false);
      assertPause("a", longest / 2, longest);
      q.endPauses();
    }
  }

  private void assertPause(String id, long min, long max) {
    var retried =
        q.events().stream()
            .filter(event -> event.name().equals("retried") && event.taskId().equals(id))
            .reduce((one, other) -> other)
            .orElseThrow();
    long pause = Long.parseLong(retried.details().get("at")) - retried.id().millis();
    assertTrue(pause >= min - 1 && pause <= max + 1, min + " <= " + pause + " <= " + max);
  }

  @Test
  void aLongReasonIsCutAndHalfASurrogateIsNoObstacle() {
    q.push("a");
    q.queue.popAndHandle(
        task -> {
          throw new IOException("x".repeat(1986) + "\ud83d\ude00" + "y".repeat(1_000_000));
        });
    var why = q.get("a").error().orElseThrow();
    assertEquals("IOException: " + "x".repeat(1986) + "?", why);
  }

  @Test
  void anExceptionWithoutAMessageIsItsName() {
    q.push("a");
    q.queue.popAndHandle(
        task -> {
          throw new UnsupportedOperationException();
        });
    assertEquals("UnsupportedOperationException", q.get("a").error().orElseThrow());
  }

  @Test
  void aHandlerMayUseTheQueue() {
    q.push("a");
    TaskHandler handler =
        task -> {
          q.push(task.id() + "1");
          return q.queue.popAndHandle(DONE).size() == 1;
        };
    assertEquals(List.of("a"), OneQueue.ids(q.queue.popAndHandle(handler)));
    assertEquals(0, q.queue.size());
  }

  @Test
  void nullsAreRefusedBeforeAnyTaskIsTaken() {
    q.push("a");
    TaskTest.assertNamed("handler", () -> q.queue.popAndHandle(null));
    TaskTest.assertNamed("options", () -> q.queue.popAndHandle(DONE, null));
    TaskTest.assertNamed("onFailure", () -> PopOptions.defaults().withOnFailure(null));
    assertEquals(TaskState.READY, q.state("a"));
  }
}
