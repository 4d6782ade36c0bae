package dev.redstart.message;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Lists;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A message in the hands of a producer, which may die, be stopped, or be told to stop. */
@Apart
class GenerationTest {
  private static final Duration LEASE = Duration.ofMillis(600);
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private static ChildJvm producer(String... how) {
    var arguments = new ArrayList<>(List.of(RedisServer.shared().url(), "" + LEASE.toMillis()));
    arguments.addAll(List.of(how));
    var child = ChildJvm.of(ProducerMain.class).withHeap("48m");
    var started = child.start(arguments.toArray(String[]::new));
    started.awaitLine("producing", OneStore.LIMIT);
    return started;
  }

  @Test
  void aKilledProducersMessageFailsOnceForAllReaders() throws Exception {
    try (var one = OneStore.open();
        var child = create(one)) {
      var other = one.elsewhere();
      var readers = new ArrayList<CompletableFuture<List<MessageUpdate>>>();
      for (int n = 0; n < 20; n++) {
        var store = n % 2 == 0 ? one.store : other;
        var reader = store.subscribe(OneStore.SESSION, OneStore.ID, "0");
        readers.add(CompletableFuture.supplyAsync(() -> OneStore.readAll(reader), thread()));
      }
      Eventually.within(OneStore.LIMIT, "there is text", () -> one.text().length() > 10);
      child.kill();
      CompletableFuture.allOf(readers.toArray(CompletableFuture[]::new))
          .get(LEASE.plus(MARGIN).toMillis(), TimeUnit.MILLISECONDS);
      for (var reader : readers) {
        var fold = Fold.of(reader.join());
        assertEquals(MessageStatus.FAILED, fold.status);
        assertEquals(one.text(), fold.text());
      }
      assertEquals(1, one.types().stream().filter("message_end"::equals).count());
      assertEquals("the producer is gone", one.load().error().orElseThrow());
    }
  }

  private static Executor thread() {
    return task -> new Thread(task, "reader").start();
  }

  private static ChildJvm create(OneStore one) {
    one.message();
    return producer("0");
  }

  @Test
  void whoeverLoadsTheMessageOfADeadProducerEndsIt() {
    try (var one = OneStore.open()) {
      one.message();
      leaseOf(one.elsewhere(), Duration.ZERO);
      expire(one);
      var loaded = one.load();
      assertEquals(MessageStatus.FAILED, loaded.status());
      assertEquals(List.of("message_start", "error", "message_end"), one.types());
      assertEquals(loaded, one.store.sessionMessages(OneStore.SESSION, 10, 0).get(0));
    }
  }

  /** As a process that dies at once. */
  private static Generation leaseOf(MessageStore store, Duration grace) {
    var generation = store.produce(OneStore.ID, Duration.ofSeconds(30), grace).orElseThrow();
    store.close();
    return generation;
  }

  /** As if the lease, and what was given beyond it, were over; Redis' clock decides. */
  private static void expire(OneStore one) {
    var lease = one.hash().get("lease").split(" ");
    lease[1] = "1";
    lease[2] = lease[4].equals("0") ? "1" : lease[2];
    one.redis.call("HSET", key("message:" + OneStore.ID), "lease", String.join(" ", lease));
  }

  /** It was so that a short lease waited for the next sign of life of a long one. */
  @Test
  void aShortLeaseIsKeptBesideALongOne() {
    try (var one = OneStore.open()) {
      one.message();
      one.store.loadOrCreate("other", OneStore.SESSION, Role.ASSISTANT);
      var patient = one.store.produce("other", Duration.ofSeconds(30)).orElseThrow();
      var hasty = one.store.produce(OneStore.ID, Duration.ofMillis(400)).orElseThrow();
      long until = System.nanoTime() + 800_000_000L;
      while (System.nanoTime() < until) {
        // Whoever looks would end it.
        assertEquals(MessageStatus.STREAMING, one.load().status());
      }
      assertFalse(hasty.isOver());
      assertFalse(patient.isOver());
    }
  }

  @Test
  void anotherProducerGoesOnWhereADeadOneStopped() {
    try (var one = OneStore.open()) {
      one.message();
      var dead = leaseOf(one.elsewhere(), Duration.ofSeconds(30));
      dead.message().appendText("half ");
      assertTrue(one.store.takeOver(OneStore.ID).isEmpty(), "its producer lives");
      assertTrue(one.store.produce(OneStore.ID, LEASE).isEmpty(), "its producer lives");
      expire(one);
      assertEquals(MessageStatus.STREAMING, one.load().status());
      var reader = one.store.subscribe(OneStore.SESSION, OneStore.ID, "0");
      assertFalse(reader.isEnded());
      reader.close();
      assertEquals(MessageStatus.STREAMING, one.load().status());
      try (var taken = one.store.takeOver(OneStore.ID).orElseThrow()) {
        assertEquals("half ", taken.message().snapshot().text());
        assertEquals(Duration.ofSeconds(30), taken.lease());
        assertEquals(Written.Result.LOST, dead.message().appendText("zombie").result());
        assertEquals(Written.Result.LOST, dead.message().complete().result());
        assertEquals(Written.Result.LOST, dead.check().result());
        assertTrue(dead.isOver());
        assertEquals(5, taken.message().last().textBytes());
        taken.message().appendText(5, "and half");
        taken.message().complete();
      }
      assertEquals("half and half", one.text());
      assertEquals(MessageStatus.COMPLETED, one.load().status());
    }
  }

  @Test
  void aProducerIsKeptAliveByItsProcessAndNotByItsWrites() {
    try (var one = OneStore.open();
        var held = produce(one, Duration.ofMillis(200))) {
      long end = System.nanoTime() + Duration.ofMillis(800).toNanos();
      var reader = one.elsewhere().subscribe(OneStore.SESSION, OneStore.ID, "0");
      reader.next(Duration.ZERO);
      while (System.nanoTime() < end) {
        assertTrue(reader.next(Duration.ofMillis(50)).isEmpty());
      }
      assertFalse(held.isOver());
      assertEquals(MessageStatus.STREAMING, one.load().status());
    }
  }

  private static Generation produce(OneStore one, Duration lease) {
    one.message();
    return one.store.produce(OneStore.ID, lease).orElseThrow();
  }

  @Test
  void aCancellationReachesASilentProducerWithinASecond() throws Exception {
    try (var one = OneStore.open();
        var held = produce(one, Duration.ofSeconds(30))) {
      var told = new CountDownLatch(1);
      held.onOver(told::countDown);
      one.elsewhere().load(OneStore.ID).orElseThrow().cancel();
      assertTrue(told.await(1, TimeUnit.SECONDS), "not told within a second");
      assertTrue(held.isOver() && held.message().last().isCancelled());
      var refused = held.message().appendText("more");
      assertEquals(new Written(Written.Result.ENDED, MessageStatus.CANCELLED, 0), refused);
      assertEquals(List.of("message_start", "message_end"), one.types());
    }
  }

  @Test
  void whatIsToRunWhenItIsOverMayFailWithoutHarmToOthers() {
    try (var one = OneStore.open();
        var held = produce(one, Duration.ofMillis(300))) {
      one.store.loadOrCreate("other", OneStore.SESSION, Role.USER);
      var told = new CountDownLatch(1);
      var other = one.store.produce("other", Duration.ofMillis(300)).orElseThrow();
      other.onOver(
          () -> {
            told.countDown();
            throw new IllegalArgumentException("on purpose: this test logs a warning");
          });
      one.store.load("other").orElseThrow().cancel();
      Eventually.within(OneStore.LIMIT, "it was told", () -> told.getCount() == 0);
      long end = System.nanoTime() + Duration.ofMillis(700).toNanos();
      Eventually.within(OneStore.LIMIT, "two leases", () -> System.nanoTime() > end);
      assertEquals(MessageStatus.STREAMING, one.load().status());
      assertFalse(held.isOver());
    }
  }

  /** It was so that all others waited for it. */
  @Test
  void whatIsToRunWhenItIsOverMayTakeLong() throws Exception {
    try (var one = OneStore.open();
        var held = produce(one, Duration.ofMillis(600))) {
      one.store.loadOrCreate("other", OneStore.SESSION, Role.USER);
      var end = new CompletableFuture<Void>();
      var told = new CountDownLatch(1);
      var other = one.store.produce("other", Duration.ofMillis(600)).orElseThrow();
      other.onOver(
          () -> {
            told.countDown();
            end.join();
          });
      one.store.load("other").orElseThrow().cancel();
      assertTrue(told.await(1, TimeUnit.SECONDS), "not told within a second");
      assertLives(one, Duration.ofMillis(1000), List.of(OneStore.ID));
      end.complete(null);
      assertFalse(held.isOver());
    }
  }

  /** Whoever looks would end it. */
  private static void assertLives(OneStore one, Duration time, List<String> ids) {
    long until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < until) {
      for (var id : ids) {
        assertEquals(
            MessageStatus.STREAMING, one.store.load(id).orElseThrow().snapshot().status(), id);
      }
      one.redis.call(Lists.blockingPopLeft(Duration.ofMillis(20), "never"));
    }
  }

  /** One reply after the other would take longer than the leases are. */
  @Test
  void theSignsOfLifeOfManyTravelTogether() {
    try (var one = OneStore.open();
        var proxy = FaultProxy.to(RedisServer.shared().port())) {
      var far = one.elsewhere(proxy.url(), MessageOptions.defaults());
      var ids = IntStream.range(0, 15).mapToObj(n -> "msg_" + n).toList();
      for (var id : ids) {
        one.store.loadOrCreate(id, OneStore.SESSION, Role.ASSISTANT);
        far.produce(id, Duration.ofMillis(600)).orElseThrow();
      }
      proxy.toClient(Fault.delay(Duration.ofMillis(70)));
      assertLives(one, Duration.ofMillis(1200), ids);
    }
  }

  @Test
  void aMessageThatIsDeletedHarmsNoOther() {
    try (var one = OneStore.open();
        var held = produce(one, Duration.ofMillis(600))) {
      one.redis.call("DEL", key("message:" + OneStore.ID));
      one.store.loadOrCreate("other", OneStore.SESSION, Role.USER);
      one.store.produce("other", Duration.ofMillis(600)).orElseThrow();
      assertLives(one, Duration.ofMillis(1000), List.of("other"));
      assertThrows(MessageException.Unknown.class, () -> held.message().appendText("a"));
    }
  }

  @Test
  void aCancellationComesBackWithTheNextAppend() {
    try (var one = OneStore.open();
        var held = produce(one, Duration.ofSeconds(30))) {
      held.message().appendText("a");
      one.elsewhere().load(OneStore.ID).orElseThrow().cancel();
      assertTrue(held.message().appendText("b").isCancelled());
      assertEquals("a", one.text());
    }
  }

  @Test
  void aProducerThatLeavesWithoutAnEndLeavesAFailure() {
    try (var one = OneStore.open()) {
      produce(one, Duration.ofSeconds(30)).close();
      assertEquals(MessageStatus.FAILED, one.load().status());
    }
  }

  @Test
  void whatIsGivenBackWaitsForAnotherProducerAsLongAsThatWasSaid() {
    try (var one = OneStore.open()) {
      one.message();
      var grace = Duration.ofSeconds(30);
      var first = one.store.produce(OneStore.ID, Duration.ofSeconds(20), grace).orElseThrow();
      first.message().appendText("a");
      first.close();
      assertEquals(MessageStatus.STREAMING, one.load().status());
      try (var second = one.elsewhere().takeOver(OneStore.ID).orElseThrow()) {
        assertEquals(Duration.ofSeconds(20), second.lease());
        assertEquals(Written.Result.LOST, first.message().appendText("b").result());
        second.message().appendText("c");
      }
      try (var third = one.store.produce(OneStore.ID, LEASE).orElseThrow()) {
        third.message().complete();
      }
      assertEquals("ac", one.text());
    }
  }

  @Test
  void noProducerHasAMessageThatIsNotThere() {
    try (var one = OneStore.open()) {
      assertThrows(MessageException.Unknown.class, () -> one.store.produce("nobody", LEASE));
      assertThrows(MessageException.Unknown.class, () -> one.store.takeOver("nobody"));
      one.message().complete();
      assertTrue(one.store.produce(OneStore.ID, LEASE).isEmpty());
      assertTrue(one.store.takeOver(OneStore.ID).isEmpty());
      assertThrows(
          IllegalArgumentException.class,
          () -> one.store.produce(OneStore.ID, Duration.ofMillis(100)));
    }
  }

  /** A stopped process goes on after its lease as if nothing had been. */
  @Test
  void aZombieWritesNothing() {
    try (var one = OneStore.open();
        var child = createWithGrace(one)) {
      Eventually.within(OneStore.LIMIT, "there is text", () -> one.text().length() > 10);
      child.pause();
      var taken = new ArrayList<Generation>();
      Eventually.within(
          OneStore.LIMIT,
          "its lease is over",
          () -> {
            one.store.takeOver(OneStore.ID).ifPresent(taken::add);
            return !taken.isEmpty();
          });
      var text = taken.get(0).message().snapshot().text();
      child.resume();
      child.awaitLine("over LOST", OneStore.LIMIT);
      taken.get(0).message().complete();
      assertEquals(text, one.text());
    }
  }

  private static ChildJvm createWithGrace(OneStore one) {
    one.message();
    return producer("60000");
  }
}
