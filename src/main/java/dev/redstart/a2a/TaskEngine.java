package dev.redstart.a2a;

import dev.redstart.a2a.TaskStorage.Admission;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** What task managers do, wherever the tasks are kept. */
abstract class TaskEngine implements TaskManager {
  private final TaskStorage storage;
  private final TaskOptions options;
  private final Pushes pushes;
  private final Runs runs;
  private final Set<TaskView> views = ConcurrentHashMap.newKeySet();
  private final Ticker reaper;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** There was a push here: without one, nobody is to be woken. */
  private volatile boolean isPushing;

  TaskEngine(TaskStorage storage, MessageProcessor processor, TaskOptions options, Pushes pushes) {
    this.storage = storage;
    this.options = options;
    this.pushes = pushes;
    this.runs = new Runs(storage, processor, options, this::happened);
    this.reaper = Ticker.start("redstart-a2a-reaper", this::reap);
  }

  /** A run that begins after this has looked ends its lease after the next look. */
  private Duration reap() {
    var pause = storage.reap();
    happened();
    return pause.compareTo(options.lease()) < 0 ? pause.plusMillis(1) : options.lease();
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the task manager is closed");
    }
  }

  // ---- messages

  @Override
  public SendResult onSendMessage(SendRequest request) {
    try (var view = begin(request, false)) {
      return outcome(view, request.configuration());
    }
  }

  private SendResult outcome(TaskView view, SendConfiguration configuration) {
    long endNanos = System.nanoTime() + options.waitMax().toNanos();
    long leftNanos = options.waitMax().toNanos();
    Task seen = null;
    while (!view.isEnded() && leftNanos > 0) {
      var event = view.next(Duration.ofNanos(leftNanos)).map(Sequenced::event).orElse(null);
      if (event instanceof Message reply) {
        return reply;
      }
      if (event instanceof Task task) {
        seen = task;
        if (view.isEnded() || configuration.returnImmediately()) {
          return task;
        }
      }
      leftNanos = endNanos - System.nanoTime();
    }
    if (seen == null) {
      throw silent(view);
    }
    return storage.snapshot(seen.id(), configuration.historyLength()).task();
  }

  private RuntimeException silent(TaskView view) {
    requireOpen();
    return A2AError.INTERNAL_ERROR.because(
        view.isEnded()
            ? "The agent was lost before it said anything; the message may be sent again."
            : "The agent has said nothing yet; send the same message again to wait for it.");
  }

  @Override
  public TaskStream onSendMessageStream(SendRequest request) {
    return begin(request, true);
  }

  private Arrival arrival(SendRequest request, boolean isStreaming) {
    var message = request.message();
    if (message.parts().isEmpty()) {
      throw A2AError.INVALID_PARAMS.because("message.parts: must have at least one part");
    }
    natural("configuration.historyLength", request.configuration().historyLength());
    var push = request.configuration().push().map(this::permitted);
    return Arrival.of(request, isStreaming, push);
  }

  private static void natural(String name, OptionalInt number) {
    if (number.orElse(0) < 0) {
      throw A2AError.INVALID_PARAMS.because(name + ": must not be negative");
    }
  }

  private TaskView begin(SendRequest request, boolean isStreaming) {
    requireOpen();
    var arrival = arrival(request, isStreaming);
    var admission = runs.take(arrival);
    return admission instanceof Admission.Begun begun
        ? start(arrival, begun)
        : known(arrival, admission.taskId());
  }

  private TaskView start(Arrival arrival, Admission.Begun begun) {
    try {
      // A task that goes on is looked at before anything happens to it.
      return begun.before().isEmpty()
          ? fromStart(arrival, begun.taskId())
          : known(arrival, begun.taskId());
    } finally {
      runs.start(arrival, begun);
    }
  }

  private void happened() {
    if (isPushing) {
      pushes.wake();
    }
  }

  // ---- streams

  private TaskView fromStart(Arrival arrival, String taskId) {
    var length = arrival.historyLength();
    return view(Optional.empty(), storage.follow(taskId, 0), true, length);
  }

  private TaskView known(Arrival arrival, String taskId) {
    try {
      var length = arrival.historyLength();
      return fromNow(storage.snapshot(taskId, length), true, length);
    } catch (A2AException notBuilt) {
      return fromStart(arrival, taskId);
    }
  }

  private TaskView fromNow(TaskStorage.Snapshot now, boolean isOfMessage, OptionalInt length) {
    var events = storage.follow(now.task().id(), now.generation());
    return view(
        Optional.of(new Sequenced(now.generation(), now.task())), events, isOfMessage, length);
  }

  private TaskView view(
      Optional<Sequenced> first, TaskStream events, boolean isOfMessage, OptionalInt length) {
    var view = new TaskView(first, events, isOfMessage, length, views::remove);
    views.add(view);
    if (closed.get()) {
      view.end();
    }
    return view;
  }

  @Override
  public TaskStream onResubscribe(String taskId, OptionalLong after) {
    requireOpen();
    var now = storage.snapshot(taskId, OptionalInt.empty());
    long from = Math.max(0, after.orElse(Long.MAX_VALUE));
    if (now.task().state().isTerminal() && from >= now.generation()) {
      throw A2AError.UNSUPPORTED_OPERATION.because(
          "the task " + taskId + " is " + now.task().state() + ", and nothing more will happen");
    }
    return from > now.generation()
        ? fromNow(now, false, OptionalInt.empty())
        : view(Optional.empty(), storage.follow(taskId, from), false, OptionalInt.empty());
  }

  // ---- tasks

  @Override
  public Task onGetTask(String taskId, OptionalInt historyLength) {
    requireOpen();
    natural("historyLength", historyLength);
    return storage.snapshot(taskId, historyLength).task();
  }

  @Override
  public TaskPage onListTasks(TaskQuery query) {
    requireOpen();
    return storage.list(Objects.requireNonNull(query, "query"));
  }

  @Override
  public Task onCancelTask(String taskId) {
    requireOpen();
    var task = storage.cancel(taskId);
    runs.cancel(taskId);
    happened();
    return task;
  }

  // ---- pushes

  private void requirePushes() {
    requireOpen();
    if (!options.hasPushes()) {
      throw A2AError.PUSH_NOTIFICATION_NOT_SUPPORTED.because("This agent does not push.");
    }
  }

  private PushConfig permitted(PushConfig config) {
    requirePushes();
    PushGuard.check(config, options);
    isPushing = true;
    return config.withId(
        config.id().map(it -> Ids.check(it, "id")).orElseGet(() -> UUID.randomUUID().toString()));
  }

  @Override
  public PushConfig onPushNotificationSet(String taskId, PushConfig config) {
    var permitted = permitted(config);
    storage.setPush(taskId, permitted);
    happened();
    return permitted;
  }

  @Override
  public PushConfig onPushNotificationGet(String taskId, String configId) {
    requirePushes();
    return storage
        .push(taskId, configId)
        .orElseThrow(
            () ->
                A2AError.TASK_NOT_FOUND.because(
                    "Push notification configuration not found: " + configId));
  }

  @Override
  public List<PushConfig> onPushNotificationList(String taskId) {
    requirePushes();
    return storage.pushes(taskId);
  }

  @Override
  public void onPushNotificationDelete(String taskId, String configId) {
    requirePushes();
    storage.deletePush(taskId, configId);
  }

  // ---- the end

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    runs.close();
    views.forEach(TaskView::end);
    reaper.close();
    pushes.close();
    storage.close();
  }
}
