package dev.redstart.stream;

import dev.redstart.redis.RedisException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** One of the streams that a consumer reads, and what it has of it in hand. Thread-safe. */
final class Source {
  private final Membership membership;
  private final int capacity;

  /** From so many in hand on it is not read: doing so for each free place would be dear. */
  private final int enough;

  private final Map<String, Delivery> held = new ConcurrentHashMap<>();
  private final AtomicInteger inHand = new AtomicInteger();

  Source(Membership membership, int capacity) {
    this.membership = membership;
    this.capacity = capacity;
    int handlers = membership.options().concurrency();
    this.enough = Math.min(capacity, Math.max(handlers, (capacity + 1) / 2));
  }

  Membership membership() {
    return membership;
  }

  String name() {
    return membership.store().name();
  }

  Collection<Delivery> held() {
    return held.values();
  }

  /** Whether this entry is in hand, as far as we know. */
  boolean holds(String id) {
    var delivery = held.get(id);
    return delivery != null && !delivery.isLost();
  }

  int inHand() {
    return inHand.get();
  }

  int capacity() {
    return capacity;
  }

  int room() {
    return capacity - inHand.get();
  }

  boolean hasEnough() {
    return inHand.get() >= enough;
  }

  Delivery hold(Membership.Taken taken, long heldNanos) {
    var delivery = new Delivery(this, taken, heldNanos);
    held.put(taken.id(), delivery);
    inHand.incrementAndGet();
    return delivery;
  }

  /** Once for each delivery. True if the stream can be read again that could not be before. */
  boolean release(Delivery delivery) {
    held.remove(delivery.id(), delivery);
    return inHand.decrementAndGet() == enough - 1;
  }

  /** Renews the lease of these, and notes which are not ours any more. */
  void renew(List<Delivery> deliveries) {
    long now = System.nanoTime();
    try {
      var lost = membership.renew(deliveries);
      for (var each : deliveries) {
        if (lost.contains(each.id())) {
          each.lose();
        } else {
          each.held(now);
        }
      }
    } catch (RedisException.Rejected | StreamException trouble) {
      if (!Store.isNothingLeft(trouble)) {
        throw trouble;
      }
      deliveries.forEach(Delivery::lose);
    }
  }
}
