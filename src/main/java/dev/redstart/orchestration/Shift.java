package dev.redstart.orchestration;

import dev.redstart.json.JsonValueException;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** One run of a child: takes, handles, reports, until the end. */
final class Shift {
  private static final System.Logger LOG = System.getLogger(Shift.class.getName());

  /** For each take; how soon the end is noticed does not depend on it. */
  private static final Duration WAIT = Duration.ofMinutes(1);

  /** Some exceptions quote everything that they were given. */
  private static final int ERROR_CHARS_MAX = 10_000;

  private final Child child;
  private final TaskHandler handler;
  private final Patience patience;
  private final int tasksMax;
  private int received;
  private int succeeded;
  private int failed;
  private int refused;

  Shift(Child child, TaskHandler handler, int tasksMax) {
    this.child = child;
    this.handler = handler;
    this.tasksMax = tasksMax;
    this.patience = new Patience(child.patience());
  }

  ChildRun work() {
    try {
      while (child.end().isEmpty()) {
        untilAnswered(() -> child.take(WAIT), patience).ifPresent(this::handle);
        if (received >= tasksMax) {
          child.finish(Child.End.ENOUGH);
        }
      }
    } catch (RedisException.Interrupted interrupted) {
      child.stop();
    }
    return new ChildRun(child.end().orElseThrow(), received, succeeded, failed, refused);
  }

  /** What a handler has done with a task: a report, unless it was interrupted. */
  private record Done(Optional<ReportMessage> report, Optional<Error> error) {}

  private void handle(TaskMessage task) {
    received++;
    child.tell("busy");
    var job = new Job();
    var late = new CompletableFuture<Verdict>();
    task.timeLimit().ifPresent(limit -> job.limit(limit, () -> late.complete(expire(task, limit))));
    child.begin(job);
    var done = perform(task);
    child.begin(null);
    switch (job.finish()) {
      case RETURNED -> done.report.ifPresentOrElse(it -> report(task, it), this::interrupt);
      case TIMED_OUT -> drop(late);
      case CUT -> child.stop();
    }
    done.error.ifPresent(
        error -> {
          throw error;
        });
  }

  private Done perform(TaskMessage task) {
    long start = System.nanoTime();
    try {
      var result = Objects.requireNonNull(handler.handle(task), "the handler returned null");
      return done(ReportMessage.success(task, child.childId(), result, since(start)));
    } catch (InterruptedException | RedisException.Interrupted stop) {
      return new Done(Optional.empty(), Optional.empty());
    } catch (Exception failure) {
      return done(failure(task, failure, start));
    } catch (Error failure) {
      // The task must not go round and kill one child after the other.
      return new Done(Optional.of(failure(task, failure, start)), Optional.of(failure));
    }
  }

  private static Done done(ReportMessage report) {
    return new Done(Optional.of(report), Optional.empty());
  }

  private ReportMessage failure(TaskMessage task, Throwable failure, long start) {
    return failure(task, text(failure), start);
  }

  private static String text(Throwable failure) {
    try {
      var message = failure.getMessage();
      return message == null ? failure.toString() : message;
    } catch (RuntimeException unsayable) {
      return failure.getClass().getName();
    }
  }

  private ReportMessage failure(TaskMessage task, String text, long start) {
    var sentence = text.substring(0, Math.min(ERROR_CHARS_MAX, text.length()));
    return ReportMessage.failure(task, child.childId(), sentence, since(start));
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Not by us: the thread is to stop. There is no report, and the task goes back. */
  private void interrupt() {
    Thread.currentThread().interrupt();
    child.stop();
  }

  private void report(TaskMessage task, ReportMessage report) {
    try {
      report(report);
    } catch (IllegalArgumentException | JsonValueException unsayable) {
      // The result is too large, or no JSON that can be written: that is a failure, too.
      report(failure(task, unsayable.getMessage(), System.nanoTime()));
    }
  }

  private void report(ReportMessage report) {
    boolean isLast = received >= tasksMax;
    count(untilAnswered(() -> child.report(report, !isLast), patience), report.isSuccess());
  }

  /** On another thread: the handler may never return. */
  private Verdict expire(TaskMessage task, Duration limit) {
    var report = ReportMessage.timeout(task, child.childId(), limit);
    try {
      return untilAnswered(
          () -> child.isEndingAtOnce() ? Verdict.NOT_HELD : child.reportOnly(report),
          new Patience(child.patience()));
    } catch (RuntimeException trouble) {
      // Its handler's thread waits for this, and asks next what it still holds.
      LOG.log(System.Logger.Level.WARNING, "no report on a task whose time is over", trouble);
      return Verdict.NOT_HELD;
    }
  }

  private void drop(CompletableFuture<Verdict> late) {
    count(late.join(), false);
    child.drop();
  }

  private void count(Verdict verdict, boolean isSuccess) {
    if (verdict != Verdict.COUNTED) {
      refused++;
    } else if (isSuccess) {
      succeeded++;
    } else {
      failed++;
    }
  }

  private static <T> T untilAnswered(Supplier<T> call, Patience patience) {
    while (true) {
      try {
        var answer = call.get();
        patience.success();
        return answer;
      } catch (RedisException trouble) {
        patience.failure(trouble);
      }
    }
  }
}
