package dev.redstart.orchestration;

import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a parent sends to its children. Thread-safe. */
final class Dispatch {
  /** Leaves room in a frame that travels with others: see {@link Redis#send}. */
  private static final int BATCH_BYTES = 512 << 10;

  private record Sent(List<Outgoing> batch, Pending<ParentSession.SendAnswer> pending) {}

  private final ParentSession session;

  /** Ids of the tasks whose reports are wanted; shared with the parent. */
  private final Set<String> open;

  Dispatch(ParentSession session, Set<String> open) {
    this.session = session;
    this.open = open;
  }

  private SessionConfig config() {
    return session.session().config();
  }

  void send(List<TaskMessage> tasks) {
    var all = tasks.stream().map(this::checked).toList();
    // Before they are sent, so that another thread that gathers waits for them, too.
    var fresh = all.stream().map(Outgoing::taskId).filter(open::add).collect(Collectors.toSet());
    var failures = new ArrayList<RuntimeException>();
    var rest = send(cut(all), fresh, failures);
    // What Redis has put off, since it was much work at once: now one after the other.
    while (!rest.isEmpty() && failures.isEmpty()) {
      var next = send(rest.subList(0, 1), fresh, failures);
      rest = Stream.concat(next.stream(), rest.stream().skip(1)).toList();
    }
    if (!failures.isEmpty()) {
      rest.forEach(batch -> forget(batch, fresh));
      throw failures.get(0);
    }
  }

  /** Without waiting in between; what Redis has not seen to. */
  private List<List<Outgoing>> send(
      List<List<Outgoing>> batches, Set<String> fresh, List<RuntimeException> failures) {
    var sent = new ArrayList<Sent>();
    String before = "";
    for (var batch : batches) {
      try {
        sent.add(new Sent(batch, session.session().redis().send(session.send(batch, before))));
      } catch (RedisException full) {
        failures.add(full);
        forget(batch, fresh);
      }
      before = batch.get(batch.size() - 1).taskId();
    }
    var rest = new ArrayList<List<Outgoing>>();
    for (var each : sent) {
      try {
        var answer = each.pending.await();
        // No report will come on those, or it has come.
        answer.reported().stream().filter(fresh::contains).forEach(open::remove);
        if (answer.count() < each.batch.size()) {
          rest.add(each.batch.subList(answer.count(), each.batch.size()));
        }
      } catch (SessionException.Unknown | RedisException failed) {
        failures.add(failed);
        if (!(failed instanceof RedisException trouble && trouble.mayHaveRun())) {
          forget(each.batch, fresh);
        }
      }
    }
    return rest;
  }

  /** Nobody shall wait for tasks that were certainly not sent. */
  private void forget(List<Outgoing> batch, Set<String> fresh) {
    batch.stream().map(Outgoing::taskId).filter(fresh::contains).forEach(open::remove);
  }

  private Outgoing checked(TaskMessage task) {
    if (!task.sessionId().equals(config().sessionId())) {
      throw new IllegalArgumentException(
          "task: is for session " + task.sessionId() + ", not " + config().sessionId());
    }
    config().checkChild(task.childId());
    return Outgoing.of(task);
  }

  private static List<List<Outgoing>> cut(List<Outgoing> tasks) {
    var batches = new ArrayList<List<Outgoing>>();
    int from = 0;
    int bytes = 0;
    for (int i = 0; i < tasks.size(); i++) {
      bytes += tasks.get(i).json().length;
      if (i > from && (i - from == ParentSession.BATCH || bytes > BATCH_BYTES)) {
        batches.add(tasks.subList(from, i));
        from = i;
        bytes = tasks.get(i).json().length;
      }
    }
    if (from < tasks.size()) {
      batches.add(tasks.subList(from, tasks.size()));
    }
    return batches;
  }

  void shutdown(List<Integer> children, String reason, boolean graceful) {
    Objects.requireNonNull(reason, "reason");
    var id = config().sessionId();
    var sent = new ArrayList<Pending<?>>();
    for (int child : children) {
      config().checkChild(child);
      var message =
          graceful
              ? ShutdownMessage.of(id, child, reason)
              : ShutdownMessage.immediate(id, child, reason);
      sent.add(session.session().redis().send(session.send(child, message)));
    }
    sent.forEach(Pending::await);
  }
}
