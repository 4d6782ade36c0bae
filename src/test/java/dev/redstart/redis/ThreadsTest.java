package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadsTest {
  @Test
  void aThreadHasItsNameAndDoesNotKeepTheProgramAlive() throws Exception {
    var seen = new CompletableFuture<Thread>();
    var thread = Threads.start("redstart-test", () -> seen.complete(Thread.currentThread()));
    assertEquals(thread, seen.get(5, TimeUnit.SECONDS));
    thread.join();
    assertTrue(thread.isDaemon());
    assertEquals("redstart-test", thread.getName());
  }

  @Test
  void aThreadCanBeInterrupted() throws Exception {
    var stopped = new CompletableFuture<Boolean>();
    var thread =
        Threads.start(
            "redstart-test",
            () -> {
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException stop) {
                stopped.complete(true);
              }
            });
    thread.interrupt();
    assertTrue(stopped.get(5, TimeUnit.SECONDS));
  }

  @Test
  void eachTaskHasAThreadOfItsOwnAtOnce() throws Exception {
    var executor = Threads.executor("redstart-test");
    var together = new CountDownLatch(50);
    var last = new CompletableFuture<Thread>();
    for (int i = 0; i < 50; i++) {
      executor.execute(
          () -> {
            together.countDown();
            try {
              together.await();
              last.complete(Thread.currentThread());
            } catch (InterruptedException stop) {
              last.completeExceptionally(stop);
            }
          });
    }
    var thread = last.get(5, TimeUnit.SECONDS);
    assertNotSame(Thread.currentThread(), thread);
    assertTrue(thread.isDaemon());
    assertEquals("redstart-test", thread.getName());
  }

  @Test
  void aTaskThatThrowsEndsNoOther() throws Exception {
    var executor = Threads.executor("redstart-test");
    var quiet = new CompletableFuture<Boolean>();
    executor.execute(
        () -> {
          Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> {});
          throw new IllegalStateException("on purpose");
        });
    executor.execute(() -> quiet.complete(true));
    assertTrue(quiet.get(5, TimeUnit.SECONDS));
  }
}
