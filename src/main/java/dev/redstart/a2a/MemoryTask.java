package dev.redstart.a2a;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;

/**
 * The record of a run, and the task once it was built. Guarded by the lock of its storage, but for
 * what is final.
 */
final class MemoryTask {
  /** Old events go in pieces, so that adding one costs the same however many are kept. */
  private static final int TRIM_DIVISOR = 8;

  /** An artifact whose parts grow. */
  private record Growing(Artifact head, List<Part> parts) {
    Artifact whole() {
      return new Artifact(
          head.artifactId(),
          head.name(),
          head.description(),
          parts,
          head.metadata(),
          head.extensions());
    }
  }

  final String id;
  final String contextId;

  /** Of the messages that were sent to it. */
  final List<String> messageIds = new ArrayList<>();

  /** Something happened, or this is gone. */
  final Condition changed;

  private final TaskOptions options;
  private final Map<String, Growing> artifacts = new LinkedHashMap<>();
  private final Deque<Message> history = new ArrayDeque<>();

  /** Those that follow each other up to {@code generation}. */
  private final List<StreamEvent> events = new ArrayList<>();

  /** By their ids. */
  final Map<String, MemoryPush> pushes = new TreeMap<>();

  /** Of the run that works on it, or the last one that did. */
  private String token;

  private boolean isWorkedOn;
  private long leaseEndNanos;

  /** Of the last change that was taken, and what it was answered. */
  private long number;

  private long answer;
  private long generation;
  private long endNanos;
  private JsonObject metadata = Json.object();

  /** Null: it was not built. */
  private TaskStatus status;

  /** Null: there is none. */
  private Message reply;

  MemoryTask(Message first, Condition changed, TaskOptions options) {
    this.id = first.taskId().orElseThrow();
    this.contextId = first.contextId().orElseThrow();
    this.changed = changed;
    this.options = options;
    remember(first);
    touch();
  }

  private void touch() {
    endNanos = System.nanoTime() + options.expiration().toNanos();
  }

  boolean isExpired() {
    return endNanos - System.nanoTime() <= 0;
  }

  long leftNanos() {
    return endNanos - System.nanoTime();
  }

  boolean isBuilt() {
    return status != null;
  }

  TaskStatus status() {
    return status;
  }

  Optional<Message> reply() {
    return Optional.ofNullable(reply);
  }

  long generation() {
    return generation;
  }

  /** Whether nothing follows any more. */
  boolean isOver() {
    return reply != null || (isBuilt() && status.state().isTerminal());
  }

  // ---- runs

  void begin(String token) {
    this.token = token;
    isWorkedOn = true;
    number = 0;
    renewLease();
  }

  /** A task that waited goes on. */
  void goOn(Message message, String token) {
    begin(token);
    status(TaskState.WORKING, Optional.empty(), message);
  }

  boolean isOf(String token) {
    return token.equals(this.token);
  }

  boolean isHeldBy(String token) {
    return isWorkedOn && isOf(token);
  }

  boolean isWorkedOn() {
    return isWorkedOn;
  }

  boolean renew(String token) {
    boolean holds = isHeldBy(token);
    if (holds) {
      renewLease();
      touch();
    }
    return holds;
  }

  private void renewLease() {
    leaseEndNanos = System.nanoTime() + options.lease().toNanos();
  }

  long leaseLeftNanos() {
    return leaseEndNanos - System.nanoTime();
  }

  // ---- changes

  /** Whether that change was taken already. */
  boolean isDone(String token, long number) {
    if (isOf(token) && number < this.number) {
      throw new IllegalStateException("change " + number + " comes after " + this.number);
    }
    return isOf(token) && number == this.number;
  }

  /** The generation of the event of the last change. */
  long answer() {
    return answer;
  }

  void commit(String token, long number, TaskStorage.Change change) {
    if (!isHeldBy(token)) {
      throw new TaskLostException(id, whyLost());
    }
    apply(change);
    this.number = number;
    answer = reply == null ? generation : 0;
  }

  private String whyLost() {
    if (isWorkedOn) {
      return "is worked on by another run";
    }
    return isBuilt() ? "is " + status.state() : "is over";
  }

  private void apply(TaskStorage.Change change) {
    if (change instanceof TaskStorage.Change.Reply said) {
      reply(said.message());
      return;
    }
    if (change instanceof TaskStorage.Change.Build build && !isBuilt()) {
      metadata = build.metadata();
    }
    build();
    if (change instanceof TaskStorage.Change.Status to) {
      status(to.state(), to.message());
    } else if (change instanceof TaskStorage.Change.Set set) {
      var artifact = set.artifact();
      artifacts.put(
          artifact.artifactId(), new Growing(artifact, new ArrayList<>(artifact.parts())));
      artifactEvent(artifact, false, set.isComplete());
    } else if (change instanceof TaskStorage.Change.Append more) {
      var artifact = Artifact.of(more.artifactId(), more.parts().toArray(Part[]::new));
      boolean isFirst = !artifacts.containsKey(more.artifactId());
      artifacts
          .computeIfAbsent(more.artifactId(), it -> new Growing(artifact, new ArrayList<>()))
          .parts
          .addAll(more.parts());
      artifactEvent(artifact, !isFirst, more.isComplete());
    }
  }

  private void reply(Message message) {
    if (isBuilt()) {
      throw new IllegalStateException("there is a task: " + id);
    }
    reply = message;
    isWorkedOn = false;
    happened();
  }

  private void build() {
    if (!isBuilt()) {
      status = new TaskStatus(TaskState.SUBMITTED, Optional.empty(), now());
      add(task(OptionalInt.empty(), true));
    }
  }

  private void status(TaskState state, Optional<Message> message, Message... heard) {
    status.message().ifPresent(this::remember);
    for (var one : heard) {
      remember(one);
    }
    status = new TaskStatus(state, message, now());
    isWorkedOn &= !state.isTerminal() && !state.isInterrupted();
    add(new TaskStatusUpdate(id, contextId, status, Json.object()));
  }

  /** Nothing that a run does is taken from then on. */
  void end(TaskState state, Optional<Message> message) {
    isWorkedOn = false;
    status(state, message);
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private void artifactEvent(Artifact artifact, boolean append, boolean last) {
    add(new TaskArtifactUpdate(id, contextId, artifact, append, last, Json.object()));
  }

  private void remember(Message message) {
    history.add(message);
    if (history.size() > options.historyMax()) {
      history.remove();
    }
  }

  private void add(StreamEvent event) {
    generation++;
    events.add(event);
    int max = options.eventsMax();
    if (events.size() > max + max / TRIM_DIVISOR) {
      events.subList(0, events.size() - max).clear();
    }
    happened();
  }

  private void happened() {
    touch();
    changed.signalAll();
  }

  // ---- looks

  Task task(OptionalInt historyLength, boolean withArtifacts) {
    var messages = List.copyOf(history);
    int length = Math.min(historyLength.orElse(messages.size()), messages.size());
    return new Task(
        id,
        contextId,
        status,
        withArtifacts ? artifacts.values().stream().map(Growing::whole).toList() : List.of(),
        messages.subList(messages.size() - length, messages.size()),
        metadata);
  }

  /** The event after a generation; the task as it is, if that one is gone. */
  Optional<Sequenced> after(long cursor) {
    if (reply != null) {
      return Optional.of(new Sequenced(0, reply));
    }
    long first = generation - events.size() + 1;
    if (cursor >= generation) {
      return Optional.empty();
    }
    return Optional.of(
        cursor + 1 < first
            ? new Sequenced(generation, task(OptionalInt.empty(), true))
            : new Sequenced(cursor + 1, events.get((int) (cursor + 1 - first))));
  }

  /** Some events after a generation, in their order. */
  List<Sequenced> after(long cursor, int max) {
    var found = new ArrayList<Sequenced>();
    var next = after(cursor);
    while (next.isPresent() && found.size() < max) {
      found.add(next.get());
      next = after(next.get().generation());
    }
    return found;
  }
}
