package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.PendingQuery;
import dev.redstart.redis.StreamGroups;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Consumers that come and go, handlers that fail, entries that are stolen by somebody who dies,
 * connections that are killed, and a retention that drops what it may. In the end each entry was
 * finished, or is a dead letter, and no delivery happened twice.
 */
class RandomHistoryTest {
  private static final int STEPS = 120;
  private static final int DELIVERIES = 4;
  private static final String KEY = OneStream.KEY;

  private final Set<EntryId> pushed = ConcurrentHashMap.newKeySet();
  private final Set<EntryId> handled = ConcurrentHashMap.newKeySet();
  private final Set<String> deliveries = ConcurrentHashMap.newKeySet();
  private final Set<String> twice = ConcurrentHashMap.newKeySet();

  @Test
  void eachEntryIsFinishedOrDeadAndNoDeliveryHappensTwice() {
    Seeds.check(
        seed -> {
          try (var s = OneStream.open()) {
            run(s, new Random(seed));
            check(s);
          }
        });
  }

  private void run(OneStream s, Random random) throws Exception {
    s.streams.ensureGroup(KEY, OneStream.GROUP);
    var consumers = new ArrayList<StreamConsumer>();
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(8)) {
        case 0 -> consumers.add(start(s, random));
        case 1 -> {
          if (consumers.size() > 1) {
            consumers.remove(random.nextInt(consumers.size())).close();
          }
        }
        case 2 -> steal(s, random);
        case 3 -> Admin.call(s.redis, "CLIENT", "KILL", "TYPE", "normal");
        default ->
            pushed.addAll(
                s.streams.pushAll(
                    KEY, OneStream.numbered(0, 1 + random.nextInt(30)), Retention.atMost(20)));
      }
      new CountDownLatch(1).await(random.nextInt(20), TimeUnit.MILLISECONDS);
    }
    consumers.add(start(s, random));
  }

  private StreamConsumer start(OneStream s, Random random) {
    var options =
        OneStream.QUICK
            .withLease(Duration.ofMillis(300))
            .withDeliveries(DELIVERIES)
            .withCount(1 + random.nextInt(20))
            .withConcurrency(1 + random.nextInt(4));
    return s.consumeIf(this::handle, options);
  }

  private boolean handle(StreamMessage message) throws InterruptedException {
    var delivery = message.id() + " " + message.deliveries();
    if (!deliveries.add(delivery)) {
      twice.add(delivery);
    }
    int dice = delivery.hashCode() & 15;
    if (dice == 0) {
      new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    } else if (dice < 4) {
      return false;
    }
    handled.add(message.id());
    return true;
  }

  /** As a consumer does that dies at once. */
  private static void steal(OneStream s, Random random) {
    var pending =
        s.redis.call(
            StreamGroups.pending(KEY, OneStream.GROUP, PendingQuery.first(1 + random.nextInt(20))));
    pending.stream()
        .skip(random.nextInt(10))
        .forEach(
            each ->
                s.redis.call("XCLAIM", KEY, OneStream.GROUP, "thief", "0", each.id().toString()));
    s.readAndDie("thief", 1 + random.nextInt(3));
  }

  private void check(OneStream s) {
    s.awaitDone();
    Eventually.within(
        OneStream.LIMIT,
        "the surplus is dropped, some of it with each push",
        () -> {
          pushed.add(s.streams.push(KEY, OneStream.numbered(0, 1).get(0)));
          s.awaitDone();
          return s.streams.figures(KEY).length() <= 21;
        });
    var letters = s.streams.deadLetters(KEY, 10_000);
    var dead = letters.stream().map(DeadLetter::entry).collect(Collectors.toSet());
    assertEquals(letters.size(), dead.size(), "a dead letter is one once");
    letters.forEach(letter -> assertTrue(letter.deliveries() >= DELIVERIES, letter::toString));
    assertEquals(Set.of(), twice, "deliveries that two handlers had");
    var ended = new HashSet<>(handled);
    ended.addAll(dead);
    assertEquals(pushed, ended);
    assertEquals(List.of(), s.pending());
  }
}
