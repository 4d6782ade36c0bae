package dev.redstart.message;

import dev.redstart.redis.RedisException;
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

  private final Heartbeat heartbeat;
  private final Message message;
  private final Duration lease;
  private volatile Runnable onOver = () -> {};

  Generation(Heartbeat heartbeat, Message message, Duration lease) {
    this.heartbeat = heartbeat;
    this.message = message;
    this.lease = lease;
  }

  /** The message, to be written to by this producer only. */
  public Message message() {
    return message;
  }

  Duration lease() {
    return lease;
  }

  /**
   * Has this run once, on the thread that renews leases, when that thread hears that the message
   * was ended by somebody else or has another producer; not if a write was told so before. It must
   * not take long.
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
    var last = message.last();
    return last.status().isEnd() || last.result() == Written.Result.LOST;
  }

  /** Asks Redis how the message is, and renews the lease; one round trip. */
  public Written check() {
    return message.appendText("");
  }

  void beat() {
    boolean knew = isOver();
    if (!knew) {
      message.heard(message.stored().backing().redis().call(message.stored().beat()));
    }
    if (isOver()) {
      heartbeat.drop(this);
    }
    if (isOver() && !knew) {
      onOver.run();
    }
  }

  /**
   * Gives the message back: if it has not ended, others may take it for as long as the grace is,
   * and then it fails.
   */
  @Override
  public void close() {
    heartbeat.drop(this);
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
