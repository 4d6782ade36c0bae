package dev.redstart.jmh;

import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Benchmarks that are run again and again, each time in a new JVM, so that ours and the peers take
 * turns: a machine that changes its pace changes it for all.
 *
 * @param pattern of their names
 * @param clients the names of the clients for which each is run; none for those without clients
 * @param isLone whether one thread waits for Redis most of the time: see {@link IdleWork}
 */
record Part(String pattern, List<String> clients, boolean isLone) {
  private static final int VIRTUAL_SINCE = 24;
  private static final String LOCAL = "\\.(JsonBenchmark|RespBenchmark)\\.";
  private static final String REMOTE = "\\.(WireBenchmark|PipelineBenchmark)\\.";

  /** Whatever is in some part. */
  static final String ALL = LOCAL + "|" + REMOTE;

  /** How often all parts are run. */
  static int rounds(boolean quick) {
    return quick ? 2 : 5;
  }

  /** In quick ones, without those peers that another setting of the same peer beats. */
  static List<Part> all(boolean quick) {
    var lone = new Part("WireBenchmark\\.t1$", clients(quick, "redstart-unix", "jedis"), true);
    var crowd = new Part("WireBenchmark\\.t(16|64)$", clients(quick, "jedis-pool"), false);
    var virtual = new Part("WireBenchmark\\.vt", clients(quick, "jedis-pool"), false);
    var pipelines = new Part("PipelineBenchmark", pipelining(quick), true);
    var local = new Part(LOCAL, List.of(), false);
    boolean hasVirtual = Runtime.version().feature() >= VIRTUAL_SINCE;
    return Stream.of(lone, crowd, virtual, pipelines, local)
        .filter(part -> hasVirtual || part != virtual)
        .toList();
  }

  private static List<String> clients(boolean quick, String... quickly) {
    return quick
        ? Stream.concat(Stream.of("redstart", "lettuce"), Stream.of(quickly)).toList()
        : List.of("redstart", "redstart-unix", "jedis", "jedis-pool", "lettuce");
  }

  private static List<String> pipelining(boolean quick) {
    var clients = List.of("redstart", "jedis", "lettuce-held", "lettuce");
    return quick ? clients.subList(0, 3) : clients;
  }

  /** For one round of what is in this part and has a name that one of these patterns finds. */
  ChainedOptionsBuilder options(boolean quick, List<String> patterns) {
    boolean isLocal = clients.isEmpty();
    var options =
        new OptionsBuilder()
            .exclude("^(?!.*" + pattern + ")")
            .forks(1)
            .warmupIterations(quick ? 1 : 3)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(quick ? 1 : 3)
            .measurementTime(isLocal ? TimeValue.milliseconds(400) : TimeValue.milliseconds(800))
            .addProfiler(GCProfiler.class)
            .addProfiler(RedisCpuProfiler.class)
            .jvmArgsAppend("-Xmx1g");
    patterns.forEach(options::include);
    if (isLocal && quick) {
      options.param("kind", "bulk");
    }
    return isLocal ? options : options.param("client", clients.toArray(String[]::new));
  }
}
