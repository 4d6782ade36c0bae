package dev.redstart.a2a;

import dev.redstart.a2a.TaskStorage.Delivery;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.redis.Backoff;
import dev.redstart.redis.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Delivers what is to be pushed: for each place in order, each event at least once, several places
 * at the same time. What was not delivered is tried again, here or on any other instance.
 */
final class Pusher implements Pushes {
  private static final System.Logger LOG = System.getLogger(Pusher.class.getName());

  /** A slow receiver has one place, and leaves the others to the rest. */
  private static final int AT_ONCE = 32;

  private static final Duration AWAKE = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  /**
   * How long things may take.
   *
   * @param step what waits for a receiver: to connect, to send the next bytes
   * @param post one event, and all of that; the lookup of the host comes before it
   * @param lease a delivery, which another instance may have after that
   * @param backoff after failures
   */
  record Limits(Duration step, Duration post, Duration lease, Backoff backoff) {
    static final Limits DEFAULTS =
        new Limits(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10)));
  }

  private final TaskStorage storage;
  private final TaskOptions options;
  private final Limits limits;
  private final PushSender sender;
  private final Patience patience;
  private final Semaphore places = new Semaphore(AT_ONCE);
  private final Executor threads = Threads.executor("redstart-a2a-push");
  private final Ticker ticker;
  private volatile boolean closed;

  /** There was something to push here: more may come from other instances, without a word. */
  private volatile boolean isAwake;

  Pusher(TaskStorage storage, TaskOptions options, Limits limits) {
    this.storage = storage;
    this.options = options;
    this.limits = limits;
    this.sender = new PushSender(options, limits.step(), limits.post());
    this.patience = new Patience(limits.lease(), () -> !closed);
    this.ticker = Ticker.start("redstart-a2a-pusher", this::look);
  }

  static Pushes start(TaskStorage storage, TaskOptions options) {
    return options.hasPushes() ? new Pusher(storage, options, Limits.DEFAULTS) : Pushes.NONE;
  }

  @Override
  public void wake() {
    isAwake = true;
    ticker.wake();
  }

  private Duration look() {
    while (!closed && places.tryAcquire()) {
      boolean isKept = false;
      try {
        long endNanos = System.nanoTime() + limits.lease().toNanos();
        var due = storage.due(UUID.randomUUID().toString(), limits.lease());
        if (due.isEmpty()) {
          return pause();
        }
        isAwake = true;
        threads.execute(() -> work(due.get(), endNanos));
        isKept = true;
      } finally {
        if (!isKept) {
          places.release();
        }
      }
    }
    // Whoever gives its place back wakes this.
    return LONG;
  }

  private Duration pause() {
    var pause = storage.untilDue();
    return isAwake && pause.compareTo(AWAKE) > 0 ? AWAKE : pause;
  }

  private void work(Delivery delivery, long endNanos) {
    try {
      deliver(delivery, endNanos);
    } catch (RuntimeException trouble) {
      // Redis is away, perhaps. The delivery is due again when its lease is over.
      LOG.log(System.Logger.Level.DEBUG, "left to the end of its lease: {0}", trouble.toString());
    } finally {
      places.release();
      ticker.wake();
    }
  }

  // ---- one delivery

  private void deliver(Delivery delivery, long endNanos) {
    long arrived = 0;
    var events = events(delivery);
    for (var event : events) {
      boolean isLate = endNanos - System.nanoTime() < limits.post().toNanos();
      if (closed || isLate && arrived > 0) {
        settle(delivery, arrived, Optional.of(Duration.ZERO));
        return;
      }
      var outcome = post(delivery.config(), body(delivery, event));
      if (!outcome.isArrived()) {
        fail(delivery, arrived, outcome);
        return;
      }
      arrived = event.generation();
    }
    settle(delivery, arrived, Optional.empty());
  }

  /** In 0.3 it is the task that is posted, as it is; once says it all. */
  private static List<Sequenced> events(Delivery delivery) {
    var all = delivery.events();
    return delivery.config().protocol() == ProtocolVersion.V0_3
        ? all.subList(all.size() - 1, all.size())
        : all;
  }

  private Optional<JsonObject> body(Delivery delivery, Sequenced event) {
    var protocol = delivery.config().protocol();
    var codec = WireCodec.of(protocol);
    if (protocol != ProtocolVersion.V0_3) {
      return Optional.of(codec.writeEvent(event.event()));
    }
    try {
      var task = storage.snapshot(delivery.taskId(), OptionalInt.empty()).task();
      return Optional.of(codec.writePush(event.event(), task));
    } catch (A2AException gone) {
      return Optional.empty();
    }
  }

  /**
   * What became of an event.
   *
   * @param trouble empty: it arrived
   * @param isFinal whether to try again is of no use
   */
  private record Outcome(Optional<String> trouble, Optional<Duration> retryAfter, boolean isFinal) {
    static Outcome trouble(String trouble) {
      return new Outcome(Optional.of(trouble), Optional.empty(), false);
    }

    boolean isArrived() {
      return trouble.isEmpty();
    }
  }

  private Outcome post(PushConfig config, Optional<JsonObject> body) {
    if (body.isEmpty()) {
      return new Outcome(Optional.of("the task is gone"), Optional.empty(), true);
    }
    try {
      var answer = sender.post(config, Json.toBytes(body.get()));
      var trouble =
          answer.isTaken() ? Optional.<String>empty() : Optional.of("HTTP " + answer.status());
      return new Outcome(trouble, answer.retryAfter(), answer.isGone());
    } catch (A2AException refused) {
      return Outcome.trouble(refused.getMessage());
    } catch (IOException trouble) {
      return Outcome.trouble(trouble.getClass().getSimpleName() + ": " + trouble.getMessage());
    }
  }

  private void fail(Delivery delivery, long arrived, Outcome outcome) {
    int attempts = arrived > 0 ? 1 : delivery.attempts() + 1;
    if (closed) {
      settle(delivery, arrived, Optional.of(Duration.ZERO));
    } else if (outcome.isFinal() || attempts >= options.pushAttempts()) {
      log(System.Logger.Level.WARNING, "given up", delivery, attempts, outcome);
      settle(delivery, arrived, Optional.empty());
    } else {
      log(System.Logger.Level.DEBUG, "tried again", delivery, attempts, outcome);
      settle(delivery, arrived, Optional.of(pause(attempts, outcome)));
    }
  }

  /** The place may be a secret too, but for its host. */
  private static void log(
      System.Logger.Level level, String fate, Delivery delivery, int attempts, Outcome outcome) {
    LOG.log(
        level,
        "pushes of the task {0} to {1} (configuration {2}) are {3}; attempts: {4}; {5}",
        delivery.taskId(),
        host(delivery.config()),
        delivery.config().id().orElse(""),
        fate,
        "" + attempts,
        outcome.trouble().orElse(""));
  }

  private static String host(PushConfig config) {
    try {
      return PushGuard.url(config.url()).getHost();
    } catch (A2AException none) {
      return "nowhere";
    }
  }

  /** Not before the receiver wants, as long as that is not too long. */
  private Duration pause(int attempts, Outcome outcome) {
    var pause = limits.backoff().pause(attempts);
    var wanted = outcome.retryAfter().orElse(pause);
    var longest = limits.backoff().max();
    var longer = wanted.compareTo(pause) > 0 ? wanted : pause;
    return longer.compareTo(longest) > 0 ? longest : longer;
  }

  private void settle(Delivery delivery, long arrived, Optional<Duration> retry) {
    patience.insist(
        () -> {
          storage.settle(delivery, arrived, retry);
          return arrived;
        });
  }

  @Override
  public void close() {
    closed = true;
    ticker.close();
    sender.close();
    try {
      // What was under way is given back at once, so that others need not wait for its lease.
      if (places.tryAcquire(AT_ONCE, CLOSE_LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
        // For whoever closes it again.
        places.release(AT_ONCE);
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }
}
