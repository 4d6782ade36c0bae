package dev.redstart.a2a;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * How a task is.
 *
 * @param message what the agent says about it
 * @param timestamp since when, by the clock of the store, in milliseconds
 */
public record TaskStatus(TaskState state, Optional<Message> message, Instant timestamp) {
  public TaskStatus {
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(timestamp, "timestamp");
  }
}
