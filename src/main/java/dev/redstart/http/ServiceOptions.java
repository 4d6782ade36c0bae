package dev.redstart.http;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** How a {@link Service} listens, and its limits. Immutable: each {@code withX} gives a copy. */
public final class ServiceOptions {
  private static final int PORT_MAX = 65_535;
  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final ServiceOptions DEFAULTS = new ServiceOptions();

  // Not final, so that a changed copy is one assignment; never written after that.
  private String address = "127.0.0.1";
  private int port = 8000;
  private Optional<String> token = Optional.empty();
  private Set<String> origins = Set.of();
  private Set<String> hosts = Set.of();
  private int bodyBytesMax = 1 << 20;
  private int streamsMax = 10_000;
  private Duration heartbeat = Duration.ofSeconds(15);
  private Duration requestLimit = Duration.ofSeconds(20);
  private Duration writeLimit = Duration.ofSeconds(30);
  private Duration grace = Duration.ofSeconds(10);
  private boolean hasAccessLog = true;
  private Optional<A2aEndpoint> a2a = Optional.empty();

  private ServiceOptions() {}

  private ServiceOptions with(Consumer<ServiceOptions> change) {
    var copy = new ServiceOptions();
    copy.address = address;
    copy.port = port;
    copy.token = token;
    copy.origins = origins;
    copy.hosts = hosts;
    copy.bodyBytesMax = bodyBytesMax;
    copy.streamsMax = streamsMax;
    copy.heartbeat = heartbeat;
    copy.requestLimit = requestLimit;
    copy.writeLimit = writeLimit;
    copy.grace = grace;
    copy.hasAccessLog = hasAccessLog;
    copy.a2a = a2a;
    change.accept(copy);
    return copy;
  }

  /**
   * Port 8000 of this machine only, no token, no other origins, bodies up to 1 MiB, 10 000 streams,
   * a heartbeat after 15 silent seconds, 20 seconds for a request to come in, 30 for a client to
   * take what is written, 10 to stop.
   */
  public static ServiceOptions defaults() {
    return DEFAULTS;
  }

  /**
   * The host name or address to listen on; {@code 0.0.0.0} for all. Whoever reaches it may read and
   * write everything, unless there is a token.
   */
  public ServiceOptions withAddress(String address) {
    if (address.isBlank()) {
      throw new IllegalArgumentException("address must not be blank");
    }
    return with(options -> options.address = address);
  }

  /** 0 for any that is free: {@link Service#uri()} tells which. */
  public ServiceOptions withPort(int port) {
    within("port", port, 0, PORT_MAX);
    return with(options -> options.port = port);
  }

  /**
   * What every request but those for health, for the page and for an agent's card must show, as
   * {@code Authorization: Bearer TOKEN}; or as {@code access_token} in the query of a GET, for
   * EventSource, which cannot send headers.
   *
   * @throws IllegalArgumentException if it has other than visible ASCII characters, or none
   */
  public ServiceOptions withToken(String token) {
    if (!token.matches("[!-~]+")) {
      throw new IllegalArgumentException("the token must be of visible ASCII characters");
    }
    return with(options -> options.token = Optional.of(token));
  }

  /**
   * Pages of which origins a browser may let in, such as {@code https://example.org}; {@code *} for
   * all. None by default.
   */
  public ServiceOptions withOrigins(String... origins) {
    var all = Set.copyOf(List.of(origins));
    return with(options -> options.origins = all);
  }

  /**
   * By which names, such as {@code agents.example.org}, clients call this service, beside that of
   * its address, {@code localhost} and the loopback addresses; others are refused (421). Without
   * this, names are looked at only where the address is one of this machine only and there is no
   * token: so that no page of a stranger gets in by a name that leads here (DNS rebinding).
   */
  public ServiceOptions withHosts(String... names) {
    var all = Set.copyOf(List.of(names));
    return with(options -> options.hosts = all);
  }

  /** How many bytes the body of a request may have. */
  public ServiceOptions withBodyMax(int bytes) {
    within("bytes", bytes, 1, 1 << 30);
    return with(options -> options.bodyBytesMax = bytes);
  }

  /** How many streams may be followed at the same time; more are told to come back later. */
  public ServiceOptions withStreamsMax(int streams) {
    within("streams", streams, 1, Integer.MAX_VALUE);
    return with(options -> options.streamsMax = streams);
  }

  /** After what silence a stream gets a comment, so that nobody on the way takes it for dead. */
  public ServiceOptions withHeartbeat(Duration silence) {
    within("silence", silence);
    return with(options -> options.heartbeat = silence);
  }

  /** How long a request may take to come in, its body included. */
  public ServiceOptions withRequestLimit(Duration limit) {
    within("limit", limit);
    return with(options -> options.requestLimit = limit);
  }

  /** How long a client may not take anything of what is written, before it is left. */
  public ServiceOptions withWriteLimit(Duration limit) {
    within("limit", limit);
    return with(options -> options.writeLimit = limit);
  }

  /** How long {@link Service#close()} waits for requests that are being answered. */
  public ServiceOptions withGrace(Duration grace) {
    within("grace", grace);
    return with(options -> options.grace = grace);
  }

  /** No line for each request in the log {@code dev.redstart.http}. */
  public ServiceOptions withoutAccessLog() {
    return with(options -> options.hasAccessLog = false);
  }

  /** Offers an agent by the A2A protocol, too. */
  public ServiceOptions withA2a(A2aEndpoint endpoint) {
    var some = Optional.of(Objects.requireNonNull(endpoint, "endpoint"));
    return with(options -> options.a2a = some);
  }

  private static void within(String name, int number, int min, int max) {
    if (number < min || number > max) {
      throw new IllegalArgumentException(
          name + " must be from " + min + " to " + max + ", not " + number);
    }
  }

  private static void within(String name, Duration duration) {
    Objects.requireNonNull(duration, name);
    if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name + " must be from 10 ms to an hour, not " + duration.toMillis() + " ms");
    }
  }

  String address() {
    return address;
  }

  int port() {
    return port;
  }

  Optional<String> token() {
    return token;
  }

  Set<String> origins() {
    return origins;
  }

  Set<String> hosts() {
    return hosts;
  }

  boolean hasAccessLog() {
    return hasAccessLog;
  }

  Optional<A2aEndpoint> a2a() {
    return a2a;
  }

  int bodyBytesMax() {
    return bodyBytesMax;
  }

  int streamsMax() {
    return streamsMax;
  }

  Duration heartbeat() {
    return heartbeat;
  }

  Duration requestLimit() {
    return requestLimit;
  }

  Duration writeLimit() {
    return writeLimit;
  }

  Duration grace() {
    return grace;
  }
}
