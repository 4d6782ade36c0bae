package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which subscriptions listen to what. Guarded by its subscriber's lock. */
final class Listeners {
  private final Map<Topic, List<Subscription>> all = new LinkedHashMap<>();

  boolean isEmpty() {
    return all.isEmpty();
  }

  Collection<Topic> topics() {
    return all.keySet();
  }

  boolean has(Topic topic) {
    return all.containsKey(topic);
  }

  void enter(Topic topic, Subscription subscription) {
    List<Subscription> some = all.computeIfAbsent(topic, any -> new ArrayList<>(1));
    if (!some.contains(subscription)) {
      some.add(subscription);
    }
  }

  /** Returns the topics to which nobody listens any more. */
  List<Topic> leave(Collection<Topic> topics, Subscription subscription) {
    var unheard = topics.stream().filter(topic -> isLast(topic, subscription)).toList();
    unheard.forEach(all::remove);
    return unheard;
  }

  private boolean isLast(Topic topic, Subscription subscription) {
    List<Subscription> some = all.get(topic);
    return some != null && some.remove(subscription) && some.isEmpty();
  }

  /** {@code items} are those of the message as it came. */
  void deliver(Topic.Kind kind, List<Reply> items) {
    boolean pattern = kind == Topic.Kind.PATTERN;
    String name = items.get(1).text();
    String channel = items.get(items.size() - 2).text();
    byte[] payload = items.get(items.size() - 1).bytes();
    var message =
        new Notice.Message(channel, pattern ? Optional.of(name) : Optional.empty(), payload);
    all.getOrDefault(new Topic(kind, name), List.of()).forEach(each -> each.offer(message));
  }

  /** Messages may have been missed. */
  void gap(Topic topic) {
    all.getOrDefault(topic, List.of()).forEach(Subscription::gap);
  }

  void end() {
    all.values().forEach(some -> some.forEach(Subscription::end));
    all.clear();
  }
}
