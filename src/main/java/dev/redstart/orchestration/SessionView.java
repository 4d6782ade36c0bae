package dev.redstart.orchestration;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A session at one moment.
 *
 * @param time the moment, on Redis' clock
 * @param ttl for how long it lives if nobody uses it any more
 * @param reportsWaiting reports that no parent has taken
 * @param reportsRead reports that a parent has taken and not acknowledged
 * @param tasksOpen tasks without a report; those that others put into the lists by hand do not
 *     count
 * @param tasksReported tasks with a report
 * @param deadLetters messages that nobody could use
 */
public record SessionView(
    SessionConfig config,
    Instant time,
    Duration ttl,
    List<ChildView> children,
    long reportsWaiting,
    long reportsRead,
    long tasksOpen,
    long tasksReported,
    long deadLetters) {
  public SessionView {
    children = List.copyOf(children);
  }
}
