package dev.redstart.jmh;

import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * When, where and of what something was measured.
 *
 * @param date in UTC, as in ISO 8601
 * @param command what ran
 * @param machine its processors and system
 * @param versions of everything that matters, and what counted system calls
 */
record Conditions(String date, String command, String machine, String versions) {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  /** Of this moment. */
  static Conditions of(boolean quick) {
    return new Conditions(
        LocalDate.now(ZoneOffset.UTC).toString(),
        quick ? "make bench-quick" : "make bench",
        thisMachine(),
        installed());
  }

  private static String thisMachine() {
    int processors = Runtime.getRuntime().availableProcessors();
    var system = System.getProperty("os.name") + " " + System.getProperty("os.version");
    return processors + " processors (" + processor() + "), " + system;
  }

  private static String processor() {
    try (var lines = Files.lines(PROCESSORS)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.replaceFirst(".*: ", ""))
          .findFirst()
          .orElseGet(Conditions::architecture);
    } catch (IOException notLinux) {
      return architecture();
    }
  }

  private static String architecture() {
    return System.getProperty("os.arch");
  }

  private static String installed() {
    return Stream.of(
            "JDK " + Runtime.version(),
            "Redis " + redis(),
            "Jedis " + version("redis.clients/jedis"),
            "Lettuce " + version("io.lettuce/lettuce-core"),
            "Jackson " + version("tools.jackson.core/jackson-databind"),
            Tracer.find()
                .map(it -> "system calls counted by " + it)
                .orElse("system calls not counted, without perf and strace"))
        .reduce((first, second) -> first + ", " + second)
        .orElseThrow();
  }

  private static String redis() {
    try (var server = RedisProcess.start();
        var redis = Redis.connect(server.url())) {
      return redis.call(Server.info("server")).get("redis_version");
    }
  }

  /** What Maven wrote into the jar of this artifact. */
  private static String version(String artifact) {
    var file = "/META-INF/maven/" + artifact + "/pom.properties";
    try (var in = Conditions.class.getResourceAsStream(file)) {
      var properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As one line. */
  @Override
  public String toString() {
    return String.join("; ", date + " by " + command, machine, versions);
  }
}
