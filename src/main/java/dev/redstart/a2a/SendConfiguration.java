package dev.redstart.a2a;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a message is to be answered.
 *
 * @param acceptedOutputModes media types; empty for any
 * @param push where to tell of the task, from its first event on
 * @param historyLength how many messages the task is to come with; empty for all that are kept
 * @param returnImmediately whether not to wait until the task is over or waits for its client
 */
public record SendConfiguration(
    List<String> acceptedOutputModes,
    Optional<PushConfig> push,
    OptionalInt historyLength,
    boolean returnImmediately) {
  private static final SendConfiguration DEFAULTS =
      new SendConfiguration(List.of(), Optional.empty(), OptionalInt.empty(), false);

  /** The list is copied. */
  public SendConfiguration {
    acceptedOutputModes = List.copyOf(acceptedOutputModes);
    Objects.requireNonNull(push, "push");
    Objects.requireNonNull(historyLength, "historyLength");
  }

  /** Any media type, no push, all history, and waiting. */
  public static SendConfiguration defaults() {
    return DEFAULTS;
  }

  public SendConfiguration withReturnImmediately() {
    return new SendConfiguration(acceptedOutputModes, push, historyLength, true);
  }

  public SendConfiguration withPush(PushConfig push) {
    return new SendConfiguration(
        acceptedOutputModes, Optional.of(push), historyLength, returnImmediately);
  }

  public SendConfiguration withHistoryLength(int messages) {
    return new SendConfiguration(
        acceptedOutputModes, push, OptionalInt.of(messages), returnImmediately);
  }
}
