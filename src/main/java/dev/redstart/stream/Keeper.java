package dev.redstart.stream;

import dev.redstart.redis.Backoff;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Requests;
import dev.redstart.stream.Settlement.Verb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * Tells Redis, on a thread of its own, what became of the entries in hand, in batches; and keeps
 * the lease of those that are not done.
 */
final class Keeper {
  private static final System.Logger LOG = System.getLogger(Keeper.class.getName());
  private static final int BATCH_MAX = 64;
  private static final long BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** How long it still tries to tell Redis when the consumer ends. */
  private static final Duration LAST_WORDS_MAX = Duration.ofSeconds(2);

  private static final Backoff PAUSES = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));

  private final List<Source> sources;
  private final ConsumerOptions options;
  private final Tally tally;
  private final Runnable room;
  private final BiConsumer<Source, Duration> due;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Guards what follows. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition news = lock.newCondition();
  private List<Settlement> batch = new ArrayList<>();
  private long batchDueNanos;
  private long giveUpNanos;
  private volatile boolean closing;

  private long renewNanos;

  /** {@code room}: when a stream can be read again; {@code due}: in what time to look at one. */
  Keeper(
      List<Source> sources,
      ConsumerOptions options,
      Tally tally,
      Runnable room,
      BiConsumer<Source, Duration> due) {
    this.sources = sources;
    this.options = options;
    this.tally = tally;
    this.room = room;
    this.due = due;
    this.renewNanos = System.nanoTime() + renewal();
  }

  private long renewal() {
    return options.lease().toNanos() / 3;
  }

  // ---- for the handlers' threads

  /** Returns at once. The delivery is in hand until Redis has answered. */
  CompletableFuture<Boolean> settle(Delivery delivery, Verb verb, String detail) {
    var settlement = new Settlement(delivery, verb, detail, new CompletableFuture<>());
    lock.lock();
    try {
      if (batch.isEmpty()) {
        batchDueNanos = System.nanoTime() + BATCH_NANOS;
        news.signal();
      }
      batch.add(settlement);
      if (isComplete()) {
        news.signal();
      }
    } finally {
      lock.unlock();
    }
    return settlement.done();
  }

  /** It is not ours any more, and there is nothing to be said about it. */
  void drop(Delivery delivery) {
    tally.lost.increment();
    release(delivery);
  }

  private void release(Delivery delivery) {
    if (delivery.source().release(delivery)) {
      room.run();
    }
  }

  /** Waiting longer for more would be in vain, or make it too large. */
  private boolean isComplete() {
    return batch.size() >= BATCH_MAX
        || (!batch.isEmpty() && batch.size() >= sources.stream().mapToInt(Source::inHand).sum());
  }

  /** Ends the thread when everything is said, or soon if Redis does not listen; waits for that. */
  void close() throws InterruptedException {
    lock.lock();
    try {
      giveUpNanos = System.nanoTime() + LAST_WORDS_MAX.toNanos();
      closing = true;
      news.signal();
    } finally {
      lock.unlock();
    }
    ended.await(2 * LAST_WORDS_MAX.toNanos(), TimeUnit.NANOSECONDS);
  }

  // ---- its own thread's

  void run() {
    while (await()) {
      try {
        flush();
        renewInTime();
      } catch (RuntimeException | Error trouble) {
        // What is in hand would all be lost without this thread.
        LOG.log(System.Logger.Level.ERROR, "entries may come again", trouble);
      }
    }
    ended.countDown();
  }

  /** Until there is something to do. False at the end. */
  private boolean await() {
    lock.lock();
    try {
      long left = left();
      while (!closing && !isComplete() && left > 0) {
        news.awaitNanos(left);
        left = left();
      }
      return !closing || !batch.isEmpty();
    } catch (InterruptedException nobodyDoesThat) {
      return true;
    } finally {
      lock.unlock();
    }
  }

  private long left() {
    long now = System.nanoTime();
    long renew = renewNanos - now;
    return batch.isEmpty() ? renew : Math.min(renew, batchDueNanos - now);
  }

  private void flush() {
    var bySource = new LinkedHashMap<Source, List<Settlement>>();
    for (var each : take()) {
      bySource.computeIfAbsent(each.delivery().source(), any -> new ArrayList<>()).add(each);
    }
    bySource.forEach(this::flush);
  }

  private List<Settlement> take() {
    lock.lock();
    try {
      var taken = batch;
      batch = new ArrayList<>();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void flush(Source source, List<Settlement> all) {
    for (int from = 0; from < all.size(); from += BATCH_MAX) {
      var part = all.subList(from, Math.min(all.size(), from + BATCH_MAX));
      var requests = source.membership().store().requests();
      String letters = requests.once(request -> untilAnswered(source, request, part));
      for (int i = 0; i < part.size(); i++) {
        apply(part.get(i), letters.charAt(i));
      }
      if (letters.indexOf('n') >= 0) {
        // Redis is full; a moment later, perhaps, it is not.
        LockSupport.parkNanos(PAUSES.pause(1).toNanos());
      }
    }
  }

  /** The same request each time: what was done though the reply was lost is not done again. */
  private String untilAnswered(Source source, Requests.Request request, List<Settlement> part) {
    for (int failures = 1; ; failures++) {
      try {
        return source.membership().settle(request, part);
      } catch (RedisException | StreamException trouble) {
        if (Store.isNothingLeft(trouble) || isGivenUp()) {
          return "l".repeat(part.size());
        }
        var level = failures == 1 ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG;
        LOG.log(level, "will be said again: {0}", trouble.getMessage());
        LockSupport.parkNanos(PAUSES.pause(failures).toNanos());
      }
    }
  }

  private boolean isGivenUp() {
    return closing && System.nanoTime() - giveUpNanos > 0;
  }

  private void apply(Settlement settlement, char letter) {
    var delivery = settlement.delivery();
    if (letter == 'n' && !isGivenUp()) {
      again(settlement);
      return;
    }
    boolean done = letter == 'd';
    if (done) {
      count(settlement.verb());
    } else {
      delivery.lose();
      tally.lost.increment();
    }
    if (!done || settlement.verb() != Verb.AGAIN) {
      release(delivery);
    } else {
      // Here, and not where the handler goes on: the next renewal has to name this delivery.
      delivery.again();
    }
    settlement.done().complete(done);
    if (done && settlement.verb() == Verb.WAIT) {
      var pause = options.lease().minusMillis(Long.parseLong(settlement.detail()) - 1);
      due.accept(delivery.source(), pause);
    }
  }

  private void again(Settlement settlement) {
    lock.lock();
    try {
      batch.add(settlement);
    } finally {
      lock.unlock();
    }
  }

  private void count(Verb verb) {
    if (verb == Verb.ACK) {
      tally.handled.increment();
    } else if (verb == Verb.DEAD) {
      tally.dead.increment();
    }
  }

  private void renewInTime() {
    if (System.nanoTime() - renewNanos < 0) {
      return;
    }
    renewNanos = System.nanoTime() + renewal();
    for (var source : sources) {
      try {
        renew(source);
      } catch (RedisException | StreamException trouble) {
        // In time for another attempt before the lease is over.
        renewNanos = System.nanoTime() + renewal() / 4;
        LOG.log(System.Logger.Level.DEBUG, "not renewed: {0}", trouble.getMessage());
      }
    }
  }

  private void renew(Source source) {
    var fresh = Duration.ofNanos(renewal() / 2);
    var old = new ArrayList<Delivery>();
    for (var each : source.held()) {
      if (!each.isLost() && !each.isHeldSince(fresh)) {
        old.add(each);
      }
    }
    for (int from = 0; from < old.size(); from += BATCH_MAX) {
      source.renew(old.subList(from, Math.min(old.size(), from + BATCH_MAX)));
    }
  }
}
