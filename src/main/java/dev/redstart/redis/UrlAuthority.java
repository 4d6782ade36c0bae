package dev.redstart.redis;

import static dev.redstart.redis.RedisUrl.wrong;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands between the slashes and the path of a URL: user, password, and hosts. Java's own URI
 * knows neither several hosts nor one with an underscore, as container networks have them.
 *
 * @param secret user and password, as they stand there
 * @param plain the URL with one harmless name in place of the hosts, each index as it was
 */
record UrlAuthority(String secret, String hosts, String plain) {
  private static final Pattern URL =
      Pattern.compile("[^:/?#]*://(?:(?<secret>[^/?#]*)@)?(?<hosts>[^/?#@]*).*", Pattern.DOTALL);
  private static final Pattern HOST =
      Pattern.compile("(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::(?<port>[0-9]{1,5}))?");

  static UrlAuthority of(String url) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      return new UrlAuthority("", "", url);
    }
    String secret = parts.group("secret") == null ? "" : parts.group("secret");
    String hosts = parts.group("hosts");
    String masked = hosts.replaceAll("[\\[\\],:]", "-");
    String rest = url.substring(parts.end("hosts"));
    return new UrlAuthority(secret, hosts, url.substring(0, parts.start("hosts")) + masked + rest);
  }

  Endpoint.Tcp host(int port) {
    List<Endpoint.Tcp> all = hosts(port);
    if (all.size() > 1) {
      throw wrong("it names several hosts; write redis+cluster:// or redis+sentinel://");
    }
    return all.get(0);
  }

  /** At least one, each once. {@code port} is for those that name none. */
  List<Endpoint.Tcp> hosts(int port) {
    if (hosts.isEmpty()) {
      throw wrong("its host is missing");
    }
    return Arrays.stream(hosts.split(",", -1)).map(each -> host(each, port)).distinct().toList();
  }

  private static Endpoint.Tcp host(String text, int port) {
    Matcher parts = HOST.matcher(text);
    if (!parts.matches()) {
      throw wrong("its host or port is wrong");
    }
    String host = parts.group("host").replaceAll("[\\[\\]]", "");
    try {
      String own = parts.group("port");
      return new Endpoint.Tcp(host, own == null ? port : Integer.parseInt(own));
    } catch (IllegalArgumentException outOfRange) {
      throw wrong(outOfRange.getMessage());
    }
  }

  Optional<String> user() {
    return decoded(secret.substring(0, Math.max(0, colon())));
  }

  Optional<String> password() {
    return decoded(secret.substring(colon() + 1));
  }

  private int colon() {
    int colon = secret.indexOf(':');
    if (secret.contains("@")) {
      throw wrong("it has more than one @; write %40 for one in a password");
    }
    if (colon < 0 && !secret.isEmpty()) {
      throw wrong("it has a user without a password; write user:password@, or :password@");
    }
    return colon;
  }

  private static Optional<String> decoded(String text) {
    // A plus sign is a plus sign in a URL's user info; only forms write blanks so.
    String plain = text.replace("+", "%2B");
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(URLDecoder.decode(plain, StandardCharsets.UTF_8));
  }
}
