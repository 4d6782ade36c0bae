package dev.redstart.queue;

import dev.redstart.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** A task with its turn. Immutable: each {@code withX} gives a changed copy. */
public final class Push {
  private final Task task;

  /** Empty: the time of the push, in seconds. */
  private final String score;

  /** In milliseconds: absolute, or from now on with a plus in front, or empty: at once. */
  private final String time;

  private Push(Task task, String score, String time) {
    this.task = task;
    this.score = score;
    this.time = time;
  }

  /** The task, at once, behind all that came before. */
  public static Push of(Task task) {
    return new Push(Objects.requireNonNull(task, "task"), "", "");
  }

  /**
   * Lower scores run first, equal ones in the order in which they came. The default is the time of
   * the push, in seconds.
   *
   * @throws IllegalArgumentException if it is not a number
   */
  public Push withScore(double score) {
    if (Double.isNaN(score)) {
      throw new IllegalArgumentException("score: must be a number, was NaN");
    }
    return new Push(task, Double.toString(score), time);
  }

  /** Not before this time by Redis' clock. */
  public Push withTime(Instant time) {
    try {
      long millis = Math.max(0, Objects.requireNonNull(time, "time").toEpochMilli());
      return new Push(task, score, Long.toString(millis));
    } catch (ArithmeticException tooFar) {
      throw new IllegalArgumentException("time: is too far away, was " + time, tooFar);
    }
  }

  /** Not before so much time has passed. */
  public Push withDelay(Duration delay) {
    if (Objects.requireNonNull(delay, "delay").isNegative()) {
      throw new IllegalArgumentException("delay: must not be negative, was " + delay);
    }
    return new Push(task, score, "+" + Numbers.millis(delay));
  }

  /** What is pushed. */
  public Task task() {
    return task;
  }

  /**
   * As push.lua wants it.
   *
   * @throws IllegalArgumentException if the task is too large
   */
  List<byte[]> words(QueueOptions options) {
    byte[] json = Json.toBytes(task.toJson());
    options.checkBytes("task " + task.id(), json.length);
    return new Words().add(task.id()).add(score).add(time).add(json).all();
  }
}
