package dev.redstart.stream;

import dev.redstart.redis.EntryId;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One reader's place in a stream: a cursor, and nothing else that would grow. To be used by one
 * thread at a time, but for {@link #close}.
 */
public final class Follower implements AutoCloseable {
  /** Entries of a page: what a reader that is slow holds in its hands. */
  static final int PAGE_MAX = 64;

  /** Nothing has been handed to it yet that could be in doubt. */
  static final int NEW = -1;

  private static final Duration WAIT_MAX = Duration.ofDays(365);

  private final LiveTail tail;
  private final TailTopic topic;
  private final TailSource source;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile EntryId cursor;

  /** What was heard of the topic when a read of ours found nothing; guarded by the topic's lock. */
  long version = -1;

  /** Until when that read is to be trusted; guarded by the topic's lock. */
  long checkNanos;

  /** How many of the topic's doubts it knows of; guarded by the topic's lock. */
  int doubts = NEW;

  Follower(LiveTail tail, TailTopic topic, TailSource source, EntryId after) {
    this.tail = tail;
    this.topic = topic;
    this.source = source;
    this.cursor = after;
  }

  /**
   * What comes next, as soon as there is something; an empty page if nothing came in time, or if
   * this was closed. After a page that says that the stream is gone, the next ones may say so, too.
   *
   * @param wait how long to wait; a read under way may take the client's timeout longer
   * @throws RedisException if Redis could not be read during all of that time; nothing is lost, and
   *     it may be called again. At once if the server refuses, or a read is interrupted
   * @throws CancellationException if the thread is interrupted while it waits (the flag is set
   *     again); nothing is lost
   * @throws IllegalStateException if this was closed before
   */
  public TailPage next(Duration wait) {
    Objects.requireNonNull(wait, "wait");
    if (isClosed()) {
      throw new IllegalStateException("this follower of " + source.stream() + " is closed");
    }
    long nanos = wait.compareTo(WAIT_MAX) < 0 ? wait.toNanos() : WAIT_MAX.toNanos();
    var page = next(System.nanoTime() + nanos);
    if (!page.entries().isEmpty()) {
      cursor = page.entries().get(page.entries().size() - 1).id();
    }
    return page;
  }

  private TailPage next(long endNanos) {
    RedisException trouble = null;
    TailPage page = null;
    while (page == null) {
      var turn = turn(endNanos);
      if (turn.kind() == TailTopic.Kind.OVER && trouble != null && !isClosed()) {
        throw trouble;
      }
      try {
        page = take(turn);
        trouble = null;
      } catch (RedisException away) {
        if (!away.isPassing() && !(away instanceof RedisException.BrokenProtocol)) {
          throw away;
        }
        trouble = away;
      }
    }
    return page;
  }

  private TailTopic.Turn turn(long endNanos) {
    try {
      return topic.turn(this, endNanos);
    } catch (InterruptedException interrupted) {
      throw cancelled();
    }
  }

  private CancellationException cancelled() {
    Thread.currentThread().interrupt();
    return new CancellationException(
        "waiting for entries of " + source.stream() + " was interrupted");
  }

  /** Null: it was the topic's business, or nothing was found; there is another turn. */
  private TailPage take(TailTopic.Turn turn) {
    boolean done = false;
    try {
      var page =
          switch (turn.kind()) {
            case OVER -> TailPage.NOTHING;
            case TAKE -> new TailPage(turn.entries(), false, false);
            case LISTEN -> listen();
            case FILL -> fill(turn);
            case READ -> read(turn);
            case READ_AGAIN -> readAgain(turn);
          };
      done = true;
      return page;
    } finally {
      if (!done) {
        topic.failed(turn);
      }
    }
  }

  private TailPage listen() {
    try {
      tail.listen(topic);
      topic.listened();
      return null;
    } catch (InterruptedException interrupted) {
      throw cancelled();
    }
  }

  private TailPage fill(TailTopic.Turn turn) {
    var page = source.after(turn.cursor(), PAGE_MAX);
    topic.filled(page, source.trust());
    return null;
  }

  private TailPage read(TailTopic.Turn turn) {
    var page = source.after(turn.cursor(), PAGE_MAX);
    topic.read(this, turn, page, source.trust());
    return page.isEmpty() ? null : page;
  }

  private TailPage readAgain(TailTopic.Turn turn) {
    var page = source.after(turn.cursor(), PAGE_MAX);
    topic.read(this, turn, page, source.trust());
    cursor = turn.cursor();
    return new TailPage(page.entries(), true, page.isGone());
  }

  /** The entry after which it goes on: the last one of the pages so far, or one before a gap. */
  public EntryId cursor() {
    return cursor;
  }

  boolean isClosed() {
    return closed.get() || tail.isClosed();
  }

  /**
   * Ends it: a thread that waits in {@link #next} gets an empty page at once. May be called again.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      topic.wake();
      tail.leave(topic);
    }
  }
}
