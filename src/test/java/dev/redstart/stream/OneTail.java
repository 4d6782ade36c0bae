package dev.redstart.stream;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Script;
import dev.redstart.redis.Server;
import dev.redstart.redis.StreamEntry;
import dev.redstart.redis.Streams;
import dev.redstart.redis.Trim;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** A stream that tells of its entries, in the simplest way, and a live tail that follows it. */
final class OneTail implements AutoCloseable {
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  static final Duration LONG = Duration.ofSeconds(20);
  static final Duration SHORT = Duration.ofMillis(50);

  private static final Script ADD =
      Script.of(
          tell()
              + "local before = newest(KEYS[1], nil)\n"
              + "local words = {'n', ARGV[2], 'filling', ARGV[3]}\n"
              + "local id = redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[4], '*', unpack(words))\n"
              + "tell(ARGV[1], before, id, words)\n"
              + "return id");

  /** Its own: on a cluster, words of the test before may still be on their way. */
  final String key = "tailed-" + NUMBERS.incrementAndGet();

  final Redis redis;
  final LiveTail tail;

  /** How often the stream was read by followers. */
  final AtomicInteger reads = new AtomicInteger();

  /** What happens between the next time that a follower reads and that he hears what he read. */
  final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});

  volatile int kept = 1_000_000;
  volatile Duration trust = Duration.ofSeconds(60);

  OneTail(Redis redis) {
    this.redis = redis;
    this.tail = LiveTail.of(redis);
  }

  /** On the shared server, which is emptied first. */
  static OneTail open() {
    var redis = Redis.connect(RedisServer.shared().url());
    redis.call(Server.flushDb());
    return new OneTail(redis);
  }

  private static String tell() {
    try (var in = OneTail.class.getResourceAsStream("tail.lua")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  String channel() {
    return LiveTail.channel(redis, key);
  }

  EntryId add(int n) {
    return add(n, "");
  }

  EntryId add(int n, String filling) {
    var words = new String[] {channel(), "" + n, filling, "" + kept};
    return EntryId.parse(redis.call(ADD.call(List.of(key), words)).text());
  }

  void add(int from, int to) {
    IntStream.rangeClosed(from, to).forEach(this::add);
  }

  /** As somebody does who knows nothing of followers. */
  EntryId addPlainly(int n) {
    return redis.call(Streams.add(key, Map.of("n", Integer.toString(n)), Trim.none()));
  }

  /** Tells of a gap whenever the cursor comes before the oldest entry but that is 1. */
  TailSource source() {
    return new TailSource() {
      @Override
      public String stream() {
        return key;
      }

      @Override
      public String channel() {
        return OneTail.this.channel();
      }

      @Override
      public TailPage after(EntryId cursor, int max) {
        reads.incrementAndGet();
        var found =
            redis.atomically(
                Streams.range(key, EntryId.MIN, EntryId.MAX, 1),
                Streams.range(key, cursor.next(), EntryId.MAX, max));
        @SuppressWarnings("unchecked")
        var oldest = (List<StreamEntry>) found.get(0);
        @SuppressWarnings("unchecked")
        var page = (List<StreamEntry>) found.get(1);
        meanwhile.getAndSet(() -> {}).run();
        boolean gap =
            !oldest.isEmpty() && oldest.get(0).id().compareTo(cursor) > 0 && n(oldest.get(0)) != 1;
        return new TailPage(page, gap, oldest.isEmpty() && !cursor.equals(EntryId.MIN));
      }

      @Override
      public Duration trust() {
        return trust;
      }
    };
  }

  Follower follow() {
    return follow(EntryId.MIN);
  }

  Follower follow(EntryId after) {
    return tail.follow(source(), after);
  }

  static int n(StreamEntry entry) {
    return Integer.parseInt(entry.field("n").orElseThrow());
  }

  static List<Integer> numbers(TailPage page) {
    return page.entries().stream().map(OneTail::n).toList();
  }

  static List<Integer> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  /** The next so many entries, however they come. */
  static List<Integer> take(Follower follower, int count) {
    var all = new ArrayList<Integer>();
    long deadline = System.nanoTime() + LONG.toNanos();
    while (all.size() < count && System.nanoTime() < deadline) {
      var page = follower.next(Duration.ofSeconds(1));
      if (page.isGap() || page.isGone()) {
        throw new AssertionError("after " + all + ": " + page);
      }
      all.addAll(numbers(page));
    }
    return all;
  }

  /** It has read all there is, and would hear what comes. */
  Follower caughtUp() {
    var follower = follow();
    while (!follower.next(Duration.ZERO).isEmpty()) {
      continue;
    }
    return follower;
  }

  static <T> CompletableFuture<T> async(Callable<T> work) {
    var result = new CompletableFuture<T>();
    var thread =
        new Thread(
            () -> {
              try {
                result.complete(work.call());
              } catch (Throwable failure) {
                // Whatever it is, the test has to hear of it.
                result.completeExceptionally(failure);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  /** The page that a thread gets which certainly waits for it now. */
  static CompletableFuture<TailPage> awaited(Follower follower) throws Exception {
    var thread = new CompletableFuture<Thread>();
    var page =
        async(
            () -> {
              thread.complete(Thread.currentThread());
              return follower.next(LONG);
            });
    var waiting = thread.get();
    Eventually.within(LONG, "it waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);
    return page;
  }

  static TailSource elsewhere(OneTail t) {
    return new TailSource() {
      @Override
      public String stream() {
        return "elsewhere-" + t.key;
      }

      @Override
      public String channel() {
        return LiveTail.channel(t.redis, stream());
      }

      @Override
      public TailPage after(EntryId cursor, int max) {
        return new TailPage(List.of(), false, false);
      }
    };
  }

  long listeners() {
    return Admin.call(redis, "PUBSUB", "NUMSUB", channel()).items().get(1).integer();
  }

  static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("redstart-tail"))
        .count();
  }

  @Override
  public void close() {
    tail.close();
    redis.close();
  }
}
