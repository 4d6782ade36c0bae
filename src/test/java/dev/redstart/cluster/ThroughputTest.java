package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ClusterServer;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Strings;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Independent keys on three masters are not served slower than on one, over one connection to each,
 * where the servers have something to do. Small commands from few processors are another matter:
 * three connections gather less than one, each write carries fewer of them. That is printed.
 */
@Tag(RedisServer.MANY)
class ThroughputTest {
  private static final int THREADS = 32;
  private static final int CALLS = 100;
  private static final int ROUNDS = 8;
  private static final int VALUE_BYTES = 400_000;

  /** Of the same thing measured twice on a busy machine. */
  private static final double NOISE = 0.9;

  @Test
  void threeMastersServeAtLeastAsMuchAsOne() throws Exception {
    var threads = Executors.newFixedThreadPool(THREADS);
    try (var cluster = ClusterServer.start();
        var redis = Redis.connect(cluster.url())) {
      int only = cluster.masters().get(0);
      var everywhere = IntStream.range(0, 60).mapToObj(i -> "key:" + i).toList();
      var onOne = everywhere.stream().filter(key -> cluster.masterOf(key) == only).toList();
      everywhere.forEach(key -> redis.call(Strings.set(key, "v".repeat(VALUE_BYTES))));
      Function<String, Command<?>> small = key -> Command.of("STRLEN", key);
      ratio("STRLEN", redis, threads, small, onOne, everywhere);
      Function<String, Command<?>> large = key -> Command.of("BITCOUNT", key);
      double ratio = ratio("BITCOUNT", redis, threads, large, onOne, everywhere);
      assertTrue(ratio >= NOISE, "three masters do " + ratio + " of what one does");
    } finally {
      threads.shutdownNow();
    }
  }

  /** The best of several rounds each, in turns. */
  private static double ratio(
      String what,
      Redis redis,
      ExecutorService threads,
      Function<String, Command<?>> command,
      List<String> onOne,
      List<String> everywhere)
      throws Exception {
    double one = 0;
    double three = 0;
    for (int round = 0; round < ROUNDS; round++) {
      one = Math.max(one, rate(redis, threads, command, onOne));
      three = Math.max(three, rate(redis, threads, command, everywhere));
    }
    System.out.printf("%s a second: one master %.0f, three %.0f%n", what, one, three);
    return three / one;
  }

  private static double rate(
      Redis redis, ExecutorService threads, Function<String, Command<?>> command, List<String> keys)
      throws Exception {
    var work = IntStream.range(0, THREADS).mapToObj(n -> calls(redis, command, keys, n)).toList();
    long start = System.nanoTime();
    for (var end : threads.invokeAll(work)) {
      end.get();
    }
    return THREADS * CALLS * 1e9 / (System.nanoTime() - start);
  }

  private static Callable<Void> calls(
      Redis redis, Function<String, Command<?>> command, List<String> keys, int thread) {
    return () -> {
      for (int i = 0; i < CALLS; i++) {
        redis.call(command.apply(keys.get((thread * 7 + i) % keys.size())));
      }
      return null;
    };
  }
}
