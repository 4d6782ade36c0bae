package dev.redstart.a2a;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Tasks in the memory of this process. What has expired is forgotten when somebody looks at it, and
 * by {@link #reap} at the latest.
 */
final class MemoryTaskStorage implements TaskStorage {
  private static final String LOST = "The agent that worked on this was lost.";
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration PUSH_PAUSE_MAX = Duration.ofSeconds(1);

  /** A message that was accepted, as it was filled in. */
  private record Known(Message message, MemoryTask task, Admission.Begun begun) {}

  private final TaskOptions options;

  /** Guards all below, and all tasks. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<String, MemoryTask> tasks = new HashMap<>();
  private final Map<String, Known> messages = new HashMap<>();
  private final MemoryConversations conversations;
  private final MemoryIndex index = new MemoryIndex();

  private boolean closed;

  MemoryTaskStorage(TaskOptions options) {
    this.options = options;
    this.conversations = new MemoryConversations(options);
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable work) {
    locked(
        () -> {
          work.run();
          return true;
        });
  }

  TaskOptions options() {
    return options;
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether it is still there. */
  boolean has(MemoryTask task) {
    return live(task.id) == task;
  }

  /** Null: there is none. */
  private MemoryTask live(String taskId) {
    var task = tasks.get(taskId);
    if (task != null && task.isExpired()) {
      forget(task);
      return null;
    }
    return task;
  }

  private void forget(MemoryTask task) {
    tasks.remove(task.id);
    task.messageIds.forEach(messages::remove);
    index.remove(task);
    task.changed.signalAll();
  }

  private MemoryTask built(String taskId) {
    var task = live(Ids.check(taskId, "taskId"));
    if (task == null || !task.isBuilt()) {
      throw A2AException.taskNotFound(taskId);
    }
    return task;
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
    message.contextId().ifPresent(it -> Ids.check(it, "message.contextId"));
    message.taskId().ifPresent(it -> Ids.check(it, "message.taskId"));
    return locked(
        () -> {
          var known = messages.get(message.messageId());
          if (known != null && has(known.task())) {
            // Repeated by whoever has it, the message is answered as before.
            return known.task().isHeldBy(token) ? known.begun() : known(message, known);
          }
          return message.taskId().isPresent()
              ? more(message, token, push)
              : first(message, newTaskId, newContextId, token, push);
        });
  }

  private static Admission known(Message message, Known known) {
    var before = known.message();
    var filled = filled(message, before.taskId().orElseThrow(), before.contextId().orElseThrow());
    if (!filled.equals(before)) {
      throw A2AError.INVALID_PARAMS.because(
          "message.messageId: another message has this id: " + message.messageId());
    }
    return new Admission.Known(known.task().id, known.task().contextId);
  }

  /** What it says itself stays. */
  private static Message filled(Message message, String taskId, String contextId) {
    return message
        .withTask(message.taskId().orElse(taskId))
        .withContext(message.contextId().orElse(contextId));
  }

  private Admission first(
      Message message,
      String newTaskId,
      String newContextId,
      String token,
      Optional<PushConfig> push) {
    var filled = filled(message, newTaskId, newContextId);
    var task = new MemoryTask(filled, lock.newCondition(), options);
    task.begin(token);
    tasks.put(task.id, task);
    push.ifPresent(config -> put(task, config));
    return said(filled, task, Optional.empty());
  }

  private Admission more(Message message, String token, Optional<PushConfig> push) {
    var task = built(message.taskId().orElseThrow());
    if (!message.contextId().orElse(task.contextId).equals(task.contextId)) {
      throw A2AError.INVALID_PARAMS.because(
          "message.contextId: the task " + task.id + " is of another context");
    }
    if (!task.status().state().isInterrupted()) {
      throw A2AError.UNSUPPORTED_OPERATION.because(
          "the task " + task.id + " is " + task.status().state() + " and takes no message");
    }
    var before = task.task(OptionalInt.empty(), true);
    var filled = filled(message, task.id, task.contextId);
    push.ifPresent(config -> put(task, config));
    index.moving(task, () -> task.goOn(filled, token));
    return said(filled, task, Optional.of(before));
  }

  private Admission said(Message message, MemoryTask task, Optional<Task> before) {
    var begun = new Admission.Begun(task.id, task.contextId, before, task.generation());
    messages.put(message.messageId(), new Known(message, task, begun));
    task.messageIds.add(message.messageId());
    conversations.add(task.contextId, message);
    return begun;
  }

  @Override
  public long commit(Run run, long number, Change change) {
    return locked(
        () -> {
          var task = live(run.taskId());
          if (task == null) {
            throw new TaskLostException(run.taskId(), "is gone");
          }
          if (task.isDone(run.token(), number)) {
            return task.answer();
          }
          index.moving(task, () -> task.commit(run.token(), number, change));
          said(change).ifPresent(message -> conversations.add(task.contextId, message));
          return task.answer();
        });
  }

  private static Optional<Message> said(Change change) {
    if (change instanceof Change.Reply reply) {
      return Optional.of(reply.message());
    }
    return change instanceof Change.Status status ? status.message() : Optional.empty();
  }

  @Override
  public Map<Run, Boolean> renew(List<Run> runs) {
    return locked(
        () -> {
          var renewed = new LinkedHashMap<Run, Boolean>();
          for (var run : runs) {
            var task = live(run.taskId());
            renewed.put(run, task != null && task.renew(run.token()));
          }
          return renewed;
        });
  }

  @Override
  public Duration reap() {
    return locked(
        () -> {
          conversations.dropExpired();
          long soonest = LONG.toNanos();
          for (var task : List.copyOf(tasks.values())) {
            if (task.isExpired()) {
              forget(task);
            } else if (task.isWorkedOn() && task.leaseLeftNanos() <= 0) {
              lose(task);
            } else if (task.isWorkedOn()) {
              soonest = Math.min(soonest, task.leaseLeftNanos());
            }
          }
          return Duration.ofNanos(soonest);
        });
  }

  private void lose(MemoryTask task) {
    if (task.isBuilt()) {
      var message = Message.ofAgent(LOST).withContext(task.contextId).withTask(task.id);
      index.moving(task, () -> task.end(TaskState.FAILED, Optional.of(message)));
    } else {
      conversations.remove(task.contextId, messages.get(task.messageIds.get(0)).message());
      forget(task);
    }
  }

  @Override
  public Task cancel(String taskId) {
    return locked(
        () -> {
          var task = built(taskId);
          var state = task.status().state();
          if (state.isTerminal()) {
            throw A2AError.TASK_NOT_CANCELABLE.because(
                "Task not cancelable: " + taskId + " is " + state);
          }
          index.moving(task, () -> task.end(TaskState.CANCELED, Optional.empty()));
          return task.task(OptionalInt.empty(), true);
        });
  }

  // ---- looks

  @Override
  public Snapshot snapshot(String taskId, OptionalInt historyLength) {
    return locked(
        () -> {
          var task = built(taskId);
          return new Snapshot(task.task(historyLength, true), task.generation(), task.isWorkedOn());
        });
  }

  @Override
  public TaskStream follow(String taskId, long after) {
    return locked(
        () -> {
          var task = live(Ids.check(taskId, "taskId"));
          // Of what is not there, the stream ends at once.
          var none = Message.ofAgent("").withTask(taskId).withContext("");
          var read = task != null ? task : new MemoryTask(none, lock.newCondition(), options);
          return new MemoryFeed(this, read, lock, after);
        });
  }

  @Override
  public List<Message> conversation(String contextId) {
    return locked(() -> conversations.get(Ids.check(contextId, "contextId")));
  }

  @Override
  public TaskPage list(TaskQuery query) {
    query.contextId().ifPresent(it -> Ids.check(it, "contextId"));
    return locked(() -> index.page(query));
  }

  // ---- pushes

  private static void put(MemoryTask task, PushConfig config) {
    var id = config.id().orElseThrow();
    task.pushes.computeIfAbsent(id, it -> new MemoryPush(task, config)).configure(config);
  }

  @Override
  public void setPush(String taskId, PushConfig config) {
    locked(() -> put(built(taskId), config));
  }

  @Override
  public Optional<PushConfig> push(String taskId, String configId) {
    Ids.check(configId, "id");
    return locked(() -> Optional.ofNullable(built(taskId).pushes.get(configId)))
        .map(MemoryPush::config);
  }

  @Override
  public List<PushConfig> pushes(String taskId) {
    return locked(() -> built(taskId).pushes.values().stream().map(MemoryPush::config).toList());
  }

  @Override
  public void deletePush(String taskId, String configId) {
    Ids.check(configId, "id");
    locked(() -> built(taskId).pushes.remove(configId));
  }

  /** The one that is due soonest, of all that have something to deliver. */
  private Optional<MemoryPush> nextPush() {
    return tasks.values().stream()
        .filter(task -> !task.pushes.isEmpty() && !task.isExpired())
        .flatMap(task -> task.pushes.values().stream())
        .filter(MemoryPush::hasMore)
        .min(Comparator.comparingLong(MemoryPush::untilDueNanos));
  }

  @Override
  public Optional<Delivery> due(String token, Duration lease) {
    return locked(
        () -> nextPush().filter(it -> it.untilDueNanos() <= 0).map(it -> it.take(token, lease)));
  }

  @Override
  public Duration untilDue() {
    return locked(
        () -> {
          long most = PUSH_PAUSE_MAX.toNanos();
          return nextPush()
              .map(it -> Duration.ofNanos(Math.min(most, Math.max(0, it.untilDueNanos()))))
              .orElse(LONG);
        });
  }

  @Override
  public void settle(Delivery delivery, long sent, Optional<Duration> retry) {
    locked(
        () -> {
          var task = live(delivery.taskId());
          var push = task == null ? null : task.pushes.get(delivery.config().id().orElseThrow());
          if (push != null) {
            push.settle(delivery, sent, retry);
          }
        });
  }

  @Override
  public void close() {
    locked(
        () -> {
          closed = true;
          tasks.values().forEach(task -> task.changed.signalAll());
        });
  }
}
