package dev.redstart.cluster;

import dev.redstart.harness.ClusterServer;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Redis;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * All rooms on a cluster of three masters, in short; {@code make test-cluster} runs their tests.
 */
class RoomsTest {
  private static final int ROUNDS = Integer.getInteger("redstart.chaos", 1);
  private static final int SLOTS = RedisServer.isCluster() || ROUNDS > 1 ? 100 : 20;

  private static ClusterServer cluster;

  @BeforeAll
  static void start() {
    cluster = ClusterServer.start();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void everyRoomDoesWhatItDoesOnOneServer() throws Exception {
    try (var redis = Redis.connect(cluster.url())) {
      Tour.runAll(redis, List.of("plain", "a{b}{c}d"));
    }
  }

  @Test
  void whileSlotsMoveNoCallFailsAndNothingIsLostOrDoneTwice() throws Exception {
    cluster.cli("FLUSHALL");
    var slots = Loads.slots(cluster, SLOTS);
    try (var loads = new Loads(cluster.url())) {
      for (int round = 0; round < ROUNDS; round++) {
        move(slots, 1);
        move(slots, 2);
      }
      loads.awaitProgress();
      loads.stop();
      loads.all().forEach(Load::judge);
    }
  }

  /** Each to the next of the three masters but {@code by}. */
  private static void move(List<Integer> slots, int by) {
    var masters = cluster.masters();
    for (int slot : slots) {
      int from = masters.indexOf(cluster.masterOf(slot));
      cluster.reshard(slot, slot, masters.get((from + by) % masters.size()));
    }
  }
}
