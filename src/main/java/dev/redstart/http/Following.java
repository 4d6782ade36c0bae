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

/** A client that follows a feed, in turns. */
final class Following {
  private static final Logger LOGGER = System.getLogger("dev.redstart.http");

  /** Followers of an instance that stops come back after so long, not all at once. */
  private static final int RETRY_MILLIS_MIN = 200;

  private static final int RETRY_MILLIS_MAX = 2_000;

  /** The JDK's server does not say that a client has left; only the second write to it fails. */
  private static final Duration ECHO_MAX = Duration.ofSeconds(1);

  /** It has been waited for already. */
  private static final Duration AWAY_PAUSE = Duration.ofMillis(100);

  private final HttpExchange exchange;
  private final Feed feed;
  private final Followers followers;
  private final ServiceOptions options;

  /** Null before the first turn. */
  private EventWriter writer;

  /** Whether a heartbeat is followed by a second one, soon. */
  private boolean echoes;

  Following(HttpExchange exchange, Feed feed, Followers followers, ServiceOptions options) {
    this.exchange = exchange;
    this.feed = feed;
    this.followers = followers;
    this.options = options;
  }

  /**
   * Waits for what comes next, and writes it: an event, a heartbeat, or the end. One thread at a
   * time, each with its watch.
   *
   * @return false if that was the end: the feed is over, or the followers are dismissed
   * @throws IOException if the client has left, or the connection is to be given up
   */
  boolean turn(Watch watch) throws IOException {
    boolean goesOn = false;
    try {
      if (writer == null) {
        writer = begin(watch);
      }
      writer.handTo(watch);
      goesOn = follow();
      if (!goesOn) {
        end(watch);
      }
      return goesOn;
    } catch (RuntimeException | Error e) {
      // An Error, too: nobody else would close the connection. The client comes back.
      LOGGER.log(Level.WARNING, "A stream was broken off", e);
      throw new IOException(e);
    } finally {
      if (!goesOn) {
        feed.close();
      }
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

  private boolean follow() throws IOException {
    var wait = pauseOfHeart().minus(writer.silence());
    boolean goesOn = !followers.areDismissed();
    if (!goesOn) {
      writer.retry(pause());
    } else if (wait.isNegative() || wait.isZero()) {
      writer.comment("heartbeat " + Instant.now().truncatedTo(ChronoUnit.MILLIS));
      echoes = !echoes;
    } else {
      return next(wait);
    }
    writer.flush();
    return goesOn;
  }

  private Duration pauseOfHeart() {
    var echo = options.heartbeat().dividedBy(10);
    return !echoes ? options.heartbeat() : echo.compareTo(ECHO_MAX) < 0 ? echo : ECHO_MAX;
  }

  /** While Redis is away a stream stays, silent but for the heartbeat. */
  private boolean next(Duration wait) throws IOException {
    try {
      return feed.next(writer, wait);
    } catch (RedisException away) {
      if (!away.isPassing() && !(away instanceof RedisException.BrokenProtocol)) {
        throw away;
      }
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
  boolean turnAlone(Watch watch) {
    try {
      watch.end(); // this thread awaits no request
      return turn(watch);
    } catch (IOException gone) {
      breakOff();
      return false;
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
