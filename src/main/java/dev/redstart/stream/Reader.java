package dev.redstart.stream;

import dev.redstart.redis.Backoff;
import dev.redstart.redis.Command;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Reads the streams of a consumer, as far as it has room, and looks after pending entries in
 * between. While Redis is away it tries on, for ever.
 */
final class Reader {
  private static final System.Logger LOG = System.getLogger(Reader.class.getName());
  private static final Backoff PAUSES = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));

  private final Redis redis;
  private final List<Reclaimer> streams;
  private final ConsumerOptions options;
  private final Consumer<Delivery> arrivals;
  private final CountDownLatch stopping;

  /** The read that waits, to be cut short by another thread. */
  private volatile Pending<Reply> waiting;

  private volatile Thread thread;
  private volatile boolean woken;
  private int failures;

  Reader(
      Redis redis,
      List<Reclaimer> streams,
      ConsumerOptions options,
      Consumer<Delivery> arrivals,
      CountDownLatch stopping) {
    this.redis = redis;
    this.streams = streams;
    this.options = options;
    this.arrivals = arrivals;
    this.stopping = stopping;
  }

  List<Source> sources() {
    return streams.stream().map(Reclaimer::source).toList();
  }

  /** Something has changed: there is room, something is due, or it is time to stop. */
  void wake() {
    woken = true;
    var read = waiting;
    if (read != null) {
      read.cancel();
    }
    LockSupport.unpark(thread);
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /**
   * Until it is time to stop.
   *
   * @throws StreamException.GroupLost if a group is gone and that is to be the end
   */
  void run() {
    thread = Thread.currentThread();
    while (!isStopping()) {
      try {
        round();
      } catch (StreamException.GroupLost end) {
        throw end;
      } catch (RuntimeException | Error trouble) {
        // Whatever it was, a consumer that ends silently would be worse.
        pause(trouble);
      }
    }
  }

  private void round() {
    woken = false;
    for (var stream : streams) {
      if (stream.isDue() && !isStopping()) {
        stream.look(arrivals);
      }
    }
    long nanos = streams.stream().mapToLong(Reclaimer::idleNanos).min().orElseThrow();
    var open = streams.stream().filter(Reclaimer::isOpen).toList();
    if (open.isEmpty()) {
      failures = 0;
      park(nanos);
    } else if (!isStopping()) {
      read(open, Math.min(nanos, options.block().toNanos()));
    }
  }

  private void park(long nanos) {
    if (!woken && !isStopping()) {
      LockSupport.parkNanos(this, nanos);
    }
  }

  private void read(List<Reclaimer> open, long nanos) {
    var block = Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(nanos));
    long sent = System.nanoTime();
    try {
      var reply = await(redis.send(command(open, block)), !block.isZero());
      failures = 0;
      open.forEach(stream -> arrive(stream, reply, sent));
    } catch (RedisException.Rejected refused) {
      // Which of the streams it was about is found by looking at each.
      open.forEach(stream -> stream.lookIn(Duration.ZERO));
      throw refused;
    } catch (RedisException trouble) {
      if (trouble.mayHaveRun()) {
        open.forEach(stream -> stream.doubt(block));
        throw trouble;
      } else if (!woken) {
        throw trouble;
      }
    }
  }

  private Command<Reply> command(List<Reclaimer> open, Duration block) {
    var words = new ArrayList<>(isOrdered() ? List.of("XREAD", "COUNT", "1") : taking(open));
    if (!block.isZero()) {
      words.addAll(List.of("BLOCK", Long.toString(block.toMillis())));
    }
    words.add("STREAMS");
    open.forEach(stream -> words.add(stream.source().name()));
    open.forEach(stream -> words.add(isOrdered() ? stream.last() : ">"));
    return Command.of(words.toArray(String[]::new));
  }

  /** At most what there is room for, so that nothing waits here that another consumer could do. */
  private static List<String> taking(List<Reclaimer> open) {
    var membership = open.get(0).source().membership();
    int room = open.stream().mapToInt(stream -> stream.source().room()).min().orElseThrow();
    var count = Integer.toString(room);
    return List.of(
        "XREADGROUP", "GROUP", membership.group(), membership.consumer(), "COUNT", count);
  }

  /** Then a read only waits, and takes nothing: of several that wait, each would get a part. */
  private boolean isOrdered() {
    return options.orderBy().isPresent();
  }

  private Reply await(Pending<Reply> read, boolean blocks) {
    // One that does not block is answered sooner than it could be cut short.
    waiting = blocks ? read : null;
    try {
      // It may have been woken before it was known what to cut short.
      if (blocks && (woken || isStopping())) {
        read.cancel();
      }
      return read.await();
    } finally {
      waiting = null;
    }
  }

  /** By stream: a map in RESP3, a list of pairs in RESP2, nil when nothing came. */
  private void arrive(Reclaimer stream, Reply reply, long sentNanos) {
    var source = stream.source();
    var items = reply.isNull() ? List.<Reply>of() : reply.items();
    boolean pairs = !items.isEmpty() && items.get(0) instanceof Reply.Array;
    for (int i = 0; i < items.size(); i += pairs ? 1 : 2) {
      var name = pairs ? items.get(i).items().get(0) : items.get(i);
      if (name.text().equals(source.name()) && isOrdered()) {
        stream.takeNew(arrivals);
      } else if (name.text().equals(source.name())) {
        var entries = pairs ? items.get(i).items().get(1) : items.get(i + 1);
        entries.items().forEach(entry -> arrivals.accept(source.hold(first(entry), sentNanos)));
      }
    }
  }

  private static Membership.Taken first(Reply entry) {
    var words = entry.items().get(1).items().stream().map(Reply::bytes).toList();
    return new Membership.Taken(entry.items().get(0).text(), 1, words);
  }

  private void pause(Throwable trouble) {
    failures++;
    var level = failures == 1 ? System.Logger.Level.INFO : System.Logger.Level.DEBUG;
    if (trouble instanceof RedisException) {
      LOG.log(level, "will read on in a moment: {0}", trouble.getMessage());
    } else {
      LOG.log(System.Logger.Level.ERROR, "will read on in a moment", trouble);
    }
    // With its flag set this thread could not wait for anything any more.
    Thread.interrupted();
    long end = System.nanoTime() + PAUSES.pause(failures).toNanos();
    for (long left = end - System.nanoTime(); left > 0 && !isStopping(); ) {
      LockSupport.parkNanos(this, left);
      left = end - System.nanoTime();
    }
  }
}
