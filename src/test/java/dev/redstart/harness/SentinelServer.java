package dev.redstart.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A master, its replica, and three Sentinels that watch both. As a {@link ServerProcess} it is
 * killed, paused and started again as a whole, and then the first server is the master again.
 *
 * <p>Usable from several threads, but killing, stopping, restarting and closing are one thread's
 * business at a time.
 */
public final class SentinelServer implements ServerProcess {

  /** What the Sentinels call the master. */
  public static final String MASTER = "main";

  /** Long enough for a busy machine: nobody is to take over by mistake. */
  private static final int PATIENT_MILLIS = 10_000;

  /** For tests of what happens when one does. */
  private static final int HASTY_MILLIS = 300;

  private static final int SENTINELS = 3;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Optional<String> password;
  private final int downAfterMillis;
  private final List<String> further;
  private final List<LocalServer> servers = new ArrayList<>();
  private final List<SentinelProcess> sentinels = new ArrayList<>();

  private SentinelServer(Optional<String> password, int downAfterMillis, String... further) {
    this.password = password;
    this.downAfterMillis = downAfterMillis;
    this.further = List.of(further);
  }

  /** One whose replica is not made the master by mistake. */
  static SentinelServer start(ServerOptions wanted) {
    return start(wanted, PATIENT_MILLIS);
  }

  /**
   * One whose replica takes over a second or two after the master was killed.
   *
   * @param further lines of the Sentinels' configuration
   */
  public static SentinelServer startHasty(ServerOptions wanted, String... further) {
    return start(wanted, HASTY_MILLIS, further);
  }

  private static SentinelServer start(ServerOptions wanted, int millis, String... further) {
    var started = new SentinelServer(wanted.password(), millis, further);
    try {
      started.begin(wanted);
      return started;
    } catch (IOException e) {
      started.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    }
  }

  private void begin(ServerOptions wanted) throws IOException {
    var options = ServerOptions.plain().withConfig("repl-diskless-sync-delay", "0");
    if (password.isPresent()) {
      options = options.withConfig("masterauth", password.get());
    }
    options = wanted.withDefaults(options);
    servers.add(LocalServer.start(options));
    var master = Integer.toString(servers.get(0).port());
    servers.add(LocalServer.start(options.withConfig("replicaof", "127.0.0.1", master)));
    for (int i = 0; i < SENTINELS; i++) {
      sentinels.add(new SentinelProcess());
    }
    startSentinels();
  }

  private void startSentinels() {
    Eventually.within(LIMIT, "the replica has what its master has", this::isReplicated);
    sentinels.forEach(each -> each.start(configuration(each)));
    boolean hasty = downAfterMillis == HASTY_MILLIS;
    // The patient hardly ask: tests count commands.
    sentinels.forEach(each -> each.look(hasty ? 100 : 3_600_000, hasty ? 100 : 1_000));
  }

  private boolean isReplicated() throws IOException {
    return RawCommand.run(servers.get(1).port(), password, List.of("INFO", "replication"))
        .contains("master_link_status:up");
  }

  /** They know each other from the start: finding out would take them seconds. */
  private List<String> configuration(SentinelProcess sentinel) {
    var lines = new ArrayList<>(List.of("port " + sentinel.port(), "bind 127.0.0.1"));
    lines.addAll(further);
    lines.add("sentinel myid " + sentinel.id());
    lines.add("sentinel monitor " + MASTER + " 127.0.0.1 " + servers.get(0).port() + " 1");
    lines.add("sentinel down-after-milliseconds " + MASTER + " " + downAfterMillis(sentinel));
    lines.add("sentinel failover-timeout " + MASTER + " " + 4 * downAfterMillis);
    password.ifPresent(word -> lines.add("sentinel auth-pass " + MASTER + " " + word));
    lines.add("sentinel known-replica " + MASTER + " 127.0.0.1 " + servers.get(1).port());
    for (var each : sentinels) {
      if (each != sentinel) {
        lines.add(
            String.join(
                " ",
                List.of(
                    "sentinel known-sentinel", MASTER, "127.0.0.1", "" + each.port(), each.id())));
      }
    }
    return lines;
  }

  /** One notices first, and the others vote for it: two at a time might elect nobody. */
  private int downAfterMillis(SentinelProcess sentinel) {
    return downAfterMillis * (1 + 2 * sentinels.indexOf(sentinel));
  }

  /** The Sentinels', who name the master itself: no proxy stands in front of that. */
  @Override
  public String url(String credentials, List<Integer> ports) {
    return url(credentials);
  }

  private String url(String credentials) {
    return sentinels.stream()
        .map(each -> "127.0.0.1:" + each.port())
        .collect(Collectors.joining(",", "redis+sentinel://" + credentials, "/?master=" + MASTER));
  }

  public String url() {
    return url(password.map(word -> ":" + word + "@").orElse(""));
  }

  /** The ports of the Sentinels. */
  public List<Integer> sentinels() {
    return sentinels.stream().map(SentinelProcess::port).toList();
  }

  /** Of the master, as the first Sentinel that answers has it. */
  @Override
  public int port() {
    return sentinels.stream()
        .flatMap(each -> named(each).stream())
        .findFirst()
        .orElseGet(() -> servers.get(0).port());
  }

  private static Optional<Integer> named(SentinelProcess sentinel) {
    try {
      var question = List.of("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER);
      var answer = RawCommand.run(sentinel.port(), Optional.empty(), question);
      return answer.lines().skip(1).findFirst().map(Integer::parseInt);
    } catch (IOException | AssertionError notThisOne) {
      return Optional.empty();
    }
  }

  @Override
  public int tlsPort() {
    return master().tlsPort();
  }

  private LocalServer master() {
    return server(port());
  }

  /** To the master; what the Sentinels do there is nobody's business. */
  @Override
  public String cli(Optional<String> password, List<String> words) throws IOException {
    return SentinelNoise.without(ServerProcess.super.cli(password, words));
  }

  /** Runs one command on the server of this port, without the client under test. */
  public String cliOn(int port, String... words) {
    try {
      return RawCommand.run(port, password, List.of(words));
    } catch (IOException e) {
      throw new UncheckedIOException("no reply to " + words[0] + " on port " + port, e);
    }
  }

  /** Returns when the replica has all that the master has now. */
  public void awaitReplicated() {
    int replica = servers.get(0).port() == port() ? 1 : 0;
    long offset = offset(port(), "master_repl_offset:");
    Eventually.within(
        LIMIT,
        "the replica has it",
        () -> offset(servers.get(replica).port(), "slave_repl_offset:") >= offset);
  }

  private long offset(int port, String name) {
    String figure =
        cliOn(port, "INFO", "replication")
            .lines()
            .filter(line -> line.startsWith(name))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(figure.substring(name.length()));
  }

  /** SIGKILL to the master; returns its port when it is gone. */
  public int killMaster() {
    var master = master();
    master.kill();
    return master.port();
  }

  /** SIGSTOP to the master: its connections stay, but nobody answers. Returns its port. */
  public int pauseMaster() {
    var master = master();
    master.pause();
    return master.port();
  }

  /** SIGCONT to the server of this port. */
  public void resume(int port) {
    server(port).resume();
  }

  /** Returns when all Sentinels that run name another master, which answers. */
  public void awaitFailover(int formerPort) {
    Eventually.within(LIMIT, "the replica has become the master", () -> isOver(formerPort));
  }

  private boolean isOver(int formerPort) {
    return sentinels.stream()
            .flatMap(each -> named(each).stream())
            .allMatch(port -> port != formerPort)
        && cliOn(port(), "ROLE").startsWith("master");
  }

  /** SIGKILL to one Sentinel, in the order of the URL. */
  public void killSentinel(int index) {
    sentinels.get(index).kill();
  }

  /** Makes the server of this port run again, as it was before. */
  public void restart(int port) {
    var server = server(port);
    server.stop();
    server.restart();
  }

  private LocalServer server(int port) {
    return servers.stream().filter(each -> each.port() == port).findAny().orElseThrow();
  }

  @Override
  public void kill() {
    sentinels.forEach(SentinelProcess::kill);
    servers.forEach(LocalServer::kill);
  }

  @Override
  public void stop() {
    sentinels.forEach(SentinelProcess::kill);
    servers.forEach(LocalServer::stop);
  }

  @Override
  public void restart() {
    stop();
    servers.forEach(LocalServer::restart);
    startSentinels();
  }

  @Override
  public void pause() {
    sentinels.forEach(SentinelProcess::pause);
    servers.forEach(LocalServer::pause);
  }

  /** The servers first: nobody is to miss them. */
  @Override
  public void resume() {
    servers.forEach(LocalServer::resume);
    sentinels.forEach(SentinelProcess::resume);
  }

  @Override
  public void close() {
    try {
      for (var each : sentinels) {
        each.close();
      }
      for (var each : servers) {
        each.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
