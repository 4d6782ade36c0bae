package dev.redstart.orchestration;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Consumer;

/** How a session is to be. Immutable: each {@code withX} gives a changed copy. */
public final class SessionOptions {
  /** Looking for dead children costs something for each child, in one script. */
  private static final int CHILDREN_MAX = 500;

  /** A JVM's garbage collection, or a busy machine, must not look like a death. */
  private static final Duration LEASE_MIN = Duration.ofMillis(200);

  private static final String NAME = "[!-~&&[^{}]]{1,128}";
  private static final int HOST_CHARS = 12;

  /** A name, and what is put around it. */
  private static final int PREFIX_CHARS_MAX = 160;

  private static final SessionOptions DEFAULTS = new SessionOptions();

  // Not final, so that a changed copy is one assignment; never written after the copy is handed
  // out.
  private String sessionId;
  private String prefix;
  private OptionalInt sequence = OptionalInt.empty();
  private int children = 9;
  private Duration ttl;
  private Duration lease = Duration.ofSeconds(15);
  private int deliveriesMax = 3;

  private SessionOptions() {}

  private SessionOptions with(Consumer<SessionOptions> change) {
    var copy = new SessionOptions();
    copy.sessionId = sessionId;
    copy.prefix = prefix;
    copy.sequence = sequence;
    copy.children = children;
    copy.ttl = ttl;
    copy.lease = lease;
    copy.deliveriesMax = deliveriesMax;
    change.accept(copy);
    return copy;
  }

  /** Nine children, a lease of 15 seconds, three deliveries, the client's time to live. */
  public static SessionOptions defaults() {
    return DEFAULTS;
  }

  /**
   * In summoner mode, an id of the caller's; without it, a UUID. At most 128 visible ASCII
   * characters, no braces. In normal mode the id is always a new one.
   */
  public SessionOptions withSessionId(String id) {
    return with(options -> options.sessionId = check(id, "sessionId"));
  }

  /**
   * In normal mode, what the session's name begins with, before the sequence number; default: the
   * environment's PROJECT_NAME, or {@code project}, and the host's name. The same characters.
   */
  public SessionOptions withPrefix(String prefix) {
    return with(options -> options.prefix = check(prefix, "prefix"));
  }

  /** In normal mode, the sequence number, 1 to 999; default: the first that is free. */
  public SessionOptions withSequence(int number) {
    if (number < 1 || number > 999) {
      throw new IllegalArgumentException("number: must be 1 to 999, was " + number);
    }
    return with(options -> options.sequence = OptionalInt.of(number));
  }

  static String check(String name, String what) {
    if (!Objects.requireNonNull(name, what).matches(NAME)) {
      throw new IllegalArgumentException(
          what + ": must be 1 to 128 visible ASCII characters without braces");
    }
    return name;
  }

  /** A whole prefix, as a configuration has it: on a cluster it is in braces, or a part of it. */
  static String checkPrefix(String prefix) {
    if (!Objects.requireNonNull(prefix, "prefix").matches("[!-~]{1," + PREFIX_CHARS_MAX + "}")) {
      throw new IllegalArgumentException(
          "prefix: must be 1 to " + PREFIX_CHARS_MAX + " visible ASCII characters");
    }
    return prefix;
  }

  /** How many children there may be, 1 to 500; they are numbered from 1. */
  public SessionOptions withChildren(int max) {
    if (max < 1 || max > CHILDREN_MAX) {
      throw new IllegalArgumentException(
          "max: there may be 1 to " + CHILDREN_MAX + " children, not " + max);
    }
    return with(options -> options.children = max);
  }

  /**
   * For how long a session lives that nobody uses, in whole milliseconds; default: the client's.
   */
  public SessionOptions withTtl(Duration ttl) {
    atLeast(ttl, "ttl", Duration.ofMillis(1));
    return with(options -> options.ttl = ttl);
  }

  /**
   * After what time without a sign of life a child counts as dead and its work goes to others; at
   * least 200 ms. Children give a sign three times as often.
   */
  public SessionOptions withLease(Duration lease) {
    atLeast(lease, "lease", LEASE_MIN);
    return with(options -> options.lease = lease);
  }

  /** How many children may die of one task before it is given up and reported as an error. */
  public SessionOptions withDeliveries(int max) {
    if (max < 1) {
      throw new IllegalArgumentException("max: must be positive, was " + max);
    }
    return with(options -> options.deliveriesMax = max);
  }

  private static void atLeast(Duration time, String name, Duration min) {
    if (Objects.requireNonNull(time, name).compareTo(min) < 0) {
      throw new IllegalArgumentException(
          name + ": must be at least " + min.toMillis() + " ms, was " + time);
    }
  }

  String sessionId() {
    return sessionId == null ? UUID.randomUUID().toString() : sessionId;
  }

  String prefix() {
    return prefix == null ? defaultPrefix(System.getenv()) : prefix;
  }

  static String defaultPrefix(Map<String, String> environment) {
    var host = environment.getOrDefault("HOSTNAME", "");
    var known = host.isBlank() ? localHost() : host;
    var project = environment.getOrDefault("PROJECT_NAME", "");
    var name =
        (project.isBlank() ? "project" : project)
            + "-"
            + known.substring(0, Math.min(HOST_CHARS, known.length()));
    return name.replaceAll("[^!-~]|[{}]", "_");
  }

  private static String localHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }

  OptionalInt sequence() {
    return sequence;
  }

  int children() {
    return children;
  }

  Optional<Duration> ttl() {
    return Optional.ofNullable(ttl);
  }

  Duration lease() {
    return lease;
  }

  int deliveriesMax() {
    return deliveriesMax;
  }
}
