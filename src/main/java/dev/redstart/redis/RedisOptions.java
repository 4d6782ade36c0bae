package dev.redstart.redis;

import dev.redstart.resp.RespLimits;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * How to reach a server and how to treat it. Immutable: each {@code withX} gives a changed copy.
 * {@code toString} shows no secret.
 */
public final class RedisOptions {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration TTL = Duration.ofHours(1);
  private static final Duration PING_INTERVAL = Duration.ofSeconds(30);

  /** Nanoseconds in a long reach for 292 years; nobody waits that long. */
  private static final Duration TIME_MAX = Duration.ofDays(365);

  /** Enough for any crowd of threads; past it the server is what is slow. */
  private static final int QUEUE_COMMANDS = 65_536;

  /** Commands whose replies have not come yet hold their bytes: an eighth of the smallest heap. */
  private static final long QUEUE_BYTES = 8L << 20;

  private static final int DEDICATED_MAX = 256;

  // Not final, so that a changed copy is one assignment; never written after the copy is handed
  // out.
  private Endpoint endpoint = new Endpoint.Tcp("localhost", RedisUrl.PORT);
  private Supplier<SSLContext> tls;
  private String user;
  private String password;
  private String sentinelUser;
  private String sentinelPassword;
  private int database;
  private String clientName;
  private Duration timeout = TIMEOUT;
  private Duration connectTimeout = TIMEOUT;
  private Duration pingInterval = PING_INTERVAL;
  private Duration ttl = TTL;
  private int protocol = 3;
  private RespLimits limits = RespLimits.defaults();
  private int queueCommands = QUEUE_COMMANDS;
  private long queueBytes = QUEUE_BYTES;
  private int dedicatedMax = DEDICATED_MAX;
  private boolean readsFromReplicas;

  private RedisOptions() {}

  private RedisOptions(RedisOptions other) {
    endpoint = other.endpoint;
    tls = other.tls;
    user = other.user;
    password = other.password;
    sentinelUser = other.sentinelUser;
    sentinelPassword = other.sentinelPassword;
    database = other.database;
    clientName = other.clientName;
    timeout = other.timeout;
    connectTimeout = other.connectTimeout;
    pingInterval = other.pingInterval;
    ttl = other.ttl;
    protocol = other.protocol;
    limits = other.limits;
    queueCommands = other.queueCommands;
    queueBytes = other.queueBytes;
    dedicatedMax = other.dedicatedMax;
    readsFromReplicas = other.readsFromReplicas;
  }

  private RedisOptions with(Consumer<RedisOptions> change) {
    var copy = new RedisOptions(this);
    change.accept(copy);
    return copy;
  }

  /** A server on localhost, port 6379, without password. */
  public static RedisOptions defaults() {
    return new RedisOptions();
  }

  /**
   * Reads {@code redis://user:password@host:port/database} or {@code
   * unix:///path/to/redis.sock?db=0}; {@code redis+cluster://user:password@host1:port,host2} for a
   * cluster, of which some nodes are named; {@code
   * redis+sentinel://user:password@host1:port,host2/database?master=name} for the server that these
   * Sentinels (port 26379) call the master of that name, with the server's credentials, not theirs
   * ({@link #withSentinelUser}). {@code rediss} instead of {@code redis} is TLS, to all of them.
   * Special characters in user and password are percent-encoded.
   *
   * @throws IllegalArgumentException if the URL is wrong; the message says how, without the URL
   */
  public static RedisOptions of(String url) {
    var parts = RedisUrl.parse(Objects.requireNonNull(url, "url"));
    return defaults()
        .with(
            options -> {
              options.endpoint = parts.endpoint();
              options.tls = parts.tls() ? RedisOptions::defaultContext : null;
              options.user = parts.user().orElse(null);
              options.password = parts.password().orElse(null);
              options.database = parts.database();
            });
  }

  /**
   * Reads {@code REDIS_URL}, or else {@code REDIS_HOST} (localhost), {@code REDIS_PORT} (6379),
   * {@code REDIS_DB} (0), {@code REDIS_USERNAME}, {@code REDIS_PASSWORD}, {@code REDIS_SSL} (true
   * or false); in both cases {@code REDIS_SENTINEL_USERNAME} and {@code REDIS_SENTINEL_PASSWORD},
   * and {@code REDIS_TIMEOUT} and {@code REDIS_TTL}, in seconds.
   *
   * @throws IllegalArgumentException if one of them is wrong; the message names the variable
   */
  public static RedisOptions fromEnvironment() {
    return Environment.read(System.getenv());
  }

  static RedisOptions from(Map<String, String> environment) {
    return Environment.read(environment);
  }

  private static SSLContext defaultContext() {
    try {
      return SSLContext.getDefault();
    } catch (java.security.NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this Java runtime has no TLS", missing);
    }
  }

  /** A single server's host. */
  public RedisOptions withHost(String host) {
    var port = endpoint instanceof Endpoint.Tcp tcp ? tcp.port() : RedisUrl.PORT;
    return at(new Endpoint.Tcp(Objects.requireNonNull(host, "host"), port));
  }

  /** A single server's port. */
  public RedisOptions withPort(int port) {
    var host = endpoint instanceof Endpoint.Tcp tcp ? tcp.host() : "localhost";
    return at(new Endpoint.Tcp(host, port));
  }

  /** The same somewhere else: one node of many. */
  RedisOptions at(Endpoint.Single other) {
    return with(options -> options.endpoint = other);
  }

  /** How to reach one of the Sentinels. */
  RedisOptions atSentinel(Endpoint.Tcp sentinel) {
    return with(
        options -> {
          options.endpoint = sentinel;
          options.user = sentinelUser;
          options.password = sentinelPassword;
          options.database = 0;
        });
  }

  /** TLS with the runtime's default trust. The server's host name is verified, always. */
  public RedisOptions withTls() {
    return with(options -> options.tls = RedisOptions::defaultContext);
  }

  /** TLS with trust and client certificate of your own (see {@link Tls}). Asked at each connect. */
  public RedisOptions withTls(Supplier<SSLContext> context) {
    Objects.requireNonNull(context, "context");
    return with(options -> options.tls = context);
  }

  /** Credentials of an ACL user. */
  public RedisOptions withUser(String user, String password) {
    notBlank(user, "user");
    Objects.requireNonNull(password, "password");
    return with(
        options -> {
          options.user = user;
          options.password = password;
        });
  }

  /** The password of the user {@code default}. */
  public RedisOptions withPassword(String password) {
    Objects.requireNonNull(password, "password");
    return with(options -> options.password = password);
  }

  /** The Sentinels' own ACL user. What they watch takes the other credentials. */
  public RedisOptions withSentinelUser(String user, String password) {
    notBlank(user, "user");
    Objects.requireNonNull(password, "password");
    return with(
        options -> {
          options.sentinelUser = user;
          options.sentinelPassword = password;
        });
  }

  /** The password of the Sentinels' user {@code default}. Without it they are asked without. */
  public RedisOptions withSentinelPassword(String password) {
    Objects.requireNonNull(password, "password");
    return with(options -> options.sentinelPassword = password);
  }

  /**
   * The number of the database.
   *
   * @throws IllegalArgumentException if it is negative, or not 0 on a cluster, which has no other
   */
  public RedisOptions withDatabase(int database) {
    if (database < 0) {
      throw new IllegalArgumentException("database: must not be negative, was " + database);
    }
    if (database > 0 && endpoint instanceof Endpoint.Cluster) {
      throw new IllegalArgumentException("database: a cluster has none but 0, was " + database);
    }
    return with(options -> options.database = database);
  }

  /** The name that CLIENT LIST shows. No blanks, no line breaks. */
  public RedisOptions withClientName(String name) {
    if (!Objects.requireNonNull(name, "name").matches("[!-~]{1,128}")) {
      throw new IllegalArgumentException("name: 1 to 128 printable characters without blanks");
    }
    return with(options -> options.clientName = name);
  }

  /** How long a call may take in all, reconnecting and retrying included. Default 10 s. */
  public RedisOptions withTimeout(Duration timeout) {
    positive(timeout, "timeout");
    return with(options -> options.timeout = timeout);
  }

  /** How long one attempt to connect may take, handshake included. Default 10 s. */
  public RedisOptions withConnectTimeout(Duration timeout) {
    positive(timeout, "timeout");
    return with(options -> options.connectTimeout = timeout);
  }

  /** A connection that has been silent for so long is asked with PING. Default 30 s. */
  public RedisOptions withPingInterval(Duration interval) {
    positive(interval, "interval");
    return with(options -> options.pingInterval = interval);
  }

  /** How long things live that rooms let expire, unless they say otherwise. Default 1 h. */
  public RedisOptions withTtl(Duration ttl) {
    positive(ttl, "ttl");
    return with(options -> options.ttl = ttl);
  }

  /** 3 (default; falls back to 2 where the server has no HELLO) or 2. */
  public RedisOptions withProtocol(int version) {
    if (version != 2 && version != 3) {
      throw new IllegalArgumentException("version: RESP 2 or 3, was " + version);
    }
    return with(options -> options.protocol = version);
  }

  /** What a reply may cost at most. */
  public RedisOptions withLimits(RespLimits limits) {
    Objects.requireNonNull(limits, "limits");
    return with(options -> options.limits = limits);
  }

  /**
   * How many commands, and bytes of commands, may wait for their replies on one connection. Past it
   * a sender waits, within its deadline. Default 65 536 and 8 MiB; a single larger command passes
   * when nothing else waits.
   */
  public RedisOptions withQueueLimits(int commands, long bytes) {
    if (commands < 1 || bytes < 1) {
      throw new IllegalArgumentException("commands, bytes: must be positive");
    }
    return with(
        options -> {
          options.queueCommands = commands;
          options.queueBytes = bytes;
        });
  }

  /**
   * How many connections blocking commands and sessions may have at once, to each node of a
   * cluster. Default 256.
   */
  public RedisOptions withDedicatedConnections(int max) {
    if (max < 1) {
      throw new IllegalArgumentException("max: must be positive, was " + max);
    }
    return with(options -> options.dedicatedMax = max);
  }

  /**
   * Lets the replicas of a cluster answer commands that only read and do not block. They may be
   * behind: such a command need not see what the same thread has written before. Off by default;
   * without effect on anything but a cluster.
   */
  public RedisOptions withReadsFromReplicas() {
    return with(options -> options.readsFromReplicas = true);
  }

  /** How long a call may take in all. */
  public Duration timeout() {
    return timeout;
  }

  /** How long things live that rooms let expire. */
  public Duration ttl() {
    return ttl;
  }

  /**
   * Where the server is, for people: {@code host:port}, or the socket's path, or a cluster's seeds
   * {@code host:port,host:port}, or {@code name of the Sentinels host:port,host:port}.
   */
  public String address() {
    return endpoint.toString();
  }

  Endpoint endpoint() {
    return endpoint;
  }

  Optional<Supplier<SSLContext>> tls() {
    return Optional.ofNullable(tls);
  }

  Optional<String> user() {
    return Optional.ofNullable(user);
  }

  Optional<String> password() {
    return Optional.ofNullable(password);
  }

  /** The number of the database. Channels are shared by all databases of a server, keys are not. */
  public int database() {
    return database;
  }

  Optional<String> clientName() {
    return Optional.ofNullable(clientName);
  }

  Duration connectTimeout() {
    return connectTimeout;
  }

  Duration pingInterval() {
    return pingInterval;
  }

  int protocol() {
    return protocol;
  }

  RespLimits limits() {
    return limits;
  }

  int queueCommands() {
    return queueCommands;
  }

  long queueBytes() {
    return queueBytes;
  }

  int dedicatedMax() {
    return dedicatedMax;
  }

  boolean readsFromReplicas() {
    return readsFromReplicas;
  }

  @Override
  public String toString() {
    return (tls == null ? "redis at " : "redis with TLS at ") + endpoint + ", database " + database;
  }

  private static void notBlank(String text, String name) {
    if (Objects.requireNonNull(text, name).isBlank()) {
      throw new IllegalArgumentException(name + ": must not be blank");
    }
  }

  static void positive(Duration time, String name) {
    if (Objects.requireNonNull(time, name).isNegative() || time.isZero()) {
      throw new IllegalArgumentException(name + ": must be positive, was " + time);
    }
    if (time.compareTo(TIME_MAX) > 0) {
      throw new IllegalArgumentException(name + ": must be at most " + TIME_MAX.toDays() + " days");
    }
  }
}
