package dev.redstart.stream;

import dev.redstart.redis.RedisException;
import dev.redstart.stream.Settlement.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What is done with an entry in hand: the handler, and what follows when it fails. */
final class Handling {
  private static final System.Logger LOG = System.getLogger(Handling.class.getName());
  private static final int REASON_CHARS_MAX = 1000;
  private static final Duration RETRY = Duration.ofMillis(100);

  private final MessagePredicate handler;
  private final ConsumerOptions options;
  private final Keeper keeper;
  private final Tally tally;
  private final CountDownLatch stopping;

  Handling(
      MessagePredicate handler,
      ConsumerOptions options,
      Keeper keeper,
      Tally tally,
      CountDownLatch stopping) {
    this.handler = handler;
    this.options = options;
    this.keeper = keeper;
    this.tally = tally;
    this.stopping = stopping;
  }

  void handle(Delivery delivery) {
    boolean again = true;
    while (again) {
      reassure(delivery);
      if (isStopped(Duration.ZERO)) {
        keeper.settle(delivery, Verb.BACK, millis(options.lease()));
        again = false;
      } else {
        again = attempt(delivery);
      }
    }
  }

  /** Who was out of touch for a lease asks first whether the entry is still his. */
  private void reassure(Delivery delivery) {
    boolean asked = delivery.isLost() || delivery.isHeldSince(options.lease());
    while (!asked) {
      try {
        delivery.source().renew(List.of(delivery));
        asked = true;
      } catch (RedisException trouble) {
        asked = isStopped(RETRY);
      }
    }
  }

  private boolean isStopped(Duration wait) {
    try {
      return stopping.await(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException lost) {
      // The entry is lost; whoever asks finds out next.
      return stopping.getCount() == 0;
    }
  }

  /** True if there is to be another one. */
  private boolean attempt(Delivery delivery) {
    if (!delivery.begin()) {
      keeper.drop(delivery);
      return false;
    }
    var problem = run(delivery);
    boolean cut = delivery.end();
    if (delivery.isLost()) {
      keeper.drop(delivery);
      return false;
    } else if (problem.isEmpty()) {
      keeper.settle(delivery, Verb.ACK, "");
      return false;
    } else if (cut) {
      keeper.settle(delivery, Verb.BACK, millis(options.lease()));
      return false;
    }
    return fail(delivery, problem.get());
  }

  private Optional<String> run(Delivery delivery) {
    try {
      boolean handled = handler.handle(delivery.message());
      return handled ? Optional.empty() : Optional.of("the handler returned false");
    } catch (Throwable failure) {
      // An Error, too, is about this entry; it must not end the consumer of all others.
      LOG.log(System.Logger.Level.DEBUG, () -> "could not handle " + delivery.message(), failure);
      return Optional.of(reason(failure));
    }
  }

  private static String reason(Throwable failure) {
    String text = failure.toString();
    return text.substring(0, Math.min(text.length(), REASON_CHARS_MAX));
  }

  private boolean fail(Delivery delivery, String reason) {
    tally.failed.increment();
    var pause = options.backoff().pause(delivery.deliveries());
    if (delivery.deliveries() >= options.deliveriesMax()) {
      keeper.settle(delivery, Verb.DEAD, reason);
      return false;
    } else if (options.orderBy().isPresent()) {
      return tryAgain(delivery, pause);
    }
    var least = pause.compareTo(options.lease()) < 0 ? pause : options.lease();
    keeper.settle(delivery, Verb.WAIT, millis(options.lease().minus(least)));
    return false;
  }

  /** In place, so that those behind it wait. */
  private boolean tryAgain(Delivery delivery, Duration pause) {
    if (isStopped(pause)) {
      keeper.settle(delivery, Verb.WAIT, millis(options.lease()));
      return false;
    }
    return keeper.settle(delivery, Verb.AGAIN, "").join();
  }

  private static String millis(Duration time) {
    return Long.toString(time.toMillis());
  }
}
