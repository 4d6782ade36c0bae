package dev.redstart.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The lines that a process has printed so far, read by a thread of their own. */
final class Output {

  /** Guards {@code lines} and {@code ended}. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition more = lock.newCondition();
  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  Output(String name, InputStream stream) {
    Daemon.start(name, () -> readAll(stream));
  }

  List<String> lines() {
    lock.lock();
    try {
      return List.copyOf(lines);
    } finally {
      lock.unlock();
    }
  }

  /** The first such line, as soon as it is there; nothing if it does not come in time or at all. */
  Optional<String> await(Predicate<String> wanted, Duration limit) throws InterruptedException {
    lock.lock();
    try {
      long nanos = limit.toNanos();
      for (int seen = 0; ; ) {
        for (; seen < lines.size(); seen++) {
          if (wanted.test(lines.get(seen))) {
            return Optional.of(lines.get(seen));
          }
        }
        if (ended || nanos <= 0) {
          return Optional.empty();
        }
        nanos = more.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns when all that was printed has been read, or the limit is over. */
  void awaitEnd(Duration limit) throws InterruptedException {
    await(line -> false, limit);
  }

  private void readAll(InputStream stream) {
    try (var reader = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("(" + e + ")");
    } finally {
      end();
    }
  }

  private void add(String line) {
    lock.lock();
    try {
      lines.add(line);
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      ended = true;
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
