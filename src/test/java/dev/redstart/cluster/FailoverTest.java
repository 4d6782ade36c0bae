package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ClusterServer;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Strings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A master is killed while all rooms are at work; its replica takes over. */
@Tag(RedisServer.MANY)
class FailoverTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** What a room may need beyond the time in which the cluster itself is not whole. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** In whose slots there is most to do. */
  private static final List<String> VICTIMS = List.of("{a2a}", "load-stream");

  @Test
  void allGoOnAndWhatWasReplicatedIsThere() throws Exception {
    failOver(VICTIMS, new Trouble(ClusterServer::kill, ClusterServer::restart), GRACE);
  }

  /** What is left is a history that can have happened, though its end was cut off. */
  @Test
  void whatReplicationHadNotCarriedOverIsReportedAndNothingElseIsWrong() throws Exception {
    var cutOff = new Trouble(FailoverTest::killUnreplicated, ClusterServer::restart);
    assertTrue(failOver(List.of("load-queue", "{load-run}"), cutOff, GRACE) > 0);
  }

  /** Its connections stay, so it has to be found out that nothing will ever come on them. */
  @Test
  void theSameWhenAMasterHangsAndComesBack() throws Exception {
    var hang = new Trouble(ClusterServer::pause, ClusterServer::resume);
    failOver(List.of("load-queue", "{load-session}"), hang, GRACE.multipliedBy(2));
  }

  /** What befalls a master, and how it comes back. */
  private record Trouble(
      BiConsumer<ClusterServer, Integer> begin, BiConsumer<ClusterServer, Integer> end) {}

  /** Returns how much was acknowledged and is lost. */
  private static long failOver(List<String> victims, Trouble trouble, Duration grace)
      throws Exception {
    try (var cluster = ClusterServer.start(ServerOptions.plain(), 3, 1);
        var loads = new Loads(cluster.url())) {
      assertEquals(1, replicasThatHave(cluster, "k"));
      loads.awaitProgress();
      var away = new ArrayList<Duration>();
      for (var key : victims) {
        away.add(failOver(cluster, loads, key, trouble));
        loads.awaitProgress();
      }
      loads.stop();
      long lost = loads.judgeLosses();
      System.out.println("away for " + away + ", acknowledged and lost: " + lost);
      var longest = away.stream().max(Duration::compareTo).orElseThrow();
      for (var load : loads.all()) {
        assertTrue(load.longestPause().compareTo(longest.plus(grace)) < 0, load.figures());
      }
      return lost;
    }
  }

  /** After a time in which its replica heard nothing of what it did. */
  private static void killUnreplicated(ClusterServer cluster, int master) {
    int replica = cluster.replicaOf(master);
    cluster.pause(replica);
    cluster.cliOn(master, "CLIENT", "KILL", "TYPE", "REPLICA");
    long offset = offset(cluster, master);
    Eventually.within(LIMIT, "it goes on", () -> offset(cluster, master) > offset + 20_000);
    cluster.kill(master);
    cluster.resume(replica);
  }

  private static long offset(ClusterServer cluster, int master) {
    var line = cluster.cliOn(master, "INFO", "replication").split("master_repl_offset:")[1];
    return Long.parseLong(line.split("\\s")[0]);
  }

  private static long replicasThatHave(ClusterServer cluster, String key) {
    try (var redis = Redis.connect(cluster.url())) {
      return redis.exclusive(
          session -> {
            session.call(Strings.set(key, "v"));
            return session.call(Command.of("WAIT", "1", "5000")).integer();
          });
    }
  }

  /** For how long the cluster was not whole. */
  private static Duration failOver(
      ClusterServer cluster, Loads loads, String key, Trouble trouble) {
    int slot = cluster.slotOf(key);
    int master = cluster.masterOf(slot);
    loads.all().forEach(Load::expectLosses);
    cluster.awaitReplicated(master);
    long start = System.nanoTime();
    trouble.begin().accept(cluster, master);
    Eventually.within(LIMIT, "another has the slot", () -> cluster.masterOf(slot) != master);
    cluster.awaitReady();
    var away = Duration.ofNanos(System.nanoTime() - start);
    int successor = cluster.masterOf(slot);
    loads.awaitProgress();
    trouble.end().accept(cluster, master);
    cluster.awaitReplicated(successor);
    loads.all().forEach(Load::expectNoLosses);
    return away;
  }
}
