package dev.redstart.redis.cluster;

import static dev.redstart.redis.cluster.FakeNode.all;
import static dev.redstart.redis.cluster.FakeNode.range;
import static dev.redstart.redis.cluster.FakeNode.slots;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Received;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Strings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the slots are: asked at the right times, of the right nodes, and not too often. */
@Execution(CONCURRENT)
class TopologyTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration BRIEF = Duration.ofMillis(400);
  private static final int SLOTS = 16_384;

  private final FakeNode one = new FakeNode();
  private final FakeNode two = new FakeNode();

  @AfterEach
  void close() {
    one.close();
    two.close();
  }

  private static RedisException.Unavailable unreachable(FakeNode... seeds) {
    return assertThrows(
        RedisException.Unavailable.class, () -> Redis.connect(FakeNode.options(seeds)));
  }

  private static void assertSays(Throwable problem, String... words) {
    for (String word : words) {
      assertTrue(problem.getMessage().contains(word), problem.getMessage());
    }
    assertFalse(problem.getMessage().contains("secret"), problem.getMessage());
  }

  @Test
  void oneSeedThatAnswersIsEnough() {
    one.tells(all(one));
    two.close();
    for (int i = 0; i < 5; i++) {
      try (var redis = Redis.connect(FakeNode.options(two, one))) {
        assertEquals("OK", redis.call("SET", "k", "v").text());
      }
    }
  }

  @Test
  void seedsThatAreAllDownAreNamed() {
    one.close();
    two.close();
    assertSays(unreachable(one, two), one.address(), two.address(), "connection refused");
  }

  @Test
  void aSeedThatHangsLeavesTheOthersTheirTime() {
    hang(one, 20);
    two.tells(all(two));
    for (int i = 0; i < 4; i++) {
      Redis.connect(FakeNode.options(one, two).withConnectTimeout(BRIEF)).close();
    }
    assertTrue(one.peer().accepted() <= 4, one.peer().accepted() + " connections");
    hang(two, 20);
    long before = one.peer().accepted() + two.peer().accepted();
    long start = System.nanoTime();
    var options = FakeNode.options(one, two).withConnectTimeout(BRIEF);
    var gone = assertThrows(RedisException.Unavailable.class, () -> Redis.connect(options));
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(3));
    assertSays(gone, one.address(), two.address());
    assertEquals(before + 2, one.peer().accepted() + two.peer().accepted());
  }

  private static void hang(FakeNode node, int connections) {
    for (int i = 0; i < connections; i++) {
      node.peer().expect("HELLO").silence();
    }
  }

  @Test
  void nodesThatActOtherwiseThanTheyTellAreAskedSeldom() {
    var told =
        slots(
            range(0, 8_000, "127.0.0.1", one.port()),
            range(8_001, SLOTS - 1, "127.0.0.1", two.port()));
    one.tells(told).answers(FakeNode.moved(7629, two));
    two.tells(told);
    try (var redis = Redis.connect(FakeNode.options(one, two))) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
      int calls = 0;
      while (System.nanoTime() < end) {
        assertEquals("OK", redis.call("SET", "k", "v").text());
        calls++;
      }
      long asked = one.asked() + two.asked();
      assertTrue(asked <= 12, asked + " questions in a second");
      assertTrue(one.count("SET") <= asked, one.count("SET") + " of " + calls + " went astray");
    }
  }

  @Test
  void aClusterWithoutSlotsIsNotReady() {
    assertSays(unreachable(one), one.address(), "not ready");
  }

  @Test
  void aServerThatIsNoClusterSaysSo() {
    one.tells("-ERR This instance has cluster support disabled\r\n");
    assertSays(unreachable(one), one.address(), "cluster support disabled");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+OK\r\n",
        "$-1\r\n",
        "*1\r\n*0\r\n",
        "*1\r\n:1\r\n",
        "*1\r\n*2\r\n:0\r\n:16383\r\n",
        "*1\r\n*3\r\n:0\r\n:16384\r\n*2\r\n$1\r\nh\r\n:1\r\n",
        "*1\r\n*3\r\n:-1\r\n:5\r\n*2\r\n$1\r\nh\r\n:1\r\n",
        "*1\r\n*3\r\n:0\r\n:5\r\n*2\r\n$1\r\nh\r\n:99999\r\n",
        "*1\r\n*3\r\n:0\r\n:5\r\n*2\r\n$1\r\n?\r\n:1\r\n",
        "*1\r\n*3\r\n:9\r\n:5\r\n*2\r\n$1\r\nh\r\n:1\r\n",
        "*1\r\n*3\r\n:0\r\n:5\r\n*0\r\n"
      })
  void anAnswerThatMakesNoSenseCountsForNothing(String odd) {
    one.tells(odd);
    unreachable(one);
    two.tells(all(two));
    try (var redis = Redis.connect(FakeNode.options(one, two))) {
      assertEquals("OK", redis.call("SET", "k", "v").text());
    }
  }

  @Test
  void nodesMayHaveNamesAndBeTheAskedOne() {
    one.tells(
        slots(range(0, 8_000, "localhost", one.port()), range(8_001, SLOTS - 1, "", one.port())));
    try (var redis = Redis.connect(FakeNode.options(one))) {
      for (int i = 0; i < 20; i++) {
        assertEquals("OK", redis.call("SET", "key:" + i, "v").text());
      }
    }
  }

  @Test
  void aSlotThatNobodyHasIsWaitedFor() {
    one.tells(slots(range(0, 100, "127.0.0.1", one.port())))
        .answers("-CLUSTERDOWN Hash slot not served\r\n");
    try (var redis = Redis.connect(FakeNode.options(one))) {
      Pending<Long> sent = redis.send(Strings.incr("k"));
      Eventually.within(SOON, "it is tried", () -> one.count("INCR") > 1);
      one.tells(all(two));
      two.tells(all(two)).answers(":1\r\n");
      assertEquals(1, sent.await());
    }
  }

  @Test
  void aSlotThatNobodyHasForLongIsAnErrorInTime() {
    one.tells(slots(range(0, 100, "127.0.0.1", one.port())))
        .answers("-CLUSTERDOWN Hash slot not served\r\n");
    try (var redis = Redis.connect(FakeNode.options(one))) {
      long start = System.nanoTime();
      var refused =
          assertThrows(
              RedisException.Rejected.class,
              () -> redis.call(Strings.incr("k").within(Duration.ofMillis(700))));
      assertEquals("CLUSTERDOWN", refused.code());
      assertFalse(refused.mayHaveRun());
      assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(3));
      assertTrue(one.asked() < 10 && one.count("INCR") < 20, one.peer().commands().toString());
    }
  }

  @Test
  void aNodeThatWasRemovedIsLeftWhenItsCallsHaveEnded() {
    var answer = new CountDownLatch(1);
    one.tells(all(one)).answers(FakeNode.moved(7629, two));
    two.tells(all(two));
    one.peer().expect("BLPOP").after(answer).reply("*2\r\n$4\r\nlist\r\n$1\r\nv\r\n");
    try (var redis = Redis.connect(FakeNode.options(one))) {
      var pop = redis.send(Lists.blockingPopLeft(SOON, "list"));
      Eventually.within(SOON, "it was sent", () -> one.count("BLPOP") == 1);
      one.tells(all(two));
      assertEquals("OK", redis.call("SET", "k", "v").text());
      Eventually.within(SOON, "it is asked for a sign of life", () -> one.count("PING") > 0);
      answer.countDown();
      assertEquals("v", pop.await().orElseThrow().value());
      Eventually.within(SOON, "no connection is left", () -> one.peer().open() == 0);
    }
  }

  @Test
  void whatANodeThatDiedLeftBehindGoesToItsSuccessorIfThatIsSafe() {
    one.tells(all(one));
    one.peer().expect("SET", "k", "v").silence();
    one.peer().expect("GET", "k").silence();
    two.answers("$1\r\nv\r\n");
    try (var redis = Redis.connect(FakeNode.options(one, two))) {
      Pending<Boolean> written = redis.send(Strings.set("k", "v"));
      Pending<Optional<String>> read = redis.send(Strings.get("k"));
      Eventually.within(SOON, "both were sent", () -> one.count("GET") == 1);
      two.tells(all(two));
      one.close();
      assertEquals(Optional.of("v"), read.await());
      var lost = assertThrows(RedisException.Disconnected.class, written::await);
      assertTrue(lost.mayHaveRun());
      assertEquals(0, two.count("SET"));
    }
  }

  @Test
  void aNodeThatAcceptsButDoesNotAnswerHoldsNobodyUp() {
    one.tells(all(one));
    two.tells(all(one)).answers(":1\r\n");
    try (var redis = Redis.connect(FakeNode.options(one, two))) {
      assertEquals("OK", redis.call("SET", "k", "v").text());
      one.peer().expect("SET", "k", "v").hangUp();
      for (int i = 0; i < 20; i++) {
        one.peer().expect("HELLO").silence();
      }
      assertThrows(RedisException.Disconnected.class, () -> redis.call("SET", "k", "v"));
      Pending<Long> waiting = redis.send(Strings.incr("k"));
      Eventually.within(SOON, "the other is asked", () -> two.asked() > 0);
      two.tells(all(two));
      // An attempt to connect would take three seconds.
      assertEquals(1, redis.call(Strings.incr("k").within(Duration.ofMillis(2_500))));
      assertEquals(1, waiting.await());
    }
  }

  @Test
  void aHundredCallersOfADeadNodeAskSeldomAndConnectSeldom() {
    one.tells(all(one));
    try (var redis = Redis.connect(FakeNode.options(one, two).withTimeout(Duration.ofSeconds(1)))) {
      redis.call("SET", "k", "v");
      two.tells(all(one));
      one.close();
      var sent = new ArrayList<Pending<Long>>();
      for (int i = 0; i < 100; i++) {
        sent.add(redis.send(Strings.incr("k")));
      }
      for (Pending<Long> each : sent) {
        var unsent = assertThrows(RedisException.class, each::await);
        assertSays(unsent, one.address());
      }
      assertTrue(two.asked() <= 8, two.asked() + " questions in a second");
      assertTrue(two.peer().accepted() <= 8, two.peer().accepted() + " connections");
    }
  }

  @Test
  void aNodeThatWantsAnotherPasswordConcernsItsKeysOnly() {
    one.tells(
        slots(
            range(0, 8_000, "127.0.0.1", one.port()),
            range(8_001, SLOTS - 1, "127.0.0.1", two.port())));
    for (int i = 0; i < 20; i++) {
      two.peer().expect("HELLO").reply("-WRONGPASS invalid username-password pair\r\n").hangUp();
    }
    try (var redis = Redis.connect(FakeNode.options(one))) {
      // 7629 and 15495
      assertEquals("OK", redis.call("SET", "k", "v").text());
      var refused =
          assertThrows(RedisException.Unavailable.class, () -> redis.call("SET", "a", "v"));
      assertSays(refused, two.address(), "WRONGPASS");
      assertEquals("OK", redis.call("SET", "k", "v").text());
      assertEquals(1, two.peer().accepted());
    }
  }

  private static String subscribed(Received command) {
    return command.startsWith("SUBSCRIBE")
        ? ">3\r\n$9\r\nsubscribe\r\n" + FakeNode.bulk(command.word(1)) + ":1\r\n"
        : FakeNode.OK;
  }

  @Test
  void aSubscriptionLeavesANodeThatWasRemoved() {
    one.tells(all(one)).answers(TopologyTest::subscribed);
    two.tells(all(two)).answers(TopologyTest::subscribed);
    try (var redis = Redis.connect(FakeNode.options(one));
        var news = redis.subscribe("news")) {
      assertEquals(1, one.count("SUBSCRIBE"));
      one.tells(all(two)).answers(FakeNode.moved(7629, two));
      redis.call("SET", "k", "v");
      assertTrue(news.next(SOON).orElseThrow() instanceof Notice.Gap);
      assertEquals(1, two.count("SUBSCRIBE"));
    }
  }

  @Test
  void aSessionBeginsOnTheNodeThatHasItsKeyByNow() {
    one.tells(all(one)).answers(FakeNode.moved(7629, two));
    two.tells(all(two));
    try (var redis = Redis.connect(FakeNode.options(one))) {
      one.tells(all(two));
      redis.exclusive(
          session -> {
            session.watch("k");
            return session.call(Strings.set("k", "v"));
          });
      assertEquals(1, two.count("WATCH"));
      assertEquals(1, two.count("SET"));
      two.answers(FakeNode.moved(7629, one));
      var lost =
          assertThrows(
              RedisException.Rejected.class,
              () ->
                  redis.exclusive(
                      session -> {
                        two.answers(FakeNode.OK);
                        session.watch("k");
                        two.answers(FakeNode.moved(7629, one));
                        return session.call(Strings.set("k", "v"));
                      }));
      assertFalse(lost.mayHaveRun());
    }
  }

  @Test
  void whatSomeNodesHaveDoneIsNotCalledUndone() {
    one.tells(
        slots(
            range(0, 8_000, "127.0.0.1", one.port()),
            range(8_001, SLOTS - 1, "127.0.0.1", two.port())));
    two.answers("-NOPERM this user has no permissions\r\n");
    try (var redis = Redis.connect(FakeNode.options(one))) {
      var half = assertThrows(RedisException.class, () -> redis.call("FLUSHALL"));
      assertTrue(half.mayHaveRun());
      assertSays(half, two.address(), "NOPERM", "1 other");
      one.answers("-NOPERM this user has no permissions\r\n");
      assertFalse(assertThrows(RedisException.class, () -> redis.call("FLUSHALL")).mayHaveRun());
    }
  }

  @Test
  void aScanOfANodeThatIsGoneHasToBeginAnew() {
    one.tells(all(one));
    try (var redis = Redis.connect(FakeNode.options(one))) {
      var gone =
          assertThrows(
              RedisException.Unavailable.class, () -> redis.call("SCAN", "17@" + two.address()));
      assertSays(gone, two.address(), "begin the scan anew");
    }
  }
}
