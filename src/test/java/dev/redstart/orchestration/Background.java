package dev.redstart.orchestration;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Work on a thread of its own: the common pool has as many threads as it likes, maybe one. */
final class Background {
  private Background() {}

  static <T> CompletableFuture<T> run(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> new Thread(task, "background").start());
  }
}
