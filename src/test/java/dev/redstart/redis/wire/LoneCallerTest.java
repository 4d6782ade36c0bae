package dev.redstart.redis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.redis.Command;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Script;
import dev.redstart.resp.Reply;
import java.lang.management.ManagementFactory;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A caller that has the wire to itself and reads: what may happen to it, and what may not. */
@Timeout(60)
final class LoneCallerTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(30);
  private static final Command<Reply> PING = Command.of("PING");
  private static final byte[] PONG = "+PONG\r\n".getBytes();
  private static final byte[] SILENCE = {};

  /** A caller that reads looks up by itself after 50 ms. */
  private static final long BEFORE_IT_LOOKS_MILLIS = 35;

  /** Enough to be alone, and to know how near the server is. */
  private static final int WARM = 40;

  private final Set<Thread> readers = ConcurrentHashMap.newKeySet();

  private static Redis connect(String url) {
    return Redis.connect(RedisOptions.of(url).withTimeout(LIMIT));
  }

  private static void warm(Redis redis) {
    for (int i = 0; i < WARM; i++) {
      redis.call(PING);
    }
  }

  private static byte[] pongUnlessSlow(String first) {
    return first.equals("PING") ? PONG : SILENCE;
  }

  private static ScriptedPeer silentPeer() {
    return ScriptedPeer.answering(command -> pongUnlessSlow(command.word(0)));
  }

  /** After a moment in which the other thread has begun to read, or is about to. */
  private static void awaitReceived(ScriptedPeer peer, String command, int round) {
    Eventually.within(LIMIT, command + " is sent", () -> peer.commands().contains(command));
    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100L * round));
  }

  // ---- whose thread runs what

  /** Runs its tasks on the spot, and remembers the threads: it runs on the one that reads. */
  private void onTheSpot(Runnable task) {
    readers.add(Thread.currentThread());
    task.run();
  }

  private static Command<Thread> slow() {
    var script = "for i = 1, 20000 do local x = i * i end return 1";
    return Command.of("EVAL", script, "0").map(reply -> Thread.currentThread());
  }

  @Test
  void nothingOfTheUsersRunsOnACallerThatReads() {
    try (var redis = connect(RedisServer.shared().url())) {
      for (int round = 0; round < 100; round++) {
        warm(redis);
        var decoder = redis.send(slow()).on(this::onTheSpot);
        boolean before = decoder.isDone();
        redis.call(PING);
        var thread = decoder.join();
        assertFalse(thread.getName().startsWith("redstart-loop"), "decoded on " + thread);
        assertTrue(before || thread != Thread.currentThread(), "decoded by the caller that reads");
        if (readers.contains(Thread.currentThread()) && round > 10) {
          return;
        }
      }
      assertTrue(readers.contains(Thread.currentThread()), "it never read for itself");
    }
  }

  /** It would wait for a reply that only this thread could read. */
  @Test
  void aCallWithinAnExecutorIsRefusedOnACallerThatReads() {
    try (var redis = connect(RedisServer.shared().url())) {
      Executor calling =
          task -> {
            readers.add(Thread.currentThread());
            redis.call(PING);
            task.run();
          };
      for (int round = 0; round < 200 && !readers.contains(Thread.currentThread()); round++) {
        warm(redis);
        var refused = redis.send(slow()).on(calling);
        redis.call(PING);
        var why = assertThrows(CompletionException.class, refused::join).getCause();
        assertInstanceOf(IllegalStateException.class, why);
      }
      assertTrue(readers.contains(Thread.currentThread()), "it never read for itself");
      warm(redis);
    }
  }

  @Test
  void aVirtualThreadNeverReads() throws Exception {
    var virtual = new AtomicInteger();
    try (var redis = connect(RedisServer.shared().url())) {
      var caller = VirtualThreads.factory().newThread(() -> callBesideSlow(redis, virtual));
      caller.start();
      caller.join();
    }
    // What was answered before somebody asked to be told is told on the caller's thread.
    assertTrue(virtual.get() < 10, "of 30 replies a virtual thread read " + virtual);
  }

  private static void callBesideSlow(Redis redis, AtomicInteger virtual) {
    warm(redis);
    for (int i = 0; i < 30; i++) {
      redis.send(slow()).on(task -> virtual.addAndGet(VirtualThreads.isCurrent() ? 1 : 0));
      redis.call(PING);
    }
  }

  // ---- how its call ends

  private interface Ending {
    void of(Thread caller, Pending<Reply> call, Redis redis);
  }

  /** Sends something that is never answered, and ends it so while the sender reads. */
  private static RedisException ended(Redis redis, ScriptedPeer peer, int round, Ending ending) {
    warm(redis);
    var call = redis.send(Command.of("INCR", "n" + round));
    var caller = Thread.currentThread();
    var other =
        Crowd.of(
            1,
            number -> {
              awaitReceived(peer, "INCR n" + round, round % 20);
              ending.of(caller, call, redis);
            });
    var ended = assertThrows(RedisException.class, call::await);
    boolean interrupted = Thread.interrupted(); // the other thread may not be at its end yet
    other.join(LIMIT);
    if (interrupted) {
      caller.interrupt();
    }
    return ended;
  }

  @Test
  void anInterruptEndsTheCallAndHarmsNobodyElse() {
    try (var peer = silentPeer();
        var redis = connect(peer.url())) {
      peer.otherwise(command -> command.startsWith("INCR") ? SILENCE : PONG);
      var left =
          assertInstanceOf(
              RedisException.Interrupted.class,
              ended(redis, peer, 1, (caller, call, any) -> caller.interrupt()));
      assertTrue(left.mayHaveRun());
      assertTrue(Thread.interrupted(), "the flag is set again");
      var other = redis.send(PING);
      peer.send(":1\r\n");
      assertEquals("PONG", other.await().text());
      warm(redis);
      assertEquals(1, peer.accepted());
    }
  }

  @Test
  void aCancellationByAnotherThreadEndsTheCallAtOnce() {
    try (var peer = silentPeer();
        var redis = connect(peer.url())) {
      int atOnce = 0;
      for (int round = 0; round < 10; round++) {
        var cancelled = new AtomicLong();
        var ended = ended(redis, peer, round, (caller, call, any) -> cancel(call, cancelled));
        long millis = (System.nanoTime() - cancelled.get()) / 1_000_000;
        assertInstanceOf(RedisException.Interrupted.class, ended);
        atOnce += millis < BEFORE_IT_LOOKS_MILLIS ? 1 : 0;
        peer.send(":1\r\n");
      }
      assertTrue(atOnce > 5, "only " + atOnce + " of 10 callers were woken");
      assertEquals(1, peer.accepted());
    }
  }

  private static void cancel(Pending<Reply> call, AtomicLong cancelledNanos) {
    cancelledNanos.set(System.nanoTime());
    call.cancel();
  }

  /** The server does not help by hanging up: what it sends is lost. */
  @Test
  void closingTheClientEndsTheCallAtOnce() {
    try (var peer = silentPeer();
        var proxy = FaultProxy.to(peer.port())) {
      int atOnce = 0;
      for (int round = 0; round < 10; round++) {
        var closed = new AtomicLong();
        var redis = connect(proxy.url());
        var ended = ended(redis, peer, round, (caller, call, all) -> close(proxy, all, closed));
        proxy.toClient(Fault.PASS);
        long millis = (System.nanoTime() - closed.get()) / 1_000_000;
        assertInstanceOf(RedisException.Disconnected.class, ended);
        atOnce += millis < BEFORE_IT_LOOKS_MILLIS ? 1 : 0;
      }
      assertTrue(atOnce > 5, "only " + atOnce + " of 10 callers were woken");
      Eventually.within(LIMIT, "no connection is left", () -> peer.open() == 0);
    }
  }

  private static void close(FaultProxy proxy, Redis redis, AtomicLong closedNanos) {
    proxy.toClient(Fault.DROP);
    closedNanos.set(System.nanoTime());
    redis.close();
  }

  @Test
  void aConnectionThatBreaksEndsTheCallAndTheNextOneIsRight() {
    try (var peer = silentPeer();
        var redis = connect(peer.url())) {
      for (int round = 0; round < 20; round++) {
        peer.expect("INCR", "n" + round).hangUp();
        var broken = ended(redis, peer, round, (caller, call, any) -> {});
        assertInstanceOf(RedisException.Disconnected.class, broken);
        assertTrue(broken.mayHaveRun());
      }
    }
  }

  /** Whether a command was held or on its way when the time was over: what is said is true. */
  @Test
  void aServerThatStopsCostsTheLimitAndWhatIsSaidNotToHaveRunDoesNot() {
    try (var server = RedisServer.start();
        var redis = connect(server.url())) {
      warm(redis);
      server.pause();
      var undone = new ArrayList<String>();
      for (int i = 0; i < 10; i++) {
        var incr = Command.of("INCR", "n" + i).within(SHORT);
        boolean mayHaveRun =
            assertThrows(RedisException.class, () -> redis.call(incr)).mayHaveRun();
        undone.addAll(mayHaveRun ? List.of() : List.of("n" + i));
      }
      server.resume();
      warm(redis);
      undone.forEach(key -> assertTrue(redis.call("GET", key).isNull(), key + " was sent"));
    }
  }

  /** The one that it waits for has much time, but the one before is long overdue. */
  @Test
  void aServerThatStopsIsNoticedThoughACallerWaitsForItForLong() {
    try (var peer = silentPeer();
        var redis =
            Redis.connect(RedisOptions.of(peer.url()).withTimeout(SHORT.multipliedBy(10)))) {
      warm(redis);
      redis.send(Command.of("INCR", "overdue").within(SHORT));
      var patient = Command.of("INCR", "patient").within(LIMIT);
      var told = assertThrows(RedisException.Disconnected.class, () -> redis.call(patient));
      // Not because the caller that reads was taken for lost.
      assertInstanceOf(SocketTimeoutException.class, told.getCause());
    }
  }

  /** A command that may not be repeated fails if it is the first to find out. */
  @Test
  void anIdleConnectionThatEndsIsNoticedThoughNobodyCalls() {
    try (var peer = silentPeer();
        var redis = connect(peer.url())) {
      for (int round = 1; round <= 3; round++) {
        warm(redis);
        peer.expect("INCR", "last").reply(":1\r\n").after(Duration.ofMillis(5)).hangUp();
        assertEquals(1, redis.call("INCR", "last").integer());
        Eventually.within(LIMIT, "the connection is gone", () -> peer.open() == 0);
        peer.expect("INCR", "next").reply(":2\r\n");
        assertEquals(2, redis.call("INCR", "next").integer());
      }
    }
  }

  // ---- what is held for a reply

  @Test
  void whatIsHeldForAReplyThatDoesNotComeGoesOutAllTheSame() {
    try (var peer = silentPeer();
        var redis = connect(peer.url())) {
      warm(redis);
      redis.send(Command.of("INCR", "silence"));
      awaitReceived(peer, "INCR silence", 0);
      redis.send(Command.of("INCR", "held"));
      Eventually.within(LIMIT, "it is sent", () -> peer.commands().contains("INCR held"));
    }
  }

  /** Unless the server was not thought near enough, or a tick came in between. */
  @Test
  void whatIsHeldOnAConnectionThatBreaksGoesOutOnTheNextOne() {
    try (var peer = silentPeer();
        var redis = connect(peer.url())) {
      int held = 0;
      for (int round = 0; round < 10; round++) {
        warm(redis);
        var answer = new CountDownLatch(1);
        peer.expect("INCR", "broken" + round).after(answer).hangUp();
        var broken = redis.send(Command.of("INCR", "broken" + round));
        awaitReceived(peer, "INCR broken" + round, 0);
        var next = redis.send(PING);
        answer.countDown();
        assertTrue(assertThrows(RedisException.Disconnected.class, broken::await).mayHaveRun());
        held += isAnswered(next) ? 1 : 0;
      }
      assertTrue(held > 5, "of 10 commands only " + held + " were held");
    }
  }

  private static boolean isAnswered(Pending<Reply> ping) {
    try {
      return ping.await().text().equals("PONG");
    } catch (RedisException.Disconnected sent) {
      return false;
    }
  }

  // ---- answers that only mean "again"

  @Test
  void whatAServerRefusesForTheMomentIsAskedAgainForALoneCallerToo() {
    try (var peer = silentPeer();
        var redis = connect(peer.url())) {
      warm(redis);
      peer.expect("GET", "k").reply("-LOADING not yet\r\n");
      peer.expect("GET", "k").reply("$1\r\nv\r\n");
      assertEquals("v", redis.call("GET", "k").text());
      warm(redis);
      peer.expect("MULTI").reply("+OK\r\n");
      peer.expect("GET", "k").reply("-LOADING not yet\r\n");
      peer.expect("EXEC").reply("-EXECABORT\r\n");
      peer.expect("MULTI").reply("+OK\r\n");
      peer.expect("GET", "k").reply("+QUEUED\r\n");
      peer.expect("EXEC").reply("*1\r\n$1\r\nw\r\n");
      assertEquals("[w]", redis.atomically(Command.of("GET", "k")).toString());
      peer.verify();
    }
  }

  @Test
  void anUnknownScriptIsSentWholeForALoneCallerToo() {
    try (var redis = connect(RedisServer.shared().url())) {
      for (int round = 0; round < 20; round++) {
        warm(redis);
        var script = Script.of("return ARGV[1] .. '" + System.nanoTime() + "'");
        assertTrue(redis.call(script.call(List.of(), "s" + round)).text().startsWith("s" + round));
      }
    }
  }

  // ---- what must not be left

  @Test
  void connectionsThatWereReadByCallersLeaveNoFileOpen() {
    try (var peer = silentPeer();
        var redis = connect(peer.url())) {
      warm(redis);
      long before = openFiles();
      for (int round = 0; round < 40; round++) {
        peer.expect("INCR", "n").hangUp();
        assertThrows(RedisException.Disconnected.class, () -> redis.call("INCR", "n"));
        warm(redis);
      }
      Eventually.within(LIMIT, "at most a few more are open", () -> openFiles() < before + 30);
    }
  }

  private static long openFiles() {
    try {
      var system = new ObjectName("java.lang:type=OperatingSystem");
      var server = ManagementFactory.getPlatformMBeanServer();
      return (Long) server.getAttribute(system, "OpenFileDescriptorCount");
    } catch (javax.management.JMException unknown) {
      throw new AssertionError("how many files are open is not known here", unknown);
    }
  }

  /** The heap ends while a caller reads: for itself, and for others who did not ask for much. */
  @Test
  void anOutOfMemoryErrorOnTheCallerThatReadsBreaksTheConnectionAndNothingElse() {
    try (var peer =
            ScriptedPeer.answering(
                command ->
                    command.startsWith("GETSET", "huge")
                        ? HugeReply.withInside(100 << 20)
                        : ("+" + command.word(1) + "\r\n").getBytes());
        var child = ChildJvm.of(LoneHugeReply.class).withHeap("32m").start("" + peer.port())) {
      assertEquals("done", child.awaitLine("done", Duration.ofSeconds(30)));
      assertEquals(0, child.awaitExit(LIMIT), () -> "errors: " + child.errors());
    }
  }
}
