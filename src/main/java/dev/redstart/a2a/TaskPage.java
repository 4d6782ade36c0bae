package dev.redstart.a2a;

import java.util.List;
import java.util.Objects;

/**
 * A page of tasks, those first whose status is newest.
 *
 * @param nextPageToken empty if this is the last one
 * @param totalSize how many tasks the query has in all
 */
public record TaskPage(List<Task> tasks, String nextPageToken, long totalSize) {
  /** The list is copied. */
  public TaskPage {
    tasks = List.copyOf(tasks);
    Objects.requireNonNull(nextPageToken, "nextPageToken");
  }
}
