package dev.redstart.queue;

import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.resp.Reply;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A task as it is in the queue at a moment. What other clients wrote and nobody has taken yet is
 * shown as far as it can be read: without an id of its own it has one that begins with {@code
 * foreign:}, and its text as payload.
 *
 * @param task the task
 * @param state where it is
 * @param score the user's score: lower ones run first
 * @param time when it will be ready, when its lease is over, or when it died; empty if it is ready
 * @param attempts how often its handler failed
 * @param deliveries how often it was handed out
 * @param worker who has it now; empty also if he gave no name
 * @param cancelled whether its holder will be told to stop
 * @param error why it failed last, or died
 * @param progress what its holder said last; only from {@link TaskQueue#get}
 * @param checkpoint what its holder saved last; only from {@link TaskQueue#get}
 */
public record QueuedTask(
    Task task,
    TaskState state,
    double score,
    Optional<Instant> time,
    int attempts,
    int deliveries,
    Optional<String> worker,
    boolean cancelled,
    Optional<String> error,
    Optional<JsonValue> progress,
    Optional<JsonValue> checkpoint) {
  private static final int SEQUENCE_LENGTH = 16;
  private static final Reply NONE = new Reply.Null();
  private static final String NEVER_TAKEN = "0 0 0 0 0 %s ";

  /** A member of one of the sets: see list.lua. */
  static QueuedTask listed(TaskState state, List<Reply> parts) {
    var member = parts.get(0);
    var score = parts.get(1);
    var record = parts.get(3);
    var error = parts.get(4);
    if (record.isNull()) {
      var task = Task.parseForeign(member.bytes());
      return of(task, state, score, NEVER_TAKEN.formatted(score.text()), error, NONE, NONE);
    }
    boolean withSequence = state == TaskState.READY || state == TaskState.SCHEDULED;
    var id = member.text().substring(withSequence ? SEQUENCE_LENGTH : 0);
    var task = Task.parseOrShow(id, parts.get(2).bytes());
    return of(task, state, score, record.text(), error, NONE, NONE);
  }

  /** All that is known of it: see get.lua. */
  static QueuedTask known(String id, List<Reply> parts) {
    var state = TaskState.values()[(int) parts.get(0).integer() - 1];
    var task = Task.parseOrShow(id, parts.get(2).bytes());
    return of(
        task, state, parts.get(1), parts.get(3).text(), parts.get(4), parts.get(5), parts.get(6));
  }

  private static QueuedTask of(
      Task task,
      TaskState state,
      Reply score,
      String record,
      Reply error,
      Reply progress,
      Reply checkpoint) {
    // See queue.lua: token, deliveries, attempts, cancelled, sequence, score, worker.
    var parts = record.split(" ", 7);
    var time =
        state == TaskState.READY
            ? Optional.<Instant>empty()
            : Optional.of(Instant.ofEpochMilli((long) Double.parseDouble(score.text())));
    return new QueuedTask(
        task,
        state,
        Numbers.score(parts[5]),
        time,
        Integer.parseInt(parts[2]),
        Integer.parseInt(parts[1]),
        Optional.of(parts[6]).filter(name -> !name.isEmpty()),
        parts[3].equals("1"),
        text(error),
        text(progress).map(Json::parse),
        text(checkpoint).map(Json::parse));
  }

  private static Optional<String> text(Reply reply) {
    return reply.isNull() ? Optional.empty() : Optional.of(reply.text());
  }
}
