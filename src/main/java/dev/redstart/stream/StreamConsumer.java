package dev.redstart.stream;

import static java.util.stream.Collectors.groupingBy;

import dev.redstart.redis.RedisException;
import dev.redstart.redis.Threads;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A consumer that runs: reads its streams, hands the entries to its handler, and tells Redis what
 * became of them, on threads of its own. It goes on when its handler fails and while Redis is away,
 * until it is closed. Thread-safe.
 */
public final class StreamConsumer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StreamConsumer.class.getName());
  private static final SecureRandom RANDOM = new SecureRandom();

  /** For handlers to notice that they were interrupted, and for Redis to be told. */
  private static final Duration END_MAX = Duration.ofSeconds(1);

  private static final Duration CLOSE_MAX = Duration.ofSeconds(8);

  /**
   * What a consumer has done so far.
   *
   * @param handled entries that were handled and acknowledged
   * @param failed attempts that failed
   * @param dead entries that it put to the dead letters
   * @param lost deliveries that turned out to be another consumer's by then, or nobody's
   * @param takenOver entries that it got from others, or once more after a failure
   */
  public record Counters(long handled, long failed, long dead, long lost, long takenOver) {}

  private final String name;
  private final ConsumerOptions options;
  private final Tally tally = new Tally();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Map<Source, Reclaimer> streams = new LinkedHashMap<>();
  private final Keeper keeper;
  private final Lanes lanes;

  /** One, but on a cluster one for each place that streams live in. */
  private final List<Reader> readers;

  /** Those that have not ended yet. */
  private final AtomicInteger reading;

  private volatile StreamException failure;

  private StreamConsumer(
      List<Store> stores,
      String group,
      String consumer,
      MessagePredicate handler,
      ConsumerOptions options) {
    // A name of its own, so that what this process holds is not taken for another's.
    this.name = consumer + "-" + Long.toUnsignedString(RANDOM.nextLong(), Character.MAX_RADIX);
    this.options = options;
    int capacity = options.capacity(stores.size());
    for (var store : stores) {
      var source = new Source(new Membership(store, group, name, options), capacity);
      streams.put(source, new Reclaimer(source, tally));
    }
    this.keeper = new Keeper(List.copyOf(streams.keySet()), options, tally, this::wake, this::look);
    var handling = new Handling(handler, options, keeper, tally, stopping);
    this.lanes = new Lanes("redstart-stream-" + name, options, handling::handle);
    var redis = stores.get(0).redis();
    this.readers =
        streams.values().stream()
            .collect(groupingBy(each -> each.source().membership().store().place()))
            .values()
            .stream()
            .map(together -> new Reader(redis, together, options, lanes::accept, stopping))
            .toList();
    this.reading = new AtomicInteger(readers.size());
  }

  static StreamConsumer start(
      List<Store> stores,
      String group,
      String consumer,
      MessagePredicate handler,
      ConsumerOptions options) {
    var started = new StreamConsumer(stores, group, consumer, handler, options);
    Threads.start("redstart-stream-" + started.name + "-keeper", started.keeper::run);
    started.readers.forEach(started::start);
    return started;
  }

  private void start(Reader reader) {
    Threads.start("redstart-stream-" + name + "-reader", () -> run(reader));
  }

  private void wake() {
    readers.forEach(Reader::wake);
  }

  private void look(Source source, Duration in) {
    streams.get(source).lookIn(in);
    wake();
  }

  private void run(Reader reader) {
    try {
      reader.sources().forEach(source -> atBest(source.membership()::tidyUp));
      reader.run();
    } catch (StreamException end) {
      failure = end;
    } finally {
      stop();
      if (reading.decrementAndGet() == 0) {
        finish();
      }
    }
  }

  private void finish() {
    try {
      lanes.finish();
      if (!lanes.await(options.grace())) {
        streams.keySet().forEach(source -> source.held().forEach(Delivery::cut));
        lanes.await(END_MAX);
      }
      keeper.close();
      streams.keySet().forEach(source -> atBest(source.membership()::leave));
    } catch (InterruptedException nobodyDoesThat) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }

  private static void atBest(Runnable call) {
    try {
      call.run();
    } catch (RedisException | StreamException trouble) {
      LOG.log(System.Logger.Level.DEBUG, "left undone: {0}", trouble.getMessage());
    }
  }

  /** The name under which Redis knows it: the given one, and a random number. */
  public String name() {
    return name;
  }

  /** What it has done so far. */
  public Counters counters() {
    return new Counters(
        tally.handled.sum(),
        tally.failed.sum(),
        tally.dead.sum(),
        tally.lost.sum(),
        tally.takenOver.sum());
  }

  /** Whether it has not ended yet. */
  public boolean isRunning() {
    return ended.getCount() > 0;
  }

  /** Lets it end, and returns at once. May be called from a handler. */
  public void stop() {
    stopping.countDown();
    wake();
  }

  /**
   * Waits until it has ended: for ever, if nobody stops it.
   *
   * @throws StreamException.GroupLost if that was the reason
   * @throws InterruptedException if the waiting thread is interrupted; the consumer goes on
   */
  public void await() throws InterruptedException {
    ended.await();
    check();
  }

  /** As {@link #await()}, at most so long; false if it is still running then. */
  public boolean await(Duration time) throws InterruptedException {
    boolean over = ended.await(time.toNanos(), TimeUnit.NANOSECONDS);
    if (over) {
      check();
    }
    return over;
  }

  private void check() {
    var end = failure;
    if (end != null) {
      throw end;
    }
  }

  /**
   * Stops it and waits for its end: handlers that run may go on for the time of grace and are
   * interrupted then; entries that were not begun are handed back, which is no delivery; what is
   * done is acknowledged. From a handler it only stops. Does not throw, and may be called again.
   */
  @Override
  public void close() {
    stop();
    if (lanes.isOwn(Thread.currentThread())) {
      return;
    }
    try {
      await(options.grace().plus(CLOSE_MAX));
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    } catch (StreamException end) {
      LOG.log(System.Logger.Level.DEBUG, "it had ended: {0}", end.getMessage());
    }
  }
}
