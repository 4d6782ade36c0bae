package dev.redstart.harness;

import dev.redstart.cli.Guard;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own with this one's class path, to be killed in the middle of things. It ends with
 * this one at the latest. Its standard input is empty.
 */
public final class ChildJvm implements AutoCloseable {

  private static final Duration END_LIMIT = Duration.ofSeconds(5);

  private final String name;
  private final Process process;
  private final Output out;
  private final Output err;

  private ChildJvm(String name, Process process) {
    this.name = name;
    this.process = process;
    this.out = new Output(name + "-out", process.getInputStream());
    this.err = new Output(name + "-err", process.getErrorStream());
  }

  /** How to start one. */
  public static final class Options {

    private final Class<?> main;
    private final List<String> flags;
    private final Map<String, String> environment;

    private Options(Class<?> main, List<String> flags, Map<String, String> environment) {
      this.main = main;
      this.flags = flags;
      this.environment = environment;
    }

    /** At most so much heap, such as "64m". */
    public Options withHeap(String size) {
      return withFlag("-Xmx" + size);
    }

    /** A word for {@code java} itself, before the class. */
    public Options withFlag(String flag) {
      var longer = new ArrayList<>(flags);
      longer.add(flag);
      return new Options(main, List.copyOf(longer), environment);
    }

    public Options withEnvironment(String variable, String value) {
      var larger = new TreeMap<>(environment);
      larger.put(variable, value);
      return new Options(main, flags, larger);
    }

    public ChildJvm start(String... arguments) {
      var words = new ArrayList<>(HEARING_INTERRUPTS);
      words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      words.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classPath()));
      words.addAll(flags);
      words.add(main.getName());
      words.addAll(List.of(arguments));
      var builder = Guard.of(words);
      builder.environment().putAll(environment);
      try {
        return new ChildJvm("child-" + main.getSimpleName(), builder.start());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  // Shells start background jobs deaf to SIGINT, and all below them stay so, JVMs included. Where
  // env cannot mend that (it is GNU's that can), tests must not run in the background.
  private static final List<String> HEARING_INTERRUPTS =
      succeeds("/usr/bin/env", "--default-signal=INT", "true")
          ? List.of("/usr/bin/env", "--default-signal=INT")
          : List.of();

  private static boolean succeeds(String... command) {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException noSuchProgram) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  // A launcher may have put the tests into a class loader of its own.
  private static String classPath() {
    var entries = new ArrayList<String>();
    if (ChildJvm.class.getClassLoader() instanceof URLClassLoader loader) {
      for (var url : loader.getURLs()) {
        entries.add(Path.of(URI.create(url.toString())).toString());
      }
    }
    entries.add(System.getProperty("java.class.path"));
    return String.join(File.pathSeparator, entries);
  }

  /** A child that runs this class's main method. */
  public static Options of(Class<?> main) {
    return new Options(main, List.of(), Map.of());
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it printed to its standard output so far. */
  public List<String> lines() {
    return out.lines();
  }

  /** What it printed to its standard error so far. */
  public List<String> errors() {
    return err.lines();
  }

  /**
   * The first line of its standard output, printed already or to come, that begins so.
   *
   * @throws AssertionError if there is none in time, or the child ended without
   */
  public String awaitLine(String start, Duration limit) {
    try {
      return out.await(line -> line.startsWith(start), limit)
          .orElseThrow(() -> failure("printed no line that begins with \"" + start + "\""));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("was waited for when we were interrupted");
    }
  }

  /**
   * Waits for the child's own end, and for what it has printed, and returns its status.
   *
   * @throws AssertionError if it does not end in time
   */
  public int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        throw failure("did not end within " + limit.toMillis() + " ms");
      }
      // Its last lines may still be on their way.
      out.awaitEnd(END_LIMIT);
      err.awaitEnd(END_LIMIT);
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("was waited for when we were interrupted");
    }
  }

  private AssertionError failure(String what) {
    return new AssertionError(
        name + " " + what + "; its output: " + lines() + "; its errors: " + errors());
  }

  /** {@code kill -9}; returns when it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(END_LIMIT);
  }

  /** SIGTERM: shutdown hooks run. */
  public void terminate() {
    process.destroy();
  }

  /** SIGSTOP. */
  public void pause() {
    send(Signal.STOP);
  }

  /** SIGCONT. */
  public void resume() {
    send(Signal.CONT);
  }

  // The id of a process that has ended may be another's by now.
  private void send(Signal signal) {
    if (!isAlive()) {
      throw failure("has ended and cannot be sent SIG" + signal);
    }
    signal.send(pid());
  }

  @Override
  public void close() {
    kill();
  }
}
