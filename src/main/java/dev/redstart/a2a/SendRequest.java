package dev.redstart.a2a;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import java.util.Objects;

/**
 * A message, and how it is to be answered.
 *
 * @param metadata for the agent
 */
public record SendRequest(Message message, SendConfiguration configuration, JsonObject metadata) {
  public SendRequest {
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(configuration, "configuration");
    Objects.requireNonNull(metadata, "metadata");
  }

  public static SendRequest of(Message message) {
    return of(message, SendConfiguration.defaults());
  }

  public static SendRequest of(Message message, SendConfiguration configuration) {
    return new SendRequest(message, configuration, Json.object());
  }
}
