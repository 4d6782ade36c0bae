package dev.redstart.http;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** The JDK's server, with what it lacks; knows no room of the house. */
final class WebServer implements AutoCloseable {
  /** Followers of an instance that has stopped all come at once; the kernel may allow fewer. */
  private static final int BACKLOG = 4096;

  private static final long LOOK_NANOS = Duration.ofMillis(2).toNanos();

  static {
    // Read once, when the JDK's classes are loaded. What the user has set, stays.
    unlessSet("sun.net.httpserver.nodelay", "true"); // else an event waits for an acknowledgement
    unlessSet("sun.net.httpserver.maxIdleConnections", "1000"); // 200: others are closed in use
  }

  private final ServiceOptions options;
  private final Watchdog watchdog;
  private final Followers followers;
  private final HttpServer server;
  private final AtomicBoolean closed = new AtomicBoolean();

  private WebServer(Router router, ServiceOptions options) throws IOException {
    this.options = options;
    server = HttpServer.create(address(options), BACKLOG);
    watchdog = new Watchdog(options);
    followers = new Followers(options.streamsMax());
    server.setExecutor(watchdog);
    server.createContext("/", new Front(router, options, watchdog, followers));
    server.start();
  }

  private static void unlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * @throws IllegalStateException if the address cannot be listened on
   */
  static WebServer start(Router router, ServiceOptions options) {
    try {
      return new WebServer(router, options);
    } catch (IOException e) {
      var place = options.address() + ":" + options.port();
      throw new IllegalStateException("Cannot listen on " + place + ": " + e.getMessage(), e);
    }
  }

  private static InetSocketAddress address(ServiceOptions options) throws IOException {
    var address = new InetSocketAddress(options.address(), options.port());
    if (address.isUnresolved()) {
      throw new IOException("there is no such host");
    }
    return address;
  }

  URI uri() {
    var host = options.address();
    boolean bare = host.indexOf(':') >= 0 && !host.startsWith("[");
    return URI.create(
        "http://" + (bare ? "[" + host + "]" : host) + ":" + server.getAddress().getPort());
  }

  Followers followers() {
    return followers;
  }

  /** How many threads wait for a client, or work for one. */
  int threads() {
    return watchdog.threads();
  }

  /**
   * New requests are refused and followers told to come back; then what is left has the grace. Not
   * left to the JDK's own stop, which before Java 25 always waits for all of its delay.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    followers.dismiss();
    boolean allDone = await(options.grace());
    server.stop(0);
    if (!allDone && !await(options.grace())) {
      watchdog.interruptAll();
    }
    watchdog.close();
  }

  private boolean await(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (threads() > 0) {
      if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return true;
  }
}
