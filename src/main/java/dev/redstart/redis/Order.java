package dev.redstart.redis;

import dev.redstart.resp.Reply;
import dev.redstart.resp.UnexpectedReplyException;
import java.time.Duration;
import java.util.function.Function;

/**
 * What one {@link Pending} has to get done, without the words that were sent: callers may keep
 * thousands of pending replies, and must not keep the values they wrote by that.
 *
 * @param name for messages
 * @param address for messages
 * @param replies how many replies make the answer; several for what travels as one piece
 * @param repeatable whether sending it twice is harmless
 * @param block for how long the server may hold the reply back by design; zero: not at all
 * @param reading turns the answer into the result, on the thread that waits
 */
record Order<R>(
    String name,
    String address,
    int replies,
    boolean repeatable,
    Duration block,
    Function<? super Reply, ? extends R> reading) {

  static <R> Order<R> of(Command<R> command, String address) {
    return of(command, address, Duration.ZERO);
  }

  static <R> Order<R> of(Command<R> command, String address, Duration block) {
    return new Order<>(
        command.name(), address, 1, command.isRepeatable(), block, command.reading());
  }

  /** The same elsewhere. */
  Order<R> at(String other) {
    return new Order<>(name, other, replies, repeatable, block, reading);
  }

  boolean blocks() {
    return !block.isZero();
  }

  /** {@code hadRun}: an earlier attempt may have been executed, whatever came of this one. */
  R read(Reply reply, boolean hadRun) {
    if (reply instanceof Reply.Error error) {
      throw ServerErrors.rejected(error, this, hadRun || ServerErrors.mayHaveRun(error, this));
    }
    try {
      return reading.apply(reply);
    } catch (UnexpectedReplyException unexpected) {
      throw new RedisException.BrokenProtocol(sentence(unexpected.getMessage()), unexpected);
    }
  }

  /** Every message about a call begins with what was tried, and where. */
  String sentence(String what) {
    return name + " at " + address + ": " + what;
  }

  static String seconds(Duration time) {
    return time.toMillis() / 1000.0 + " s";
  }
}
