package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which SUBSCRIBE commands the server has still to confirm. It confirms each channel by itself, but
 * refuses a command as a whole, with an error that names no channel: only the order tells which.
 */
final class Confirmations {
  private final Deque<Set<Topic>> expected = new ArrayDeque<>();
  private final Map<Topic, Reply.Error> refused = new HashMap<>();

  /** In force before the connection was lost: messages may have been missed since. */
  private final Set<Topic> interrupted = new HashSet<>();

  void expect(Collection<Topic> topics) {
    var command = new HashSet<>(topics);
    refused.keySet().removeAll(command);
    expected.add(command);
  }

  boolean isEmpty() {
    return expected.isEmpty();
  }

  /**
   * Nobody listens to them any more: whoever does later has missed nothing. Returns those of which
   * the server has to be told: what it has refused it may not even know how to end.
   */
  List<Topic> forget(Collection<Topic> topics) {
    List<Topic> known = topics.stream().filter(topic -> !refused.containsKey(topic)).toList();
    interrupted.removeAll(topics);
    refused.keySet().removeAll(topics);
    return known;
  }

  /** Whether the topic is in force again after it had been lost. */
  boolean confirmed(Topic topic) {
    Set<Topic> first = expected.peek();
    if (first != null && first.remove(topic) && first.isEmpty()) {
      expected.poll();
    }
    return interrupted.remove(topic);
  }

  /** The server has ended a subscription by itself: messages are missed from now on. */
  void interrupted(Collection<Topic> topics) {
    interrupted.addAll(topics);
  }

  /** The server will not confirm what it was asked first, and that is no refusal. */
  void skip() {
    expected.poll();
  }

  boolean expects(Topic topic) {
    return expected.stream().anyMatch(command -> command.contains(topic));
  }

  /** Returns the topics to be asked for again, each by itself; none if it was a single one. */
  Set<Topic> refused(Reply.Error error) {
    Set<Topic> command = expected.poll();
    if (command.size() > 1) {
      return command;
    }
    command.forEach(topic -> refused.put(topic, error));
    return Set.of();
  }

  Optional<Reply.Error> refusal(List<Topic> topics) {
    return topics.stream().filter(refused::containsKey).map(refused::get).findFirst();
  }

  /** Whatever the old connection was asked, the new one is asked anew. */
  void clear() {
    expected.clear();
  }

  void lost(Collection<Topic> inForce) {
    interrupted.addAll(inForce);
    expected.clear();
  }
}
