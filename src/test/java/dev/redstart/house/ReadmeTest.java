package dev.redstart.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.RedisServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README shows is what happens. */
class ReadmeTest {
  private static final Pattern PROGRAM =
      Pattern.compile(
          "```java\n(import [^`]*?class (\\w+)[^`]*)```\n```text\n(.*?)```", Pattern.DOTALL);
  private static final List<String> PROGRAMS =
      List.of("Hello", "Tasks", "Entries", "Agents", "Shouter");
  private static final Executor AT_ONCE = task -> new Thread(task, "readme").start();

  /** Each program is compiled first, which is most of the work. */
  private static final List<String> QUICK_TO_START =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private static final Pattern TEST_NAME = Pattern.compile("`([A-Z][A-Za-z]+Test)`");

  private final String readme = read();

  private static String read() {
    try {
      return Files.readString(Path.of("README.md"));
    } catch (IOException missing) {
      throw new IllegalStateException("tests run in the project's folder", missing);
    }
  }

  @Test
  void theProgramsPrintWhatIsWrittenBelowThem(@TempDir Path folder) throws Exception {
    var programs = PROGRAM.matcher(readme).results().toList();
    assertEquals(PROGRAMS, programs.stream().map(found -> found.group(2)).toList());
    var outputs = new ArrayList<CompletableFuture<String>>();
    for (var program : programs) {
      Path source = folder.resolve(program.group(2) + ".java");
      Files.writeString(source, program.group(1));
      outputs.add(CompletableFuture.supplyAsync(() -> output(source), AT_ONCE));
    }
    for (int i = 0; i < programs.size(); i++) {
      assertEquals(programs.get(i).group(3), outputs.get(i).join(), programs.get(i).group(2));
    }
  }

  private static String output(Path source) {
    try (var server = RedisServer.start()) {
      return run(source, server.url());
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static String run(Path source, String url) throws IOException, InterruptedException {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(QUICK_TO_START);
    words.addAll(List.of("-cp", "target/classes", source.toString()));
    var builder = new ProcessBuilder(words);
    builder.environment().put("REDIS_URL", url);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the program ends");
    return output;
  }

  @Test
  void everyTestThatProvesAPromiseExists() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      var names = files.map(file -> file.getFileName().toString()).toList();
      TEST_NAME
          .matcher(readme)
          .results()
          .map(found -> found.group(1))
          .forEach(name -> assertTrue(names.contains(name + ".java"), name + " is missing"));
    }
  }
}
