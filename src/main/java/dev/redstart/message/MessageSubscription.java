package dev.redstart.message;

import dev.redstart.redis.EntryId;
import dev.redstart.redis.StreamEntry;
import dev.redstart.stream.Follower;
import dev.redstart.stream.LiveTail;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * One reader of one message. It gets every event after the one it began with, each once and in
 * order; or, where some of them are gone, the whole message and then the events after that moment.
 * It ends after {@code message_end}. For one thread at a time; {@link #close} from any.
 */
public final class MessageSubscription implements AutoCloseable {
  private static final int PAGE = 200;

  private final LiveTail live;
  private final StoredMessage stored;
  private final MessageTail tail;
  private final Deque<MessageUpdate> ready = new ArrayDeque<>();
  private EntryId cursor;
  private volatile Follower follower;
  private boolean ended;
  private volatile boolean closed;

  MessageSubscription(LiveTail live, StoredMessage stored, EntryId after) {
    this.live = live;
    this.stored = stored;
    this.tail = new MessageTail(stored);
    this.cursor = after;
  }

  /** Reads what is there. */
  MessageSubscription begin() {
    var page = tail.read(cursor, PAGE, true);
    if (page.isGone()) {
      throw new MessageException.Unknown(stored.messageId());
    }
    ended = page.isEnd();
    accept(page.entries(), page.isGap());
    return this;
  }

  /**
   * What comes next, as soon as it is there; empty if nothing came in time, or there is nothing
   * more to come.
   *
   * @throws MessageException.Unknown if the message has expired or was deleted meanwhile
   * @throws dev.redstart.redis.RedisException if Redis cannot be reached; the next call goes on
   *     where this one failed
   * @throws java.util.concurrent.CancellationException if the thread is interrupted while it waits
   *     (the flag is set again); nothing is lost
   * @throws IllegalStateException if this, or the store, is closed
   */
  public Optional<MessageUpdate> next(Duration wait) {
    if (closed) {
      throw new IllegalStateException("the subscription is closed");
    }
    long deadline = System.nanoTime() + wait.toNanos();
    while (ready.isEmpty() && !ended) {
      var left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      var page = follower().next(left);
      if (page.isGone()) {
        throw new MessageException.Unknown(stored.messageId());
      }
      accept(page.entries(), page.isGap());
      if (page.isEmpty() && (closed || System.nanoTime() - deadline >= 0)) {
        return Optional.empty();
      }
    }
    return Optional.ofNullable(ready.poll());
  }

  private Follower follower() {
    var known = follower;
    if (known == null) {
      known = live.follow(tail, cursor);
      follower = known;
      if (closed) {
        known.close();
      }
    }
    return known;
  }

  private void accept(List<StreamEntry> entries, boolean isGap) {
    if (isGap) {
      takeSnapshot();
      return;
    }
    for (StreamEntry entry : entries) {
      // The second half of an id counts the events, so that nothing can be missing unnoticed.
      if (entry.id().sequence() != cursor.sequence() + 1) {
        takeSnapshot();
        return;
      }
      cursor = entry.id();
      StreamEvent.of(entry).ifPresent(this::take);
    }
  }

  private void take(StreamEvent event) {
    ready.add(new MessageUpdate.Event(event));
    if (event.eventType() == EventType.MESSAGE_END) {
      ended = true;
      leave();
    }
  }

  /** The whole message; of one that has ended, the last event is there, and comes as well. */
  private void takeSnapshot() {
    leave();
    var message =
        StoredMessage.find(stored.backing(), stored.messageId())
            .filter(found -> found.head().sessionId().equals(stored.sessionId()))
            .orElseThrow(() -> new MessageException.Unknown(stored.messageId()));
    ready.add(new MessageUpdate.Snapshot(message));
    var last = EntryId.parse(message.lastEventId());
    cursor = message.isComplete() ? last.previous() : last;
  }

  private void leave() {
    var known = follower;
    follower = null;
    if (known != null) {
      known.close();
    }
  }

  /** Whether all has been read, {@code message_end} included. */
  public boolean isEnded() {
    return ended && ready.isEmpty();
  }

  /** Ends it. Whoever waits in {@link #next} gets nothing, at once. */
  @Override
  public void close() {
    closed = true;
    var known = follower;
    if (known != null) {
      known.close();
    }
  }
}
