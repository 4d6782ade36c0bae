package dev.redstart.redis;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sharded subscriptions in a cluster: each channel on the node that has its slot, and after the
 * slot when that moves.
 */
final class ShardSubscriber implements Audience {
  /** Meanwhile a channel may have gone to another node. */
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Cluster cluster;
  private final RedisOptions options;
  private final Loop loop;

  /** Guards all below. Taken before a subscriber's. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<Node, Subscriber> subscribers = new HashMap<>();
  private final Map<Topic, Place> places = new LinkedHashMap<>();
  private boolean closed;

  /** Where a channel is listened to, and for whom. */
  private record Place(Subscriber subscriber, Set<Subscription> listeners) {}

  ShardSubscriber(Cluster cluster, RedisOptions options, Loop loop) {
    this.cluster = cluster;
    this.options = options;
    this.loop = loop;
  }

  @Override
  public void add(Subscription subscription, List<Topic> topics) {
    long deadlineNanos = System.nanoTime() + options.timeout().toNanos();
    try {
      topics.forEach(topic -> join(subscription, topic));
      for (Topic topic : topics) {
        await(topic, deadlineNanos);
      }
    } catch (RuntimeException failed) {
      remove(subscription, topics);
      throw failed;
    }
  }

  private void join(Subscription subscription, Topic topic) {
    lock.lock();
    try {
      Place place = places.computeIfAbsent(topic, this::newPlace);
      place.listeners.add(subscription);
      place.subscriber.join(List.of(subscription), List.of(topic), false);
    } finally {
      lock.unlock();
    }
  }

  private Place newPlace(Topic topic) {
    return new Place(subscriber(topic), new HashSet<>());
  }

  private Subscriber subscriber(Topic topic) {
    if (closed) {
      throw new RedisException.Unavailable("not subscribed: the client is closed", null);
    }
    return subscribers.computeIfAbsent(
        cluster.node(route(topic)),
        node -> new Subscriber(options, loop, node::connector, cluster::strayed));
  }

  private static Route route(Topic topic) {
    return new Route(Slot.of(Command.of("SPUBLISH", topic.name(), "")), false);
  }

  private void await(Topic topic, long deadlineNanos) {
    Subscriber subscriber;
    do {
      subscriber = place(topic);
      if (System.nanoTime() - deadlineNanos > 0) {
        throw subscriber.late();
      }
    } while (!subscriber.awaitForce(List.of(topic), LOOK_AGAIN_NANOS));
  }

  private Subscriber place(Topic topic) {
    lock.lock();
    try {
      Place place = places.get(topic);
      if (place == null) {
        throw new RedisException.Unavailable("the subscription is closed", null);
      }
      return place.subscriber;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void remove(Subscription subscription, List<Topic> topics) {
    lock.lock();
    try {
      for (Topic topic : topics) {
        Place place = places.get(topic);
        if (place != null && place.listeners.remove(subscription)) {
          place.subscriber.remove(subscription, List.of(topic));
        }
      }
      places.values().removeIf(place -> place.listeners.isEmpty());
      closeUnheard();
    } finally {
      lock.unlock();
    }
  }

  private void closeUnheard() {
    subscribers
        .values()
        .removeIf(
            subscriber -> {
              boolean unheard = subscriber.isUnheard();
              if (unheard) {
                subscriber.close();
              }
              return unheard;
            });
  }

  /** The cluster has told where its slots are. */
  void follow() {
    lock.lock();
    try {
      if (!closed) {
        places.replaceAll(this::moved);
        subscribers.values().forEach(subscriber -> subscriber.tellAgain());
        closeUnheard();
      }
    } finally {
      lock.unlock();
    }
  }

  private Place moved(Topic topic, Place place) {
    Subscriber other = subscriber(topic);
    if (other != place.subscriber) {
      for (Subscription each : place.listeners) {
        place.subscriber.remove(each, List.of(topic));
      }
      // At once: else the first might hear something before it is told what it has missed.
      other.join(place.listeners, List.of(topic), true);
    }
    return new Place(other, place.listeners);
  }

  void close() {
    Collection<Subscriber> all;
    lock.lock();
    try {
      closed = true;
      all = List.copyOf(subscribers.values());
      subscribers.clear();
      places.clear();
    } finally {
      lock.unlock();
    }
    all.forEach(Subscriber::close);
  }
}
