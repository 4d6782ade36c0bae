package dev.redstart.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code redis://}, {@code rediss://} and {@code unix://} URLs. The format is the one
 * registered with IANA for {@code redis}: {@code redis://user:password@host:port/database}; for
 * sockets {@code unix://user:password@/path/to/redis.sock?db=0}. No message ever shows the URL
 * itself, since a password may stand in it.
 */
record RedisUrl(
    Endpoint endpoint,
    boolean tls,
    Optional<String> user,
    Optional<String> password,
    int database) {
  static final int PORT = 6379;
  private static final Pattern AUTHORITY =
      Pattern.compile(
          "(?:(?<secret>[^@]*)@)?"
              + "(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)"
              + "(?::(?<port>[0-9]{1,5}))?");
  private static final String FORMS =
      "expected redis://[user:password@]host[:port][/database], rediss://... for TLS, or"
          + " unix://[user:password@]/path/to/redis.sock[?db=database]";

  static RedisUrl parse(String url) {
    URI uri = uri(url);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    return switch (scheme) {
      case "redis" -> tcp(uri, false);
      case "rediss" -> tcp(uri, true);
      case "unix", "redis+unix" -> unix(uri);
      default -> throw wrong("its scheme is " + (scheme.isEmpty() ? "missing" : scheme));
    };
  }

  private static URI uri(String url) {
    try {
      return new URI(url.strip());
    } catch (URISyntaxException broken) {
      // The exception's own text repeats the input, and with it the password.
      throw wrong(broken.getReason().toLowerCase(Locale.ROOT) + " at index " + broken.getIndex());
    }
  }

  private static RedisUrl tcp(URI uri, boolean tls) {
    if (uri.getRawAuthority() == null) {
      throw wrong("its host is missing");
    }
    // Not URI's own parts: it knows no host with an underscore, as container networks have them.
    Matcher parts = AUTHORITY.matcher(uri.getRawAuthority());
    if (!parts.matches()) {
      throw wrong("its host or port is wrong");
    }
    String host = parts.group("host").replaceAll("[\\[\\]]", "");
    int port = parts.group("port") == null ? PORT : Integer.parseInt(parts.group("port"));
    String path = uri.getPath() == null ? "" : uri.getPath();
    boolean inPath = path.length() > 1;
    if (inPath && uri.getRawQuery() != null) {
      throw wrong("it has a path and a parameter; the database belongs into one of them");
    }
    int database = inPath ? database(path.substring(1)) : query(uri);
    String secret = parts.group("secret") == null ? "" : parts.group("secret");
    return of(endpoint(host, port), tls, uri, secret, database);
  }

  private static Endpoint endpoint(String host, int port) {
    try {
      return new Endpoint.Tcp(host, port);
    } catch (IllegalArgumentException outOfRange) {
      throw wrong(outOfRange.getMessage());
    }
  }

  private static RedisUrl unix(URI uri) {
    if (uri.getPath() == null || uri.getPath().length() < 2) {
      throw wrong("its socket's path is missing");
    }
    return of(new Endpoint.Unix(Path.of(uri.getPath())), false, uri, userInfo(uri), query(uri));
  }

  private static RedisUrl of(Endpoint endpoint, boolean tls, URI uri, String secret, int database) {
    if (uri.getRawFragment() != null) {
      throw wrong("it has a fragment (#); write %23 for a # in a password");
    }
    int colon = secret.indexOf(':');
    if (colon < 0 && !secret.isEmpty()) {
      throw wrong("it has a user without a password; write user:password@, or :password@");
    }
    String user = colon < 0 ? "" : secret.substring(0, colon);
    String password = colon < 0 ? "" : secret.substring(colon + 1);
    return new RedisUrl(endpoint, tls, decoded(user), decoded(password), database);
  }

  /** A socket has no host, so the whole authority is user info. */
  private static String userInfo(URI uri) {
    String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    if (!authority.isEmpty() && !authority.endsWith("@")) {
      throw wrong("it names a host where only user:password@ may stand");
    }
    return authority.isEmpty() ? "" : authority.substring(0, authority.length() - 1);
  }

  private static Optional<String> decoded(String text) {
    // A plus sign is a plus sign in a URL's user info; only forms write blanks so.
    String plain = text.replace("+", "%2B");
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(URLDecoder.decode(plain, StandardCharsets.UTF_8));
  }

  private static int query(URI uri) {
    String query = uri.getRawQuery();
    if (query == null || query.isEmpty()) {
      return 0;
    }
    if (!query.startsWith("db=")) {
      throw wrong("it has a parameter other than db");
    }
    return database(query.substring(3));
  }

  static int database(String text) {
    if (!text.matches("[0-9]{1,6}")) {
      throw wrong("its database is no number");
    }
    return Integer.parseInt(text);
  }

  private static IllegalArgumentException wrong(String why) {
    return new IllegalArgumentException("the Redis URL is wrong: " + why + "; " + FORMS);
  }
}
