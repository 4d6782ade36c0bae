package dev.redstart.agent;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which service a {@link ChatAgent} asks, and for how long. Immutable: each {@code withX} gives a
 * changed copy. The key is in no text that this makes.
 */
public final class ChatOptions {
  private static final ChatOptions DEFAULTS = new ChatOptions();

  // Not final, so that a changed copy is one assignment; never written after that.
  private URI base = URI.create("https://api.openai.com/v1");
  private Optional<String> key = Optional.empty();
  private String model = "gpt-4o-mini";
  private Duration connectLimit = Duration.ofSeconds(10);
  private Duration firstLimit = Duration.ofMinutes(2);
  private Duration silenceLimit = Duration.ofMinutes(1);
  private int attempts = 3;

  private ChatOptions() {}

  private ChatOptions with(Consumer<ChatOptions> change) {
    var copy = new ChatOptions();
    copy.base = base;
    copy.key = key;
    copy.model = model;
    copy.connectLimit = connectLimit;
    copy.firstLimit = firstLimit;
    copy.silenceLimit = silenceLimit;
    copy.attempts = attempts;
    change.accept(copy);
    return copy;
  }

  /**
   * {@code https://api.openai.com/v1} without a key, the model {@code gpt-4o-mini}, 10 seconds to
   * connect, two minutes until it begins to answer, one of silence in an answer, three attempts.
   */
  public static ChatOptions defaults() {
    return DEFAULTS;
  }

  /**
   * The defaults, with what {@code OPENAI_BASE_URL}, {@code OPENAI_API_KEY} and {@code
   * OPENAI_MODEL} say.
   *
   * @throws IllegalArgumentException if one of them is wrong; the message has its name
   */
  public static ChatOptions fromEnvironment() {
    return from(System.getenv());
  }

  static ChatOptions from(Map<String, String> environment) {
    var url = environment.getOrDefault("OPENAI_BASE_URL", "");
    var key = environment.getOrDefault("OPENAI_API_KEY", "");
    var model = environment.getOrDefault("OPENAI_MODEL", "");
    try {
      var options = url.isBlank() ? DEFAULTS : DEFAULTS.withBaseUrl(url.strip());
      options = key.isBlank() ? options : options.withKey(key.strip());
      return model.isBlank() ? options : options.withModel(model.strip());
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "OPENAI_BASE_URL, OPENAI_API_KEY: " + wrong.getMessage(), wrong);
    }
  }

  /**
   * Where the service is: {@code /chat/completions} is put behind this.
   *
   * @throws IllegalArgumentException if it is not the URL of an HTTP server, or has credentials
   */
  public ChatOptions withBaseUrl(String url) {
    var uri = parse(url);
    if (uri.getHost() == null
        || !String.valueOf(uri.getScheme()).matches("https?")
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null) {
      throw wrongUrl();
    }
    return with(options -> options.base = uri);
  }

  private static URI parse(String url) {
    try {
      return URI.create(url.replaceFirst("/+$", ""));
    } catch (IllegalArgumentException wrong) {
      // Its message has the URL in it, where somebody may have put a password.
      throw wrongUrl();
    }
  }

  private static IllegalArgumentException wrongUrl() {
    return new IllegalArgumentException(
        "the base URL must be http://HOST[:PORT][/PATH] or https://..., without credentials");
  }

  /**
   * Sent as a bearer token.
   *
   * @throws IllegalArgumentException if it has other than visible ASCII characters, or none
   */
  public ChatOptions withKey(String key) {
    if (!key.matches("[!-~]+")) {
      throw new IllegalArgumentException("the key must be of visible ASCII characters");
    }
    return with(options -> options.key = Optional.of(key));
  }

  /** The name by which the service knows the model. */
  public ChatOptions withModel(String name) {
    Objects.requireNonNull(name, "name");
    return with(options -> options.model = name);
  }

  /** How long connecting may take. */
  public ChatOptions withConnectLimit(Duration limit) {
    positive(limit);
    return with(options -> options.connectLimit = limit);
  }

  /**
   * How long the service may take until the first line of its answer, with all attempts and the
   * pauses between.
   */
  public ChatOptions withFirstLimit(Duration limit) {
    positive(limit);
    return with(options -> options.firstLimit = limit);
  }

  /** How long the service may be silent in the middle of an answer. */
  public ChatOptions withSilenceLimit(Duration limit) {
    positive(limit);
    return with(options -> options.silenceLimit = limit);
  }

  /** How often a service is asked that answers 429 or 5xx; 1: it is not asked again. */
  public ChatOptions withAttempts(int max) {
    if (max < 1) {
      throw new IllegalArgumentException("max: must be at least 1, was " + max);
    }
    return with(options -> options.attempts = max);
  }

  private static void positive(Duration limit) {
    if (Objects.requireNonNull(limit, "limit").toMillis() < 1) {
      throw new IllegalArgumentException("limit: must be at least a millisecond, was " + limit);
    }
  }

  URI endpoint() {
    return URI.create(base + "/chat/completions");
  }

  Optional<String> key() {
    return key;
  }

  String model() {
    return model;
  }

  Duration connectLimit() {
    return connectLimit;
  }

  Duration firstLimit() {
    return firstLimit;
  }

  Duration silenceLimit() {
    return silenceLimit;
  }

  int attempts() {
    return attempts;
  }
}
