package dev.redstart.redis;

import dev.redstart.resp.RespException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;

/**
 * Why a connection could not be made: one sentence for people, and whether to try again.
 *
 * @param failure how the sentence begins; the address follows
 */
record Explanation(RedisOptions options, String failure) {
  static final String FAILURE = "cannot connect to Redis at ";

  NoConnection of(Throwable problem) {
    Throwable root = problem instanceof RedisException ? deepest(problem) : problem;
    String text = failure + options.address() + ": " + reason(root);
    return new NoConnection(text, isPassing(root), problem);
  }

  private static Throwable deepest(Throwable problem) {
    Throwable cause = problem;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Whether the same attempt may succeed a moment later. */
  private static boolean isPassing(Throwable root) {
    if (root instanceof RedisException.Rejected refused) {
      return ServerErrors.isForTheMoment(refused.code()) || isFull(refused.getMessage());
    }
    return !(root instanceof SSLException || root instanceof RedisException.BrokenProtocol)
        && (root instanceof IOException || root instanceof RedisException);
  }

  private static boolean isFull(String text) {
    return text.contains("max number of clients");
  }

  private String reason(Throwable problem) {
    String text = String.valueOf(problem.getMessage());
    if (problem instanceof SSLException) {
      return tlsReason(text);
    } else if (problem instanceof RespException) {
      return "it does not speak RESP: " + text + "; is this the right port?" + tlsHint();
    } else if (problem instanceof RedisException.BrokenProtocol) {
      return text + "; is this a Redis?";
    } else if (isHangUp(problem, text)) {
      return "it hung up during the handshake." + tlsHint();
    } else if (problem instanceof RedisException.Rejected) {
      return text;
    } else if (problem instanceof IOException || problem instanceof RedisException.TimedOut) {
      return networkReason(problem, text);
    }
    return problem.toString();
  }

  /** A server that wants TLS resets the connection when it is greeted in plain words. */
  private static boolean isHangUp(Throwable problem, String text) {
    return problem instanceof EOFException
        || problem instanceof ClosedChannelException
        || text.contains("Connection reset")
        || text.contains("Broken pipe");
  }

  private String networkReason(Throwable problem, String text) {
    if (problem instanceof UnknownHostException) {
      return "the host name is not known";
    } else if (problem instanceof SocketTimeoutException
        || problem instanceof RedisException.TimedOut) {
      return "no answer within " + Order.seconds(options.connectTimeout()) + plainHint();
    } else if (problem instanceof InterruptedIOException) {
      return "interrupted";
    } else if (problem instanceof ConnectException && text.contains("refused")) {
      return "connection refused; is a server running there?";
    } else if (problem instanceof NoRouteToHostException) {
      return "there is no route to that host";
    } else if (problem instanceof SocketException && text.contains("No such file")) {
      return "there is no such socket; is a server running with this unixsocket?";
    }
    return text;
  }

  private static String tlsReason(String text) {
    if (text.contains("Unsupported or unrecognized SSL message")) {
      return "it does not speak TLS; use redis:// instead of rediss://";
    }
    return "TLS failed (" + text + "); check the certificates and the host name in the URL";
  }

  private String tlsHint() {
    return options.tls().isPresent()
        ? " If it wants a client certificate, see RedisOptions.withTls"
        : " If it wants TLS, use rediss://";
  }

  /** A plain server takes a TLS greeting for half a command, and waits for the rest. */
  private String plainHint() {
    return options.tls().isPresent() ? "; if it does not speak TLS, use redis://" : "";
  }
}
