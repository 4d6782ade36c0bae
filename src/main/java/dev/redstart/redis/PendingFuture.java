package dev.redstart.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** A reply as a future, which is completed elsewhere than where the reply comes in. */
final class PendingFuture<R> {
  private final Pending<R> pending;
  private final CompletableFuture<R> future = new CompletableFuture<>();

  private PendingFuture(Pending<R> pending) {
    this.pending = pending;
  }

  static <R> CompletableFuture<R> of(Pending<R> pending, Executor executor) {
    var made = new PendingFuture<>(pending);
    pending.whenSettled(() -> made.handOver(executor));
    made.expireInTime();
    return made.future;
  }

  /** A timer that is cancelled with the reply: a busy program has thousands of these a second. */
  private void expireInTime() {
    var timer = new CompletableFuture<Void>();
    long nanos = Math.max(1, pending.deadlineNanos - System.nanoTime());
    timer
        .orTimeout(nanos, TimeUnit.NANOSECONDS)
        .exceptionally(
            late -> {
              pending.expire();
              return null;
            });
    pending.whenSettled(() -> timer.complete(null));
  }

  private void handOver(Executor executor) {
    try {
      executor.execute(this::completeElsewhere);
    } catch (Throwable refused) {
      // Of the executor's making: it must not hurt the connection, which serves others too.
      future.completeExceptionally(refused);
    }
  }

  /** An executor that runs its tasks on the spot gets them on a thread that may run them. */
  private void completeElsewhere() {
    if (pending.isServing()) {
      ForkJoinPool.commonPool().execute(this::complete);
    } else {
      complete();
    }
  }

  private void complete() {
    try {
      future.complete(pending.read());
    } catch (Throwable problem) {
      // Whatever the reading threw belongs to the one who waits for the future.
      future.completeExceptionally(problem);
    }
  }
}
