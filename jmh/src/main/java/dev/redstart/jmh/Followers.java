package dev.redstart.jmh;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.redstart.event.EventStore;
import dev.redstart.json.Json;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What thousands of followers cost one instance of the service: each of a hundred runs has one
 * event a second, at a random moment of it. The service has a JVM of its own. No benchmark for JMH,
 * since nothing is repeated; fails if a client misses an event, gets it twice or in another order.
 */
final class Followers {
  static final String NAME = "Followers";

  private static final int RUNS = 100;

  /** On a JDK with virtual threads. */
  private static final int MANY = 10_000;

  private static final int FEW = 2_000;
  private static final int VIRTUAL_SINCE = 24;

  /** What else has a descriptor in the service's JVM. */
  private static final int OTHER_FILES = 200;

  private static final int WARMING_SECONDS = 5;
  private static final long CONNECTING_SECONDS = 60;
  private static final long SLACK_SECONDS = 10;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final int count;
  private final int seconds;
  private final Redis redis;
  private final EventStore store;

  private Followers(int count, int seconds, Redis redis) {
    this.count = count;
    this.seconds = seconds;
    this.redis = redis;
    this.store = EventStore.of(redis);
  }

  /** {@code connections} to Redis, {@code heap} in KB for each follower, {@code p99} in ms. */
  static Map<String, Double> measure(boolean quick) {
    try (var server = RedisProcess.start();
        var redis = Redis.connect(server.url())) {
      return new Followers(count(), quick ? 6 : 20, redis).measure(server.url());
    }
  }

  private static int count() {
    int count = Runtime.version().feature() >= VIRTUAL_SINCE ? MANY : FEW;
    // The JVM has raised the limit as far as it may.
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      long possible = unix.getMaxFileDescriptorCount() - OTHER_FILES;
      if (possible < count) {
        int fewer = (int) (possible / RUNS) * RUNS;
        System.out.println("ulimit -n allows for " + fewer + " followers only, not " + count);
        return fewer;
      }
    }
    return count;
  }

  private Map<String, Double> measure(String redisUrl) {
    for (int run = 0; run < RUNS; run++) {
      add(run);
    }
    double connections = connections();
    int rounds = 1 + WARMING_SECONDS + seconds;
    try (var service = ServiceProcess.start(redisUrl, count);
        var audience = new Audience(service.port(), count * rounds)) {
      double heap = service.heap();
      for (int i = 0; i < count; i++) {
        audience.follow("run-" + i % RUNS);
      }
      audience.await(1, CONNECTING_SECONDS);
      send();
      audience.await(rounds, SLACK_SECONDS);
      double of = connections() - connections;
      double each = (service.heap() - heap) / count / 1000;
      var delays = audience.delaysAfter(count * (1 + WARMING_SECONDS));
      double p99 = millis(delays, 0.99);
      System.out.printf(
          "%d followers: %.0f connections, %.1f KB of heap each, p50 %.1f ms, p99 %.1f, all %.1f%n",
          count, of, each, millis(delays, 0.5), p99, millis(delays, 1));
      return Map.of("connections", of, "heap", each, "p99", p99);
    }
  }

  private static double millis(long[] sorted, double part) {
    return sorted[(int) Math.ceil(part * sorted.length) - 1] / 1e6;
  }

  private void add(int run) {
    var data = Json.object("nanos", System.nanoTime(), "text", "some words of a longer answer");
    store.add("run-" + run, "llm", "stream", data);
  }

  private double connections() {
    return Double.parseDouble(redis.call(Server.info("clients")).get("connected_clients"));
  }

  private void send() {
    var moments = new Random(1).longs(RUNS, 0, SECOND).sorted().toArray();
    long start = System.nanoTime();
    for (int second = 0; second < WARMING_SECONDS + seconds; second++) {
      for (int run = 0; run < RUNS; run++) {
        awaitMoment(start + second * SECOND + moments[run]);
        add(run);
      }
    }
  }

  private static void awaitMoment(long nanos) {
    for (long left = 1; left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
