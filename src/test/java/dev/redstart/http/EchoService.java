package dev.redstart.http;

import dev.redstart.agent.Agents;
import dev.redstart.agent.EchoAgent;
import dev.redstart.event.EventStore;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.message.Message;
import dev.redstart.message.MessageHead;
import dev.redstart.message.MessageStore;
import dev.redstart.message.Role;
import dev.redstart.queue.Worker;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A service as people use it, on an empty Redis, with agents that echo slowly. */
final class EchoService implements AutoCloseable {
  /** Kept, because the JDK forgets loggers that nobody keeps. */
  private static final Logger QUIET = Logger.getLogger("dev.redstart.http");

  static {
    QUIET.setLevel(Level.OFF);
  }

  final Redis redis;
  final MessageStore store;
  final EventStore events;
  private final Agents agents;
  private final Worker worker;
  private final ServiceOptions options;
  private Service service;

  EchoService() {
    this(ServiceOptions.defaults());
  }

  EchoService(ServiceOptions wanted) {
    RedisServer.shared().cli("FLUSHALL");
    redis = Redis.connect(RedisServer.shared().url());
    store = MessageStore.of(redis);
    events = EventStore.of(redis);
    agents = Agents.of(redis, store);
    worker = agents.start(EchoAgent.create().withPause(Duration.ofMillis(10)));
    options = wanted.withHeartbeat(Duration.ofMillis(50));
    service = Service.start(redis, options.withPort(0), agents);
  }

  String address() {
    return service.uri().toString();
  }

  int port() {
    return service.uri().getPort();
  }

  int followers() {
    return service.followers();
  }

  /** Without its agents, which go on. */
  void stop() {
    service.close();
  }

  void startAgain() {
    service = Service.start(redis, options.withPort(port()), agents);
  }

  String newSession() {
    return store.createSession(Optional.empty(), Json.object()).sessionId();
  }

  /** A message that grows as the test says, and not as an agent does. */
  Message message(String session, String id) {
    return store.loadOrCreate(MessageHead.of(id, session, Role.ASSISTANT));
  }

  String address(String session) {
    return address() + "/#session=" + session;
  }

  /** The text of the last message of the session. */
  String stored(String session) {
    var all = store.sessionMessages(session, 100, 0);
    return all.get(all.size() - 1).text();
  }

  @Override
  public void close() {
    worker.close();
    service.close();
    store.close();
    redis.close();
  }
}
