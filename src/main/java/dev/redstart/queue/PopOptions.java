package dev.redstart.queue;

import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * How {@link TaskQueue#popAndHandle} goes on. Immutable: each {@code withX} gives a changed copy.
 */
public final class PopOptions {
  private static final PopOptions DEFAULTS = new PopOptions(1, false, (task, why) -> {});

  private final int count;
  private final boolean highestFirst;
  private final BiConsumer<? super Task, ? super String> onFailure;

  private PopOptions(
      int count, boolean highestFirst, BiConsumer<? super Task, ? super String> onFailure) {
    this.count = count;
    this.highestFirst = highestFirst;
    this.onFailure = onFailure;
  }

  /** One task, the one with the lowest score. */
  public static PopOptions defaults() {
    return DEFAULTS;
  }

  /** At most so many tasks, one after the other; it ends when none is ready. */
  public PopOptions withCount(int max) {
    return new PopOptions(Numbers.atLeast(max, "max", 1), highestFirst, onFailure);
  }

  /** The highest score first instead of the lowest. Equal ones still come in their order. */
  public PopOptions withHighestFirst() {
    return new PopOptions(count, true, onFailure);
  }

  /**
   * Is told of each task that failed, and why, before the next one is taken. What it throws goes
   * through to the caller, after what it was told of is written down.
   */
  public PopOptions withOnFailure(BiConsumer<? super Task, ? super String> onFailure) {
    return new PopOptions(count, highestFirst, Objects.requireNonNull(onFailure, "onFailure"));
  }

  int count() {
    return count;
  }

  boolean highestFirst() {
    return highestFirst;
  }

  BiConsumer<? super Task, ? super String> onFailure() {
    return onFailure;
  }
}
