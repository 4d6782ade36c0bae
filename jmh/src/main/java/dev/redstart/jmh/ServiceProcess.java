package dev.redstart.jmh;

import dev.redstart.http.Service;
import dev.redstart.http.ServiceOptions;
import dev.redstart.redis.Redis;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** The HTTP service in a JVM of its own, which tells what it uses; it ends with this JVM. */
final class ServiceProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final int port;

  private ServiceProcess(Process process) throws IOException {
    this.process = process;
    this.answers = process.inputReader();
    this.port = (int) answer();
  }

  /** Returns when it listens. */
  static ServiceProcess start(String redisUrl, int streamsMax) {
    var streams = Integer.toString(streamsMax);
    try {
      return new ServiceProcess(
          new ProcessBuilder(OwnJvm.command(ServiceProcess.class, redisUrl, streams))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long answer() throws IOException {
    var line = answers.readLine();
    if (line == null) {
      throw new IOException("the service has ended");
    }
    return Long.parseLong(line);
  }

  int port() {
    return port;
  }

  /** Bytes of its heap that are in use, and not only not yet collected. */
  long heap() {
    try {
      var questions = process.outputWriter();
      questions.write('\n');
      questions.flush();
      return answer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      process.outputWriter().close();
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (IOException e) {
      // It has ended before.
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }

  /** What runs in the other JVM: answers each line of its input with its heap. */
  public static void main(String[] args) throws IOException {
    var options =
        ServiceOptions.defaults()
            .withPort(0)
            .withStreamsMax(Integer.parseInt(args[1]))
            .withoutAccessLog();
    try (var redis = Redis.connect(args[0]);
        var service = Service.start(redis, options)) {
      System.out.println(service.uri().getPort());
      var questions = new BufferedReader(new InputStreamReader(System.in));
      while (questions.readLine() != null) {
        System.out.println(used());
      }
    }
  }

  private static long used() {
    var runtime = Runtime.getRuntime();
    // The second time takes what the first one gave to cleaners.
    System.gc();
    System.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
