package dev.redstart.orchestration;

import java.util.Objects;
import java.util.Optional;

/**
 * What became of a call of a {@link Sender}.
 *
 * @param success whether the messages are in the list; of {@link Sender#publish}, whether the
 *     channel was told
 * @param listLength of the list afterwards; 0 if nothing was put there
 * @param messageCount how many messages were put into the list
 * @param published whether the channel was told of each message
 * @param subscribers how many heard it, summed up over the messages; of a cluster, those only who
 *     listen on the node that has the list
 * @param error what went wrong, for people; where the outcome is unknown, it says so
 */
public record SendResult(
    boolean success,
    long listLength,
    int messageCount,
    boolean published,
    long subscribers,
    Optional<String> error) {
  public SendResult {
    Objects.requireNonNull(error, "error");
  }

  static SendResult pushed(long listLength, int messageCount) {
    return new SendResult(true, listLength, messageCount, false, 0, Optional.empty());
  }

  static SendResult failed(String error) {
    return new SendResult(false, 0, 0, false, 0, Optional.of(error));
  }
}
