package dev.redstart.event;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.event.RunUpdate.Added;
import dev.redstart.event.RunUpdate.Ended;
import dev.redstart.event.RunUpdate.Gap;
import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Many followers of few runs, on two clients: they join at any time, lag, leave and come again,
 * while the subscription's connections are cut, others add with plain XADD, little is kept, and
 * Redis is killed. Each gets exactly the events, once and in order, or is told of a gap.
 */
class RandomHistoryTest {
  private static final int SCALE = Integer.getInteger("redstart.chaos", 1);
  private static final int FOLLOWERS = SCALE > 1 ? 2000 : 1000;
  private static final int EVENTS = 150 * Math.min(5, SCALE);
  private static final Duration LIMIT = Duration.ofSeconds(30L * SCALE);
  private static final int[] KEPT = {1, 3, 20, 100, 1000, 10_000};

  /** A run, and what is known of the events that it had. */
  private static final class History {
    final String id;
    final boolean mixed;
    final EventStore writer;
    final Map<EntryId, String> entries = new ConcurrentHashMap<>();
    final AtomicInteger added = new AtomicInteger();

    History(String id, boolean mixed, EventStore writer) {
      this.id = id;
      this.mixed = mixed;
      this.writer = writer;
    }

    void note(Event event) {
      var before = entries.put(event.id(), event.data().toString());
      assertTrue(
          before == null || before.equals(event.data().toString()),
          "two events have the id " + event.id());
    }
  }

  @Test
  void eachFollowerGetsExactlyTheEventsOrIsToldOfAGap() {
    Seeds.check(seed -> new RandomHistoryTest().follow(seed, false));
  }

  @Test
  void theSameWhileRedisIsKilled() {
    Seeds.check(seed -> new RandomHistoryTest().follow(seed, true));
  }

  private final AtomicBoolean over = new AtomicBoolean();

  private void follow(long seed, boolean kills) throws Exception {
    System.out.println("seed " + seed);
    var random = new Random(seed);
    try (var server = RedisServer.start(ServerOptions.plain().withAppendOnly());
        var one = Redis.connect(server.url());
        var two = Redis.connect(server.url());
        var admin = Redis.connect(server.url())) {
      var readers = List.of(EventStore.of(one), EventStore.of(two));
      var histories = new ArrayList<History>();
      for (int i = 0; i < 8; i++) {
        var options = EventOptions.defaults().withKept(KEPT[random.nextInt(KEPT.length)]);
        var writer = EventStore.of(i % 2 == 0 ? one : two, options);
        histories.add(new History("run-" + i, i % 3 == 0, writer));
      }
      int followers = kills ? FOLLOWERS / 4 : FOLLOWERS;
      var results = new ArrayList<CompletableFuture<Boolean>>();
      for (int i = 0; i < followers; i++) {
        var history = histories.get(random.nextInt(histories.size()));
        var reader = new Reader(history, readers, new Random(random.nextLong()));
        results.add(Runs.async(reader::read));
      }
      var writers = new ArrayList<CompletableFuture<Boolean>>();
      for (var history : histories) {
        var redis = random.nextBoolean() ? one : two;
        long from = random.nextLong();
        writers.add(Runs.async(() -> write(history, redis, new Random(from))));
      }
      var trouble = Runs.async(() -> trouble(server, admin, kills, new Random(random.nextLong())));
      for (var writer : writers) {
        writer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
      over.set(true);
      trouble.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      for (var result : results) {
        result.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
      Eventually.within(Runs.LONG, "no thread is left", () -> Runs.threads("redstart-tail") == 0);
      Eventually.within(
          Runs.LONG,
          "no channel is left",
          () -> Admin.call(admin, "PUBSUB", "CHANNELS", "*").items().isEmpty());
    }
  }

  private static void pause(int millis) throws InterruptedException {
    new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
  }

  private boolean write(History history, Redis redis, Random random) throws Exception {
    for (int i = 0; i < EVENTS; i++) {
      pause(random.nextInt(20));
      if (history.mixed && random.nextInt(5) == 0) {
        addPlainly(history, redis, i);
      } else {
        add(history, i);
      }
      history.added.incrementAndGet();
    }
    close(history);
    return true;
  }

  private static void addPlainly(History history, Redis redis, int n) throws InterruptedException {
    var key = key("run:" + history.id + ":events");
    var data = "{\"plain\":" + n + "}";
    try {
      var id = redis.call("XADD", key, "*", "event_category", "llm", "data", data).text();
      history.entries.put(EntryId.parse(id), data);
    } catch (RedisException.Disconnected unknown) {
      // If it is there, its followers will have seen it.
      pause(1);
    }
  }

  private static void add(History history, int n) throws InterruptedException {
    try {
      history.note(history.writer.add(history.id, "llm", "stream", Runs.number(n)));
    } catch (RedisException.Unavailable | RedisException.TimedOut | RedisException.Rejected away) {
      // If it is there all the same, its followers will have seen it.
      pause(50);
    }
  }

  private static void close(History history) throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      try {
        history.writer.close(history.id, RunEnd.COMPLETED);
        return;
      } catch (RedisException away) {
        pause(50);
      }
    }
    throw new AssertionError("the run could not be closed");
  }

  private boolean trouble(RedisServer server, Redis admin, boolean kills, Random random)
      throws InterruptedException {
    for (int i = 1; !over.get(); i++) {
      pause(100 + random.nextInt(300));
      try {
        Admin.call(admin, "CLIENT", "KILL", "TYPE", random.nextInt(4) == 0 ? "normal" : "pubsub");
      } catch (RedisException itWasUs) {
        continue;
      }
      if (kills && i % 4 == 0) {
        server.kill();
        pause(random.nextInt(200));
        server.restart();
      }
    }
    return true;
  }

  /** One of the many. */
  private static final class Reader {
    private final History history;
    private final List<EventStore> stores;
    private final Random random;
    private final int pauseMillis;

    private final List<RunUpdate> seen = new ArrayList<>();
    private EventStart start;

    Reader(History history, List<EventStore> stores, Random random) {
      this.history = history;
      this.stores = stores;
      this.random = random;
      this.pauseMillis = random.nextInt(4) == 0 ? random.nextInt(100) : 0;
      this.start = random.nextInt(4) == 0 ? EventStart.NEW : EventStart.START;
    }

    boolean read() throws Exception {
      while (history.added.get() < random.nextInt(EVENTS)) {
        pause(10 + random.nextInt(200));
      }
      boolean ended = false;
      while (!ended) {
        try (var follower = open()) {
          ended = hasEnded(follower);
          if (!seen.isEmpty() && seen.get(seen.size() - 1) instanceof Gap) {
            // Whoever comes again without having got what comes after a gap is told anew, or
            // finds what another instance still has in memory.
            seen.remove(seen.size() - 1);
          }
          start = seen.isEmpty() ? start : EventStart.after(follower.cursor());
        } catch (RedisException away) {
          pause(20);
        }
      }
      check();
      return true;
    }

    private EventFollower open() {
      return stores.get(random.nextInt(2)).follow(history.id, start);
    }

    /** For a while. */
    private boolean hasEnded(EventFollower follower) throws Exception {
      int steps = random.nextInt(10) == 0 ? 1 + random.nextInt(100) : Integer.MAX_VALUE;
      for (int i = 0; i < steps && !follower.isEnded(); i++) {
        try {
          follower.next(Duration.ofMillis(random.nextInt(3000))).ifPresent(this::take);
        } catch (RedisException away) {
          pause(20);
        }
        if (pauseMillis > 0 && random.nextInt(20) == 0) {
          pause(pauseMillis);
        }
      }
      return follower.isEnded();
    }

    private void take(RunUpdate update) {
      if (update instanceof Added added) {
        history.note(added.event());
      }
      if (!(update instanceof Ended)) {
        seen.add(update);
      }
    }

    private void check() {
      var order = new TreeMap<>(history.entries);
      Event last = null;
      Gap gap = null;
      for (var update : seen) {
        if (update instanceof Added added) {
          if (last != null) {
            checkNext(order, last, added.event(), gap);
          }
          last = added.event();
          gap = null;
        } else {
          gap = (Gap) update;
        }
      }
      // Who wants only what is new, and comes too late, gets nothing.
      boolean late = seen.isEmpty() && start == EventStart.NEW;
      assertTrue(late || (last != null && last.isEnd()), "the end comes last, but did " + last);
    }

    private void checkNext(TreeMap<EntryId, String> order, Event last, Event next, Gap gap) {
      assertTrue(next.id().compareTo(last.id()) > 0, next + " came after " + last);
      if (gap == null) {
        assertEquals(
            order.higherKey(last.id()), next.id(), history.id + ": a silent gap after " + last);
      }
      if (!history.mixed) {
        long lost = gap == null ? 0 : gap.lost().orElseThrow();
        assertEquals(last.sequence() + lost + 1, next.sequence(), history.id + " after " + gap);
      }
    }
  }
}
