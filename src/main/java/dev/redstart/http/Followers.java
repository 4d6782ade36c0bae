package dev.redstart.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** The streams that are followed at the moment. */
final class Followers {
  private final Set<Feed> feeds = ConcurrentHashMap.newKeySet();
  private final Semaphore places;
  private volatile boolean dismissed;

  Followers(int max) {
    this.places = new Semaphore(max);
  }

  /** False if there are too many. */
  boolean add(Feed feed) {
    boolean hasPlace = places.tryAcquire();
    if (hasPlace) {
      feeds.add(feed);
    }
    return hasPlace;
  }

  /**
   * For what must not begin if nobody can follow it.
   *
   * @throws Refusal if there are too many already
   */
  void requirePlace() {
    if (places.availablePermits() == 0) {
      throw tooMany();
    }
  }

  static Refusal stopping() {
    return Refusal.unavailable("STOPPING", "This instance is about to stop.");
  }

  static Refusal tooMany() {
    return Refusal.unavailable("TOO_MANY_STREAMS", "There are too many streams.");
  }

  void remove(Feed feed) {
    feeds.remove(feed);
    places.release();
  }

  int size() {
    return feeds.size();
  }

  /** Whether they are to go. */
  boolean areDismissed() {
    return dismissed;
  }

  /** Whoever waits for an event is woken; whoever comes later looks first. */
  void dismiss() {
    dismissed = true;
    feeds.forEach(Feed::close);
  }
}
