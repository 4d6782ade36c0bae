package dev.redstart.cluster;

import dev.redstart.harness.ClusterServer;
import dev.redstart.harness.Eventually;
import dev.redstart.redis.Redis;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All rooms at work on the same servers. */
final class Loads implements AutoCloseable {
  private static final int PROGRESS = 10;

  private final Redis redis;
  private final Redis other;
  private final List<Load> all = new ArrayList<>();

  Loads(String url) {
    this.redis = Redis.connect(url);
    this.other = Redis.connect(url);
    all.add(new QueueLoad(redis, "load-queue"));
    all.add(new StreamLoad(redis, "load-stream"));
    all.add(new RunLoad(redis, other, "load-run"));
    all.add(new MessageLoad(redis, "load-message"));
    all.add(new SessionLoad(redis, "load-session"));
    all.add(new TaskLoad(redis));
    all.forEach(Load::start);
  }

  /** So many slots, among them all those in which the rooms work. */
  static List<Integer> slots(ClusterServer cluster, int count) {
    var own =
        Stream.of(
                "load-queue",
                "load-stream",
                "load-stream-other",
                "{load-run}",
                "{load-message}",
                "{load-session}",
                "{session-of-load-message}",
                "{a2a}",
                "runs")
            .map(cluster::slotOf);
    return Stream.concat(own, IntStream.iterate(7, slot -> slot + 163).boxed())
        .distinct()
        .limit(count)
        .toList();
  }

  List<Load> all() {
    return all;
  }

  /** Returns when each of them has got on from here. */
  void awaitProgress() {
    for (var goal : all.stream().collect(Collectors.toMap(load -> load, Load::taken)).entrySet()) {
      var load = goal.getKey();
      Eventually.within(
          Load.LIMIT, load + " gets on", () -> load.taken() >= goal.getValue() + PROGRESS);
    }
  }

  void stop() throws InterruptedException {
    for (var load : all) {
      load.stop();
    }
    all.forEach(load -> System.out.println(load.figures()));
  }

  /** After a failover; returns how many pieces were acknowledged and are lost. */
  long judgeLosses() {
    return all.stream().mapToLong(Load::judgeLosses).sum();
  }

  @Override
  public void close() {
    all.forEach(Load::close);
    redis.close();
    other.close();
  }
}
