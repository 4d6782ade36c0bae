package dev.redstart.redis;

import dev.redstart.resp.RespException;
import java.net.ProtocolException;

/** What becomes of a command whose connection was lost. */
final class Fate {
  private Fate() {}

  /** Whether sending it on another connection can do no harm. */
  static boolean maySendAgain(Pending<?> pending, Throwable cause) {
    if (cause instanceof Wire.CallerGone) {
      return false;
    }
    if (pending.stage() != Pending.Stage.SENT) {
      return true;
    }
    // The same reply would break the protocol, or take too much memory, again.
    return pending.order.repeatable() && !brokeProtocol(cause) && !(cause instanceof Error);
  }

  static RedisException of(Pending<?> pending, Throwable cause) {
    if (brokeProtocol(cause)) {
      String text = "the server broke the protocol: " + cause.getMessage();
      return new RedisException.BrokenProtocol(pending.order.sentence(text), cause);
    }
    String text = "the connection broke before the answer came; outcome unknown, it may have run";
    return new RedisException.Disconnected(pending.order.sentence(text), cause);
  }

  private static boolean brokeProtocol(Throwable cause) {
    return cause instanceof RespException || cause instanceof ProtocolException;
  }
}
