package dev.redstart.redis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.ProxyConnection;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.harness.Seeds;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Command;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Script;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A failure says whether the command may have run. */
@Apart
@Timeout(60)
final class OutcomeTest {

  private static final String NAME = "outcome-test";
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final int INCR_BYTES = "*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n".length();
  private static final Command<Reply> INCR = Command.of("INCR", "n");
  private static final Command<Reply> PUT = Command.of("INCR", "n").idempotent();

  private final RedisServer server = RedisServer.shared();
  private final Queue<String> unsent = new ConcurrentLinkedQueue<>();
  private final AtomicLong done = new AtomicLong();
  private Ledger ledger;

  @BeforeEach
  void forget() {
    server.cli("FLUSHALL");
    ledger = new Ledger(server, "n");
  }

  private static RedisOptions options(String url) {
    return RedisOptions.of(url).withTimeout(LIMIT).withClientName(NAME);
  }

  private static Redis connect(FaultProxy proxy) {
    return Redis.connect(options(proxy.url()));
  }

  /** The connection that the client uses now. */
  private static ProxyConnection current(FaultProxy proxy) {
    var open = proxy.connections();
    return open.get(open.size() - 1);
  }

  // ---- every byte

  @Test
  void aCommandCutAtAnyByteHasRunOnlyIfItIsWhole() {
    try (var proxy = FaultProxy.to(server.port());
        var redis = connect(proxy)) {
      for (int bytes = 0; bytes <= INCR_BYTES; bytes++) {
        redis.call("PING");
        // The answer to the whole command must not be quicker than the cut.
        current(proxy).toClient(Fault.DROP);
        current(proxy).toServer(Fault.truncate(bytes));
        var failure = assertThrows(RedisException.class, () -> redis.call(INCR));
        assertTrue(failure.mayHaveRun(), "it was sent, of " + bytes + " bytes: " + failure);
        Ledger.awaitSilence(server, NAME);
        assertEquals(bytes == INCR_BYTES ? 1 : 0, ledger.value(), "after " + bytes + " bytes");
      }
    }
  }

  @Test
  void aReplyCutAtAnyByteLeavesTheOutcomeOpen() {
    try (var proxy = FaultProxy.to(server.port());
        var redis = connect(proxy)) {
      for (int bytes = 0; bytes <= 4; bytes++) {
        redis.call("PING");
        current(proxy).toClient(Fault.truncate(bytes));
        ledger.run(() -> redis.call(INCR));
        Ledger.awaitSilence(server, NAME);
        assertEquals(bytes + 1, ledger.value(), "run exactly once each");
      }
      assertEquals(1, ledger.done(), "the whole reply is a success");
      assertEquals(4, ledger.unknown());
    }
  }

  @Test
  void aReadIsRepeatedWhereverItWasCut() {
    server.cli("SET", "k", "value");
    int command = "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n".length();
    try (var proxy = FaultProxy.to(server.port());
        var redis = connect(proxy)) {
      for (int bytes = 0; bytes <= command; bytes++) {
        redis.call("PING");
        current(proxy).toServer(Fault.truncate(bytes));
        assertEquals("value", redis.call("GET", "k").text());
      }
      for (int bytes = 0; bytes < "$5\r\nvalue\r\n".length(); bytes++) {
        redis.call("PING");
        current(proxy).toClient(Fault.truncate(bytes));
        assertEquals("value", redis.call("GET", "k").text());
      }
    }
  }

  @Test
  void anIdempotentCommandIsRepeatedAndOthersAreNot() {
    try (var proxy = FaultProxy.to(server.port());
        var redis = connect(proxy)) {
      current(proxy).toClient(Fault.truncate(0));
      assertEquals(2, redis.call(PUT).integer(), "run twice, as it declared to be harmless");
      current(proxy).toClient(Fault.truncate(0));
      var failure = assertThrows(RedisException.Disconnected.class, () -> redis.call(INCR));
      assertTrue(failure.mayHaveRun());
      Ledger.awaitSilence(server, "no-such");
      assertEquals(3, ledger.value());
    }
  }

  @Test
  void aTransactionCutAtAnyByteRanAsAWholeOrNotAtAll() {
    var pair = List.of(Command.of("INCR", "n"), Command.of("INCR", "m"));
    int bytes = "*1\r\n$5\r\nMULTI\r\n*1\r\n$4\r\nEXEC\r\n".length() + 2 * INCR_BYTES;
    try (var proxy = FaultProxy.to(server.port());
        var redis = connect(proxy)) {
      for (int part = 0; part <= bytes; part++) {
        redis.call("PING");
        current(proxy).toClient(Fault.DROP);
        current(proxy).toServer(Fault.truncate(part));
        var failure = assertThrows(RedisException.class, () -> redis.atomically(pair));
        assertTrue(failure.mayHaveRun());
      }
      Ledger.awaitSilence(server, NAME);
      assertEquals("1", server.cli("GET", "n"));
      assertEquals("1", server.cli("GET", "m"));
    }
  }

  // ---- every way to lose a connection

  @Test
  void aCommandThatFoundNoConnectionIsSentOnceThereIsOne() {
    try (var own = RedisServer.start();
        var redis = Redis.connect(options(own.url()))) {
      own.kill();
      var down = assertThrows(RedisException.class, () -> redis.call(INCR.within(SHORT)));
      assertTrue(down instanceof RedisException.Unavailable || down.mayHaveRun(), down::toString);
      var waiting = new ArrayList<Pending<Reply>>();
      for (int i = 0; i < 100; i++) {
        waiting.add(redis.send(INCR));
      }
      own.restart();
      for (int i = 1; i <= 100; i++) {
        assertEquals(i, waiting.get(i - 1).await().integer(), "in order");
      }
      assertEquals("100", own.cli("GET", "n"));
    }
  }

  @Test
  void aRefusedConnectionIsAPromiseThatNothingRan() {
    try (var own = RedisServer.start();
        var redis = Redis.connect(options(own.url()).withTimeout(SHORT))) {
      own.kill();
      assertThrows(RedisException.class, () -> redis.call(INCR));
      var failure = assertThrows(RedisException.Unavailable.class, () -> redis.call(INCR));
      assertFalse(failure.mayHaveRun());
      assertTrue(failure.getMessage().contains("refused"), failure::getMessage);
    }
  }

  @Test
  void aPeerThatHangsUpBeforeItReadsOrAfterwardsGetsNoWriteTwice() {
    for (boolean reset : List.of(false, true)) {
      try (var peer = ScriptedPeer.start();
          var redis = Redis.connect(options(peer.url()).withTimeout(SHORT))) {
        var step = peer.expect("INCR", "n");
        peer.otherwise(command -> ":1\r\n".getBytes());
        if (reset) {
          step.reset();
        } else {
          step.hangUp();
        }
        var failure = assertThrows(RedisException.Disconnected.class, () -> redis.call(INCR));
        assertTrue(failure.mayHaveRun());
        assertEquals(List.of("INCR n"), peer.commands(), "sent once");
        assertEquals(1, redis.call("GET", "n").integer(), "the next call has a new connection");
      }
    }
  }

  @Test
  void aPeerThatIsGoneBeforeTheCallSeesTheCommandOnce() {
    try (var peer = ScriptedPeer.start();
        var redis = Redis.connect(options(peer.url()))) {
      peer.expect("PING").reply("+PONG\r\n").hangUp();
      peer.otherwise(command -> ":1\r\n".getBytes());
      redis.call("PING");
      ledger.run(() -> redis.call(INCR));
      assertEquals(1, ledger.done() + ledger.unknown(), "never a false promise");
      assertTrue(peer.commands().stream().filter("INCR n"::equals).count() <= 1);
    }
  }

  @Test
  void aStoppedServerLeavesTheOutcomeOpenAndRunsItOnceAfterwards() {
    try (var own = RedisServer.start();
        var redis = Redis.connect(options(own.url()).withTimeout(SHORT))) {
      own.pause();
      var failure = assertThrows(RedisException.TimedOut.class, () -> redis.call(INCR));
      own.resume();
      assertTrue(failure.mayHaveRun());
      Eventually.within(LIMIT, "it ran after all", () -> own.cli("GET", "n").equals("1"));
      assertEquals(2, redis.call(INCR.within(LIMIT)).integer());
    }
  }

  // ---- what was sent once and then waits for a connection

  @Test
  void anIdempotentWriteThatWasSentIsNeverSaidNotToHaveRun() {
    try (var own = RedisServer.start();
        var proxy = FaultProxy.to(own.port());
        var redis = Redis.connect(options(proxy.url()).withTimeout(SHORT))) {
      current(proxy).toClient(Fault.DROP);
      var pending = redis.send(PUT);
      Eventually.within(LIMIT, "it ran", () -> own.cli("GET", "n").equals("1"));
      own.kill();
      proxy.reset();
      var failure = assertThrows(RedisException.class, pending::await);
      assertTrue(failure.mayHaveRun(), "it did run: " + failure);
    }
  }

  @Test
  void anIdempotentWriteThatWasSentAndIsCancelledLaterMayHaveRun() {
    try (var own = RedisServer.start();
        var proxy = FaultProxy.to(own.port());
        var redis = Redis.connect(options(proxy.url()))) {
      current(proxy).toClient(Fault.DROP);
      var pending = redis.send(PUT);
      Eventually.within(LIMIT, "it ran", () -> own.cli("GET", "n").equals("1"));
      own.kill();
      proxy.reset();
      Eventually.within(LIMIT, "it is tried again", () -> proxy.refused() > 0);
      pending.cancel();
      var failure = assertThrows(RedisException.class, pending::await);
      assertTrue(failure.mayHaveRun(), "it did run: " + failure);
    }
  }

  @Test
  void anIdempotentWriteThatWasSentAndIsEndedByCloseMayHaveRun() {
    try (var own = RedisServer.start();
        var proxy = FaultProxy.to(own.port())) {
      var redis = Redis.connect(options(proxy.url()));
      current(proxy).toClient(Fault.DROP);
      var pending = redis.send(PUT);
      Eventually.within(LIMIT, "it ran", () -> own.cli("GET", "n").equals("1"));
      own.kill();
      proxy.reset();
      Eventually.within(LIMIT, "it is tried again", () -> proxy.refused() > 0);
      redis.close();
      var failure = assertThrows(RedisException.class, pending::await);
      assertTrue(failure.mayHaveRun(), "it did run: " + failure);
    }
  }

  // ---- what servers say

  @Test
  void aScriptThatAsksToTryAgainAfterItWroteIsNotRunTwice() {
    for (var code : List.of("TRYAGAIN", "LOADING", "UNBLOCKED", "NOSCRIPT", "MASTERDOWN")) {
      var script =
          Script.of("redis.call('INCR', KEYS[1]); return redis.error_reply('" + code + " later')");
      server.cli("DEL", "n");
      try (var redis = Redis.connect(options(server.url()).withTimeout(Duration.ofSeconds(1)))) {
        var failure =
            assertThrows(
                RedisException.Rejected.class, () -> redis.call(script.call(List.of("n"))));
        assertEquals(code, failure.code());
        assertTrue(failure.mayHaveRun(), failure::toString);
        assertEquals(1, ledger.value(), code);
      }
    }
  }

  @Test
  void aTransactionWithoutMultiIsNotSaidToHaveDoneNothing() {
    try (var own =
            RedisServer.start(
                ServerOptions.plain()
                    .withUser("limited", "on", ">secret", "~*", "&*", "+@all", "-multi"));
        var redis = Redis.connect(options(own.url("limited", "secret")))) {
      var failure = assertThrows(RedisException.class, () -> redis.atomically(INCR));
      assertTrue(own.cli("GET", "n").equals("(nil)") || failure.mayHaveRun(), failure::toString);
      assertEquals("own", redis.call("ECHO", "own").text());
    }
  }

  @Test
  void aTransactionWithoutExecLeavesNoTraceOnTheConnectionOfAll() {
    try (var own =
            RedisServer.start(
                ServerOptions.plain()
                    .withUser("limited", "on", ">secret", "~*", "&*", "+@all", "-exec"));
        var redis = Redis.connect(options(own.url("limited", "secret")))) {
      assertThrows(RedisException.class, () -> redis.atomically(INCR));
      assertEquals("own", redis.call("ECHO", "own").text());
    }
  }

  // ---- all of it at random

  @Test
  void countsSumUpOnABadNetwork() {
    Seeds.check(
        seed -> {
          try (var proxy = FaultProxy.to(server.port());
              var redis = connect(proxy)) {
            var over = new CountDownLatch(1);
            var crowd =
                Crowd.of(16, number -> incrementUntil(over, redis, new Random(seed + number)));
            trouble(proxy, new Random(seed), 150);
            over.countDown();
            crowd.join(Duration.ofSeconds(15));
          }
          Ledger.awaitSilence(server, NAME);
          ledger.check();
          assertTrue(ledger.done() > 1_000, ledger::toString);
          assertTrue(ledger.unknown() > 10, ledger::toString);
        });
  }

  private static void trouble(FaultProxy proxy, Random random, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      var open = proxy.connections();
      if (!open.isEmpty()) {
        trouble(open.get(random.nextInt(open.size())), random);
      }
      new CountDownLatch(1).await(random.nextInt(20_000), TimeUnit.MICROSECONDS);
    }
  }

  private static void trouble(ProxyConnection connection, Random random) {
    switch (random.nextInt(4)) {
      case 0 -> connection.cut();
      case 1 -> connection.reset();
      case 2 -> connection.toServer(Fault.truncate(random.nextInt(2_000)));
      default -> connection.toClient(Fault.truncate(random.nextInt(500)));
    }
  }

  private void incrementUntil(CountDownLatch over, Redis redis, Random random) {
    while (over.getCount() > 0) {
      var pending = new ArrayList<Pending<Reply>>();
      for (int i = random.nextInt(20); i >= 0; i--) {
        pending.add(redis.send(INCR));
      }
      pending.forEach(each -> ledger.run(each::await));
      ledger.run(() -> redis.call(INCR));
    }
  }

  /** Each has a name of its own: a sum would hide one that ran behind one that did not. */
  @Test
  void aCommandThatWasSaidNotToBeSentNeverRuns() {
    Seeds.check(
        seed -> {
          // Connected before the storm: it would strike handshakes too, and connect tries once.
          try (var redis = Redis.connect(options(server.url()));
              var storm = Storm.over(server, seed)) {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2_500);
            Crowd.of(8, n -> sendAndCancel(redis, n, end, new Random(seed + n)))
                .join(Duration.ofSeconds(15));
            assertTrue(storm.kills() > 50, "kills: " + storm.kills());
          }
          Ledger.awaitSilence(server, NAME);
          assertTrue(unsent.size() > 1_000, "unsent: " + unsent.size());
          assertTrue(done.get() > 1_000, "done: " + done);
          var ran = new HashSet<>(server.cli("SMEMBERS", "ran").lines().toList());
          assertEquals(List.of(), unsent.stream().filter(ran::contains).limit(9).toList());
          assertTrue(ran.size() >= done.get(), "a success that was none");
        });
  }

  private void sendAndCancel(Redis redis, int number, long endNanos, Random random) {
    for (int i = 0; System.nanoTime() - endNanos < 0; i += 50) {
      var pending = new LinkedHashMap<String, Pending<Reply>>();
      for (int k = i; k < i + 50; k++) {
        var name = number + "-" + k;
        pending.put(name, redis.send(Command.of("SADD", "ran", name)));
      }
      pending.values().stream().filter(each -> random.nextInt(3) > 0).forEach(Pending::cancel);
      pending.forEach((name, each) -> note(name, each));
    }
  }

  private void note(String name, Pending<Reply> pending) {
    try {
      assertEquals(1, pending.await().integer(), "once");
      done.incrementAndGet();
    } catch (RedisException failed) {
      if (!failed.mayHaveRun()) {
        unsent.add(name);
      }
    }
  }

  @Test
  void closeTellsEveryCallTheTruth() {
    Seeds.check(
        seed -> {
          for (int round = 0; round < 10; round++) {
            closeInTheMiddle(seed + round);
          }
          Ledger.awaitSilence(server, NAME);
          ledger.check();
          assertTrue(ledger.done() > 100, ledger::toString);
        });
  }

  private void closeInTheMiddle(long seed) throws InterruptedException {
    var redis = Redis.connect(options(server.url()));
    var over = new CountDownLatch(1);
    var crowd = Crowd.of(8, number -> incrementUntilClosed(over, redis));
    over.await(5 + new Random(seed).nextInt(20), TimeUnit.MILLISECONDS);
    redis.close();
    over.countDown();
    crowd.join(LIMIT);
  }

  private void incrementUntilClosed(CountDownLatch over, Redis redis) {
    while (over.getCount() > 0) {
      var pending = new ArrayList<Pending<Reply>>();
      for (int i = 0; i < 20; i++) {
        pending.add(redis.send(INCR));
      }
      pending.forEach(each -> ledger.run(each::await));
    }
  }
}
