package dev.redstart.http;

import com.sun.net.httpserver.HttpExchange;
import dev.redstart.redis.RedisException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** A client that follows a feed. */
final class Following {
  private static final Logger LOGGER = System.getLogger("dev.redstart.http");

  /** Followers of an instance that stops come back after so long, not all at once. */
  private static final int RETRY_MILLIS_MIN = 200;

  private static final int RETRY_MILLIS_MAX = 2_000;

  /** It has been waited for already. */
  private static final Duration AWAY_PAUSE = Duration.ofMillis(100);

  private final HttpExchange exchange;
  private final Feed feed;
  private final Followers followers;
  private final ServiceOptions options;

  Following(HttpExchange exchange, Feed feed, Followers followers, ServiceOptions options) {
    this.exchange = exchange;
    this.feed = feed;
    this.followers = followers;
    this.options = options;
  }

  /**
   * Events until the feed is over, the client has left, or the followers are dismissed.
   *
   * @throws IOException if the connection is to be given up
   */
  void run(Watch watch) throws IOException {
    try (feed) {
      var writer = begin(watch);
      if (!follow(writer)) {
        writer.retry(pause());
        writer.flush();
      }
      end(watch);
    } catch (RuntimeException | Error e) {
      // An Error, too: nobody else would close the connection. The client comes back.
      LOGGER.log(Level.WARNING, "A stream was broken off", e);
      throw new IOException(e);
    }
  }

  private EventWriter begin(Watch watch) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", Response.EVENTS + "; charset=utf-8");
    headers.set("Cache-Control", "no-cache");
    headers.set("X-Accel-Buffering", "no"); // nginx
    headers.set("X-Content-Type-Options", "nosniff");
    exchange.sendResponseHeaders(200, 0);
    headers.clear(); // they are sent, and would be kept for as long as the stream goes on
    var writer = new EventWriter(exchange.getResponseBody(), watch, options.writeLimit());
    writer.flush(); // a client wants to know at once
    return writer;
  }

  private boolean follow(EventWriter writer) throws IOException {
    while (!followers.areDismissed()) {
      var wait = options.heartbeat().minus(writer.silence());
      if (wait.isNegative() || wait.isZero()) {
        writer.comment("heartbeat " + Instant.now().truncatedTo(ChronoUnit.MILLIS));
        writer.flush();
      } else if (!next(writer, wait)) {
        writer.flush();
        return true;
      }
    }
    return false;
  }

  /** While Redis is away a stream stays, silent but for the heartbeat. */
  private boolean next(EventWriter writer, Duration wait) throws IOException {
    try {
      return feed.next(writer, wait);
    } catch (RedisException.Rejected | RedisException.Interrupted decided) {
      throw decided;
    } catch (RedisException away) {
      LockSupport.parkNanos(AWAY_PAUSE.toNanos());
      return true;
    }
  }

  private static Duration pause() {
    int millis = ThreadLocalRandom.current().nextInt(RETRY_MILLIS_MIN, RETRY_MILLIS_MAX);
    return Duration.ofMillis(millis);
  }

  private void end(Watch watch) throws IOException {
    watch.begin(options.writeLimit());
    try {
      exchange.getResponseBody().close();
    } finally {
      watch.end();
    }
  }

  /** On a thread that is not the request's: there is nobody above who would give it up. */
  void runAlone(Watch watch) {
    try {
      run(watch);
    } catch (IOException gone) {
      breakOff();
    }
  }

  /**
   * Closes the connection without a proper end. Closing the body would write that end, and wait for
   * a client that does not read; but the socket of an interrupted thread is closed by writing. And
   * it is only by closing the body that the JDK's server forgets the connection.
   */
  private void breakOff() {
    Thread.currentThread().interrupt();
    try {
      exchange.getResponseBody().close();
    } catch (IOException closed) {
      // As was wanted.
    } finally {
      Thread.interrupted();
    }
  }
}
