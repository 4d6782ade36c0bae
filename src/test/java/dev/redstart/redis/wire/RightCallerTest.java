package dev.redstart.redis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Command;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Script;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No reply reaches the wrong caller: one trap at a time. */
@Timeout(60)
final class RightCallerTest {

  private static final Duration SHORT = Duration.ofMillis(150);
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static Redis connect(String url) {
    return Redis.connect(RedisOptions.of(url).withTimeout(LIMIT));
  }

  private static byte[] echo(String text) {
    return ("$" + text.length() + "\r\n" + text + "\r\n").getBytes();
  }

  // ---- callers that leave

  @Test
  void aLateReplyIsSkippedAndTheNextCallGetsItsOwn() {
    var late = new CountDownLatch(1);
    try (var peer = ScriptedPeer.start();
        var redis = connect(peer.url())) {
      peer.expect("ECHO", "slow").after(late).reply(echo("slow"));
      peer.otherwise(command -> echo(command.word(1)));
      var slow = Command.of("ECHO", "slow").within(SHORT);
      var failure = assertThrows(RedisException.TimedOut.class, () -> redis.call(slow));
      assertTrue(failure.mayHaveRun());
      var next = redis.send(Command.of("ECHO", "next"));
      late.countDown();
      assertEquals("next", next.await().text());
      assertEquals("another", redis.call("ECHO", "another").text());
      assertEquals(1, peer.accepted(), "no connection was given up for that");
    }
  }

  @Test
  void manyLateRepliesAreSkippedEachInItsPlace() {
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          var open = new CountDownLatch(1);
          try (var peer = ScriptedPeer.start();
              var redis = connect(peer.url())) {
            peer.expect("ECHO", "0").after(open).reply(echo("0"));
            peer.otherwise(command -> echo(command.word(1)));
            var pending = new ArrayList<Pending<Reply>>();
            for (int i = 0; i < 500; i++) {
              pending.add(redis.send(Command.of("ECHO", Integer.toString(i))));
            }
            // Not the first: one that is left before it is sent never is, and the others follow.
            var left = random.ints(250, 1, 500).boxed().distinct().toList();
            left.forEach(i -> pending.get(i).cancel());
            open.countDown();
            for (int i = 0; i < 500; i++) {
              assertOwnOrLeft(pending.get(i), i, left.contains(i));
            }
          }
        });
  }

  private static void assertOwnOrLeft(Pending<Reply> pending, int number, boolean left) {
    if (left) {
      assertThrows(RedisException.Interrupted.class, pending::await);
    } else {
      assertEquals(Integer.toString(number), pending.await().text());
    }
  }

  @Test
  void interruptedCallersLeaveTheirPlaceUnderLoad() {
    Seeds.check(
        seed -> {
          var results = new AtomicLong();
          var interrupted = new AtomicLong();
          var calls = new AtomicLong();
          var over = new CountDownLatch(1);
          try (var redis = connect(RedisServer.shared().url());
              var crowd =
                  Crowd.of(
                      16,
                      number -> {
                        for (int i = 0; over.getCount() > 0; i++) {
                          calls.incrementAndGet();
                          echoOrLeave(redis, number + "-" + i, results, interrupted);
                        }
                      })) {
            var random = new Random(seed);
            for (int i = 0; i < 3_000; i++) {
              crowd.threads().get(random.nextInt(16)).interrupt();
              over.await(random.nextInt(500), TimeUnit.MICROSECONDS);
            }
            over.countDown();
            crowd.join(LIMIT);
            assertEquals(calls.get(), results.get() + interrupted.get());
            assertTrue(interrupted.get() > 500, "interrupted: " + interrupted);
            assertTrue(results.get() > 1_000, "results: " + results);
            assertEquals("end", redis.call("ECHO", "end").text());
          }
        });
  }

  private static void echoOrLeave(
      Redis redis, String token, AtomicLong results, AtomicLong interrupted) {
    try {
      assertEquals(token, redis.call("ECHO", token).text());
      results.incrementAndGet();
    } catch (RedisException.Interrupted left) {
      assertTrue(Thread.interrupted(), "the flag is set again");
      interrupted.incrementAndGet();
    }
  }

  // ---- peers that say too much

  @Test
  void aReplyThatNobodyAskedForEndsTheConnectionAndHarmsNobody() {
    for (var unasked : List.of("+OK\r\n", "$5\r\nhello\r\n", "-ERR go away\r\n", "*0\r\n")) {
      try (var peer = ScriptedPeer.answering(command -> echo(command.word(1)));
          var redis = connect(peer.url())) {
        assertEquals("a", redis.call("ECHO", "a").text());
        peer.send(1, unasked);
        Eventually.within(LIMIT, "the connection ends", () -> peer.open() == 0);
        assertEquals("b", redis.call("ECHO", "b").text());
        assertEquals(2, peer.accepted());
      }
    }
  }

  @Test
  void aReplyBeforeAnyRequestEndsTheConnection() {
    try (var peer = ScriptedPeer.answering(command -> echo(command.word(1)));
        var redis = connect(peer.url())) {
      peer.send(1, "$7\r\nforeign\r\n");
      Eventually.within(LIMIT, "the connection ends", () -> peer.open() == 0);
      assertEquals("own", redis.call("ECHO", "own").text());
    }
  }

  @Test
  void anExtraReplyInTheSamePacketReachesNobody() {
    for (int i = 0; i < 200; i++) {
      try (var peer = ScriptedPeer.start();
          var redis = connect(peer.url())) {
        peer.expect("ECHO", "a").reply("$1\r\na\r\n$7\r\nforeign\r\n");
        peer.otherwise(command -> echo(command.word(1)));
        assertEquals("a", redis.call("ECHO", "a").text());
        assertOwnOrBroken(redis);
        assertEquals("c", redis.call("ECHO", "c").text());
        assertEquals(2, peer.accepted());
      }
    }
  }

  // The call may be on its way when the extra reply is found.
  private static void assertOwnOrBroken(Redis redis) {
    try {
      assertEquals("b", redis.call("ECHO", "b").text());
    } catch (RedisException.BrokenProtocol broken) {
      assertTrue(broken.mayHaveRun());
    }
  }

  @Test
  void whatIsNoProtocolEndsTheConnectionForAllWhoWaitOnIt() {
    for (var garbage : List.of("?what\r\n", "$-7\r\n", ":12x\r\n", "$3\r\nabcXX", "HTTP/1.1 400")) {
      var all = new CountDownLatch(1);
      try (var peer = ScriptedPeer.start();
          var proxy = FaultProxy.to(peer.port());
          var redis = connect(proxy.url())) {
        peer.expect("ECHO", "1").after(all).reply(echo("1"));
        peer.expect("ECHO", "2").reply(garbage);
        peer.expect("ECHO", "3").silence();
        long before = proxy.bytesToServer();
        var first = redis.send(Command.of("ECHO", "1"));
        var second = redis.send(Command.of("ECHO", "2"));
        var third = redis.send(Command.of("ECHO", "3"));
        // One that was never sent would go again, on the next connection.
        int sent = 3 * "*2\r\n$4\r\nECHO\r\n$1\r\n1\r\n".length();
        Eventually.within(LIMIT, "all are sent", () -> proxy.bytesToServer() - before == sent);
        all.countDown();
        assertEquals("1", first.await().text());
        assertThrows(RedisException.BrokenProtocol.class, second::await);
        assertThrows(RedisException.class, third::await);
        peer.otherwise(command -> echo(command.word(1)));
        assertEquals("4", redis.call("ECHO", "4").text());
      }
    }
  }

  @Test
  void pushesBetweenAndInsideRepliesAreNobodysReply() {
    var push = ">3\r\n$10\r\ninvalidate\r\n+a\r\n:1\r\n";
    try (var peer = ScriptedPeer.start();
        var redis = connect(peer.url())) {
      peer.expect("GET", "1").reply(push + "$1\r\n1\r\n" + push);
      peer.expect("GET", "2").reply("*3\r\n:1\r\n" + push + "*1\r\n" + push + ":2\r\n:3\r\n");
      peer.expect("GET", "3").reply(push + "|1\r\n+ttl\r\n:9\r\n" + push + "$1\r\n3\r\n");
      var first = redis.send(Command.of("GET", "1"));
      var second = redis.send(Command.of("GET", "2"));
      var third = redis.send(Command.of("GET", "3"));
      assertEquals("1", first.await().text());
      assertEquals("[1, [2], 3]", second.await().toString());
      assertEquals("3", third.await().text());
    }
  }

  @Test
  void aTransactionsRepliesStayTogetherWithPushesInBetween() {
    var push = ">2\r\n+message\r\n+x\r\n";
    try (var peer = ScriptedPeer.start();
        var redis = connect(peer.url())) {
      peer.expect("MULTI").reply("+OK\r\n" + push);
      peer.expect("GET").reply("+QUEUED\r\n");
      peer.expect("EXEC").reply(push + "*1\r\n" + push + "$1\r\nv\r\n");
      peer.otherwise(command -> echo(command.word(1)));
      var results = redis.atomically(Command.of("GET", "k").map(Reply::text));
      assertEquals(List.of("v"), results);
      assertEquals("after", redis.call("ECHO", "after").text());
    }
  }

  // ---- readers that throw

  @Test
  void aReadingThatThrowsHarmsOnlyItsCaller() {
    var throwables =
        List.of(
            new IllegalStateException("mine"),
            new StackOverflowError("mine"),
            new OutOfMemoryError("mine"),
            new AssertionError("mine"));
    try (var redis = connect(RedisServer.shared().url())) {
      long id = redis.call("CLIENT", "ID").integer();
      for (Throwable mine : throwables) {
        var before = redis.send(Command.of("ECHO", "before"));
        var bad = redis.send(Command.of("ECHO", "bad").map(reply -> sneak(mine)));
        var after = redis.send(Command.of("ECHO", "after"));
        assertSame(mine, assertThrows(Throwable.class, bad::await));
        assertEquals("before", before.await().text());
        assertEquals("after", after.await().text());
      }
      assertEquals(id, redis.call("CLIENT", "ID").integer(), "the connection is the same");
    }
  }

  private static Object sneak(Throwable throwable) {
    if (throwable instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) throwable;
  }

  @Test
  void aReadingThatReallyOverflowsTheStackHarmsOnlyItsCaller() {
    try (var redis = connect(RedisServer.shared().url())) {
      var deep = redis.send(Command.of("ECHO", "deep").map(RightCallerTest::bottomless));
      var other = redis.send(Command.of("ECHO", "other"));
      assertThrows(StackOverflowError.class, deep::await);
      assertEquals("other", other.await().text());
    }
  }

  private static String bottomless(Reply reply) {
    return bottomless(reply) + "x";
  }

  @Test
  void aCallerAtTheEndOfItsStackHarmsNobodyElse() {
    try (var redis =
            Redis.connect(
                RedisOptions.of(RedisServer.shared().url()).withTimeout(SHORT.multipliedBy(4)));
        var crowd = Crowd.of(1, number -> plunge(redis, 0))) {
      crowd.join(Duration.ofSeconds(30));
      Eventually.within(
          LIMIT, "the client serves others", () -> redis.call("ECHO", "x").text().equals("x"));
      for (int i = 0; i < 100; i++) {
        assertEquals("y" + i, redis.call("ECHO", "y" + i).text());
      }
    }
  }

  /** Calls at every depth near the end of the stack. */
  private static int plunge(Redis redis, int depth) {
    try {
      int deeper = plunge(redis, depth + 1);
      if (deeper - depth < 400) {
        callAnyhow(redis, depth);
      }
      return deeper;
    } catch (StackOverflowError end) {
      return depth;
    }
  }

  /** The JDK wraps the overflow when it happens while a call site is linked. */
  private static void callAnyhow(Redis redis, int depth) {
    try {
      String token = "deep" + depth;
      assertEquals(token, redis.call("ECHO", token).text());
    } catch (RedisException | StackOverflowError allowed) {
      return;
    } catch (InternalError linking) {
      assertEquals("java.lang.StackOverflowError", linking.getMessage());
    }
  }

  // ---- scripts

  @Test
  void aPipelineWithAnUnknownScriptKeepsEveryReplyWithItsCaller() {
    try (var redis = connect(RedisServer.shared().url())) {
      for (int round = 0; round < 20; round++) {
        var script = Script.of("return '" + round + ":' .. ARGV[1] .. '" + System.nanoTime() + "'");
        var pending = new ArrayList<Pending<Reply>>();
        for (int i = 0; i < 200; i++) {
          boolean scripted = i % 7 == 3;
          pending.add(
              redis.send(scripted ? script.call(List.of(), "s" + i) : Command.of("ECHO", "e" + i)));
        }
        for (int i = 0; i < 200; i++) {
          var expected = i % 7 == 3 ? round + ":s" + i : "e" + i;
          assertTrue(pending.get(i).await().text().startsWith(expected), "reply " + i);
        }
      }
    }
  }

  // ---- memory

  /** The heap ends in the middle of a reply: what comes next on that connection is unreadable. */
  @Test
  void anOutOfMemoryErrorInTheMiddleOfAReplyBreaksTheConnectionAndNothingElse() {
    var huge = new AtomicInteger();
    try (var peer = ScriptedPeer.start()) {
      peer.otherwise(
          command -> {
            if (command.startsWith("GET", "huge")) {
              huge.incrementAndGet();
              return HugeReply.withInside(200 << 20);
            }
            return echo(command.word(1));
          });
      try (var child =
          ChildJvm.of(HugeReply.class).withHeap("48m").start(Integer.toString(peer.port()))) {
        assertEquals("done", child.awaitLine("done", Duration.ofSeconds(30)));
        assertEquals(0, child.awaitExit(LIMIT), () -> "errors: " + child.errors());
      }
      assertEquals(3, huge.get());
    }
  }
}
