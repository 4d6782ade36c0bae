package dev.redstart.queue;

import dev.redstart.resp.Reply;
import java.util.List;

/**
 * A queue in figures, all of one moment. The first four are what is there, the others count since
 * the queue was cleared.
 *
 * @param ready tasks that can be taken
 * @param scheduled tasks that can be taken later
 * @param leased tasks that somebody works on
 * @param dead dead letters
 * @param paused whether no tasks are handed out
 * @param pushed tasks that were added
 * @param completed tasks that were done
 * @param failed attempts that failed
 * @param retried attempts that failed and were followed by a pause
 * @param died tasks that became dead letters
 * @param expired leases that ran out
 * @param cancelled tasks that were cancelled
 * @param removed tasks that were removed, and dead letters that were purged
 */
public record QueueStats(
    long ready,
    long scheduled,
    long leased,
    long dead,
    boolean paused,
    long pushed,
    long completed,
    long failed,
    long retried,
    long died,
    long expired,
    long cancelled,
    long removed) {

  static QueueStats of(List<Reply> parts) {
    return new QueueStats(
        parts.get(0).integer(),
        parts.get(1).integer(),
        parts.get(2).integer(),
        parts.get(3).integer(),
        parts.get(4).integer() == 1,
        parts.get(5).integer(),
        parts.get(6).integer(),
        parts.get(7).integer(),
        parts.get(8).integer(),
        parts.get(9).integer(),
        parts.get(10).integer(),
        parts.get(11).integer(),
        parts.get(12).integer());
  }
}
