package dev.redstart.redis.client;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** What the tests of this package do again and again. */
final class Clients {
  static final Duration SECOND = Duration.ofSeconds(1);

  /** For what must happen, on a busy machine too. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private Clients() {}

  /** A test should not wait for ten seconds until something has failed. */
  static RedisOptions brisk(String url) {
    return RedisOptions.of(url).withTimeout(SECOND).withConnectTimeout(SECOND);
  }

  /** The sentence with which connecting fails; one second is the limit, two are the patience. */
  static RedisException.Unavailable refused(RedisOptions options) {
    long start = System.nanoTime();
    var refused =
        assertThrows(RedisException.Unavailable.class, () -> Redis.connect(options).close());
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(millis < 2_500, "took " + millis + " ms: " + refused.getMessage());
    assertFalse(refused.mayHaveRun());
    assertTrue(
        refused.getMessage().contains(options.address()),
        "names no address: " + refused.getMessage());
    return refused;
  }

  static void assertSays(Throwable problem, String... parts) {
    for (String part : parts) {
      assertTrue(
          problem.getMessage().contains(part),
          "should say '" + part + "': " + problem.getMessage());
    }
  }

  /** Nowhere: not in the causes, and not in what was suppressed. */
  static void assertHides(Throwable problem, String secret) {
    var all = everything(problem);
    assertFalse(all.contains(secret), "shows the secret: " + all);
  }

  static String everything(Throwable problem) {
    var text = new StringBuilder();
    for (Throwable each = problem; each != null; each = each.getCause()) {
      text.append(each).append('\n');
      for (Throwable other : each.getSuppressed()) {
        text.append(everything(other));
      }
    }
    return text.toString();
  }

  /** On a thread of its own, so that any number may wait at once. */
  static <T> CompletableFuture<T> async(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> daemon(task).start());
  }

  private static Thread daemon(Runnable task) {
    var thread = new Thread(task, "test-caller");
    thread.setDaemon(true);
    return thread;
  }

  /** What each brought, an exception in place of a result. Fails if one does not end. */
  static List<Object> outcomes(List<? extends CompletableFuture<?>> calls, Duration limit) {
    var all = CompletableFuture.allOf(calls.toArray(CompletableFuture<?>[]::new));
    Eventually.within(limit, "every call ends", all::isDone);
    var outcomes = new ArrayList<>();
    for (var call : calls) {
      outcomes.add(
          call.<Object>handle((result, problem) -> problem == null ? result : bare(problem))
              .join());
    }
    return outcomes;
  }

  private static Throwable bare(Throwable problem) {
    return problem instanceof CompletionException wrapped ? wrapped.getCause() : problem;
  }

  /** The client's own threads to that address. */
  static List<String> threads(RedisOptions options) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("redstart-") && name.endsWith(options.address()))
        .toList();
  }

  static void assertNoThreads(RedisOptions options) {
    Eventually.within(
        SECOND.multipliedBy(3), "no thread is left", () -> threads(options).isEmpty());
  }
}
