package dev.redstart.stream;

import dev.redstart.redis.EntryId;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Subscription;
import dev.redstart.redis.Threads;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Follows streams: one subscription for any number of followers. Thread-safe; the client stays the
 * caller's.
 *
 * <p>A follower gets each entry once and in order, or is told of a gap. It does not depend on what
 * is heard: an entry that was not told, or whose word was lost, is found by reading, after the
 * {@link TailSource#trust} of its stream at the latest. What is heard is kept, a bounded number of
 * entries for each stream, and handed to all its followers; a slow follower reads for itself what
 * it was too slow for, and costs no more memory than others.
 *
 * <p>While somebody follows there is one thread that listens, {@code redstart-tail}.
 */
public final class LiveTail implements AutoCloseable {
  private static final Duration LONG = Duration.ofHours(1);

  private final Redis redis;

  /** Guards all below; nothing under it waits for the server. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition opened = lock.newCondition();
  private final Map<String, TailTopic> topics = new HashMap<>();
  private Subscription subscription;
  private boolean opening;
  private volatile boolean closed;

  private LiveTail(Redis redis) {
    this.redis = redis;
  }

  /** Nobody follows yet, so nothing is opened. */
  public static LiveTail of(Redis redis) {
    return new LiveTail(Objects.requireNonNull(redis, "redis"));
  }

  /**
   * The channel on which additions to a stream are told by the rooms of this library. Channels are
   * shared by all databases of a server, keys are not: so the database is part of the name.
   */
  public static String channel(Redis redis, String stream) {
    return stream + "@" + redis.options().database();
  }

  /**
   * Follows a stream from after an entry on; {@link EntryId#MIN} for all there is. Does not touch
   * Redis yet, the follower does.
   *
   * @throws IllegalStateException if this is closed
   */
  public Follower follow(TailSource source, EntryId after) {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(after, "after");
    return new Follower(this, enter(source.channel()), source, after);
  }

  private TailTopic enter(String channel) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the live tail is closed");
      }
      var topic = topics.computeIfAbsent(channel, TailTopic::new);
      topic.users++;
      return topic;
    } finally {
      lock.unlock();
    }
  }

  /** A topic goes with the last who uses it. */
  void leave(TailTopic topic) {
    lock.lock();
    try {
      if (--topic.users == 0 && topics.remove(topic.channel(), topic) && subscription != null) {
        // Under the lock, so that it comes before a new topic of the same name listens.
        forget(topic);
      }
    } finally {
      lock.unlock();
    }
  }

  private void forget(TailTopic topic) {
    if (topics.isEmpty()) {
      subscription.close();
      subscription = null;
    } else {
      subscription.remove(topic.channel());
    }
  }

  /** In force when this returns. The topic stays meanwhile, even if its last follower leaves. */
  void listen(TailTopic topic) throws InterruptedException {
    lock.lock();
    try {
      topic.users++;
    } finally {
      lock.unlock();
    }
    try {
      var known = subscription();
      if (known == null) {
        open(topic.channel());
      } else {
        known.add(topic.channel());
      }
    } finally {
      leave(topic);
    }
  }

  /** Null: the caller is to open it. */
  private Subscription subscription() throws InterruptedException {
    lock.lock();
    try {
      while (opening) {
        opened.await();
      }
      opening = subscription == null;
      return subscription;
    } finally {
      lock.unlock();
    }
  }

  private void open(String channel) {
    Subscription fresh = null;
    try {
      fresh = redis.subscribe(channel);
      var heard = fresh;
      Threads.start("redstart-tail", () -> hear(heard));
    } finally {
      opened(fresh);
    }
  }

  private void opened(Subscription fresh) {
    lock.lock();
    try {
      opening = false;
      subscription = fresh;
      opened.signalAll();
      if (closed && fresh != null) {
        fresh.close();
      }
    } finally {
      lock.unlock();
    }
  }

  private void hear(Subscription subscription) {
    try {
      while (true) {
        subscription.next(LONG).ifPresent(this::spread);
      }
    } catch (RedisException.Unavailable over) {
      // Closed: by us, because nobody follows any more, or with the client.
    }
  }

  private void spread(Notice notice) {
    if (notice instanceof Notice.Message message) {
      var topic = topic(message.channel());
      if (topic != null) {
        topic.hear(Told.parse(message.payload()));
      }
    } else {
      all().forEach(TailTopic::miss);
    }
  }

  private TailTopic topic(String channel) {
    lock.lock();
    try {
      return topics.get(channel);
    } finally {
      lock.unlock();
    }
  }

  private List<TailTopic> all() {
    lock.lock();
    try {
      return List.copyOf(topics.values());
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** How many streams are followed right now. */
  public int topics() {
    lock.lock();
    try {
      return topics.size();
    } finally {
      lock.unlock();
    }
  }

  /** Ends all followers: those who wait in {@link Follower#next} get an empty page at once. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (subscription != null) {
        subscription.close();
      }
    } finally {
      lock.unlock();
    }
    all().forEach(TailTopic::wake);
  }
}
