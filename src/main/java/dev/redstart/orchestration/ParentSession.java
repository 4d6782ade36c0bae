package dev.redstart.orchestration;

import static dev.redstart.orchestration.Session.utf8;

import dev.redstart.redis.Command;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.ListEnd;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Pending;
import dev.redstart.redis.ScanPage;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** A session as its parent sees it: its scripts. Thread-safe. */
final class ParentSession {
  /** As many as one script handles. */
  static final int BATCH = 100;

  /** A child that knows only RPUSH puts no word into the list that a parent can wait at. */
  private static final Duration NORMAL_LOOK = Duration.ofMillis(200);

  private final Session session;

  ParentSession(Session session) {
    this.session = session;
  }

  Session session() {
    return session;
  }

  private SessionKeys keys() {
    return session.keys();
  }

  /**
   * What Redis says to tasks that are sent.
   *
   * @param count how many of them it has seen to
   * @param reported the ids of those that have their reports already
   */
  record SendAnswer(int count, List<String> reported) {
    private static SendAnswer of(Reply reply) {
      var parts = reply.items();
      var ids = parts.stream().skip(1).map(Reply::text).toList();
      return new SendAnswer((int) parts.get(0).integer(), ids);
    }
  }

  /**
   * Hands these tasks, a batch at most, to the children that they name.
   *
   * @param before the id of the task that must have been sent before, or nothing is done; or empty
   */
  Command<SendAnswer> send(List<Outgoing> tasks, String before) {
    var children = tasks.stream().map(Outgoing::childId).distinct().toList();
    var arguments = new ArrayList<byte[]>(3 + 5 * tasks.size());
    arguments.add(utf8("task_sent"));
    arguments.add(utf8(""));
    arguments.add(utf8(before));
    for (var task : tasks) {
      arguments.add(utf8(1 + children.indexOf(task.childId())));
      arguments.add(utf8(task.childId()));
      arguments.add(utf8(task.taskId()));
      arguments.add(utf8(task.priority()));
      arguments.add(task.json());
    }
    var lists = children.stream().map(keys()::tasks).toList();
    var call = session.call(Scripts.SEND, keys().ownAnd(lists), arguments);
    return call.idempotent().map(reply -> SendAnswer.of(session.checked(reply)));
  }

  /** Asks a child to stop: behind its tasks, or before them and at once. */
  Command<Reply> send(int child, ShutdownMessage message) {
    var call =
        session.call(
            Scripts.SEND,
            keys().ownAnd(keys().tasks(child)),
            utf8("shutdown_sent"),
            utf8(message.graceful() ? "" : keys().control()),
            utf8(""),
            utf8(1),
            utf8(child),
            utf8(""),
            utf8(message.graceful() ? "last" : "first"),
            utf8(message));
    return call.map(session::checked);
  }

  /** Makes a batch of tasks known that somebody else has sent. */
  Command<Reply> expect(List<String> taskIds) {
    return session
        .call(Scripts.EXPECT, keys().ownAnd(), taskIds.stream().map(Session::utf8).toList())
        .map(session::checked);
  }

  /**
   * Takes reports that have come, in one call.
   *
   * @param taken is given fields of {@code P:read} with their values
   * @return whether any had come
   */
  boolean collect(Duration limit, BiConsumer<String, byte[]> taken) {
    var call = session.call(Scripts.COLLECT, keys().ownAnd(keys().reports())).within(limit);
    var found = session.checked(session.redis().call(call)).items();
    for (int i = 0; i < found.size(); i += 2) {
      taken.accept(found.get(i).text(), found.get(i + 1).bytes());
    }
    return !found.isEmpty();
  }

  /** Waits until there may be something to collect; takes nothing. */
  void awaitReports(Duration wait, Duration limit) {
    if (keys().mode() == Mode.NORMAL) {
      var block = Rhythm.least(wait, NORMAL_LOOK);
      session.redis().call(Lists.blockingPopLeft(block, keys().wake()).within(limit));
    } else {
      // From its head to its head: the list stays as it is.
      var reports = keys().reports(1);
      var look = Lists.blockingMoveBytes(reports, reports, ListEnd.LEFT, ListEnd.LEFT, wait);
      session.redis().call(look.within(limit));
    }
  }

  /** The ids of the tasks that have no report yet. */
  Set<String> open(Duration limit) {
    var ids = new HashSet<String>();
    scan(keys().deliveries(), limit, (id, count) -> ids.add(id));
    return ids;
  }

  /** The fields of {@code P:read}: what was collected and not acknowledged. */
  void read(Duration limit, BiConsumer<String, byte[]> each) {
    scan(keys().read(), limit, each);
  }

  private void scan(String key, Duration limit, BiConsumer<String, byte[]> each) {
    var cursor = ScanPage.START;
    do {
      var page = session.redis().call(page(key, cursor).within(limit)).items();
      var entries = page.get(1).items();
      for (int i = 0; i < entries.size(); i += 2) {
        each.accept(entries.get(i).text(), entries.get(i + 1).bytes());
      }
      cursor = page.get(0).text();
    } while (!cursor.equals(ScanPage.START));
  }

  /** The typed command would read the values as text, which garbage is not. */
  private static Command<Reply> page(String key, String cursor) {
    return Command.of("HSCAN", key, cursor, "COUNT", "1000");
  }

  long readCount(Duration limit) {
    return session.redis().call(Hashes.len(keys().read()).within(limit));
  }

  /** Lets go of the reports on these tasks. */
  List<Pending<Long>> acknowledge(List<String> taskIds) {
    var sent = new ArrayList<Pending<Long>>();
    for (int i = 0; i < taskIds.size(); i += BATCH) {
      var batch = taskIds.subList(i, Math.min(taskIds.size(), i + BATCH));
      var fields = batch.stream().map(id -> "=" + id).toArray(String[]::new);
      sent.add(session.redis().send(Hashes.del(keys().read(), fields).idempotent()));
    }
    return sent;
  }

  /** Messages that the child has taken but not judged yet may be no tasks; they are left out. */
  List<TaskMessage> heldBy(int child) {
    var tasks = new ArrayList<TaskMessage>();
    for (byte[] raw : session.redis().call(Lists.rangeBytes(keys().taken(child), 1, -1))) {
      if (Message.parse(raw) instanceof TaskMessage task) {
        tasks.add(task);
      }
    }
    return tasks;
  }
}
