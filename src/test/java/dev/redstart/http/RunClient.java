package dev.redstart.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.harness.Eventually;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The program with which the original's quickstart follows a run; with curl, where Python is not.
 */
final class RunClient {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String PROGRAM = "subscribe_events.py";
  private static final Pattern NAME = Pattern.compile("^(?:event: )?\\[?(\\w+\\.\\w+)\\]?$");

  private final Process process;
  private final Path output;
  private final Path errors;

  private RunClient(List<String> command) throws IOException {
    output = Files.createTempFile("run-client", ".out");
    errors = Files.createTempFile("run-client", ".err");
    process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    output.toFile().deleteOnExit();
    errors.toFile().deleteOnExit();
  }

  /** {@code arguments}: the run, and perhaps the event after which to begin. */
  static RunClient start(URI service, String... arguments) throws IOException {
    try {
      return new RunClient(python(service, arguments));
    } catch (IOException noPython) {
      return curl(service, arguments);
    }
  }

  private static List<String> python(URI service, String... arguments) throws IOException {
    var file = Files.createTempFile("run-client", ".py");
    file.toFile().deleteOnExit();
    try (var program = RunClient.class.getResourceAsStream(PROGRAM)) {
      Files.write(file, program.readAllBytes());
    }
    var command = new ArrayList<>(List.of("python3", file.toString(), service.toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  private static RunClient curl(URI service, String... arguments) {
    var command = new ArrayList<>(List.of("curl", "--silent", "--show-error", "--no-buffer"));
    if (arguments.length > 1) {
      command.addAll(List.of("--header", "Last-Event-ID: " + arguments[1]));
    }
    command.add(service + "/runs/" + arguments[0] + "/events/stream");
    try {
      return new RunClient(command);
    } catch (IOException e) {
      throw new AssertionError("this test needs python3 or curl, and finds neither", e);
    }
  }

  String output() throws IOException {
    return Files.readString(output, UTF_8);
  }

  void awaitOutput(String text) {
    Eventually.within(LIMIT, "the client shows " + text, () -> output().contains(text));
  }

  /** Of the events that it has shown when it has ended, each as {@code [category.action]}. */
  List<String> names() throws Exception {
    try {
      boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
      var trouble = Files.readString(errors, UTF_8);
      assertEquals(true, ended, "it ends with the stream; it says " + trouble);
      assertEquals(0, process.exitValue(), trouble);
      return output()
          .lines()
          .map(NAME::matcher)
          .filter(it -> it.matches())
          .map(it -> "[" + it.group(1) + "]")
          .toList();
    } finally {
      process.destroyForcibly();
    }
  }
}
