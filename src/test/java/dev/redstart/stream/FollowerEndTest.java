package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Followers end, are interrupted, and go on when Redis was away. */
class FollowerEndTest {
  private static final Duration LONG = OneTail.LONG;
  private static final Duration SHORT = OneTail.SHORT;

  @Test
  void closingEndsTheWaitOfAnotherThread() throws Exception {
    try (var t = OneTail.open()) {
      var follower = t.caughtUp();
      var page = OneTail.awaited(follower);
      follower.close();
      assertTrue(page.get(2, TimeUnit.SECONDS).isEmpty());
      assertThrows(IllegalStateException.class, () -> follower.next(SHORT));
      follower.close();
      assertEquals(0, t.tail.topics());
      Eventually.within(LONG, "nothing is left", () -> t.listeners() + OneTail.threads() == 0);
    }
  }

  @Test
  void closingTheTailEndsAllItsFollowers() throws Exception {
    try (var t = OneTail.open()) {
      var follower = t.caughtUp();
      var page = OneTail.awaited(follower);
      t.tail.close();
      assertTrue(page.get(2, TimeUnit.SECONDS).isEmpty());
      assertThrows(IllegalStateException.class, () -> follower.next(SHORT));
      assertThrows(IllegalStateException.class, t::follow);
      Eventually.within(LONG, "nothing is left", () -> t.listeners() + OneTail.threads() == 0);
    }
  }

  @Test
  void anInterruptedWaitLosesNothing() throws Exception {
    try (var t = OneTail.open()) {
      var follower = t.caughtUp();
      var waiter = new CompletableFuture<Thread>();
      var failure =
          OneTail.async(
              () -> {
                waiter.complete(Thread.currentThread());
                var thrown = assertThrows(Exception.class, () -> follower.next(LONG));
                assertTrue(Thread.currentThread().isInterrupted());
                return thrown;
              });
      waiter.get().interrupt();
      assertEquals(CancellationException.class, failure.get(5, TimeUnit.SECONDS).getClass());
      t.add(1);
      assertEquals(List.of(1), OneTail.take(follower, 1));
    }
  }

  @Test
  void whileRedisIsAwayFollowersWaitAndThenGoOn() {
    try (var server = RedisServer.start();
        var redis =
            Redis.connect(RedisOptions.of(server.url()).withTimeout(Duration.ofMillis(300)))) {
      var t = new OneTail(redis);
      t.trust = Duration.ofMillis(50);
      var follower = t.caughtUp();
      var fresh = t.tail.follow(OneTail.elsewhere(t), EntryId.MIN);
      server.stop();
      assertThrows(RedisException.class, () -> follower.next(Duration.ofMillis(500)));
      assertThrows(RedisException.class, () -> fresh.next(Duration.ofMillis(10)));
      server.restart();
      Eventually.within(
          LONG,
          "it is added",
          // One whose reply came too late may have been added.
          () -> redis.call("XLEN", t.key).integer() == 1 || !t.add(1).equals(EntryId.MIN));
      assertEquals(List.of(1), OneTail.take(follower, 1));
      Eventually.within(LONG, "it listens, too", () -> fresh.next(SHORT).isEmpty());
      Eventually.within(LONG, "there is one subscription", () -> t.listeners() == 1);
      t.tail.close();
    }
  }

  @Test
  void aRefusalIsToldAtOnceAndIsNotTheEnd() {
    try (var t = OneTail.open()) {
      t.redis.call("SET", t.key, "something else");
      var follower = t.follow();
      assertThrows(RedisException.Rejected.class, () -> follower.next(LONG));
      t.redis.call(Keys.del(t.key));
      t.add(1);
      assertEquals(List.of(1), OneTail.take(follower, 1));
    }
  }

  @Test
  void whatIsAskedForWrongIsRefused() {
    try (var t = OneTail.open();
        var follower = t.follow()) {
      assertThrows(NullPointerException.class, () -> LiveTail.of(null));
      assertThrows(NullPointerException.class, () -> t.tail.follow(null, EntryId.MIN));
      assertThrows(NullPointerException.class, () -> t.follow(null));
      assertThrows(NullPointerException.class, () -> follower.next(null));
      assertTrue(follower.next(Duration.ofSeconds(-1)).isEmpty());
    }
  }
}
