package dev.redstart.jmh;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What ratios whose names begin alike are about, in plain words.
 *
 * @param prefix the name of a ratio, or what comes before the name of its peer
 * @param peer with whom ours is compared, unless the name says it
 */
record Caption(String prefix, String words, String peer) {
  /** Those which the picture shows, in its order. */
  static final List<Caption> MAIN =
      List.of(
          of("get.t1", "GET, 1 thread"),
          of("get.unix.t1", "GET, Unix socket, 1 thread"),
          of("get.t16", "GET, 16 threads"),
          of("get.t64", "GET, 64 threads"),
          of("get.vt64", "GET, 64 virtual threads"),
          of("get.vt256", "GET, 256 virtual threads"),
          of("pipeline100", "GET, in pipelines of 100"),
          of("alloc.get", "Bytes allocated for a GET"),
          of("syscalls.get.t1", "System calls, 1 thread"),
          of("syscalls.get.t64", "System calls, 64 threads"),
          of("redis-cpu.get.t1", "Redis' CPU time, 1 thread"),
          of("redis-cpu.get.t64", "Redis' CPU time, 64 threads"),
          new Caption("json.parse", "JSON parsed", "Jackson"),
          new Caption("json.write", "JSON written", "Jackson"));

  private static final List<Caption> MORE =
      List.of(
          of("resp.parse.bulk", "RESP parsed, a string of 64 bytes"),
          of("resp.parse.simple", "RESP parsed, an OK"),
          of("resp.parse.array", "RESP parsed, an array"),
          of("resp.encode.get", "RESP written, a GET"),
          waiting("queue.1e6-vs-1e3", "batches of 50"),
          waiting("queue.1e6-vs-1e3.single", "one by one"),
          waiting("queue.1e6-vs-1e3.random", "batches of 50, random scores"),
          plain("queue.push-claim-complete.plain", "one by one"),
          plain("queue.push-claim-complete.plain50", "batches of 50"),
          of("message.create.p99", "Message created, p99"),
          of("message.append.p99", "Text appended, p99"),
          of("message.update.p99", "Task updated, p99"),
          of("message.load.p99", "Message loaded, p99"),
          of("message.sse.p99", "From append to browser, p99"),
          new Caption("message.append.1MB-vs-1KB", "Append to a text of 1 MB", "to 1 KB"),
          of("sse.followers.connections", "Redis connections of all followers of a service"),
          of("sse.followers.heap", "Heap of the service for a follower"),
          of("sse.followers.p99", "From event to follower, p99"),
          of("orchestration.100x10000", "A session's task, 100 children"),
          new Caption("a2a.append.1MB-vs-1KB", "Append to an A2A artifact of 1 MB", "to 1 KB"),
          of("a2a.other-instance.p99", "A2A event to another instance, p99"));

  private static final Map<String, String> PEERS =
      Map.of(
          "jedis", "Jedis",
          "jedis-tcp", "Jedis by TCP",
          "lettuce", "Lettuce",
          "redis-benchmark", "redis-benchmark",
          "redis-benchmark50", "redis-benchmark -c 50",
          "bare", "bare lists");

  private static Caption of(String prefix, String words) {
    return new Caption(prefix, words, "goal");
  }

  private static Caption waiting(String name, String how) {
    return new Caption(name, "Task of a queue where 1 000 000 wait, " + how, "1 000 wait");
  }

  private static Caption plain(String name, String how) {
    return new Caption(name, "Task of a queue, " + how, "a sorted set that loses tasks");
  }

  /** The closest; the name itself if there is none. */
  static Caption of(String name) {
    return Stream.of(MAIN, MORE)
        .flatMap(List::stream)
        .filter(each -> each.fits(name))
        .max(Comparator.comparingInt(each -> each.prefix.length()))
        .orElseGet(() -> of(name, "`" + name + "`"));
  }

  private boolean fits(String name) {
    return (name + ".").startsWith(prefix + ".");
  }

  /** With whom the ratio of this name compares ours. */
  String peer(String name) {
    return PEERS.getOrDefault(name.substring(name.lastIndexOf('.') + 1), peer);
  }
}
