package dev.redstart.redis.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.SentinelServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Strings;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Behind Sentinels, a master that neither answers nor hangs up (SIGSTOP), and comes back. */
class HungMasterTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration BRIEF = Duration.ofMillis(500);

  /** After the Sentinels have named the new master. */
  private static final Duration GOES_ON_WITHIN = Duration.ofSeconds(2);

  @Test
  void itIsLeftWhenAnotherIsTheMasterAndDoesNoHarmWhenItGoesOn() {
    try (var servers = SentinelServer.startHasty(ServerOptions.plain());
        var redis = Redis.connect(servers.url())) {
      redis.call(Strings.set("n", "0"));
      servers.awaitReplicated();
      var pop = redis.send(Lists.blockingPopLeft(LONG, "list"));
      Eventually.within(LONG, "it blocks", () -> isAnyBlocked(servers));
      int hung = servers.pauseMaster();
      var read = redis.send(Strings.get("n").within(LONG));
      assertUnknownInTime(redis);
      servers.awaitFailover(hung);
      Eventually.within(
          GOES_ON_WITHIN, "all go on", () -> isWritten(redis) && read.isDone() && pop.isDone());
      assertEquals(Optional.of("0"), read.await());
      assertTrue(assertThrows(RedisException.Disconnected.class, pop::await).mayHaveRun());
      servers.resume(hung);
      assertDoesNoHarm(servers, redis, hung);
    }
  }

  private static boolean isAnyBlocked(SentinelServer servers) {
    return servers.cliOn(servers.port(), "INFO", "clients").contains("blocked_clients:1");
  }

  private static boolean isWritten(Redis redis) {
    return redis.call(Strings.set("n", "0").within(BRIEF));
  }

  /** It was sent, and may be done when the master goes on. */
  private static void assertUnknownInTime(Redis redis) {
    long start = System.nanoTime();
    var count = Strings.incr("n").within(BRIEF);
    var unknown = assertThrows(RedisException.TimedOut.class, () -> redis.call(count));
    var took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(unknown.mayHaveRun(), unknown.toString());
    assertTrue(took.compareTo(BRIEF.multipliedBy(2)) < 0, "told after " + took);
  }

  /** It takes itself for the master until a Sentinel tells it otherwise, many seconds later. */
  private static void assertDoesNoHarm(SentinelServer servers, Redis redis, int hung) {
    for (int count = 1; count <= 200; count++) {
      assertEquals(count, redis.call(Strings.incr("n")));
    }
    try (var other = Redis.connect(servers.url())) {
      assertEquals(201, other.call(Strings.incr("n")));
    }
    assertTrue(Integer.parseInt(servers.cliOn(hung, "GET", "n")) <= 1, "it was asked again");
  }
}
