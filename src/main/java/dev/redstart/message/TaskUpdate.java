package dev.redstart.message;

import java.util.Objects;
import java.util.Optional;

/**
 * What there is to say about a task.
 *
 * @param status how far it is
 * @param progress from 0 to 1
 * @param content of a task that is completed, what it made
 * @param error of a task that failed, what went wrong
 */
public record TaskUpdate(
    TaskStatus status, double progress, Optional<ContentBlock> content, Optional<String> error) {
  /** Checks the progress. */
  public TaskUpdate {
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(content, "content");
    Objects.requireNonNull(error, "error");
    if (!(progress >= 0 && progress <= 1)) {
      throw new IllegalArgumentException("progress: must be 0 to 1, was " + progress);
    }
    if (content.isPresent() && status != TaskStatus.COMPLETED) {
      throw new IllegalArgumentException("content: only a task that is completed has made some");
    }
  }

  /** It goes on. */
  public static TaskUpdate progress(double progress) {
    return of(TaskStatus.PROCESSING, progress, null, null);
  }

  /** It is done; its placeholder stays as it is. */
  public static TaskUpdate completed() {
    return of(TaskStatus.COMPLETED, 1, null, null);
  }

  /** It is done; this takes the place, and the id, of its placeholder. */
  public static TaskUpdate completed(ContentBlock content) {
    return of(TaskStatus.COMPLETED, 1, Objects.requireNonNull(content, "content"), null);
  }

  /** It failed. */
  public static TaskUpdate failed(String error) {
    return of(TaskStatus.FAILED, 0, null, Objects.requireNonNull(error, "error"));
  }

  /** It was given up. */
  public static TaskUpdate cancelled() {
    return of(TaskStatus.CANCELLED, 0, null, null);
  }

  private static TaskUpdate of(
      TaskStatus status, double progress, ContentBlock content, String error) {
    return new TaskUpdate(
        status, progress, Optional.ofNullable(content), Optional.ofNullable(error));
  }
}
