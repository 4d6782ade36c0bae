package dev.redstart.a2a;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * Decides where pushes may go, and with which headers: whoever may send messages names the place,
 * and must not reach by that what only this machine reaches.
 */
final class PushGuard {
  private static final int CHARS_MAX = 4096;
  private static final int PORT_MAX = 65_535;

  private PushGuard() {}

  /**
   * Looks the host up.
   *
   * @throws A2AException {@link A2AError#INVALID_PARAMS} if nothing may be sent there
   */
  static void check(PushConfig config, TaskOptions options) {
    require(config.token().orElse("").matches("[ -~]*"), "token: must be of printable ASCII");
    var shown = config.authentication().orElse(new PushConfig.Authentication("Bearer", ""));
    require(shown.scheme().matches("[\\w!#$%&'*+.^`|~-]+"), "scheme: must be a word");
    require(shown.credentials().matches("[ -~]*"), "credentials: must be of printable ASCII");
    requireShort("token", config.token().orElse(""));
    requireShort("authentication", shown.scheme() + shown.credentials());
    try {
      address(url(config.url()), options);
    } catch (UnknownHostException unknown) {
      throw A2AError.INVALID_PARAMS.because("url: the host is not known");
    }
  }

  private static void require(boolean isSo, String what) {
    if (!isSo) {
      throw A2AError.INVALID_PARAMS.because(what);
    }
  }

  private static void requireShort(String name, String text) {
    require(text.length() <= CHARS_MAX, name + ": must not be longer than " + CHARS_MAX);
  }

  /**
   * With a host, and nothing secret before it.
   *
   * @throws A2AException {@link A2AError#INVALID_PARAMS} if it is not one that can be posted to
   */
  static URI url(String text) {
    requireShort("url", text);
    URI url;
    try {
      url = URI.create(URI.create(text).toASCIIString());
    } catch (IllegalArgumentException malformed) {
      throw A2AError.INVALID_PARAMS.because("url: is malformed");
    }
    boolean isWeb = String.valueOf(url.getScheme()).matches("(?i)https?");
    require(isWeb && url.getHost() != null, "url: must be http or https, with a host");
    require(url.getRawUserInfo() == null, "url: must not have a user or a password");
    require(url.getPort() != 0 && url.getPort() <= PORT_MAX, "url: there is no such port");
    return url;
  }

  /**
   * Where to connect to: this address, and not what the name means a moment later.
   *
   * @throws A2AException {@link A2AError#INVALID_PARAMS} if one of the host's addresses is internal
   */
  static InetAddress address(URI url, TaskOptions options) throws UnknownHostException {
    var all = InetAddress.getAllByName(url.getHost());
    for (var address : all) {
      require(
          options.mayPushInside() || !InternalAddresses.contain(address),
          "url: nothing is pushed to internal addresses");
    }
    return all[0];
  }
}
