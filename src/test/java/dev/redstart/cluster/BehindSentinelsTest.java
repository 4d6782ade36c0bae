package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.RedisServer;
import dev.redstart.harness.SentinelServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All rooms behind Sentinels; {@code make test-sentinel} runs their tests. */
class BehindSentinelsTest {
  /** What a room may need beyond the time until the Sentinels name another master. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  @Test
  void everyRoomDoesWhatItDoesOnOneServer() throws Exception {
    try (var servers = SentinelServer.startHasty(ServerOptions.plain());
        var redis = Redis.connect(servers.url())) {
      Tour.runAll(redis, List.of("plain"));
    }
  }

  @Test
  @Tag(RedisServer.MANY)
  void whenTheMasterIsKilledAllGoOnAndWhatWasReplicatedIsThere() throws Exception {
    try (var servers = SentinelServer.startHasty(ServerOptions.plain());
        var loads = new Loads(servers.url())) {
      loads.awaitProgress();
      var away = failOver(servers, loads);
      loads.awaitProgress();
      loads.stop();
      System.out.println("away for " + away + ", acknowledged and lost: " + loads.judgeLosses());
      for (var load : loads.all()) {
        assertTrue(load.longestPause().compareTo(away.plus(GRACE)) < 0, load.figures());
      }
    }
  }

  /** For how long there was no master. */
  private static Duration failOver(SentinelServer servers, Loads loads) {
    loads.all().forEach(Load::expectLosses);
    servers.awaitReplicated();
    long start = System.nanoTime();
    servers.awaitFailover(servers.killMaster());
    var away = Duration.ofNanos(System.nanoTime() - start);
    loads.all().forEach(Load::expectNoLosses);
    return away;
  }
}
