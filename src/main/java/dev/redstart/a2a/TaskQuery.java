package dev.redstart.a2a;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which tasks to list.
 *
 * @param pageSize how many at most, 1 to 100
 * @param pageToken from the page before; empty for the first
 * @param historyLength how many messages each is to come with; none where it is empty
 * @param statusTimestampAfter only those whose status is of this moment or later
 * @param includeArtifacts whether each is to come with its artifacts
 */
public record TaskQuery(
    Optional<String> contextId,
    Optional<TaskState> status,
    int pageSize,
    Optional<String> pageToken,
    OptionalInt historyLength,
    Optional<Instant> statusTimestampAfter,
    boolean includeArtifacts) {
  private static final int PAGE_SIZE = 50;
  private static final int PAGE_SIZE_MAX = 100;
  private static final TaskQuery ALL =
      new TaskQuery(
          Optional.empty(),
          Optional.empty(),
          PAGE_SIZE,
          Optional.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          false);

  /**
   * @throws A2AException {@link A2AError#INVALID_PARAMS} if a number is out of its range
   */
  public TaskQuery {
    Objects.requireNonNull(contextId, "contextId");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(pageToken, "pageToken");
    Objects.requireNonNull(historyLength, "historyLength");
    Objects.requireNonNull(statusTimestampAfter, "statusTimestampAfter");
    if (pageSize < 1 || pageSize > PAGE_SIZE_MAX) {
      throw A2AError.INVALID_PARAMS.because(
          "pageSize must be from 1 to " + PAGE_SIZE_MAX + ", not " + pageSize);
    }
    if (historyLength.orElse(0) < 0) {
      throw A2AError.INVALID_PARAMS.because("historyLength must not be negative");
    }
  }

  /** The first 50 of all. */
  public static TaskQuery all() {
    return ALL;
  }

  public TaskQuery withContext(String contextId) {
    return new TaskQuery(
        Optional.of(contextId),
        status,
        pageSize,
        pageToken,
        historyLength,
        statusTimestampAfter,
        includeArtifacts);
  }

  public TaskQuery withStatus(TaskState state) {
    return new TaskQuery(
        contextId,
        Optional.of(state),
        pageSize,
        pageToken,
        historyLength,
        statusTimestampAfter,
        includeArtifacts);
  }

  public TaskQuery withPage(int size, String token) {
    return new TaskQuery(
        contextId,
        status,
        size,
        token.isEmpty() ? Optional.empty() : Optional.of(token),
        historyLength,
        statusTimestampAfter,
        includeArtifacts);
  }
}
