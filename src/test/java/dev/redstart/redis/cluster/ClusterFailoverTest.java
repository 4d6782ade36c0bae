package dev.redstart.redis.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.harness.ClusterServer;
import dev.redstart.harness.Eventually;
import dev.redstart.redis.Channels;
import dev.redstart.redis.Command;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Session;
import dev.redstart.redis.Strings;
import dev.redstart.redis.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Masters die, and replicas take over. */
class ClusterFailoverTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final ClusterServer server = SharedCluster.server();

  @Test
  void everythingGoesOnWhenAMasterDies() {
    var options = SharedCluster.options().withTimeout(SOON);
    try (var redis = SharedCluster.connect(options);
        var plain = redis.subscribe("plain");
        var sharded = redis.subscribeSharded("k")) {
      int master = server.masterOf("k");
      assertEquals(1, redis.call(Strings.incr("k")));
      // What was acknowledged is on the replica before its master dies.
      redis.exclusive(session -> session.call(Strings.incr("k")) + wait(session));
      server.kill(master);
      try {
        assertEquals(3, countAgain(redis));
        assertEquals(Optional.of("3"), redis.exclusive(own -> own.call(Strings.get("k"))));
        assertHears(plain, () -> redis.call(Channels.publish("plain", "again")));
        assertHears(sharded, () -> redis.call(Channels.publishSharded("k", "again")));
      } finally {
        server.restart(master);
        server.awaitReady();
      }
    }
  }

  private static long wait(Session session) {
    return session.call(Command.of("WAIT", "1", "5000")).integer();
  }

  /** The connection may break just when it is used: then nobody knows. */
  private static long countAgain(Redis redis) {
    try {
      return redis.call(Strings.incr("k"));
    } catch (RedisException.Disconnected unknown) {
      return Long.parseLong(redis.call(Strings.get("k")).orElseThrow()) == 2
          ? redis.call(Strings.incr("k"))
          : 3;
    }
  }

  private static void assertHears(Subscription news, Runnable publish) {
    var notices = new ArrayList<Notice>();
    Eventually.within(
        SOON,
        "what is published is heard",
        () -> {
          publish.run();
          news.next(Duration.ofMillis(50)).ifPresent(notices::add);
          return notices.stream().anyMatch(Notice.Message.class::isInstance);
        });
  }

  @Test
  void replicasAnswerReadsIfTheyMay() {
    List<Integer> masters = server.masters();
    var replicas = server.ports().stream().filter(port -> !masters.contains(port)).toList();
    // One that was a master until a moment ago may still be fetching what it has missed.
    Eventually.within(
        SOON,
        "the replicas have all",
        () ->
            replicas.stream()
                .map(port -> server.cliOn(port, "INFO", "replication"))
                .allMatch(facts -> facts.contains("master_link_status:up")));
    // And not all may know yet whose replica it is now.
    Eventually.within(
        SOON,
        "all tell of the replicas",
        () ->
            server.ports().stream()
                .map(port -> server.cliOn(port, "CLUSTER", "SLOTS"))
                .allMatch(slots -> replicas.stream().allMatch(port -> slots.contains("" + port))));
    try (var redis = SharedCluster.connect(SharedCluster.options().withReadsFromReplicas())) {
      for (int i = 0; i < 30; i++) {
        redis.call(Strings.set("key:" + i, "v"));
      }
      replicas.forEach(port -> server.cliOn(port, "CONFIG", "RESETSTAT"));
      masters.forEach(port -> server.cliOn(port, "CONFIG", "RESETSTAT"));
      for (int i = 0; i < 30; i++) {
        redis.call(Strings.get("key:" + i));
      }
      assertEquals(0, gets(masters));
      assertEquals(30, gets(replicas));
    }
  }

  private long gets(List<Integer> ports) {
    return ports.stream()
        .map(port -> server.cliOn(port, "INFO", "commandstats"))
        .flatMap(String::lines)
        .filter(line -> line.startsWith("cmdstat_get:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("cmdstat_get:calls=([0-9]+),.*", "$1")))
        .sum();
  }

  @Test
  void withoutTheOptionReplicasAreLeftAlone() {
    try (var redis = SharedCluster.connect()) {
      List<Integer> masters = server.masters();
      masters.forEach(port -> server.cliOn(port, "CONFIG", "RESETSTAT"));
      for (int i = 0; i < 30; i++) {
        redis.call(Strings.get("key:" + i));
      }
      assertEquals(30, gets(masters));
    }
  }
}
