package dev.redstart.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/** All requests come in here: from the JDK's server to a handler, and back. */
final class Front implements HttpHandler {
  private static final Logger ACCESS = System.getLogger("dev.redstart.http.access");

  private final Dispatch dispatch;
  private final ServiceOptions options;
  private final Watchdog watchdog;
  private final Followers followers;

  Front(Router router, ServiceOptions options, Watchdog watchdog, Followers followers) {
    this.dispatch = new Dispatch(router, options, followers);
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
    answer.whole(
        isHead ? Response.ofHead(Response.EVENTS) : refused(exchange, Followers.tooMany()));
    return false;
  }

  /**
   * The stack of a virtual thread is in the heap, grows with all that the thread has done, and
   * followers are many: each waits on a thread that has done nothing else yet. A platform thread
   * goes on itself, because before Java 24 the JDK's server forgets a connection that broke only if
   * this throws.
   */
  private boolean follow(HttpExchange exchange, Feed feed, Watch watch, long start)
      throws IOException {
    var following = new Following(exchange, feed, followers, options);
    boolean isHandedOver = false;
    try {
      if (watchdog.hasVirtualThreads()) {
        watchdog.execute(() -> takeTurn(following, exchange, feed, start));
        isHandedOver = true;
      } else {
        goOn(following, watch);
      }
      return isHandedOver;
    } finally {
      if (!isHandedOver) {
        feed.close();
        followers.remove(feed);
      }
    }
  }

  private static void goOn(Following following, Watch watch) throws IOException {
    boolean goesOn = true;
    while (goesOn) {
      goesOn = following.turn(watch);
    }
  }

  private void takeTurn(Following following, HttpExchange exchange, Feed feed, long start) {
    boolean isHandedOver = false;
    try {
      if (following.turnAlone(watchdog.watch())) {
        watchdog.execute(() -> takeTurn(following, exchange, feed, start));
        isHandedOver = true;
      }
    } finally {
      if (!isHandedOver) {
        feed.close();
        followers.remove(feed);
        log(exchange, start);
      }
    }
  }

  private Response response(HttpExchange exchange, Body body) throws IOException {
    try {
      return dispatch.respond(exchange, body);
    } catch (RuntimeException | Error e) {
      // An Error, too: the JDK's server would print it, and the client would hear nothing.
      return refused(exchange, Failures.refusal(e));
    }
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
