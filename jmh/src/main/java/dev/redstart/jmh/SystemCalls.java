package dev.redstart.jmh;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How many system calls the JVM of a client makes for each GET, those by which threads wait for
 * each other among them. Two JVMs make some and more GETs, so that what starting costs cancels out.
 * No benchmark for JMH.
 */
final class SystemCalls {
  static final String NAME = "SystemCalls";

  private static final List<String> CLIENTS = List.of("redstart", "jedis-pool", "lettuce");
  private static final List<Integer> THREADS = List.of(1, 64);
  private static final int FEW = 3_200;
  private static final int QUICK_MORE = 12_800;
  private static final int MORE = 128_000;

  private final Tracer tracer;
  private final int more;
  private final RedisProcess server;

  private SystemCalls(Tracer tracer, int more, RedisProcess server) {
    this.tracer = tracer;
    this.more = more;
    this.server = server;
  }

  /** For each number of threads and client; empty where nothing can count them. */
  static Map<String, Double> measure(boolean quick) {
    var tracer = Tracer.find();
    if (tracer.isEmpty()) {
      System.out.println(
          "System calls are not counted: perf and strace are not here, or not allowed to");
      return Map.of();
    }
    try (var server = RedisProcess.start();
        var awake = IdleWork.start()) {
      server.set(WireBenchmark.KEY, WireBenchmark.VALUE);
      return new SystemCalls(tracer.get(), quick ? QUICK_MORE : MORE, server).measure();
    } catch (IOException e) {
      System.out.println("System calls are not counted: " + e.getMessage());
      return Map.of();
    }
  }

  private Map<String, Double> measure() throws IOException {
    var counts = new TreeMap<String, Double>();
    for (int threads : THREADS) {
      for (var client : CLIENTS) {
        long calls = count(client, threads, FEW + more) - count(client, threads, FEW);
        counts.put("threads=" + threads + " client=" + client, (double) calls / more);
      }
    }
    return counts;
  }

  private long count(String client, int threads, int gets) throws IOException {
    var numbers = Stream.of(server.port(), threads, gets).map(String::valueOf);
    var args = Stream.concat(Stream.of(client), numbers).toArray(String[]::new);
    return tracer.count(OwnJvm.command(SystemCalls.class, args));
  }

  /** What is traced: the name of a client, the server's port, threads, and GETs of all together. */
  public static void main(String[] args) throws InterruptedException {
    int threads = Integer.parseInt(args[2]);
    int gets = Integer.parseInt(args[3]) / threads;
    try (var client = Client.connect(args[0], Integer.parseInt(args[1]), threads)) {
      var all =
          IntStream.range(0, threads).mapToObj(i -> new Thread(() -> get(client, gets))).toList();
      all.forEach(Thread::start);
      for (var thread : all) {
        thread.join();
      }
    }
  }

  private static void get(Client client, int gets) {
    for (int i = 0; i < gets; i++) {
      client.get(WireBenchmark.KEY);
    }
  }
}
