package dev.redstart.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** The body of a request, which must be read whether anybody wants it or not. */
final class Body {
  /** What is read of a body that was refused, so that its sender comes to read our answer. */
  private static final int DISCARDED_MAX = 8 << 20;

  private static final Duration DISCARDING = Duration.ofSeconds(2);

  private final InputStream in;
  private final Watch watch;
  private final ServiceOptions options;
  private final long sinceNanos = System.nanoTime();
  private final long declared;
  private boolean isOver;

  Body(HttpExchange exchange, Watch watch, ServiceOptions options) {
    this.in = exchange.getRequestBody();
    this.watch = watch;
    this.options = options;
    this.declared = length(exchange);
    this.isOver = declared == 0;
  }

  /** -1 if only reading will tell; the JDK's server has refused what is no number. */
  private static long length(HttpExchange exchange) {
    var headers = exchange.getRequestHeaders();
    var length = headers.getFirst("Content-Length");
    return headers.containsKey("Transfer-Encoding")
        ? -1
        : length == null ? 0 : Long.parseLong(length);
  }

  /**
   * @throws Refusal if it is larger than it may be, or broken
   * @throws IOException if the client is gone, or slower than it may be
   */
  byte[] read() throws IOException {
    int max = options.bodyBytesMax();
    if (declared > max) {
      throw tooLarge(max);
    }
    watch.begin(sinceNanos, options.requestLimit());
    try {
      var bytes = in.readNBytes(max + 1);
      if (bytes.length > max) {
        throw tooLarge(max);
      }
      isOver = true;
      return bytes;
    } catch (IOException broken) {
      isOver = true;
      watch.end();
      throw Refusal.badRequest("The body is broken, or ends too early.");
    } finally {
      watch.end();
    }
  }

  private static Refusal tooLarge(int max) {
    return new Refusal(413, "TOO_LARGE", "The body must not have more than " + max + " bytes.");
  }

  /** Whether there is nothing more to come. */
  boolean isOver() {
    return isOver;
  }

  /**
   * Reads what is left, within reason. A connection that is closed with something unread is reset,
   * and the client may lose the answer.
   */
  void discard() throws IOException {
    var limit = options.requestLimit();
    watch.begin(limit.compareTo(DISCARDING) < 0 ? limit : DISCARDING);
    try {
      long left = DISCARDED_MAX;
      var buffer = new byte[8192];
      for (int n = 0; n >= 0 && left > 0; left -= n) {
        n = in.read(buffer);
      }
    } finally {
      watch.end();
    }
  }
}
