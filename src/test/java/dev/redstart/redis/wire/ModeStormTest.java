package dev.redstart.redis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One caller, then a crowd, then one again, with pauses: the wire changes its mode all the time,
 * whatever happens to its connections. {@code -Dredstart.chaos=20} goes on for twenty times as
 * long.
 */
@Timeout(300)
final class ModeStormTest {

  private static final int SCALE = Integer.getInteger("redstart.chaos", 1);
  private static final String NAME = "mode-storm";
  private static final int PHASES = 6;
  private static final int[] CROWDS = {1, 1, 2, 3, 8, 64};
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static RedisServer server;

  /** What happens to the connections meanwhile. */
  enum Weather {
    CALM,
    KILLS,
    FAULTS
  }

  @BeforeAll
  static void start() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void throughAllChangesOfModeEveryCallEndsOnceAndRightly(Weather weather) {
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          try (var proxy = FaultProxy.to(server.port());
              var redis = connect(weather == Weather.FAULTS ? proxy.url() : server.url())) {
            var calls = new MixedCalls(redis, weather == Weather.CALM);
            try (var trouble = trouble(weather, proxy, seed)) {
              for (int phase = 0; phase < PHASES * SCALE; phase++) {
                play(calls, random);
              }
            }
            calls.check();
            assertOneConnectionIsLeft(redis);
            assertALoneCallerReadsAgain(redis);
          }
        });
  }

  private static Redis connect(String url) {
    return Redis.connect(RedisOptions.of(url).withTimeout(LIMIT).withClientName(NAME));
  }

  private static AutoCloseable trouble(Weather weather, FaultProxy proxy, long seed) {
    return switch (weather) {
      case CALM -> () -> {};
      case KILLS -> Storm.over(server, seed);
      case FAULTS -> BadLine.of(proxy, seed);
    };
  }

  private static void play(MixedCalls calls, Random random) {
    int size = CROWDS[random.nextInt(CROWDS.length)];
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20 + random.nextInt(80));
    long seed = random.nextLong();
    boolean virtual = random.nextInt(3) == 0;
    try (var crowd =
        Crowd.of(
            virtual ? VirtualThreads.factory() : Thread::new,
            size,
            number -> calls.play(new Random(seed + number), end))) {
      while (random.nextBoolean() && System.nanoTime() - end < 0) {
        crowd.threads().get(random.nextInt(size)).interrupt();
        LockSupport.parkNanos(random.nextInt(2_000_000));
      }
      crowd.join(LIMIT.multipliedBy(2));
    }
    // Some pauses are longer than a tick, after which the loop watches.
    LockSupport.parkNanos(random.nextInt(4) == 0 ? 120_000_000 : random.nextInt(2_000_000));
  }

  /** A wire that was forgotten while it was healthy would still be there. */
  private static void assertOneConnectionIsLeft(Redis redis) {
    Eventually.within(LIMIT, "the client serves", () -> redis.call("PING").text().equals("PONG"));
    Eventually.within(
        LIMIT,
        "it has one connection",
        () ->
            server.cli("CLIENT", "LIST").lines().filter(l -> l.contains("name=" + NAME)).count()
                == 1);
  }

  private static void assertALoneCallerReadsAgain(Redis redis) {
    var byMe = new AtomicInteger();
    var me = Thread.currentThread();
    Eventually.within(
        LIMIT,
        "it reads most replies by itself",
        () -> {
          byMe.set(0);
          for (int i = 0; i < 100; i++) {
            redis
                .send(Command.of("PING"))
                .on(task -> byMe.addAndGet(Thread.currentThread() == me ? 1 : 0));
            assertEquals("PONG", redis.call("PING").text());
          }
          assertTrue(byMe.get() > 70, "of 100 replies it read " + byMe);
          return true;
        });
  }
}
