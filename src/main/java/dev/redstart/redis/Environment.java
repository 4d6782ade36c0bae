package dev.redstart.redis;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Options from environment variables; a mistake is told with the variable's name. */
final class Environment {
  private final Map<String, String> variables;

  private Environment(Map<String, String> variables) {
    this.variables = variables;
  }

  static RedisOptions read(Map<String, String> variables) {
    return new Environment(variables).options();
  }

  private RedisOptions options() {
    var options = value("REDIS_URL", RedisOptions::of).orElseGet(this::parts);
    options = sentinelCredentials(options);
    var timeout = value("REDIS_TIMEOUT", Environment::seconds);
    options = timeout.isPresent() ? options.withTimeout(timeout.get()) : options;
    var ttl = value("REDIS_TTL", Environment::seconds);
    return ttl.isPresent() ? options.withTtl(ttl.get()) : options;
  }

  private RedisOptions parts() {
    var options = RedisOptions.defaults();
    options = value("REDIS_HOST", options::withHost).orElse(options);
    var withHost = options;
    options = value("REDIS_PORT", p -> withHost.withPort(Integer.parseInt(p))).orElse(options);
    var withPort = options;
    options = value("REDIS_DB", d -> withPort.withDatabase(Integer.parseInt(d))).orElse(options);
    options = credentials(options);
    return value("REDIS_SSL", Environment::truth).orElse(false) ? options.withTls() : options;
  }

  private RedisOptions credentials(RedisOptions options) {
    var password = value("REDIS_PASSWORD", Function.identity());
    var user = value("REDIS_USERNAME", Function.identity());
    if (user.isPresent()) {
      return options.withUser(user.get(), password.orElse(""));
    }
    return password.map(options::withPassword).orElse(options);
  }

  private RedisOptions sentinelCredentials(RedisOptions options) {
    var password = value("REDIS_SENTINEL_PASSWORD", Function.identity());
    var user = value("REDIS_SENTINEL_USERNAME", Function.identity());
    if (user.isPresent()) {
      return options.withSentinelUser(user.get(), password.orElse(""));
    }
    return password.map(options::withSentinelPassword).orElse(options);
  }

  private <T> Optional<T> value(String name, Function<String, T> reading) {
    String text = variables.getOrDefault(name, "");
    if (text.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(reading.apply(text));
    } catch (NumberFormatException wrong) {
      throw new IllegalArgumentException(name + " must be a number", wrong);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(name + ": " + wrong.getMessage(), wrong);
    }
  }

  private static Duration seconds(String text) {
    double seconds = Double.parseDouble(text);
    if (!(seconds > 0 && seconds < Integer.MAX_VALUE)) {
      throw new IllegalArgumentException("must be a positive number of seconds");
    }
    return Duration.ofMillis(Math.max(1, Math.round(seconds * 1000)));
  }

  private static boolean truth(String text) {
    return switch (text.strip().toLowerCase()) {
      case "1", "true", "yes", "on" -> true;
      case "0", "false", "no", "off" -> false;
      default -> throw new IllegalArgumentException("must be true or false");
    };
  }
}
