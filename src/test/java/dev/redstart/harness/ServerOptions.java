package dev.redstart.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a test wants of its {@link RedisServer}. Immutable; each {@code withX} returns a copy. */
public final class ServerOptions {

  private static final ServerOptions PLAIN =
      new ServerOptions(List.of(), Optional.empty(), Optional.empty(), false);

  /** How the server proves itself over TLS, and whether clients must, too. */
  record Tls(Identity server, boolean clientCertificates) {}

  private final List<String> words;
  private final Optional<String> password;
  private final Optional<Tls> tls;
  private final boolean unixSocket;

  private ServerOptions(
      List<String> words, Optional<String> password, Optional<Tls> tls, boolean unixSocket) {
    this.words = words;
    this.password = password;
    this.tls = tls;
    this.unixSocket = unixSocket;
  }

  /** A server without persistence, passwords and TLS. */
  public static ServerOptions plain() {
    return PLAIN;
  }

  /** Every write is on disk before its reply: it survives {@link RedisServer#kill()}. */
  public ServerOptions withAppendOnly() {
    return withConfig("appendonly", "yes").withConfig("appendfsync", "always");
  }

  /** Clients must give this password (for the default user). */
  public ServerOptions withPassword(String password) {
    var copy = withConfig("requirepass", password);
    return new ServerOptions(copy.words, Optional.of(password), tls, unixSocket);
  }

  /** A further user, by ACL rules such as {@code "on", ">secret", "~app:*", "+@all"}. */
  public ServerOptions withUser(String name, String... rules) {
    var values = new ArrayList<>(List.of(name));
    values.addAll(List.of(rules));
    return withConfig("user", values.toArray(String[]::new));
  }

  /** A line of redis.conf, its words apart. */
  public ServerOptions withConfig(String name, String... values) {
    var longer = new ArrayList<>(words);
    longer.add("--" + name);
    longer.addAll(List.of(values));
    return new ServerOptions(List.copyOf(longer), password, tls, unixSocket);
  }

  /** The lines of both; where they differ, this one's count. */
  ServerOptions withDefaults(ServerOptions defaults) {
    var longer = new ArrayList<>(defaults.words);
    longer.addAll(words);
    return new ServerOptions(List.copyOf(longer), password, tls, unixSocket);
  }

  /** TLS on a port of its own, as "localhost" and 127.0.0.1; clients need no certificate. */
  public ServerOptions withTls() {
    return withTls(Certificates.server());
  }

  /** TLS with another certificate, such as {@link Certificates#wrongHost()}. */
  public ServerOptions withTls(Identity server) {
    return new ServerOptions(words, password, Optional.of(new Tls(server, false)), unixSocket);
  }

  /** TLS for clients that show a certificate of {@link Certificates#authority()} only. */
  public ServerOptions withTlsClientCertificates() {
    var strict = new Tls(Certificates.server(), true);
    return new ServerOptions(words, password, Optional.of(strict), unixSocket);
  }

  /** Listens on a Unix socket as well. */
  public ServerOptions withUnixSocket() {
    return new ServerOptions(words, password, tls, true);
  }

  Optional<String> password() {
    return password;
  }

  Optional<Tls> tls() {
    return tls;
  }

  boolean unixSocket() {
    return unixSocket;
  }

  /** The command line, but for the port and what depends on where the server runs. */
  List<String> arguments(int tlsPort) {
    var all = new ArrayList<>(words);
    tls.ifPresent(wanted -> all.addAll(tlsArguments(wanted, tlsPort)));
    return all;
  }

  private static List<String> tlsArguments(Tls tls, int port) {
    return List.of(
        "--tls-port", Integer.toString(port),
        "--tls-cert-file", tls.server().certificate().toString(),
        "--tls-key-file", tls.server().key().toString(),
        "--tls-ca-cert-file", Certificates.authority().certificate().toString(),
        "--tls-auth-clients", tls.clientCertificates() ? "yes" : "no");
  }

  /** The files that the command line mentions. */
  List<Path> files() {
    return tls.map(Tls::server)
        .map(id -> List.of(id.certificate(), id.key(), Certificates.authority().certificate()))
        .orElse(List.of());
  }
}
