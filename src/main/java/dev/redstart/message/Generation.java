package dev.redstart.message;

import dev.redstart.redis.RedisException;
import dev.redstart.redis.Renewal;
import dev.redstart.redis.Threads;
import java.time.Duration;
import java.util.Objects;

/**
 * A message in the hands of one producer. It holds a lease, which is renewed by itself while this
 * process lives, and with every write. If the process dies, readers see the message fail when the
 * lease (and the grace that was given) is over, or another producer takes it over; what this one
 * still writes then is refused. Thread-safe.
 *
 * <p>A message that was cancelled says so in the answer to the next write, and, within a second, by
 * {@link #isOver}.
 */
public final class Generation implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Generation.class.getName());

  /** So that a producer hears of a cancellation within a second. */
  private static final Duration INTERVAL_MAX = Duration.ofMillis(500);

  private final Renewal renewal;
  private final Message message;
  private final Duration lease;
  private volatile Runnable onOver = () -> {};

  Generation(Renewal renewal, Message message, Duration lease) {
    this.renewal = renewal;
    this.message = message;
    this.lease = lease;
  }

  Generation hold() {
    var third = lease.dividedBy(3);
    var interval = third.compareTo(INTERVAL_MAX) < 0 ? third : INTERVAL_MAX;
    renewal.hold(this, interval, message.stored()::beat, this::hear);
    return this;
  }

  /** The message, to be written to by this producer only. */
  public Message message() {
    return message;
  }

  /**
   * For text that comes in small pieces. To be closed before this is; and to be flushed before the
   * message is ended, or anything else is written to it.
   */
  public TextWriter writer() {
    return new TextWriter(message);
  }

  Duration lease() {
    return lease;
  }

  /**
   * Has this run once, on a thread of its own, when this process hears without writing that the
   * message was ended by somebody else or has another producer; not if a write was told so before.
   */
  public Generation onOver(Runnable action) {
    onOver = Objects.requireNonNull(action, "action");
    return this;
  }

  /**
   * Whether there is nothing more to write: the message has ended, or has another producer. {@link
   * Message#last} says which. As far as is known: {@link #check} asks.
   */
  public boolean isOver() {
    return message.last().isOver();
  }

  /** Asks Redis how the message is, and renews the lease; one round trip. */
  public Written check() {
    return message.appendText("");
  }

  /** What a sign of life was told; that it goes on says less than the answer to a later write. */
  private void hear(Written told) {
    if (!told.isOver()) {
      return;
    }
    renewal.drop(this);
    if (!isOver()) {
      message.heard(told);
      // A slow one must not delay the signs of life of others.
      Threads.start("redstart-over", this::runOnOver);
    }
  }

  private void runOnOver() {
    try {
      onOver.run();
    } catch (RuntimeException unexpected) {
      LOG.log(System.Logger.Level.WARNING, "a message's producer failed", unexpected);
    }
  }

  /**
   * Gives the message back: if it has not ended, others may take it for as long as the grace is,
   * and then it fails.
   */
  @Override
  public void close() {
    renewal.drop(this);
    try {
      if (!isOver()) {
        message.stored().giveBack();
      }
    } catch (RedisException away) {
      // Then its lease runs out.
      LOG.log(System.Logger.Level.DEBUG, "not given back: {0}", away.getMessage());
    }
  }
}
