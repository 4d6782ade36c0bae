package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.resp.Reply;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** The hand-over of the reader's role, where no tick heals what it forgets. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class InboxTest {
  private static final int SCALE = Integer.getInteger("redstart.chaos", 1);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int STRETCHES = 10;
  private static final int[] CROWDS = {1, 2, 2, 3, 8, 64};

  /** Broken, with a reader that never comes back; it takes seconds until that is believed. */
  private static BareWire doomed;

  private static final CountDownLatch NEVER = new CountDownLatch(1);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private BareWire wire;

  @BeforeAll
  static void doom() throws IOException {
    doomed = BareWire.to(RedisServer.shared().port());
    loseAReader(doomed, NEVER);
    doomed.wire().fail(new IOException("for a test"));
  }

  @AfterAll
  static void letGo() {
    NEVER.countDown();
    doomed.close();
  }

  @BeforeEach
  void connect() throws IOException {
    wire = BareWire.to(RedisServer.shared().port());
  }

  @AfterEach
  void close() {
    wire.close();
    threads.shutdownNow();
  }

  // ---- who reads

  private void loneCalls(int calls) {
    for (int i = 0; i < calls; i++) {
      assertEquals("lone" + i, wire.echo("lone" + i));
    }
  }

  /** Soon, and then all: a busy machine disturbs some of these stretches, but not each. */
  private void assertCallerReads(Runnable stretch) {
    var percents = new ArrayList<Integer>();
    while (!percents.contains(100) && percents.size() < STRETCHES) {
      wire.forgetWhoRead();
      stretch.run();
      percents.add(wire.percentByCallers());
    }
    assertTrue(percents.contains(100), "of each stretch the caller read only % " + percents);
  }

  private void crowd(int size, int calls) throws Exception {
    var parts = new ArrayList<Callable<Void>>();
    for (int thread = 0; thread < size; thread++) {
      var name = "crowd" + thread + "-";
      parts.add(
          () -> {
            for (int i = 0; i < calls; i++) {
              assertEquals(name + i, wire.echo(name + i));
            }
            return null;
          });
    }
    await(threads.invokeAll(parts));
  }

  private static void await(List<Future<Void>> parts) throws Exception {
    for (var part : parts) {
      try {
        part.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      } catch (ExecutionException failed) {
        throw new AssertionError("a thread failed: " + failed.getCause(), failed.getCause());
      }
    }
  }

  @Test
  void aLoneCallerReadsForItselfAndAgainWhenTheCrowdIsGone() throws Exception {
    for (int round = 0; round < 3; round++) {
      assertCallerReads(() -> loneCalls(20));
      crowd(8, 100);
      wire.forgetWhoRead();
      takeTurns(100);
      assertEquals(0, wire.percentByCallers(), "of two that take turns, none is alone");
    }
  }

  private void takeTurns(int calls) throws Exception {
    var one = Executors.newSingleThreadExecutor();
    try {
      for (int i = 0; i < calls; i++) {
        var token = "turn" + i;
        var caller = i % 2 == 0 ? one : threads;
        assertEquals(token, caller.submit(() -> wire.echo(token)).get());
      }
    } finally {
      one.shutdown();
    }
  }

  @Test
  void aLoneCallerReadsALargeReplyToItsEnd() {
    loneCalls(20);
    var large = Command.of("EVAL", "return string.rep('x', 500000)", "0").map(Reply::text);
    assertCallerReads(() -> assertEquals(500_000, wire.send(large, true).await().length()));
  }

  /** Both would wake up for each reply. */
  @Test
  void theLoopSleepsWhileACallerReads() {
    loneCalls(1_000);
    long before = wire.loopNanos();
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    loneCalls(2_000);
    long own = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
    long loop = wire.loopNanos() - before;
    assertTrue(loop < own / 8, "the loop has worked for " + loop + " ns, the caller for " + own);
  }

  /** Pins a past bug: a wake-up that nobody waited for sent each following caller away. */
  @Test
  void aReplyThatWasSlowDoesNotKeepTheCallerFromReadingTheNextOnes() {
    loneCalls(20);
    for (int round = 0; round < 4; round++) {
      wire.send(busy(70), true).await();
      assertCallerReads(() -> loneCalls(20));
    }
  }

  private static Command<Reply> busy(int millis) {
    var script =
        "local function now() local t = redis.call('TIME') return t[1] * 1000000 + t[2] end"
            + " local e = now() + ARGV[1] * 1000 while now() < e do end return 'done'";
    return Command.of("EVAL", script, "0", Integer.toString(millis));
  }

  // ---- what nobody may miss

  @Test
  void aReplyThatNobodyAwaitsIsReadThoughTheLoopWasNotWatching() {
    for (int round = 0; round < 50; round++) {
      loneCalls(20);
      var alone = wire.send(Connections.echo("unawaited"), false);
      Eventually.within(LIMIT, "it is read", alone::isDone);
    }
  }

  @Test
  void whoeverComesWhileACallerReadsIsServedWhenItHasLeft() throws Exception {
    for (int round = 0; round < 20; round++) {
      loneCalls(20);
      var slow = wire.send(busy(3), true);
      var other = threads.submit(() -> wire.echo("other"));
      slow.await();
      assertEquals("other", other.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
    }
  }

  @Test
  void theEndOfTheConnectionEndsTheCallOfTheCallerThatReads() {
    var id = wire.send(Command.of("CLIENT", "ID").map(reply -> "" + reply.integer()), true).await();
    assertEndsEarly(() -> RedisServer.shared().cli("CLIENT", "KILL", "ID", id));
  }

  @Test
  void breakingTheWireEndsTheCallOfTheCallerThatReads() {
    assertEndsEarly(() -> wire.wire().fail(new IOException("for a test")));
  }

  private void assertEndsEarly(Runnable end) {
    loneCalls(100);
    long start = System.nanoTime();
    var slow = wire.send(Command.of("BLPOP", "inbox:none", "5"), true);
    threads.execute(
        () -> {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
          end.run();
        });
    assertThrows(RedisException.Disconnected.class, slow::await);
    assertTrue(System.nanoTime() - start < 4_000_000_000L, "it was told only with the reply");
    Eventually.within(LIMIT, "it is handed back", () -> wire.wire().isHandedBack());
  }

  // ---- callers that never come back

  private static void loseAReader(BareWire wire, CountDownLatch back) {
    var reader =
        new Thread(
            () -> {
              wire.holdUp(Thread.currentThread(), back);
              while (!wire.holds()) {
                wire.echo("lost");
              }
            });
    reader.setDaemon(true);
    reader.start();
    Eventually.within(LIMIT, "it reads", wire::holds);
  }

  @Test
  void aCallerThatNeverComesBackIsTakenForGoneAfterFiftyTicks() {
    var back = new CountDownLatch(1);
    loseAReader(wire, back);
    var other = wire.send(Connections.echo("other"), true);
    wire.tick(40);
    assertFalse(wire.wire().isBroken(), "it may only be slow");
    wire.tick(20);
    assertThrows(RedisException.Disconnected.class, other::await);
    Eventually.within(LIMIT, "it is handed back", () -> wire.wire().isHandedBack());
    back.countDown();
  }

  @Test
  void aCallerThatReadsMayComeBackFromABrokenWire() {
    var back = new CountDownLatch(1);
    loseAReader(wire, back);
    var other = wire.send(Connections.echo("other"), true);
    wire.wire().fail(new IOException("for a test"));
    wire.tick(1);
    wire.tick(1);
    assertFalse(other.isDone() || wire.wire().isHandedBack(), "it is still being read");
    back.countDown();
    assertThrows(RedisException.Disconnected.class, other::await);
    Eventually.within(LIMIT, "it is handed back", () -> wire.wire().isHandedBack());
  }

  /** Pins a past bug: of a wire that was broken before, nobody asked whether its reader lives. */
  @Test
  @Order(Integer.MAX_VALUE)
  void aCallerThatNeverComesBackIsTakenForGoneOnABrokenWireToo() {
    Eventually.within(LIMIT, "it is handed back", () -> doomed.wire().isHandedBack());
  }

  // ---- everything at once

  /** What one thread does at random, and what it has sent. */
  private final class Part implements Callable<Void> {
    private final String name;
    private final Random random;
    private final Queue<Pending<String>> shared;
    private final long endNanos;
    private int count;

    Part(String name, long seed, Queue<Pending<String>> shared, long endNanos) {
      this.name = name;
      this.random = new Random(seed);
      this.shared = shared;
      this.endNanos = endNanos;
    }

    @Override
    public Void call() {
      while (System.nanoTime() - endNanos < 0) {
        switch (random.nextInt(8)) {
          case 0 -> shared.add(send(false));
          case 1 -> pipeline(1 + random.nextInt(20));
          case 2 -> cancelOther();
          case 3 -> LockSupport.parkNanos(random.nextInt(200_000));
          default -> calls(1 + random.nextInt(30));
        }
      }
      return null;
    }

    private Pending<String> send(boolean hurry) {
      return wire.send(Connections.echo(name + count++), hurry);
    }

    private void calls(int size) {
      for (int i = 0; i < size; i++) {
        var token = name + count++;
        assertEquals(token, wire.echo(token));
      }
    }

    private void pipeline(int size) {
      int first = count;
      var sent = new ArrayList<Pending<String>>();
      for (int i = 0; i < size; i++) {
        // Whoever hurries awaits it: nobody else would have it read.
        sent.add(send(random.nextInt(4) == 0));
      }
      for (int i = 0; i < size; i++) {
        assertEquals(name + (first + i), sent.get(i).await());
      }
    }

    private void cancelOther() {
      var other = shared.poll();
      if (other != null) {
        other.cancel();
        assertTrue(other.isDone());
      }
    }
  }

  @Test
  void throughAllChangesOfModeNoReplyIsLeftUnreadAndNoneIsWrong() {
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          for (int phase = 0; phase < 8 * SCALE; phase++) {
            var unawaited = new ConcurrentLinkedQueue<Pending<String>>();
            int size = CROWDS[random.nextInt(CROWDS.length)];
            var phaseName = size + " threads in phase " + phase;
            play(size, random, unawaited);
            Eventually.within(LIMIT, "all is read, of " + phaseName, () -> allDone(unawaited));
          }
        });
  }

  private void play(int size, Random random, Queue<Pending<String>> unawaited) throws Exception {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20 + random.nextInt(120));
    var parts = new ArrayList<Callable<Void>>();
    for (int i = 0; i < size; i++) {
      parts.add(new Part(i + "-", random.nextLong(), unawaited, end));
    }
    await(threads.invokeAll(parts));
  }

  private static boolean allDone(Queue<Pending<String>> unawaited) {
    return unawaited.stream().allMatch(Pending::isDone);
  }
}
