package dev.redstart.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The command line. Exit status: 0 done, 1 failed or timed out, 2 wrong usage, 130 interrupted.
 *
 * <p>No interface for programs but {@code main}.
 */
public final class Main {
  private static final String HELP =
      """
      Redstart: agents work together on Redis.

      Usage: java -jar redstart.jar VERB [ARGUMENT...]

        demo                shows it: a session of agents, one of them killed in the middle
        serve               runs the HTTP service: events and messages, as JSON and as streams
        call CMD ARG...     sends any command to Redis and prints the reply
        queue VERB KEY      a queue: push, pop, list, stats, dead, requeue, pause, resume, clear
        stream VERB KEY     a stream: add, read, consume, groups, pending, dead
        events VERB RUN     the events of a run: add, read, follow, close
        rpush LIST MSG...   puts messages at the end of a list
        blpop LIST          waits for messages and takes them from a list
        orch VERB           sessions: init, get, cleanup, watch
        scenario summoner   opens a session
        scenario moogle     is the parent of a session: sends tasks, gathers reports
        scenario chocobo    is a child of a session: does tasks

        VERB --help         says more about a verb
        --help              this
        --version           the version

      Where Redis is: --redis URL, or --host and --port, or else the environment: REDIS_URL, or
      REDIS_HOST, REDIS_PORT, REDIS_DB, REDIS_USERNAME, REDIS_PASSWORD and REDIS_SSL; and
      REDIS_SENTINEL_USERNAME and REDIS_SENTINEL_PASSWORD; REDIS_TIMEOUT and REDIS_TTL, in seconds.

      Exit status: 0 done, 1 failed or timed out, 2 wrong usage, 130 interrupted.
      """;

  private Main() {}

  /** Runs a verb and ends this JVM with its exit status. */
  public static void main(String[] words) {
    System.exit(run(Arrays.asList(words), utf8(FileDescriptor.out), utf8(FileDescriptor.err)));
  }

  private static PrintStream utf8(FileDescriptor file) {
    return new PrintStream(new FileOutputStream(file), true, StandardCharsets.UTF_8);
  }

  /** Runs a verb and returns its exit status. */
  static int run(List<String> words, PrintStream results, PrintStream talk) {
    // Nothing else is loaded for these two: --version answers at once.
    var first = words.isEmpty() ? "" : words.get(0);
    if (first.equals("--version")) {
      results.print("redstart ");
      results.println(version());
      return 0;
    }
    if (first.equals("--help") || first.equals("-h") || first.equals("help")) {
      results.print(HELP);
      return 0;
    }
    return Program.run(words, new Out(results, talk));
  }

  /** What the build wrote down; a class folder that no build made has none. */
  private static String version() {
    try (var in = Main.class.getResourceAsStream("/dev/redstart/version.txt")) {
      var text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      return text.isEmpty() || text.charAt(0) == '$' ? "(not built by Maven)" : text;
    } catch (IOException unreadable) {
      return "(unreadable)";
    }
  }
}
