package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.redis.Command;
import dev.redstart.redis.Requests;
import dev.redstart.stream.Settlement.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Consumers that died, or seemed to, and who may finish what. */
@Apart
class TakeoverTest {
  private static final String KEY = OneStream.KEY;
  private static final String GROUP = OneStream.GROUP;

  @Test
  void whatADeadConsumerHeldIsTakenOverWhenItsLeaseIsOver() {
    try (var s = OneStream.open()) {
      var got = new CopyOnWriteArrayList<StreamMessage>();
      var options = OneStream.QUICK.withLease(Duration.ofSeconds(1));
      var consumer = s.consume(got::add, options);
      s.awaitBlocked(1);
      // Before the consumer, which is blocked, can get it.
      s.redis.atomically(
          List.of(
              Command.of("XADD", KEY, "*", "n", "0"),
              Command.of("XREADGROUP", "GROUP", GROUP, "dead", "STREAMS", KEY, ">")));
      long start = System.nanoTime();
      Eventually.within(OneStream.LIMIT, "taken over", () -> got.size() == 1);
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis >= 990, "not before the lease was over, but after " + millis + " ms");
      assertTrue(millis < 2000, "it took " + millis + " ms");
      assertEquals(2, got.get(0).deliveries());
      s.awaitDone();
      assertEquals(1, consumer.counters().takenOver());
    }
  }

  @Test
  void aLongHandlerKeepsItsEntry() {
    try (var s = OneStream.open()) {
      s.push(0, 3);
      var runs = new CopyOnWriteArrayList<String>();
      MessageHandler handler =
          message -> {
            runs.add(message.field("n").orElseThrow());
            new CountDownLatch(1).await(1500, TimeUnit.MILLISECONDS);
          };
      var options = OneStream.QUICK.withLease(Duration.ofMillis(400)).withConcurrency(3);
      s.consume(handler, options);
      s.consume(handler, options);
      s.awaitDone();
      assertEquals(3, runs.size(), "four leases long, and nobody took over");
    }
  }

  @Test
  void aMoreThanAPageOfPendingEntriesIsGoneThrough() {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(KEY, GROUP);
      s.push(0, 1000);
      s.readAndDie("dead", 700);
      var got = ConcurrentHashMap.<String>newKeySet();
      s.consume(
          m -> got.add(m.field("n").orElseThrow()),
          OneStream.QUICK.withCount(30).withConcurrency(4));
      s.awaitDone();
      assertEquals(1000, got.size());
    }
  }

  private static Settlement settlement(Membership membership, String id, int n, Verb verb) {
    var taken = new Membership.Taken(id, n, List.of());
    var delivery = new Delivery(new Source(membership, 1), taken, System.nanoTime());
    return new Settlement(delivery, verb, "100", new CompletableFuture<>());
  }

  private static String settle(Membership membership, String id, int n, Verb verb) {
    return new Requests()
        .once(request -> membership.settle(request, List.of(settlement(membership, id, n, verb))));
  }

  @Test
  void onlyTheHolderOfADeliveryCanSayAnythingAboutIt() {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(KEY, GROUP);
      s.push(0, 2);
      s.readAndDie("old", 1);
      var store = Store.of(s.redis, new Requests(), KEY);
      var options = OneStream.QUICK.withLease(Duration.ofMillis(200));
      var old = new Membership(store, GROUP, "old", options);
      var young = new Membership(store, GROUP, "young", options);
      var id = s.pending().get(0).split(" ")[0];
      var took = new AtomicReference<Membership.Page>();
      Eventually.within(
          OneStream.LIMIT,
          "its lease is over",
          () -> {
            took.set(young.claim("-", 5));
            return !took.get().taken().isEmpty();
          });
      assertEquals(2, took.get().taken().get(0).deliveries());
      for (var verb : Verb.values()) {
        assertEquals("l", settle(old, id, 1, verb), verb::toString);
        assertEquals("l", settle(old, id, 2, verb), verb::toString);
        assertEquals("l", settle(young, id, 1, verb), verb::toString);
      }
      var source = new Source(old, 1);
      var delivery = new Delivery(source, new Membership.Taken(id, 1, List.of()), 0);
      source.renew(List.of(delivery));
      assertTrue(delivery.isLost());
      assertEquals(List.of(id + " young 2"), s.pending(), "all of that has changed nothing");
      assertEquals("d", settle(young, id, 2, Verb.ACK));
      assertEquals(List.of(), s.pending());
      assertEquals(0, s.streams.figures(KEY).deadLetters());
    }
  }

  @Test
  void theSameSettlementAgainHasTheSameAnswer() {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(KEY, GROUP);
      s.push(0, 3);
      s.readAndDie("me", 3);
      var me = new Membership(Store.of(s.redis, new Requests(), KEY), GROUP, "me", OneStream.QUICK);
      var ids = s.pending().stream().map(it -> it.split(" ")[0]).toList();
      var batch =
          List.of(
              settlement(me, ids.get(0), 1, Verb.ACK),
              settlement(me, ids.get(1), 1, Verb.DEAD),
              settlement(me, ids.get(2), 1, Verb.AGAIN),
              settlement(me, "1-1", 1, Verb.ACK));
      var request = new Requests.Request("line", 1);
      assertEquals("dddl", me.settle(request, batch));
      assertEquals("dddl", me.settle(request, batch));
      assertEquals(List.of(ids.get(2) + " me 2"), s.pending());
      assertEquals(1, s.streams.figures(KEY).deadLetters());
    }
  }

  @Test
  void aHandlerWhoseEntryWasTakenIsToldAndWhatItReturnsDoesNotCount() throws Exception {
    try (var s = OneStream.open()) {
      var id = s.streams.push(KEY, OneStream.numbered(0, 1).get(0));
      var told = new CountDownLatch(1);
      var later = new CopyOnWriteArrayList<StreamMessage>();
      var consumer =
          s.consume(
              message -> {
                if (later.isEmpty() && told.getCount() > 0) {
                  s.redis.call("XCLAIM", KEY, GROUP, "thief", "0", message.id().toString());
                  while (!message.isLost()) {
                    LockSupport.parkNanos(1_000_000);
                  }
                  // With the interrupt pending: the next handler on this thread must not see it.
                  told.countDown();
                } else {
                  assertFalse(Thread.currentThread().isInterrupted());
                  later.add(message);
                }
              },
              OneStream.QUICK);
      assertTrue(told.await(10, TimeUnit.SECONDS));
      Eventually.within(OneStream.LIMIT, "counted", () -> consumer.counters().lost() == 1);
      s.push(1, 3);
      s.awaitDone();
      assertEquals(0, consumer.counters().failed());
      assertEquals(4, later.size(), "the next ones, and that of the thief, who never came back");
      assertEquals(
          Set.of(1, 3),
          Set.of(
              later.stream().filter(m -> !m.id().equals(id)).findAny().orElseThrow().deliveries(),
              later.stream().filter(m -> m.id().equals(id)).findAny().orElseThrow().deliveries()));
    }
  }

  @Test
  void whoWasOutOfTouchForALeaseAsksBeforeHeBegins() {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(KEY, GROUP);
      s.push(0, 2);
      s.readAndDie("me", 2);
      var ids = s.pending().stream().map(it -> it.split(" ")[0]).toList();
      s.redis.call("XCLAIM", KEY, GROUP, "other", "0", ids.get(0));
      var store = Store.of(s.redis, new Requests(), KEY);
      var source = new Source(new Membership(store, GROUP, "me", OneStream.QUICK), 2);
      var tally = new Tally();
      var keeper = new Keeper(List.of(source), OneStream.QUICK, tally, () -> {}, (any, time) -> {});
      var got = new CopyOnWriteArrayList<String>();
      MessagePredicate handler = message -> got.add(message.id().toString());
      var handling = new Handling(handler, OneStream.QUICK, keeper, tally, new CountDownLatch(1));
      long longAgo = System.nanoTime() - Duration.ofMinutes(1).toNanos();
      for (var id : ids) {
        handling.handle(source.hold(new Membership.Taken(id, 1, List.of()), longAgo));
      }
      assertEquals(List.of(ids.get(1)), got);
      assertEquals(1, tally.lost.sum());
    }
  }

  @Test
  void consumersThatWereSilentForLongAndHoldNothingAreDeleted() {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(KEY, GROUP);
      s.push(0, 2);
      s.readAndDie("holds", 2);
      s.redis.call("XGROUP", "CREATECONSUMER", KEY, GROUP, "holds nothing");
      var id = s.pending().get(0).split(" ")[0];
      s.redis.call("XACK", KEY, GROUP, id);
      var leave = List.of(KEY);
      Eventually.within(
          OneStream.LIMIT,
          "a few ms have passed",
          () -> s.redis.call(StreamScripts.LEAVE.call(leave, GROUP, "", "2")).integer() == 1);
      assertEquals(List.of("holds"), s.consumerNames());
      s.redis.call(StreamScripts.LEAVE.call(leave, GROUP, "holds", "3600000"));
      assertEquals(List.of("holds"), s.consumerNames(), "with what is pending it would be lost");
    }
  }
}
