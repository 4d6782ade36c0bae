package dev.redstart.a2a;

import dev.redstart.a2a.TaskStorage.Admission;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What an instance works on: each run on a thread of its own, and a bounded number of them. */
final class Runs implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Runs.class.getName());
  private static final String THREAD = "redstart-a2a-run";

  /** How long processors have to end when this is closed; and then, how long failing may take. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final TaskStorage storage;
  private final MessageProcessor processor;
  private final int max;
  private final Runnable said;
  private final Semaphore places;
  private final Set<Running> all = ConcurrentHashMap.newKeySet();
  private final Patience patience;
  private final Heartbeat heartbeat;
  private volatile boolean closed;

  /** {@code said} is called after each change. */
  Runs(TaskStorage storage, MessageProcessor processor, TaskOptions options, Runnable said) {
    this.storage = storage;
    this.processor = processor;
    this.max = options.runsMax();
    this.said = said;
    this.places = new Semaphore(max);
    this.patience = new Patience(options.lease(), () -> !closed);
    this.heartbeat = new Heartbeat(storage, all, options.lease());
  }

  /** Takes a message. Where a run has begun, {@link #start} has to follow. */
  Admission take(Arrival arrival) {
    if (!places.tryAcquire()) {
      throw A2AError.BUSY.because("The agent is busy with " + max + " messages; try again later.");
    }
    boolean isKept = false;
    try {
      var admission = arrival.at(storage);
      isKept = admission instanceof Admission.Begun;
      return admission;
    } catch (RedisException trouble) {
      if (trouble.mayHaveRun() && !(trouble instanceof RedisException.Rejected)) {
        Threads.start(THREAD, () -> adopt(arrival));
        isKept = true;
      }
      throw trouble;
    } finally {
      if (!isKept) {
        places.release();
      }
    }
  }

  /** Whoever sent it was told of trouble; but if the message was taken, it has to be worked on. */
  private void adopt(Arrival arrival) {
    Admission admission = null;
    try {
      admission = patience.insist(() -> arrival.at(storage));
    } catch (RedisException | A2AException | IllegalStateException trouble) {
      LOG.log(System.Logger.Level.DEBUG, "not taken: {0}", trouble.getMessage());
    }
    if (admission instanceof Admission.Begun begun) {
      start(arrival, begun);
    } else {
      places.release();
    }
  }

  /** Works on a message that was taken. */
  void start(Arrival arrival, Admission.Begun begun) {
    var run = new TaskStorage.Run(begun.taskId(), begun.contextId(), arrival.token());
    var running = new Running(storage, run, begun.before().isPresent(), patience, said);
    all.add(running);
    heartbeat.begun();
    if (closed) {
      running.tell();
    }
    boolean started = false;
    try {
      Threads.start(THREAD, () -> work(running, arrival.toProcess(begun)));
      started = true;
    } finally {
      if (!started) {
        // There are no more threads: the task fails with its lease.
        leave(running);
      }
    }
  }

  private void work(Running running, ProcessRequest request) {
    try {
      running.work(processor, request, new RunHandle(storage, running));
    } finally {
      leave(running);
    }
  }

  private void leave(Running running) {
    all.remove(running);
    places.release();
  }

  /** The task was canceled. */
  void cancel(String taskId) {
    all.stream()
        .filter(running -> running.run().taskId().equals(taskId))
        .forEach(running -> running.stop("is " + TaskState.CANCELED));
  }

  /** Tells all to stop; those that do not, fail. */
  @Override
  public void close() {
    closed = true;
    all.forEach(Running::tell);
    if (!await(() -> places.tryAcquire(max, CLOSE_LIMIT.toNanos(), TimeUnit.NANOSECONDS))) {
      abandon(List.copyOf(all));
    }
    heartbeat.close();
  }

  /** Side by side: Redis may be away. */
  private static void abandon(List<Running> left) {
    var done = new CountDownLatch(left.size());
    for (var running : left) {
      Threads.start(
          THREAD,
          () -> {
            running.abandon();
            done.countDown();
          });
    }
    await(() -> done.await(CLOSE_LIMIT.toNanos(), TimeUnit.NANOSECONDS));
  }

  /** Something to wait for. */
  @FunctionalInterface
  private interface Waiting {
    boolean isDone() throws InterruptedException;
  }

  private static boolean await(Waiting waiting) {
    try {
      return waiting.isDone();
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
