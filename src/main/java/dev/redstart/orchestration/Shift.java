package dev.redstart.orchestration;

import dev.redstart.json.JsonValue;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** One run of a child: takes, handles, reports, until the end. */
final class Shift {
  /** For each take; how soon the end is noticed does not depend on it. */
  private static final Duration WAIT = Duration.ofMinutes(1);

  private final Child child;
  private final TaskHandler handler;
  private final Patience patience;
  private int received;
  private int succeeded;
  private int failed;
  private int refused;

  Shift(Child child, TaskHandler handler, Duration patience) {
    this.child = child;
    this.handler = handler;
    this.patience = new Patience(patience);
  }

  ChildRun work(int tasksMax) {
    try {
      while (child.end().isEmpty()) {
        untilAnswered(() -> child.take(WAIT)).ifPresent(this::handle);
        if (received >= tasksMax) {
          child.finish(Child.End.ENOUGH);
        }
      }
    } catch (RedisException.Interrupted interrupted) {
      child.stop();
    }
    return new ChildRun(child.end().orElseThrow(), received, succeeded, failed, refused);
  }

  private void handle(TaskMessage task) {
    received++;
    long start = System.nanoTime();
    JsonValue result;
    try {
      result = Objects.requireNonNull(handler.handle(task), "the handler returned null");
    } catch (InterruptedException | RedisException.Interrupted stop) {
      Thread.currentThread().interrupt();
      child.stop();
      return;
    } catch (Exception failure) {
      report(failure(task, failure, start));
      return;
    } catch (Error failure) {
      // The task must not go round and kill one child after the other.
      report(failure(task, failure, start));
      throw failure;
    }
    report(ReportMessage.success(task, child.childId(), result, since(start)));
  }

  private ReportMessage failure(TaskMessage task, Throwable failure, long start) {
    var text = Optional.ofNullable(failure.getMessage()).orElse(failure.toString());
    return ReportMessage.failure(task, child.childId(), text, since(start));
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void report(ReportMessage report) {
    count(untilAnswered(() -> child.report(report)), report);
  }

  private void count(Verdict verdict, ReportMessage report) {
    if (verdict != Verdict.COUNTED) {
      refused++;
    } else if (report.isSuccess()) {
      succeeded++;
    } else {
      failed++;
    }
  }

  private <T> T untilAnswered(Supplier<T> call) {
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
