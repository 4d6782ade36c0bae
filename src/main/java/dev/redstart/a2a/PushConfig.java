package dev.redstart.a2a;

import java.util.Objects;
import java.util.Optional;

/**
 * Where events of a task are to be pushed to, by POST.
 *
 * @param id unique in its task; given by the store where it is empty
 * @param url http or https
 * @param token is sent along, so that the receiver knows whose request it is
 * @param authentication for the header {@code Authorization}
 * @param protocol what the receiver understands
 */
public record PushConfig(
    Optional<String> id,
    String url,
    Optional<String> token,
    Optional<Authentication> authentication,
    ProtocolVersion protocol) {
  public PushConfig {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(url, "url");
    Objects.requireNonNull(token, "token");
    Objects.requireNonNull(authentication, "authentication");
    Objects.requireNonNull(protocol, "protocol");
  }

  /** What {@code Authorization} says: {@code scheme credentials}. */
  public record Authentication(String scheme, String credentials) {
    public Authentication {
      Objects.requireNonNull(scheme, "scheme");
      Objects.requireNonNull(credentials, "credentials");
    }

    /** Without the credentials. */
    @Override
    public String toString() {
      return "Authentication[scheme=" + scheme + "]";
    }
  }

  public static PushConfig of(String url) {
    return new PushConfig(
        Optional.empty(), url, Optional.empty(), Optional.empty(), ProtocolVersion.V1_0);
  }

  public PushConfig withId(String id) {
    return new PushConfig(Optional.of(id), url, token, authentication, protocol);
  }

  public PushConfig withToken(String token) {
    return new PushConfig(id, url, Optional.of(token), authentication, protocol);
  }

  public PushConfig withAuthentication(String scheme, String credentials) {
    var shown = Optional.of(new Authentication(scheme, credentials));
    return new PushConfig(id, url, token, shown, protocol);
  }

  /** Without what is secret, or may be, as the path of a URL. */
  @Override
  public String toString() {
    return "PushConfig[id=" + id.orElse("") + "]";
  }
}
