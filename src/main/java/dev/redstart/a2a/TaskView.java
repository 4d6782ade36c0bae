package dev.redstart.a2a;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** What one reader sees of a task: perhaps the task first, then its events. */
final class TaskView implements TaskStream {
  private final TaskStream events;

  /** Ends where the task waits for its client. */
  private final boolean isOfMessage;

  private final OptionalInt historyLength;

  /** Called once or more, when it is over. */
  private final Consumer<TaskView> over;

  /** Null: there is none, or it was handed out. */
  private Sequenced first;

  private volatile boolean ended;
  private volatile boolean closed;

  TaskView(
      Optional<Sequenced> first,
      TaskStream events,
      boolean isOfMessage,
      OptionalInt historyLength,
      Consumer<TaskView> over) {
    this.first = first.orElse(null);
    this.events = events;
    this.isOfMessage = isOfMessage;
    this.historyLength = historyLength;
    this.over = over;
  }

  @Override
  public Optional<Sequenced> next(Duration wait) {
    Objects.requireNonNull(wait, "wait");
    if (closed) {
      throw new IllegalStateException("this stream is closed");
    }
    if (ended) {
      return Optional.empty();
    }
    var next = first != null ? Optional.of(first) : read(wait);
    first = null;
    if (next.map(it -> isLast(it.event())).orElse(false) || events.isEnded()) {
      end();
    }
    return next.map(this::shortened);
  }

  private Optional<Sequenced> read(Duration wait) {
    try {
      return events.next(wait);
    } catch (IllegalStateException over) {
      if (ended || closed) {
        return Optional.empty();
      }
      throw over;
    }
  }

  private boolean isLast(StreamEvent event) {
    if (event instanceof Task task) {
      return isLast(task.state());
    }
    return event instanceof TaskStatusUpdate update
        ? isLast(update.status().state())
        : event instanceof Message;
  }

  private boolean isLast(TaskState state) {
    return state.isTerminal() || (isOfMessage && state.isInterrupted());
  }

  private Sequenced shortened(Sequenced sequenced) {
    return sequenced.event() instanceof Task task && historyLength.isPresent()
        ? new Sequenced(sequenced.generation(), shortened(task, historyLength.getAsInt()))
        : sequenced;
  }

  private static Task shortened(Task task, int messages) {
    var history = task.history();
    int from = Math.max(0, history.size() - messages);
    return new Task(
        task.id(),
        task.contextId(),
        task.status(),
        task.artifacts(),
        history.subList(from, history.size()),
        task.metadata());
  }

  @Override
  public boolean isEnded() {
    return ended;
  }

  /** There is no more to come. */
  void end() {
    ended = true;
    events.close();
    over.accept(this);
  }

  @Override
  public void close() {
    closed = true;
    events.close();
    over.accept(this);
  }
}
