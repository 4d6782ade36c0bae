package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Seeds;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Requests;
import dev.redstart.redis.StreamEntry;
import dev.redstart.redis.Streams;
import dev.redstart.stream.Settlement.Verb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Random pushes, reads, acknowledgements, takeovers and retentions, beside a model that keeps
 * everything: no entry is ever missing that some group has not finished, and each group's lag is
 * what the model counts.
 */
class RetentionModelTest {
  private static final int STEPS = 1500;
  private static final String KEY = OneStream.KEY;

  /** What a group has yet to do, by the model. */
  private static final class Group {
    final Membership membership;
    final TreeSet<EntryId> unread = new TreeSet<>();

    /** With how many deliveries. */
    final TreeMap<EntryId, Integer> pending = new TreeMap<>();

    Group(Membership membership) {
      this.membership = membership;
    }
  }

  private final Map<String, Group> groups = new HashMap<>();
  private final Requests requests = new Requests();

  @Test
  void nothingUnfinishedIsEverMissingAndLagIsExact() {
    Seeds.check(
        seed -> {
          try (var s = OneStream.open()) {
            var random = new Random(seed);
            for (int i = 0; i < STEPS; i++) {
              step(s, random);
              check(s);
            }
          }
        });
  }

  private void step(OneStream s, Random random) {
    int dice = random.nextInt(100);
    if (groups.isEmpty() || (dice < 4 && groups.size() < 3)) {
      create(s, "g" + random.nextInt(5), random.nextBoolean());
    } else if (dice < 6) {
      var name = any(random, groups.keySet());
      s.redis.call("XGROUP", "DESTROY", KEY, name);
      groups.remove(name);
    } else if (dice < 40) {
      push(s, random);
    } else if (dice < 70) {
      read(s, any(random, groups.keySet()), 1 + random.nextInt(8));
    } else {
      settle(groups.get(any(random, groups.keySet())), random);
    }
  }

  private static <T> T any(Random random, Iterable<T> all) {
    var list = new ArrayList<T>();
    all.forEach(list::add);
    return list.get(random.nextInt(list.size()));
  }

  private void create(OneStream s, String name, boolean fromStart) {
    if (groups.containsKey(name)) {
      return;
    }
    s.streams.ensureGroup(KEY, name, fromStart ? GroupStart.START : GroupStart.END);
    var store = Store.of(s.redis, requests, KEY);
    var group = new Group(new Membership(store, name, "me", ConsumerOptions.defaults()));
    if (fromStart) {
      group.unread.addAll(ids(s));
    }
    groups.put(name, group);
  }

  private void push(OneStream s, Random random) {
    var entries = OneStream.numbered(0, 1 + random.nextInt(5));
    List<EntryId> ids;
    try {
      ids =
          random.nextInt(4) > 0
              ? s.streams.pushAll(KEY, entries)
              : s.streams.pushAll(KEY, entries, retention(random));
    } catch (StreamException.Full full) {
      ids = full.added();
    }
    for (var group : groups.values()) {
      group.unread.addAll(ids);
    }
  }

  private static Retention retention(Random random) {
    var kept =
        switch (random.nextInt(3)) {
          case 0 -> Retention.keepAll();
          case 1 -> Retention.youngerThan(Duration.ofMillis(1 + random.nextInt(20)));
          default -> Retention.atMost(1 + random.nextInt(20));
        };
    kept = random.nextInt(3) == 0 ? kept.withCapacity(20 + random.nextInt(40)) : kept;
    return random.nextInt(3) == 0 ? kept.evenIfUnread() : kept;
  }

  private void read(OneStream s, String name, int count) {
    var group = groups.get(name);
    s.redis.call(
        "XREADGROUP", "GROUP", name, "me", "COUNT", Integer.toString(count), "STREAMS", KEY, ">");
    for (int i = 0; i < count && !group.unread.isEmpty(); i++) {
      group.pending.put(group.unread.pollFirst(), 1);
    }
  }

  private void settle(Group group, Random random) {
    var batch = new ArrayList<Settlement>();
    for (var each : new ArrayList<>(group.pending.entrySet())) {
      if (random.nextBoolean()) {
        var verb = any(random, List.of(Verb.ACK, Verb.ACK, Verb.ACK, Verb.DEAD, Verb.AGAIN));
        batch.add(settlement(group, each.getKey(), each.getValue(), verb));
        if (verb == Verb.AGAIN) {
          each.setValue(each.getValue() + 1);
          group.pending.put(each.getKey(), each.getValue());
        } else {
          group.pending.remove(each.getKey());
        }
      }
    }
    if (!batch.isEmpty()) {
      var letters = requests.once(request -> group.membership.settle(request, batch));
      assertEquals("d".repeat(batch.size()), letters);
    }
  }

  private static Settlement settlement(Group group, EntryId id, int deliveries, Verb verb) {
    var taken = new Membership.Taken(id.toString(), deliveries, List.of());
    var delivery = new Delivery(new Source(group.membership, 1), taken, System.nanoTime());
    return new Settlement(delivery, verb, "model", new CompletableFuture<>());
  }

  private static List<EntryId> ids(OneStream s) {
    return s.redis.call(Streams.range(KEY, EntryId.MIN, EntryId.MAX)).stream()
        .map(StreamEntry::id)
        .toList();
  }

  private void check(OneStream s) {
    var there = new HashSet<>(ids(s));
    var figures = s.streams.figures(KEY);
    assertEquals(there.size(), figures.length());
    groups.forEach(
        (name, group) -> {
          assertTrue(there.containsAll(group.unread), "unread entries are missing in " + name);
          assertTrue(there.containsAll(group.pending.keySet()), "pending ones are in " + name);
          var seen = figures.group(name).orElseThrow();
          assertEquals(group.unread.size(), seen.lag().orElseThrow(), "the lag of " + name);
          assertEquals(group.pending.size(), seen.pending());
        });
  }
}
