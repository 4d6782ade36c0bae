package dev.redstart.redis;

import java.util.List;

/** Sees to it that subscriptions hear what they listen to. */
interface Audience {
  /** Returns when the subscription is in force. */
  void add(Subscription subscription, List<Topic> topics);

  void remove(Subscription subscription, List<Topic> topics);

  /** A new subscription to these. */
  default Subscription open(Topic.Kind kind, List<String> names) {
    var subscription = new Subscription(this, kind);
    try {
      subscription.add(names.toArray(String[]::new));
      return subscription;
    } catch (RuntimeException failed) {
      subscription.close();
      throw failed;
    }
  }
}
