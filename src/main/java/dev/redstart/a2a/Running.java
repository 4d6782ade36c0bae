package dev.redstart.a2a;

import dev.redstart.redis.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A run in this process: a processor on its thread, and what it may still say. It is over when the
 * task is over or waits for its client, was answered, or is not this run's any more.
 */
final class Running {
  private static final System.Logger LOG = System.getLogger(Running.class.getName());
  private static final String STOPPED = "The agent was stopped.";

  private final TaskStorage storage;
  private final TaskStorage.Run run;
  private final Patience patience;

  /** Called after each change. */
  private final Runnable said;

  /** One change at a time, in the order of their numbers; held while the storage is waited for. */
  private final ReentrantLock turn = new ReentrantLock();

  private long number;
  private boolean isBuilt;

  /** Guards all below; nothing under it waits. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Null: not in the processor. */
  private Thread worker;

  private boolean hasReturned;

  /** Why nothing more is taken. Null: it is. */
  private String over;

  /** The processor is to stop. */
  private boolean isTold;

  private List<Runnable> actions = new ArrayList<>();

  Running(
      TaskStorage storage, TaskStorage.Run run, boolean isBuilt, Patience patience, Runnable said) {
    this.storage = storage;
    this.run = run;
    this.isBuilt = isBuilt;
    this.patience = patience;
    this.said = said;
  }

  TaskStorage.Run run() {
    return run;
  }

  // ---- the processor's thread

  /** Runs the processor, and sees to it that the task does not stay as if somebody worked on it. */
  void work(MessageProcessor processor, ProcessRequest request, TaskHandle handle) {
    Throwable failure = null;
    enter();
    try {
      processor.process(request, handle);
    } catch (Throwable thrown) {
      // An Error of the agent's code ends its task as well, and nothing else.
      failure = thrown;
    }
    leave();
    conclude(failure);
  }

  private void enter() {
    lock.lock();
    try {
      worker = Thread.currentThread();
      if (isTold) {
        worker.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    lock.lock();
    try {
      worker = null;
      hasReturned = true;
      actions = List.of();
    } finally {
      lock.unlock();
    }
    // It was for the processor.
    Thread.interrupted();
  }

  private void conclude(Throwable failure) {
    boolean wasTold = isTold();
    if (failure != null && !wasTold) {
      LOG.log(System.Logger.Level.WARNING, "the agent failed with task " + run.taskId(), failure);
    }
    if (wasTold) {
      fail(STOPPED);
    } else {
      fail(failure == null ? "The agent ended without a result." : "The agent failed.");
    }
  }

  /** The processor did not stop in time. */
  void abandon() {
    fail(STOPPED);
  }

  /** Unless it is over. */
  private void fail(String text) {
    turn.lock();
    try {
      if (overBecause() == null) {
        var message = Optional.of(ofTask(Message.ofAgent(text)));
        change(new TaskStorage.Change.Status(TaskState.FAILED, message));
      }
    } catch (TaskLostException ended) {
      // By somebody else: that is as good.
      LOG.log(System.Logger.Level.DEBUG, "not failed: {0}", ended.getMessage());
    } catch (RuntimeException trouble) {
      LOG.log(System.Logger.Level.WARNING, "left to the end of its lease: " + run, trouble);
    } finally {
      end("was left by its processor");
      turn.unlock();
    }
  }

  // ---- what the processor says

  /** What the agent says, as part of the task. */
  Message ofTask(Message message) {
    return ofAgent(message, Optional.of(run.taskId()));
  }

  /** What the agent says where there is no task. */
  Message ofContext(Message message) {
    return ofAgent(message, Optional.empty());
  }

  private Message ofAgent(Message message, Optional<String> taskId) {
    return new Message(
        message.messageId(),
        Optional.of(run.contextId()),
        taskId,
        Role.AGENT,
        message.parts(),
        message.metadata(),
        message.extensions(),
        message.referenceTaskIds());
  }

  /**
   * @throws TaskLostException if it is not taken; nothing was changed
   */
  void say(TaskStorage.Change change) {
    turn.lock();
    try {
      var why = overBecause();
      if (why != null) {
        throw new TaskLostException(run.taskId(), why);
      }
      if (isBuilt && change instanceof TaskStorage.Change.Reply) {
        throw new IllegalStateException("there is a task already: " + run.taskId());
      }
      if (!isBuilt || !(change instanceof TaskStorage.Change.Build)) {
        change(change);
      }
    } finally {
      turn.unlock();
    }
  }

  private void change(TaskStorage.Change change) {
    long mine = ++number;
    try {
      patience.insist(() -> storage.commit(run, mine, change));
    } catch (TaskLostException lost) {
      stop("is not worked on by this run any more");
      throw lost;
    }
    said.run();
    if (change instanceof TaskStorage.Change.Reply) {
      end("was answered without a task");
      return;
    }
    isBuilt = true;
    if (change instanceof TaskStorage.Change.Status status) {
      var state = status.state();
      if (state.isTerminal() || state.isInterrupted()) {
        end("is " + state);
      }
    }
  }

  /** By the processor itself: nobody has to be told. */
  private void end(String why) {
    lock.lock();
    try {
      over = over == null ? why : over;
    } finally {
      lock.unlock();
    }
  }

  private String overBecause() {
    lock.lock();
    try {
      return over;
    } finally {
      lock.unlock();
    }
  }

  // ---- others

  boolean isOver() {
    return overBecause() != null;
  }

  boolean isTold() {
    lock.lock();
    try {
      return isTold;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The storage says that the run does not work on its task any more. While a change is under way
   * that may be its doing, and its answer tells.
   */
  void lose() {
    if (!turn.isLocked()) {
      stop("is canceled, or was lost");
    }
  }

  /** Nothing more is taken, by what somebody else decided. */
  void stop(String why) {
    lock.lock();
    try {
      if (over == null) {
        over = why;
        tell();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The processor is to stop; what it says until then is taken. */
  void tell() {
    lock.lock();
    try {
      if (isTold || hasReturned) {
        return;
      }
      isTold = true;
      if (worker != null && worker != Thread.currentThread()) {
        worker.interrupt();
      }
      actions.forEach(Running::start);
      actions = List.of();
    } finally {
      lock.unlock();
    }
  }

  /** Runs an action once, when the processor is to stop. */
  void onTold(Runnable action) {
    lock.lock();
    try {
      if (isTold) {
        start(action);
      } else if (!hasReturned) {
        actions.add(action);
      }
    } finally {
      lock.unlock();
    }
  }

  private static void start(Runnable action) {
    Threads.start(
        "redstart-a2a-cancel",
        () -> {
          try {
            action.run();
          } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.WARNING, "an action of onCancel failed", failure);
          }
        });
  }
}
