package dev.redstart.jmh;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What is compared with what. */
final class Ratios {
  /** The ways to use a client among which the best is its figure. */
  private static final Map<String, List<String>> SETTINGS =
      Map.of("jedis", List.of("jedis", "jedis-pool"), "lettuce", List.of("lettuce"));

  /** What we want to be judged by; quick runs measure nothing else. */
  static final List<Ratio> MAIN =
      List.of(
          get("t1", "jedis"),
          get("t1", "lettuce"),
          new Ratio(
              "get.unix.t1.jedis-tcp",
              "WireBenchmark.t1 client=redstart-unix",
              labels("WireBenchmark.t1", "jedis", ""),
              "us/op"),
          get("t16", "jedis"),
          get("t16", "lettuce"),
          get("t64", "jedis"),
          get("t64", "lettuce"),
          get("vt64", "jedis"),
          get("vt64", "lettuce"),
          get("vt256", "jedis"),
          get("vt256", "lettuce"),
          pipeline("jedis", client("PipelineBenchmark.pipeline", "jedis")),
          pipeline(
              "lettuce",
              client("PipelineBenchmark.pipeline", "lettuce"),
              client("PipelineBenchmark.pipeline", "lettuce-held")),
          pipeline("redis-benchmark", RedisBenchmark.NAME + " connections=1"),
          pipeline("redis-benchmark50", RedisBenchmark.NAME + " connections=50"),
          allocated("jedis"),
          allocated("lettuce"),
          systemCalls(1, "jedis", "jedis-pool"),
          systemCalls(1, "lettuce", "lettuce"),
          systemCalls(64, "jedis", "jedis-pool"),
          systemCalls(64, "lettuce", "lettuce"),
          redisCpu("t1", "jedis"),
          redisCpu("t1", "lettuce"),
          redisCpu("t64", "jedis"),
          redisCpu("t64", "lettuce"),
          local("json.parse", "JsonBenchmark.parse", "Jackson", ""),
          local("json.write", "JsonBenchmark.write", "Jackson", ""),
          costOfWaiting("queue.1e6-vs-1e3", "batches", "time"),
          seed("create", "MessageBenchmark.create"),
          seed("append", "MessageBenchmark.append"),
          seed("update", "MessageBenchmark.update"),
          seed("load", "MessageBenchmark.load"),
          seed("sse", "MessageStreamBenchmark.appendToArrival"),
          new Ratio(
              "message.append.1MB-vs-1KB",
              "GrowingMessageBenchmark.append length=1048576",
              "GrowingMessageBenchmark.append length=1024"),
          followers("connections", "conn."),
          followers("heap", "KB"),
          followers("p99", "ms"));

  private static final List<Ratio> MORE =
      List.of(
          local("resp.parse.bulk.jedis", "RespBenchmark.parse", "Jedis", " kind=bulk"),
          local("resp.parse.simple.jedis", "RespBenchmark.parse", "Jedis", " kind=simple"),
          local("resp.parse.array.jedis", "RespBenchmark.parse", "Jedis", " kind=array"),
          local("resp.encode.get.jedis", "RespBenchmark.encode", "Jedis", ""),
          costOfWaiting("queue.1e6-vs-1e3.single", "single", "time"),
          costOfWaiting("queue.1e6-vs-1e3.random", "batches", "random"),
          floor("queue.push-claim-complete.plain", "single"),
          floor("queue.push-claim-complete.plain50", "batches"),
          new Ratio(
              "orchestration.100x10000.bare", "SessionBenchmark.session", "SessionBenchmark.bare"),
          new Ratio(
              "a2a.append.1MB-vs-1KB",
              "TaskBenchmark.append length=1000000",
              "TaskBenchmark.append length=1000"),
          new Ratio(
              "a2a.other-instance.p99",
              "TaskBenchmark.appendToArrival length=1000 p99",
              "goal other-instance"));

  static final List<Ratio> ALL = Stream.of(MAIN, MORE).flatMap(List::stream).toList();

  /**
   * Labels that nobody measures: what the original of our messages promises, in microseconds; what
   * followers may cost; and how long a task's event may take, in microseconds.
   */
  static final Map<String, Double> TARGETS =
      Map.of(
          "seed create", 10_000.0,
          "seed append", 5_000.0,
          "seed update", 15_000.0,
          "seed load", 20_000.0,
          "seed sse", 100_000.0,
          "goal connections", 4.0,
          "goal heap", 40.0,
          "goal p99", 100.0,
          "goal other-instance", 5_000.0);

  private Ratios() {}

  private static Ratio get(String threads, String peer) {
    return wire("get." + threads + "." + peer, threads, peer, "", "us/op");
  }

  private static Ratio allocated(String peer) {
    return wire("alloc.get." + peer, "t1", peer, " B", "B/op");
  }

  private static Ratio redisCpu(String threads, String peer) {
    return wire("redis-cpu.get." + threads + "." + peer, threads, peer, " CPU", "us/op");
  }

  private static Ratio wire(String name, String threads, String peer, String kind, String unit) {
    var method = "WireBenchmark." + threads;
    return new Ratio(name, client(method, "redstart") + kind, labels(method, peer, kind), unit);
  }

  private static List<String> labels(String method, String peer, String kind) {
    return SETTINGS.get(peer).stream().map(each -> client(method, each) + kind).toList();
  }

  private static Ratio systemCalls(int threads, String peer, String setting) {
    var method = SystemCalls.NAME + " threads=" + threads;
    return new Ratio(
        "syscalls.get.t" + threads + "." + peer,
        client(method, "redstart"),
        List.of(client(method, setting)),
        "calls/op");
  }

  private static Ratio pipeline(String peer, String... labels) {
    var ours = client("PipelineBenchmark.pipeline", "redstart");
    return new Ratio("pipeline100." + peer, ours, List.of(labels), "us/op");
  }

  private static String client(String method, String name) {
    return method + " client=" + name;
  }

  private static Ratio local(String name, String method, String peer, String params) {
    return new Ratio(name, method + params, List.of(method + "By" + peer + params), "ns/op");
  }

  /** The 99th percentile against the original's word. */
  private static Ratio seed(String operation, String ours) {
    return new Ratio("message." + operation + ".p99.seed", ours + " p99", "seed " + operation);
  }

  private static Ratio followers(String what, String unit) {
    return new Ratio(
        "sse.followers." + what, Followers.NAME + " " + what, List.of("goal " + what), unit);
  }

  private static Ratio costOfWaiting(String name, String method, String scores) {
    var many = "QueueBenchmark." + method + " scores=" + scores + " waiting=1000000";
    return new Ratio(name, many, many.replace("1000000", "1000"));
  }

  /** Ours does more than the peer: how much that costs. */
  private static Ratio floor(String name, String method) {
    var peer = "PlainQueueBenchmark." + method + " scores=time waiting=1000";
    return new Ratio(name, peer.replace("Plain", ""), peer);
  }
}
