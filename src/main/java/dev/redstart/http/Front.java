package dev.redstart.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.redstart.json.JsonValueException;
import dev.redstart.redis.RedisException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** All requests come in here: from the JDK's server to a handler, and back. */
final class Front implements HttpHandler {
  private static final Logger ACCESS = System.getLogger("dev.redstart.http.access");
  private static final Logger LOGGER = System.getLogger("dev.redstart.http");

  private static final Set<String> PASSING =
      Set.of("LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "OOM", "READONLY");

  private final Dispatch dispatch;
  private final ServiceOptions options;
  private final Watchdog watchdog;
  private final Followers followers;

  Front(Router router, ServiceOptions options, Watchdog watchdog, Followers followers) {
    this.dispatch = new Dispatch(router, options, followers::areDismissed);
    this.options = options;
    this.watchdog = watchdog;
    this.followers = followers;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    long start = System.nanoTime();
    boolean isHandedOver = false;
    try {
      var watch = watchdog.watch();
      watch.end(); // the headers are here
      isHandedOver = answer(exchange, watch, start);
    } finally {
      if (!isHandedOver) {
        log(exchange, start);
      }
    }
  }

  /** True if another thread goes on with it. */
  private boolean answer(HttpExchange exchange, Watch watch, long start) throws IOException {
    var body = new Body(exchange, watch, options);
    var answer = new Answer(exchange, body, watch, options);
    var response = response(exchange, body);
    if (response instanceof Response.Stream stream) {
      return stream(exchange, answer, stream.feed(), watch, start);
    }
    answer.whole((Response.Whole) response);
    return false;
  }

  private boolean stream(HttpExchange exchange, Answer answer, Feed feed, Watch watch, long start)
      throws IOException {
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    if (!isHead && followers.add(feed)) {
      return follow(exchange, feed, watch, start);
    }
    feed.close();
    var tooMany = Refusal.unavailable("TOO_MANY_STREAMS", "There are too many streams.");
    answer.whole(isHead ? Response.ofHead(Response.EVENTS) : refused(exchange, tooMany));
    return false;
  }

  /**
   * A virtual thread of the request has a deep stack in the heap, and followers are many: each gets
   * a fresh one. A platform thread goes on itself, because before Java 24 the JDK's server forgets
   * a connection that broke only if this throws.
   */
  private boolean follow(HttpExchange exchange, Feed feed, Watch watch, long start)
      throws IOException {
    var following = new Following(exchange, feed, followers, options);
    boolean isHandedOver = false;
    try {
      if (watchdog.hasVirtualThreads()) {
        watchdog.execute(() -> followAlone(following, exchange, feed, start));
        isHandedOver = true;
      } else {
        following.run(watch);
      }
      return isHandedOver;
    } finally {
      if (!isHandedOver) {
        feed.close();
        followers.remove(feed);
      }
    }
  }

  private void followAlone(Following following, HttpExchange exchange, Feed feed, long start) {
    try {
      following.runAlone(watchdog.watch());
    } finally {
      followers.remove(feed);
      log(exchange, start);
    }
  }

  private Response response(HttpExchange exchange, Body body) throws IOException {
    try {
      return dispatch.respond(exchange, body);
    } catch (Refusal refusal) {
      return refused(exchange, refusal);
    } catch (JsonValueException wrong) {
      return refused(exchange, Refusal.badRequest(wrong.getMessage() + "."));
    } catch (RedisException e) {
      return isPassing(e) ? away(exchange, e) : failed(exchange, e);
    } catch (RuntimeException | Error e) {
      // An Error, too: the JDK's server would print it, and the client would hear nothing.
      return failed(exchange, e);
    }
  }

  /** What Redis says while it starts, is full or changes its part, and what it cannot say. */
  private static boolean isPassing(RedisException e) {
    return !(e instanceof RedisException.Rejected rejected) || PASSING.contains(rejected.code());
  }

  private static Response away(HttpExchange exchange, RedisException e) {
    LOGGER.log(Level.WARNING, "Redis: " + e.getMessage());
    var message = "Redis cannot be reached, or does not take commands at the moment.";
    return refused(exchange, Refusal.unavailable("REDIS_UNAVAILABLE", message));
  }

  private static Response failed(HttpExchange exchange, Throwable failure) {
    LOGGER.log(Level.ERROR, "A request failed", failure);
    return refused(exchange, new Refusal(500, "INTERNAL", "There is an error in the service."));
  }

  private static Response.Whole refused(HttpExchange exchange, Refusal refusal) {
    return Response.of(refusal, ErrorStyle.of(exchange.getRequestURI()));
  }

  /** Without the query, which may have a token. */
  private void log(HttpExchange exchange, long start) {
    if (options.hasAccessLog() && ACCESS.isLoggable(Level.INFO)) {
      var method = exchange.getRequestMethod();
      ACCESS.log(
          Level.INFO,
          exchange.getRemoteAddress().getAddress().getHostAddress()
              + " "
              // A line of a log must not be what a stranger makes of it; a path has been checked.
              + (method.matches("[A-Z]{1,20}") ? method : "?")
              + " "
              + exchange.getRequestURI().getRawPath()
              + " "
              + exchange.getResponseCode()
              + " "
              + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)
              + " ms");
    }
  }
}
