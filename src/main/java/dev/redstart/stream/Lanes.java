package dev.redstart.stream;

import dev.redstart.redis.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The threads that handle entries: all take from one lane, or, when an order is asked for, each has
 * one of its own, for the keys that belong there.
 */
final class Lanes {
  private static final System.Logger LOG = System.getLogger(Lanes.class.getName());

  /** Empty: no more comes. */
  private final List<BlockingQueue<Optional<Delivery>>> lanes = new ArrayList<>();

  private final List<Thread> threads = new ArrayList<>();
  private final ConsumerOptions options;
  private final Consumer<Delivery> work;

  Lanes(String name, ConsumerOptions options, Consumer<Delivery> work) {
    this.options = options;
    this.work = work;
    int count = options.orderBy().isPresent() ? options.concurrency() : 1;
    for (int i = 0; i < count; i++) {
      lanes.add(new LinkedBlockingQueue<>());
    }
    for (int i = 0; i < options.concurrency(); i++) {
      var lane = lanes.get(i % count);
      threads.add(Threads.start(name + "-" + (i + 1), () -> serve(lane)));
    }
  }

  void accept(Delivery delivery) {
    lanes.get(laneOf(delivery)).add(Optional.of(delivery));
  }

  private int laneOf(Delivery delivery) {
    return options
        .orderBy()
        .map(key -> Math.floorMod(hash(key, delivery.message()), lanes.size()))
        .orElse(0);
  }

  private static int hash(Function<? super StreamMessage, String> key, StreamMessage message) {
    try {
      int hash = Objects.hashCode(key.apply(message));
      return hash ^ (hash >>> 16);
    } catch (RuntimeException noKey) {
      LOG.log(System.Logger.Level.DEBUG, () -> "no key of " + message, noKey);
      return 0;
    }
  }

  private void serve(BlockingQueue<Optional<Delivery>> lane) {
    while (true) {
      try {
        var delivery = lane.take();
        if (delivery.isEmpty()) {
          return;
        }
        work.accept(delivery.get());
      } catch (InterruptedException late) {
        // It was meant for a handler that has ended in the meantime.
        Thread.interrupted();
      } catch (RuntimeException | Error trouble) {
        // The handlers' failures are dealt with elsewhere; the next entries need this thread.
        LOG.log(System.Logger.Level.ERROR, "an entry was left in hand", trouble);
      }
    }
  }

  boolean isOwn(Thread thread) {
    return threads.contains(thread);
  }

  /** No more will come: the lanes end behind what is in them. */
  void finish() {
    for (int i = 0; i < threads.size(); i++) {
      lanes.get(i % lanes.size()).add(Optional.empty());
    }
  }

  /** Whether all have ended in this time. */
  boolean await(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (var thread : threads) {
      try {
        long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        thread.join(Math.max(1, millis));
      } catch (InterruptedException hurry) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return threads.stream().noneMatch(Thread::isAlive);
  }
}
