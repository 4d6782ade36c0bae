package dev.redstart.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job in one command. */
class DemoTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Both at once: most of the time they wait for the lease of a dead child. */
  @Test
  void aKilledChildCostsNoReportAndNothingIsLeftBehind(@TempDir Path folder) throws Exception {
    var server = RedisServer.shared();
    server.cli("FLUSHALL");
    server.cli("SET", "another", "key");
    try (var ours = demo(folder, "");
        var named = demo(folder, server.url())) {
      assertShows(ours);
      assertShows(named);
      assertEquals("another", server.cli("KEYS", "*"));
      assertTrue(ours.errors().get(0).startsWith("A private server runs on port"));
      assertGone(ours.errors());
      assertGone(named.errors());
    }
    try (var files = Files.list(folder)) {
      assertEquals(List.of(), files.toList());
    }
  }

  private static ChildJvm demo(Path folder, String url) {
    return ChildJvm.of(Main.class)
        .withFlag("-Djava.io.tmpdir=" + folder)
        .withEnvironment("REDIS_URL", url)
        .start("demo");
  }

  private static void assertShows(ChildJvm demo) {
    assertEquals(0, demo.awaitExit(LIMIT), () -> "said " + demo.lines() + demo.errors());
    var lines = demo.lines();
    assertEquals(12, lines.stream().filter(line -> line.contains(" reports on task-")).count());
    assertTrue(lines.stream().allMatch(line -> line.length() <= 100), lines.toString());
    for (var event :
        List.of(
            "session  is opened for 3 children",
            "child 1  is ready",
            "parent   has sent 12 tasks, 4 to each child",
            "child 2  is killed with kill -9 while it holds task-05",
            "gets task-05, which child 2 held when it died",
            "parent   has all 12 reports",
            "child 3  has stopped",
            "session  is cleaned up",
            "user     asks an agent, through the service",
            "reader   is cut off after",
            "reader   came back, and has",
            "1 message, streamed to a reader that was cut off: all ")) {
      assertEquals(1, lines.stream().filter(line -> line.contains(event)).count(), event);
    }
    var last = lines.get(lines.size() - 1);
    assertTrue(last.matches("12 tasks, .* 12 reports, one for each task, in [\\d.]+ s\\."), last);
  }

  /** No process has the session's id among its words. */
  private static void assertGone(List<String> talk) {
    var line = talk.stream().filter(text -> text.startsWith("Session ")).findFirst().orElseThrow();
    var session = line.substring("Session ".length(), line.indexOf(':'));
    Eventually.within(
        Duration.ofSeconds(5),
        "every process of the demo is gone",
        () ->
            ProcessHandle.allProcesses()
                .noneMatch(process -> process.info().commandLine().orElse("").contains(session)));
  }
}
