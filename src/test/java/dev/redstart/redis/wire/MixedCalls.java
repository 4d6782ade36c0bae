package dev.redstart.redis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.redis.Command;
import dev.redstart.redis.Connections;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Calls of every kind at random, each with a token of its own, and what must come of them. */
final class MixedCalls {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int PIPELINE_MAX = 30;
  private static final int PAUSE_NANOS_MAX = 200_000;

  private record Sent(Pending<String> pending, String token) {}

  private final AtomicLong tokens = new AtomicLong();
  private final AtomicLong results = new AtomicLong();
  private final Queue<Sent> unawaited = new ConcurrentLinkedQueue<>();
  private final Queue<CompletableFuture<Void>> futures = new ConcurrentLinkedQueue<>();
  private final Redis redis;
  private final boolean calm;

  /** {@code calm}: no connection breaks, so no call may say that one did. */
  MixedCalls(Redis redis, boolean calm) {
    this.redis = redis;
    this.calm = calm;
  }

  /** One thread's part, until then. */
  void play(Random random, long endNanos) {
    while (System.nanoTime() - endNanos < 0) {
      switch (random.nextInt(10)) {
        case 0 -> unawaited.add(send(random));
        case 1 -> pipeline(random);
        case 2 -> cancelOther();
        case 3 -> LockSupport.parkNanos(random.nextInt(PAUSE_NANOS_MAX));
        case 4 -> future(send(random));
        case 5 -> hasty(random);
        default -> calls(random);
      }
      // An interrupt that comes between the calls is none of theirs.
      Thread.interrupted();
    }
  }

  private Sent send(Random random) {
    var token = "token" + tokens.incrementAndGet();
    // One that the client may repeat by itself, and one that it may not.
    var echo =
        random.nextBoolean() ? Connections.echo(token) : Command.of("ECHO", token).map(Reply::text);
    return new Sent(redis.send(echo), token);
  }

  private void calls(Random random) {
    for (int i = random.nextInt(PIPELINE_MAX); i >= 0; i--) {
      var token = "token" + tokens.incrementAndGet();
      try {
        assertEquals(token, redis.call("ECHO", token).text());
        results.incrementAndGet();
      } catch (RedisException failed) {
        judge(failed);
      }
    }
  }

  private void pipeline(Random random) {
    var all = new ArrayList<Sent>();
    for (int i = random.nextInt(PIPELINE_MAX); i >= 0; i--) {
      all.add(send(random));
    }
    all.forEach(this::await);
  }

  private void await(Sent sent) {
    try {
      assertEquals(sent.token, sent.pending.await());
      results.incrementAndGet();
    } catch (RedisException failed) {
      judge(failed);
    }
  }

  /** The limit is so long that nobody may meet it: that would be a reply that nobody read. */
  private void judge(RedisException failed) {
    boolean left = failed instanceof RedisException.Interrupted;
    boolean broken = failed instanceof RedisException.Disconnected && !calm;
    assertTrue(left || broken, () -> "" + failed);
  }

  private void cancelOther() {
    var other = unawaited.poll();
    if (other != null) {
      other.pending.cancel();
      await(other);
    }
  }

  private void future(Sent sent) {
    var own = sent.pending.on(Runnable::run);
    futures.add(
        own.handle(
            (text, problem) -> {
              assertEquals(problem == null ? sent.token : null, text);
              return null;
            }));
  }

  /** Hardly time to be answered, or even to be sent. */
  private void hasty(Random random) {
    var token = "token" + tokens.incrementAndGet();
    var limit = Duration.ofNanos(1 + random.nextInt(2_000_000));
    try {
      assertEquals(token, redis.call(Command.of("ECHO", token).within(limit)).text());
      results.incrementAndGet();
    } catch (RedisException late) {
      assertFalse(late instanceof RedisException.Rejected, () -> "" + late);
    }
  }

  /** Call when all have played. */
  void check() {
    Eventually.within(
        LIMIT,
        "all that was sent and not awaited is done",
        () -> unawaited.stream().allMatch(sent -> sent.pending.isDone()));
    unawaited.forEach(this::await);
    CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new)).join();
    assertFalse(results.get() < tokens.get() / 10, results + " results of " + tokens);
  }
}
