package dev.redstart.a2a;

import dev.redstart.redis.Command;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Requests;
import dev.redstart.resp.Reply;
import dev.redstart.stream.LiveTail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** Tasks on a Redis: any number of instances on it are one. The client stays the caller's. */
final class RedisTaskStorage implements TaskStorage {
  private static final String LOST = "The agent that worked on this was lost.";

  /** Of one call of a script: nobody else is served meanwhile. */
  private static final int RENEWED_MAX = 100;

  private static final int REAPED_MAX = 100;
  private static final int LISTED_BYTES_MAX = 4 << 20;
  private static final int PUSHED_MAX = 64;
  private static final int PUSHED_BYTES_MAX = 256 << 10;
  private static final Duration PUSH_PAUSE_MAX = Duration.ofSeconds(1);

  /** Greater than that of any change of a run. */
  private static final long LAST_NUMBER = 1L << 52;

  private final StoredTasks stored;
  private final LiveTail tail;
  private final Requests requests = new Requests();

  RedisTaskStorage(Redis redis, TaskOptions options) {
    this.stored = new StoredTasks(redis, A2aKeys.of(redis), options);
    this.tail = LiveTail.of(redis);
  }

  private static String id(String taskId) {
    return Ids.check(taskId, "taskId");
  }

  // ---- runs

  @Override
  public Admission accept(
      Message message,
      String newTaskId,
      String newContextId,
      String token,
      Optional<PushConfig> push) {
    Ids.check(message.messageId(), "message.messageId");
    var taskId = Ids.check(message.taskId().orElse(newTaskId), "message.taskId");
    boolean goesOn = message.taskId().isPresent();
    // Of a task that goes on it is the task's, which it tells.
    var contextId = message.contextId().orElse(goesOn ? "" : newContextId);
    if (!goesOn || message.contextId().isPresent()) {
      Ids.check(contextId, "message.contextId");
    }
    var parts =
        stored.ask(
            Scripts.ACCEPT,
            message.messageId(),
            contextId.isEmpty() ? "" : Stored.text(message.withTask(taskId).withContext(contextId)),
            taskId,
            contextId,
            token,
            goesOn ? "1" : "0",
            push.map(place -> Ids.check(place.id().orElseThrow(), "push.id")).orElse(""),
            push.map(Stored::text).orElse(""));
    return switch (parts.get(0).text()) {
      case "begun" -> begun(taskId, parts);
      case "known" -> known(message, Stored.message(parts.get(1)));
      case "context" ->
          accept(message.withContext(parts.get(1).text()), newTaskId, newContextId, token, push);
      default -> throw refusal(taskId, parts);
    };
  }

  private static Admission begun(String taskId, List<Reply> parts) {
    var before = parts.size() > 3 ? Optional.of(parts.get(3)) : Optional.<Reply>empty();
    return new Admission.Begun(
        // A repetition may come with another new id.
        taskId,
        parts.get(1).text(),
        before.map(it -> Stored.snapshot(taskId, it).task()),
        parts.get(2).integer());
  }

  private static Admission known(Message message, Message before) {
    var taskId = before.taskId().orElseThrow();
    var contextId = before.contextId().orElseThrow();
    var filled =
        message
            .withTask(message.taskId().orElse(taskId))
            .withContext(message.contextId().orElse(contextId));
    if (!Stored.text(filled).equals(Stored.text(before))) {
      throw A2AError.INVALID_PARAMS.because(
          "message.messageId: another message has this id: " + message.messageId());
    }
    return new Admission.Known(taskId, contextId);
  }

  private static A2AException refusal(String taskId, List<Reply> parts) {
    return switch (parts.get(0).text()) {
      case "missing" -> A2AException.taskNotFound(taskId);
      case "other" ->
          A2AError.INVALID_PARAMS.because(
              "message.contextId: the task " + taskId + " is of another context");
      case "busy" ->
          A2AError.UNSUPPORTED_OPERATION.because(
              "the task " + taskId + " is " + parts.get(1).text() + " and takes no message");
      case "many" ->
          A2AError.INVALID_PARAMS.because("the task " + taskId + " is pushed to 32 places already");
      case "over" ->
          A2AError.TASK_NOT_CANCELABLE.because(
              "Task not cancelable: " + taskId + " is " + parts.get(1).text());
      default -> throw new IllegalStateException("not expected: " + parts);
    };
  }

  @Override
  public long commit(Run run, long number, Change change) {
    id(run.taskId());
    return answer(run, stored.redis().call(committing(run, number, change, false)));
  }

  /** {@code isSilent}: only if its lease is over. */
  private Command<Reply> committing(Run run, long number, Change change, boolean isSilent) {
    var said = Stored.words(change);
    return stored.command(
        Scripts.COMMIT,
        run.taskId(),
        run.token(),
        number,
        said.get(0),
        said.get(1),
        said.get(2),
        said.get(3),
        isSilent ? "1" : "");
  }

  private static long answer(Run run, Reply reply) {
    var parts = reply.items();
    return switch (parts.get(0).text()) {
      case "done" -> parts.get(1).integer();
      case "built" -> throw new IllegalStateException("there is a task: " + run.taskId());
      default -> throw new TaskLostException(run.taskId(), why(parts.get(1).text()));
    };
  }

  private static String why(String word) {
    return switch (word) {
      case "gone" -> "is gone";
      case "replied" -> "is over";
      case "other" -> "is worked on by another run";
      default -> "is " + word;
    };
  }

  @Override
  public Map<Run, Boolean> renew(List<Run> runs) {
    var asked = new LinkedHashMap<List<Run>, Pending<Reply>>();
    for (int from = 0; from < runs.size(); from += RENEWED_MAX) {
      var some = runs.subList(from, Math.min(runs.size(), from + RENEWED_MAX));
      var words = some.stream().flatMap(run -> List.of(run.taskId(), run.token()).stream());
      asked.put(some, stored.redis().send(stored.command(Scripts.RENEW, words.toArray())));
    }
    var renewed = new LinkedHashMap<Run, Boolean>();
    RedisException trouble = null;
    for (var some : asked.entrySet()) {
      try {
        var held = some.getValue().await().items();
        for (int i = 0; i < held.size(); i++) {
          renewed.put(some.getKey().get(i), held.get(i).integer() == 1);
        }
      } catch (RedisException away) {
        trouble = away;
      }
    }
    if (trouble != null && renewed.isEmpty()) {
      throw trouble;
    }
    return renewed;
  }

  @Override
  public Duration reap() {
    var parts = stored.ask(Scripts.REAP, REAPED_MAX);
    var failing = new ArrayList<Pending<Reply>>();
    for (int i = 1; i + 2 < parts.size(); i += 3) {
      var run = new Run(parts.get(i).text(), parts.get(i + 1).text(), parts.get(i + 2).text());
      // Nothing happens if another instance was faster, or it gave a sign of life.
      failing.add(stored.redis().send(committing(run, LAST_NUMBER, lost(run), true)));
    }
    failing.forEach(Pending::await);
    return Duration.ofMillis(parts.get(0).integer());
  }

  private static Change lost(Run run) {
    var message = Message.ofAgent(LOST).withContext(run.contextId()).withTask(run.taskId());
    return new Change.Status(TaskState.FAILED, Optional.of(message));
  }

  @Override
  public Task cancel(String taskId) {
    var parts = stored.ask(Scripts.CANCEL, id(taskId), UUID.randomUUID());
    if (parts.get(0).text().equals("done")) {
      return Stored.snapshot(taskId, parts.get(1)).task();
    }
    throw refusal(taskId, parts);
  }

  // ---- looks

  @Override
  public Snapshot snapshot(String taskId, OptionalInt historyLength) {
    var parts = stored.ask(Scripts.SNAPSHOT, id(taskId), historyLength.orElse(-1));
    if (parts.get(0).text().equals("there")) {
      return Stored.snapshot(taskId, parts.get(1));
    }
    throw refusal(taskId, parts);
  }

  @Override
  public TaskStream follow(String taskId, long after) {
    var source = new TaskSource(stored, id(taskId));
    return new TaskFeed(
        tail, source, taskId, Math.max(0, after), () -> snapshot(taskId, OptionalInt.empty()));
  }

  @Override
  public List<Message> conversation(String contextId) {
    return stored.ask(Scripts.CONVERSATION, Ids.check(contextId, "contextId")).stream()
        .map(Stored::message)
        .toList();
  }

  @Override
  public TaskPage list(TaskQuery query) {
    var after = query.pageToken().map(token -> PageToken.parse(token, query));
    var parts =
        stored.ask(
            Scripts.LIST,
            query.contextId().map(id -> Ids.check(id, "contextId")).orElse(""),
            query.status().map(TaskState::name).orElse(""),
            query.pageSize(),
            query.historyLength().orElse(0),
            query.includeArtifacts() ? "1" : "",
            query.statusTimestampAfter().map(RedisTaskStorage::millis).orElse("-inf"),
            after.map(place -> "" + place.millis()).orElse(""),
            after.map(PageToken::taskId).orElse(""),
            LISTED_BYTES_MAX);
    var tasks = new ArrayList<Task>();
    for (int i = 3; i + 1 < parts.size(); i += 2) {
      tasks.add(Stored.snapshot(parts.get(i).text(), parts.get(i + 1)).task());
    }
    var id = parts.get(2).text();
    var next = id.isEmpty() ? "" : new PageToken(parts.get(1).integer(), id).text(query);
    return new TaskPage(tasks, next, parts.get(0).integer());
  }

  /** Statuses have whole milliseconds. */
  private static String millis(Instant moment) {
    long millis = moment.toEpochMilli();
    return "" + (Instant.ofEpochMilli(millis).isBefore(moment) ? millis + 1 : millis);
  }

  // ---- pushes

  @Override
  public void setPush(String taskId, PushConfig config) {
    place(taskId, config.id().orElseThrow(), Stored.text(config));
  }

  @Override
  public void deletePush(String taskId, String configId) {
    place(taskId, configId, "");
  }

  private void place(String taskId, String configId, String json) {
    var parts = stored.ask(Scripts.PLACE, id(taskId), Ids.check(configId, "configId"), json);
    if (!parts.get(0).text().equals("done")) {
      throw refusal(taskId, parts);
    }
  }

  @Override
  public Optional<PushConfig> push(String taskId, String configId) {
    Ids.check(configId, "configId");
    return pushes(taskId).stream()
        .filter(place -> place.id().orElseThrow().equals(configId))
        .findAny();
  }

  @Override
  public List<PushConfig> pushes(String taskId) {
    var parts = stored.ask(Scripts.PLACES, id(taskId));
    if (!parts.get(0).text().equals("done")) {
      throw refusal(taskId, parts);
    }
    return parts.subList(1, parts.size()).stream()
        .map(Stored::place)
        .sorted(Comparator.comparing(place -> place.id().orElseThrow()))
        .toList();
  }

  @Override
  public Optional<Delivery> due(String token, Duration lease) {
    return requests.once(
        request -> {
          var parts = due(token, "" + lease.toMillis(), request.line(), request.number());
          return parts.get(0).text().equals("due") ? delivery(token, parts) : Optional.empty();
        });
  }

  private List<Reply> due(String token, String span, String line, long number) {
    return stored.ask(Scripts.DUE, token, span, line, number, PUSHED_MAX, PUSHED_BYTES_MAX);
  }

  private Optional<Delivery> delivery(String token, List<Reply> parts) {
    var taskId = parts.get(1).text();
    var events = new ArrayList<Sequenced>();
    if (parts.get(4).integer() == 1) {
      try {
        var now = snapshot(taskId, OptionalInt.empty());
        events.add(new Sequenced(now.generation(), now.task()));
      } catch (A2AException gone) {
        return Optional.empty();
      }
    } else {
      parts.subList(5, parts.size()).stream()
          .map(entry -> Stored.event(taskId, Stored.entry(entry)))
          .forEach(events::add);
    }
    int attempts = (int) parts.get(3).integer();
    return Optional.of(new Delivery(taskId, Stored.place(parts.get(2)), token, attempts, events));
  }

  @Override
  public Duration untilDue() {
    long millis = due("", "", "", 0).get(1).integer();
    if (millis < 0) {
      return stored.options().lease();
    }
    return Duration.ofMillis(Math.min(PUSH_PAUSE_MAX.toMillis(), millis));
  }

  @Override
  public void settle(Delivery delivery, long sent, Optional<Duration> retry) {
    var events = delivery.events();
    stored.run(
        Scripts.SETTLE,
        delivery.taskId(),
        delivery.config().id().orElseThrow(),
        delivery.token(),
        sent,
        events.get(events.size() - 1).generation(),
        retry.map(wait -> "" + wait.toMillis()).orElse(""));
  }

  @Override
  public void close() {
    tail.close();
  }
}
