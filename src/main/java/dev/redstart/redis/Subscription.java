package dev.redstart.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * What came on some channels, in order, for one reader. All subscriptions of a client share one
 * connection (those to sharded channels, one to each node of a cluster), which is made again when
 * it breaks. Thread-safe.
 *
 * <p>Redis keeps no messages: what is published while the connection is down is gone. A {@link
 * Notice.Gap} says that this may have happened.
 */
public final class Subscription implements AutoCloseable {
  /** A reader that is further behind is told of a gap: it costs no more memory than this. */
  private static final int NOTICES_MAX = 10_000;

  private static final Duration WAIT_MAX = Duration.ofDays(365);
  private static final long BYTES_MAX = 8L << 20;

  private final Audience audience;
  private final Topic.Kind kind;

  /** Guards all below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final Deque<Notice> notices = new ArrayDeque<>();
  private final Set<Topic> topics = new HashSet<>();
  private long bytes;
  private boolean gap;
  private boolean closed;

  Subscription(Audience audience, Topic.Kind kind) {
    this.audience = audience;
    this.kind = kind;
  }

  /**
   * Waits for the next notice, at most so long.
   *
   * @return empty when nothing came
   * @throws RedisException.Unavailable if this subscription or its client is closed and all that
   *     had come has been read
   * @throws RedisException.Interrupted if the thread is interrupted; nothing is lost
   */
  public Optional<Notice> next(Duration wait) {
    Objects.requireNonNull(wait, "wait");
    lock.lock();
    try {
      long nanos = wait.compareTo(WAIT_MAX) < 0 ? wait.toNanos() : WAIT_MAX.toNanos();
      while (notices.isEmpty() && !gap && nanos > 0 && !closed) {
        nanos = changed.awaitNanos(nanos);
      }
      return take();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new RedisException.Interrupted("waiting for messages was interrupted", false);
    } finally {
      lock.unlock();
    }
  }

  private Optional<Notice> take() {
    Notice first = notices.poll();
    bytes -= first instanceof Notice.Message message ? message.payload().length : 0;
    if (first == null && gap) {
      gap = false;
      first = new Notice.Gap();
    }
    if (first == null && closed) {
      throw new RedisException.Unavailable("the subscription is closed", null);
    }
    return Optional.ofNullable(first);
  }

  /** Listens to more channels (or patterns). In force when this returns. */
  public void add(String... names) {
    var more = topics(names);
    lock.lock();
    try {
      if (closed) {
        throw new RedisException.Unavailable("the subscription is closed", null);
      }
      topics.addAll(more);
    } finally {
      lock.unlock();
    }
    audience.add(this, more);
    if (isClosed()) {
      // Closed in the meantime: close knew of the topics, but the audience perhaps not yet.
      audience.remove(this, more);
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Listens to them no more. What has come already can still be read. */
  public void remove(String... names) {
    var fewer = topics(names);
    lock.lock();
    try {
      fewer.forEach(topics::remove);
    } finally {
      lock.unlock();
    }
    audience.remove(this, fewer);
  }

  private List<Topic> topics(String... names) {
    if (Objects.requireNonNull(names, "names").length == 0) {
      throw new IllegalArgumentException("at least one channel or pattern is needed");
    }
    return Stream.of(names).map(name -> new Topic(kind, name)).distinct().toList();
  }

  /** Ends it. Threads in {@link #next} get what had come, and then hear of the end. */
  @Override
  public void close() {
    List<Topic> all;
    lock.lock();
    try {
      all = List.copyOf(topics);
      topics.clear();
    } finally {
      lock.unlock();
    }
    end();
    audience.remove(this, all);
  }

  // ---- called by the audience; none of these waits

  void offer(Notice.Message message) {
    lock.lock();
    try {
      boolean full = notices.size() >= NOTICES_MAX || bytes >= BYTES_MAX;
      if (full) {
        gap = true;
      } else {
        add(message);
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void add(Notice.Message message) {
    if (gap) {
      notices.add(new Notice.Gap());
      gap = false;
    }
    notices.add(message);
    bytes += message.payload().length;
  }

  /** Messages may have been missed after those that are in the queue. */
  void gap() {
    lock.lock();
    try {
      gap = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  void end() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
