package dev.redstart.queue;

import dev.redstart.json.JsonValue;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** How the handling of a task ended. */
public sealed interface Outcome {
  /** It is done; nothing else to say. */
  static Done done() {
    return new Done(Optional.empty(), List.of());
  }

  /** It is done, and this came out; it can be had from {@link TaskQueue#result} for a while. */
  static Done done(JsonValue result) {
    return new Done(Optional.of(Objects.requireNonNull(result, "result")), List.of());
  }

  /** It failed, and is to be tried again after a pause, unless it has failed too often. */
  static Retry retry(String why) {
    return new Retry(why, Optional.empty());
  }

  /** It failed, and there is no use in trying again: to the dead letters. */
  static Dead dead(String why) {
    return new Dead(why);
  }

  /** It was not begun: others may take it at once, and nothing is counted. */
  static Released released() {
    return new Released();
  }

  /**
   * Done.
   *
   * @param result what came out
   * @param follow tasks that are pushed to the same queue in the same step
   */
  record Done(Optional<JsonValue> result, List<Push> follow) implements Outcome {
    /** Copies the list. */
    public Done {
      Objects.requireNonNull(result, "result");
      follow = Numbers.copy(follow, "follow");
    }

    /**
     * The same, with tasks that are pushed to the same queue in the same step: all of them and the
     * completion, or nothing.
     */
    public Done then(Push... follow) {
      return new Done(result, Arrays.asList(follow));
    }

    /** As {@link #then(Push...)}, each at once. */
    public Done then(Task... follow) {
      return new Done(result, Arrays.stream(follow).map(Push::of).toList());
    }
  }

  /**
   * To be tried again.
   *
   * @param why kept as the task's last error
   * @param pause how long to wait; empty: as the queue's options say
   */
  record Retry(String why, Optional<Duration> pause) implements Outcome {
    /**
     * @throws IllegalArgumentException if the pause is negative
     */
    public Retry {
      Objects.requireNonNull(why, "why");
      if (Objects.requireNonNull(pause, "pause").filter(Duration::isNegative).isPresent()) {
        throw new IllegalArgumentException("pause: must not be negative, was " + pause.get());
      }
    }

    /** The same, after this pause. */
    public Retry after(Duration pause) {
      return new Retry(why, Optional.of(Objects.requireNonNull(pause, "pause")));
    }
  }

  /**
   * Not to be tried again.
   *
   * @param why kept as the task's last error
   */
  record Dead(String why) implements Outcome {
    /** Null is refused. */
    public Dead {
      Objects.requireNonNull(why, "why");
    }
  }

  /** Handed back. */
  record Released() implements Outcome {}
}
