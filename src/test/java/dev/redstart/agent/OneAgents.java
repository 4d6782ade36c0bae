package dev.redstart.agent;

import dev.redstart.harness.RedisServer;
import dev.redstart.message.Message;
import dev.redstart.message.MessageSnapshot;
import dev.redstart.message.MessageStore;
import dev.redstart.message.MessageUpdate;
import dev.redstart.message.StreamEvent;
import dev.redstart.queue.Worker;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Agents on an otherwise empty database, and ways to look at what they do. */
final class OneAgents implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(10);
  static final String SESSION = "session_001";

  /** Nobody is waited for when a test is over. */
  static final AgentOptions QUICK =
      AgentOptions.defaults().withLease(Duration.ofSeconds(1)).withGrace(Duration.ZERO);

  final Redis redis;
  final MessageStore store;
  final Agents agents;
  private final Deque<AutoCloseable> ends = new ArrayDeque<>();

  private OneAgents(RedisOptions server, AgentOptions options) {
    this.redis = Redis.connect(server);
    this.store = MessageStore.of(redis);
    this.agents = Agents.of(redis, store, options);
    ends.push(redis);
    ends.push(store);
  }

  /** On the shared server, which is emptied first. */
  static OneAgents open(AgentOptions options) {
    var one = at(shared(), options);
    one.redis.call(Server.flushDb());
    return one;
  }

  private static RedisOptions shared() {
    return RedisOptions.of(RedisServer.shared().url());
  }

  static OneAgents open() {
    return open(QUICK);
  }

  /** With agents that answer. */
  static OneAgents with(Agent agent) {
    var one = open();
    one.start(agent);
    return one;
  }

  /** Another instance, on whatever server. The caller closes it. */
  static OneAgents at(RedisOptions server, AgentOptions options) {
    return new OneAgents(server, options);
  }

  OneAgents elsewhere() {
    var other = at(shared(), QUICK);
    ends.push(other);
    return other;
  }

  Worker start(Agent agent) {
    var worker = agents.start(agent);
    ends.push(worker);
    return worker;
  }

  Message ask(String text) {
    return agents.ask(SESSION, text);
  }

  /** All events of a message, to its end. */
  List<StreamEvent> follow(String messageId) {
    return follow(messageId, LIMIT);
  }

  List<StreamEvent> follow(String messageId, Duration limit) {
    var events = new ArrayList<StreamEvent>();
    long deadline = System.nanoTime() + limit.toNanos();
    try (var reader = store.subscribe(SESSION, messageId, "0")) {
      while (!reader.isEnded()) {
        var left = Duration.ofNanos(deadline - System.nanoTime());
        if (left.isNegative()) {
          throw new AssertionError("no end within " + limit.toMillis() + " ms: " + events);
        }
        reader.next(left).ifPresent(update -> events.add(((MessageUpdate.Event) update).event()));
      }
    }
    return events;
  }

  /** The message after its end. */
  MessageSnapshot end(String messageId) {
    follow(messageId);
    return load(messageId);
  }

  MessageSnapshot load(String messageId) {
    return store.load(messageId).orElseThrow().snapshot();
  }

  /** The text of the answer. */
  String answer(String question) {
    return end(ask(question).id()).text();
  }

  /** Types of events, those of text and progress in a row as one. */
  static List<String> types(List<StreamEvent> events) {
    var types = new ArrayList<String>();
    for (var event : events) {
      var type = event.eventType().toString();
      boolean again = !types.isEmpty() && types.get(types.size() - 1).equals(type);
      if (!again || !type.matches("text_delta|task_progress")) {
        types.add(type);
      }
    }
    return types;
  }

  @Override
  public void close() {
    for (var end : ends) {
      try {
        end.close();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }
}
