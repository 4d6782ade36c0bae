package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.redstart.harness.RedisServer;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a process and its Redis hold at a moment, and what has been added to that since. */
final class Leftovers {
  /** What the JVM, and HTTP clients of tests, start and end as they like. */
  private static final String THEIRS =
      "HttpClient-.*|ForkJoinPool.*|process reaper.*|.*Compiler.*|Attach.*|Common-Cleaner|pool-.*";

  private final RedisServer server;
  private final Set<Thread> threads;
  private final long files;
  private final long connections;

  private Leftovers(RedisServer server) {
    this.server = server;
    this.threads = Thread.getAllStackTraces().keySet();
    this.files = files();
    this.connections = connections(server);
  }

  static Leftovers since(RedisServer server) {
    return new Leftovers(server);
  }

  /** Sockets are files. */
  private static long files() {
    var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getOpenFileDescriptorCount();
  }

  private static long connections(RedisServer server) {
    return server.cli("CLIENT", "LIST").lines().count();
  }

  /**
   * @throws AssertionError if there are some, with their names
   */
  boolean areNone() {
    assertEquals(Set.of(), found());
    return true;
  }

  private Set<String> found() {
    var found = new TreeSet<String>();
    for (var thread : Thread.getAllStackTraces().keySet()) {
      if (!threads.contains(thread) && !thread.getName().matches(THEIRS)) {
        found.add("thread " + thread.getName());
      }
    }
    add(found, "open files and sockets", files() - files);
    add(found, "connections to Redis", connections(server) - connections);
    for (var channel : server.cli("PUBSUB", "CHANNELS", "*").lines().toList()) {
      add(found, "subscription to " + channel, channel.isBlank() ? 0 : 1);
    }
    return found;
  }

  private static void add(Set<String> found, String what, long more) {
    if (more > 0) {
      found.addAll(List.of(what + ": " + more));
    }
  }
}
