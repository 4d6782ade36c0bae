package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.PendingQuery;
import dev.redstart.redis.StreamGroups;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Consumers in processes of their own that really die, or are stopped for too long. */
class KilledConsumersTest {
  private static final Duration LEASE = Duration.ofMillis(700);
  private static final int SCALE = Integer.getInteger("redstart.chaos", 1);
  private static final int CHILDREN = 3;
  private static final int ENTRIES = 5000 * SCALE;
  private static final int KILLS = 15 * SCALE;
  private static final int DELIVERIES = 12;
  private static final Duration LIMIT = Duration.ofSeconds(40L * SCALE);

  private static ChildJvm start(int workMillis) {
    return ChildJvm.of(ConsumerMain.class)
        .withHeap("48m")
        .start(
            RedisServer.shared().url(),
            Long.toString(LEASE.toMillis()),
            Integer.toString(DELIVERIES),
            Integer.toString(workMillis));
  }

  private static String name(ChildJvm child) {
    return child.awaitLine("name ", LIMIT).substring("name ".length());
  }

  @Test
  void whateverDiesWhenEachEntryIsHandledOrDeadAfterExactlySoManyDeliveries() {
    Seeds.check(KilledConsumersTest::killAtRandom);
  }

  private static void killAtRandom(long seed) throws Exception {
    var random = new Random(seed);
    var children = new ArrayList<ChildJvm>();
    var recoveries = new ArrayList<CompletableFuture<Long>>();
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(OneStream.KEY, OneStream.GROUP);
      s.push(0, ENTRIES);
      for (int i = 0; i < CHILDREN; i++) {
        children.add(start(2));
      }
      // One that is always there, for at times all others are dead.
      s.consume(
          message -> ConsumerMain.handle(s.redis, message, 2),
          ConsumerMain.options(LEASE, DELIVERIES));
      for (int kill = 1; kill <= KILLS; kill++) {
        awaitHandled(s, kill * ENTRIES / (KILLS + 4));
        int victim = random.nextInt(CHILDREN);
        var name = name(children.get(victim));
        children.get(victim).kill();
        recoveries.add(recovery(s, name));
        children.set(victim, start(2));
      }
      Eventually.within(LIMIT, "all is done", s::isDone);
      check(s);
      var millis = new ArrayList<Long>();
      for (var recovery : recoveries) {
        millis.add(recovery.get());
      }
      Collections.sort(millis);
      System.out.printf(
          "killed consumers: %d entries, %d kills, what each held was taken over within %d ms"
              + " (lease %d ms)%n",
          ENTRIES, KILLS, millis.get(KILLS - 1), LEASE.toMillis());
      assertTrue(millis.get(KILLS - 1) <= LEASE.toMillis() + 1000, millis::toString);
    } finally {
      children.forEach(ChildJvm::close);
    }
  }

  private static void awaitHandled(OneStream s, int count) {
    Eventually.within(
        LIMIT,
        count + " are handled",
        () -> s.redis.call(Hashes.len(ConsumerMain.HANDLED)) >= count);
  }

  /** How many milliseconds it takes until the dead consumer has nothing pending any more. */
  private static CompletableFuture<Long> recovery(OneStream s, String name) {
    long start = System.nanoTime();
    var query = PendingQuery.first(1).withConsumer(name);
    return CompletableFuture.supplyAsync(
        () -> {
          Eventually.within(
              LIMIT,
              "what " + name + " held is taken over",
              () ->
                  s.redis
                      .call(StreamGroups.pending(OneStream.KEY, OneStream.GROUP, query))
                      .isEmpty());
          return (System.nanoTime() - start) / 1_000_000;
        },
        task -> new Thread(task).start());
  }

  private static void check(OneStream s) {
    var all = IntStream.range(0, ENTRIES).mapToObj(Integer::toString).toList();
    var poison = all.stream().filter(ConsumerMain::isPoison).collect(Collectors.toSet());
    var letters = s.streams.deadLetters(OneStream.KEY, ENTRIES);
    var dead = letters.stream().map(it -> it.fields().get("n")).toList();
    assertEquals(poison.size(), dead.size(), "each once");
    assertEquals(poison, new TreeSet<>(dead));
    letters.forEach(letter -> assertEquals(DELIVERIES, letter.deliveries()));
    var tries = s.redis.call(Hashes.getAll(ConsumerMain.TRIES));
    for (var each : tries.entrySet()) {
      assertTrue(Integer.parseInt(each.getValue()) <= DELIVERIES, each::toString);
    }
    var handled = new TreeSet<>(s.redis.call(Hashes.keys(ConsumerMain.HANDLED)));
    handled.addAll(poison);
    assertEquals(new TreeSet<>(all), handled);
  }

  @Test
  void aConsumerThatWasStoppedPastItsLeaseDoesNoHarm() {
    try (var s = OneStream.open()) {
      s.streams.ensureGroup(OneStream.KEY, OneStream.GROUP);
      s.push(0, 6);
      try (var slow = start(1500)) {
        slow.awaitLine("begin 0", LIMIT);
        slow.awaitLine("begin 1", LIMIT);
        slow.pause();
        var got = new CopyOnWriteArrayList<Integer>();
        s.consume(
            message -> got.add(message.deliveries()), ConsumerMain.options(LEASE, DELIVERIES));
        s.awaitDone();
        slow.resume();
        slow.awaitLine("lost 6 handled 0", LIMIT);
        assertEquals(List.of(2, 2, 2, 2, 2, 2), got);
        assertEquals(2, slow.lines().stream().filter(it -> it.startsWith("begin")).count());
        assertTrue(s.isDone());
        s.push(10, 4);
        s.awaitDone();
        assertEquals(10, s.streams.figures(OneStream.KEY).length());
        assertEquals(0, s.streams.figures(OneStream.KEY).deadLetters());
      }
    }
  }
}
