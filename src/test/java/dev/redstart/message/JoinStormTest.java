package dev.redstart.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Readers of two instances join at random moments, are slow, are cut off and resume, while events
 * are kept or not, producers repeat themselves, others write in between, and connections break:
 * each reader ends with exactly the final message. {@code -Dredstart.chaos=7} has 2000 readers.
 */
class JoinStormTest {
  private static final int CHAOS = Integer.getInteger("redstart.chaos", 1);
  private static final int READERS = Math.min(2_000, 320 * CHAOS);
  private static final int MESSAGES = 8;
  private static final int STEPS = 60;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String[] WORDS = {
    "a", "été ", "😀", "\"quoted\" ", "\n", "long ".repeat(40)
  };

  /** One run: two instances, of which one has a bad connection. */
  private static final class Storm implements AutoCloseable {
    final long seed;
    final FaultProxy proxy = FaultProxy.to(RedisServer.shared().port());
    final Redis calm = Redis.connect(RedisServer.shared().url());
    final Redis rough =
        Redis.connect(RedisOptions.of(proxy.url()).withTimeout(Duration.ofSeconds(20)));
    final List<MessageStore> stores = new ArrayList<>();
    final AtomicInteger snapshots = new AtomicInteger();
    final AtomicInteger cuts = new AtomicInteger();
    final AtomicInteger repeated = new AtomicInteger();
    final AtomicInteger conflicts = new AtomicInteger();
    private volatile boolean over;

    Storm(long seed) {
      this.seed = seed;
      calm.call(Server.flushDb());
    }

    /** Each message has a retention of its own, and so a store of its own on each instance. */
    MessageStore store(Redis redis, int message) {
      int kept = List.of(1, 1, 2, 3, 8, 30, 100, 1_000).get(message % 8);
      var store = MessageStore.of(redis, MessageOptions.defaults().withEvents(kept));
      stores.add(store);
      return store;
    }

    void rage() {
      var random = new Random(seed);
      while (!over) {
        pause(random.nextInt(80));
        if (random.nextInt(3) == 0) {
          proxy.reset();
        } else {
          Admin.call(calm, "CLIENT", "KILL", "TYPE", "pubsub");
        }
      }
    }

    @Override
    public void close() {
      over = true;
      stores.forEach(MessageStore::close);
      rough.close();
      calm.close();
      proxy.close();
    }
  }

  private static void pause(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private static <T> CompletableFuture<T> async(Supplier<T> work) {
    return CompletableFuture.supplyAsync(
        work, task -> new Thread(null, task, "storm", 256 << 10).start());
  }

  @Test
  void everyReaderEndsWithExactlyTheFinalMessage() {
    Seeds.check(JoinStormTest::storm);
  }

  private static void storm(long seed) throws Exception {
    try (var storm = new Storm(seed)) {
      var random = new Random(seed);
      var producers = new ArrayList<CompletableFuture<Integer>>();
      var readers = new ConcurrentHashMap<String, List<CompletableFuture<Fold>>>();
      for (int n = 0; n < MESSAGES; n++) {
        var id = "msg_" + n;
        var here = storm.store(storm.calm, n);
        var there = storm.store(storm.rough, n);
        var first = there.loadOrCreate(id, "s", Role.ASSISTANT);
        here.loadOrCreate(id, "s", Role.ASSISTANT);
        producers.add(produce(storm, first, here.load(id).orElseThrow(), random.nextLong()));
        var reading = new ArrayList<CompletableFuture<Fold>>();
        for (int r = 0; r < READERS / MESSAGES; r++) {
          long own = random.nextLong();
          var store = r % 2 == 0 ? here : there;
          reading.add(async(() -> read(storm, store, id, new Random(own))));
        }
        readers.put(id, reading);
      }
      var raging = async(() -> rage(storm));
      for (var each : producers) {
        each.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      }
      for (var id : readers.keySet()) {
        judge(storm, id, readers.get(id));
      }
      storm.over = true;
      raging.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      assertStormy(storm);
    }
  }

  private static boolean rage(Storm storm) {
    storm.rage();
    return true;
  }

  private static void judge(Storm storm, String id, List<CompletableFuture<Fold>> readers)
      throws Exception {
    var last = new Fold();
    var whole = MessageStore.of(storm.calm).load(id).orElseThrow().snapshot();
    last.take(new MessageUpdate.Snapshot(whole));
    for (var reader : readers) {
      var fold = reader.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      assertEquals(last.state(), fold.state(), id);
      storm.snapshots.addAndGet(fold.snapshots);
    }
  }

  private static void assertStormy(Storm storm) {
    System.out.printf(
        "join storm: %d readers, %d snapshots, %d resumed, %d repeated, %d conflicts%n",
        READERS,
        storm.snapshots.get(),
        storm.cuts.get(),
        storm.repeated.get(),
        storm.conflicts.get());
    assertTrue(storm.snapshots.get() > READERS / 10, "too few snapshots: " + storm.snapshots);
    assertTrue(storm.cuts.get() > READERS / 10, "too few cuts: " + storm.cuts);
    assertTrue(storm.repeated.get() > STEPS, "too few repetitions: " + storm.repeated);
    assertTrue(storm.conflicts.get() > MESSAGES, "too few conflicts: " + storm.conflicts);
  }

  /** A producer with a bad connection, which repeats itself, and others in between. */
  private static CompletableFuture<Integer> produce(
      Storm storm, Message message, Message other, long seed) {
    return async(
        () -> {
          var random = new Random(seed);
          long offset = 0;
          for (int step = 0; step < STEPS; step++) {
            var delta = WORDS[random.nextInt(WORDS.length)] + step;
            var written = message.appendText(offset, delta);
            assertTrue(written.isDone());
            if (random.nextInt(10) < 3) {
              var again = message.appendText(offset, delta);
              assertEquals(Written.Result.REPEATED, again.result());
              storm.repeated.incrementAndGet();
            }
            if (random.nextInt(5) == 0) {
              conflict(storm, other, offset);
            }
            offset = written.textBytes();
            beside(message, other, random, step);
            pause(random.nextInt(8 * CHAOS));
          }
          return message.complete().isDone() ? 1 : 0;
        });
  }

  private static void conflict(Storm storm, Message other, long offset) {
    try {
      other.appendText(offset, "a zombie's");
    } catch (MessageException.Conflict refused) {
      storm.conflicts.incrementAndGet();
    }
  }

  private static void beside(Message message, Message other, Random random, int step) {
    var task = "t" + step;
    switch (random.nextInt(8)) {
      case 0 -> message.addContent(ContentBlock.of(ContentType.THINKING, "hm " + step));
      case 1 -> {
        message.startTask(task, "image_generation");
        other.updateTask(task, TaskUpdate.progress(0.5));
      }
      case 2 -> {
        other.startTask(task, "code");
        var code = ContentBlock.of(ContentType.CODE, "x = " + step);
        message.updateTask(task, TaskUpdate.completed(code));
      }
      default -> {
        // Text only.
      }
    }
  }

  /** Comes late, reads slowly, is cut off and resumes where it was. */
  private static Fold read(Storm storm, MessageStore store, String id, Random random) {
    pause(random.nextInt(400 * CHAOS));
    var fold = new Fold();
    int patience = random.nextInt(20);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!fold.status.isEnd()) {
      try (var reader = store.subscribe("s", id, fold.lastId)) {
        boolean cut = false;
        while (!cut && !reader.isEnded()) {
          reader.next(Duration.ofMillis(random.nextInt(200))).ifPresent(fold::take);
          pause(random.nextInt(10) == 0 ? patience : 0);
          cut = random.nextInt(60) == 0;
        }
        storm.cuts.addAndGet(cut ? 1 : 0);
      } catch (RedisException away) {
        // Cut off, too.
        storm.cuts.incrementAndGet();
      }
      assertTrue(System.nanoTime() < deadline, "a reader never saw the end of " + id);
    }
    return fold;
  }
}
