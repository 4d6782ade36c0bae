package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.PATIENCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.redis.Command;
import dev.redstart.redis.Connections;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Invariant 6: the thread that reads for everybody runs no code of anybody. */
class ReaderTest {
  private static final Command<Reply> PING = Command.of("PING");
  private Redis redis;

  @BeforeEach
  void connect() {
    redis = Redis.connect(RedisServer.shared().url());
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private void assertOthersGoOn() {
    assertTimeoutPreemptively(Duration.ofSeconds(5), () -> assertEquals("PONG", ping()));
  }

  private String ping() {
    return redis.call(Connections.ping());
  }

  private static boolean isOurs(Thread thread) {
    return thread.getName().startsWith("redstart-");
  }

  @Test
  void aReplyIsReadOnTheThreadThatWaitsForIt() {
    var where = Command.of("PING").map(reply -> Thread.currentThread());
    assertSame(Thread.currentThread(), redis.call(where));
    assertSame(Thread.currentThread(), redis.send(where).await());
  }

  @Test
  void aReplyIsReadOnTheExecutorOfTheContinuation() throws Exception {
    var threads = new AtomicInteger();
    Executor own = task -> new Thread(task, "own-" + threads.incrementAndGet()).start();
    var where = Command.of("PING").map(reply -> Thread.currentThread().getName());
    for (int i = 1; i <= 100; i++) {
      assertEquals("own-" + i, redis.send(where).on(own).get());
    }
  }

  @Test
  void aSlowDecoderHoldsUpNobody() {
    var open = new CountDownLatch(1);
    var slow = Clients.async(() -> redis.call(PING.map(reply -> waits(open))));
    assertOthersGoOn();
    assertFalse(slow.isDone());
    open.countDown();
    assertEquals("done", slow.join());
  }

  private static String waits(CountDownLatch latch) {
    try {
      latch.await();
      return "done";
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Test
  void aSlowContinuationHoldsUpNobodyEvenOnTheCallingThread() {
    var open = new CountDownLatch(1);
    try (var peer = ScriptedPeer.start();
        var other = Redis.connect(peer.url())) {
      var sent = new CountDownLatch(1);
      peer.expect("GET", "slow").after(sent).reply("$1\r\nx\r\n");
      peer.expect("GET", "other").reply("$1\r\ny\r\n");
      var slow = other.send(Command.of("GET", "slow")).on(Runnable::run);
      var then = slow.thenApply(reply -> waits(open));
      sent.countDown();
      Eventually.within(PATIENCE, "the reply is there", slow::isDone);
      var next = Clients.async(() -> other.call("GET", "other").text());
      Eventually.within(Duration.ofSeconds(5), "others go on", next::isDone);
      assertEquals("y", next.join());
      open.countDown();
      assertEquals("done", then.join());
    } finally {
      open.countDown();
    }
  }

  @Test
  void noContinuationRunsOnAThreadOfTheClient() {
    try (var peer = ScriptedPeer.start();
        var other = Redis.connect(peer.url())) {
      var sent = new CountDownLatch(1);
      peer.expect("GET", "k").after(sent).reply("$1\r\nx\r\n");
      var thread = new AtomicReference<Thread>();
      var done =
          other
              .send(Command.of("GET", "k"))
              .on(Runnable::run)
              .thenAccept(reply -> thread.set(Thread.currentThread()));
      sent.countDown();
      done.join();
      assertFalse(isOurs(thread.get()), "ran on " + thread);
    }
  }

  @Test
  void anExecutorThatThrowsHarmsOnlyItsCaller() {
    Executor refusing =
        task -> {
          throw new RejectedExecutionException("full");
        };
    Executor broken =
        task -> {
          throw new IllegalStateException("broken");
        };
    long id = redis.call(Connections.id());
    for (int i = 0; i < 50; i++) {
      assertFails(RejectedExecutionException.class, redis.send(PING).on(refusing));
      assertFails(IllegalStateException.class, redis.send(PING).on(broken));
    }
    assertEquals(id, redis.call(Connections.id()), "the shared connection is another one");
  }

  @Test
  void aDecoderThatThrowsAnErrorHarmsOnlyItsCaller() {
    long id = redis.call(Connections.id());
    assertThrows(
        StackOverflowError.class,
        () -> redis.call(PING.map(reply -> raise(new StackOverflowError()))));
    assertFails(
        OutOfMemoryError.class,
        redis.send(PING.map(reply -> raise(new OutOfMemoryError()))).on(Runnable::run));
    assertEquals(id, redis.call(Connections.id()), "the shared connection is another one");
  }

  private static Object raise(Error error) {
    throw error;
  }

  private static void assertFails(Class<? extends Throwable> type, CompletableFuture<?> future) {
    Eventually.within(PATIENCE, "the future ends", future::isDone);
    var wrapped = assertThrows(CompletionException.class, future::join);
    assertInstanceOf(type, wrapped.getCause());
  }

  @Test
  void aFutureEndsAtTheDeadlineOfItsCommand() {
    try (var peer = ScriptedPeer.answering(command -> new byte[0]);
        var other = Redis.connect(Clients.brisk(peer.url()))) {
      var limited = Command.of("GET", "k").within(Duration.ofMillis(100));
      assertFails(RedisException.TimedOut.class, other.send(limited).on(Runnable::run));
    }
  }

  @Test
  void manyMayWaitForOneReply() {
    try (var peer = ScriptedPeer.start();
        var other = Redis.connect(peer.url())) {
      var sent = new CountDownLatch(1);
      peer.expect("GET", "k").after(sent).reply("$1\r\nx\r\n");
      var pending = other.send(Command.of("GET", "k").map(Reply::text));
      var count = new AtomicInteger();
      for (int i = 0; i < 20_000; i++) {
        pending.on(Runnable::run).thenAccept(reply -> count.incrementAndGet());
      }
      sent.countDown();
      assertEquals("x", pending.await());
      Eventually.within(PATIENCE, "all have been told", () -> count.get() == 20_000);
      assertTrue(pending.isDone());
    }
  }
}
