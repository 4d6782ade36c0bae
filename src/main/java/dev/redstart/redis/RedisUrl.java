package dev.redstart.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code redis://}, {@code rediss://} and {@code unix://} URLs. The format is the one
 * registered with IANA for {@code redis}: {@code redis://user:password@host:port/database}; for
 * sockets {@code unix://user:password@/path/to/redis.sock?db=0}; for a cluster {@code
 * redis+cluster://host1,host2}; for Sentinels {@code redis+sentinel://host1,host2/0?master=name},
 * with the credentials of the servers that they watch. No message ever shows the URL itself, since
 * a password may stand in it.
 */
record RedisUrl(
    Endpoint endpoint,
    boolean tls,
    Optional<String> user,
    Optional<String> password,
    int database) {
  static final int PORT = 6379;
  static final int SENTINEL_PORT = 26_379;
  private static final String FORMS =
      "expected redis://[user:password@]host[:port][/database], rediss://... for TLS,"
          + " unix://[user:password@]/path/to/redis.sock[?db=database],"
          + " redis+cluster://[user:password@]host[:port][,host[:port]...] or"
          + " redis+sentinel://[user:password@]host[:port][,...][/database]?master=name";

  static RedisUrl parse(String url) {
    var authority = UrlAuthority.of(url.strip());
    URI uri = uri(authority.plain());
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    Endpoint endpoint = endpoint(scheme, uri, authority);
    if (uri.getRawFragment() != null) {
      throw wrong("it has a fragment (#); write %23 for a # in a password");
    }
    int database = database(uri, endpoint);
    boolean tls = scheme.startsWith("rediss");
    return new RedisUrl(endpoint, tls, authority.user(), authority.password(), database);
  }

  private static URI uri(String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException broken) {
      // The exception's own text repeats the input, and with it the password.
      throw wrong(broken.getReason().toLowerCase(Locale.ROOT) + " at index " + broken.getIndex());
    }
  }

  private static Endpoint endpoint(String scheme, URI uri, UrlAuthority authority) {
    return switch (scheme) {
      case "redis", "rediss" -> authority.host(PORT);
      case "unix", "redis+unix" -> unix(uri, authority);
      case "redis+cluster", "rediss+cluster" -> new Endpoint.Cluster(authority.hosts(PORT));
      case "redis+sentinel", "rediss+sentinel" ->
          new Endpoint.Sentinels(authority.hosts(SENTINEL_PORT), master(uri));
      default -> throw wrong("its scheme is " + (scheme.isEmpty() ? "missing" : scheme));
    };
  }

  private static Endpoint unix(URI uri, UrlAuthority authority) {
    if (uri.getPath() == null || uri.getPath().length() < 2) {
      throw wrong("its socket's path is missing");
    }
    if (!authority.hosts().isEmpty()) {
      throw wrong("it names a host where only user:password@ may stand");
    }
    return new Endpoint.Unix(Path.of(uri.getPath()));
  }

  private static String master(URI uri) {
    String master = parameters(uri, List.of("db", "master")).getOrDefault("master", "");
    if (master.isBlank()) {
      throw wrong("its master is missing; end it with ?master=name, as the Sentinels call it");
    }
    return master;
  }

  private static int database(URI uri, Endpoint endpoint) {
    boolean sentinels = endpoint instanceof Endpoint.Sentinels;
    var parameters = parameters(uri, sentinels ? List.of("db", "master") : List.of("db"));
    String path = endpoint instanceof Endpoint.Unix || uri.getPath() == null ? "" : uri.getPath();
    String parameter = parameters.get("db");
    if (path.length() > 1 && parameter != null) {
      throw wrong("it has a path and a parameter; the database belongs into one of them");
    }
    String database = path.length() > 1 ? path.substring(1) : parameter;
    int number = database == null ? 0 : number(database);
    if (number != 0 && endpoint instanceof Endpoint.Cluster) {
      throw wrong("a cluster has no database but 0");
    }
    return number;
  }

  private static Map<String, String> parameters(URI uri, List<String> known) {
    var parameters = new HashMap<String, String>();
    String query = uri.getRawQuery();
    for (String each : query == null || query.isEmpty() ? new String[0] : query.split("&", -1)) {
      String[] parts = each.split("=", 2);
      if (parts.length < 2 || !known.contains(parts[0])) {
        throw wrong("it has a parameter other than " + String.join(" and ", known));
      }
      String value = URLDecoder.decode(parts[1].replace("+", "%2B"), StandardCharsets.UTF_8);
      if (parameters.put(parts[0], value) != null) {
        throw wrong("it has the parameter " + parts[0] + " twice");
      }
    }
    return parameters;
  }

  private static int number(String database) {
    if (!database.matches("[0-9]{1,6}")) {
      throw wrong("its database is no number");
    }
    return Integer.parseInt(database);
  }

  static IllegalArgumentException wrong(String why) {
    return new IllegalArgumentException("the Redis URL is wrong: " + why + "; " + FORMS);
  }
}
