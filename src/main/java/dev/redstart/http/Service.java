package dev.redstart.http;

import dev.redstart.agent.Agents;
import dev.redstart.event.EventStore;
import dev.redstart.message.Message;
import dev.redstart.message.MessageSnapshot;
import dev.redstart.message.MessageStore;
import dev.redstart.redis.Redis;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * The HTTP service: events of runs under {@code /runs}, sessions and messages under {@code
 * /api/v1}, each as JSON and as a stream of server-sent events. {@code /docs} lists all routes.
 *
 * <p>A stream of a run ({@code /runs/ID/events/stream}) begins with its first event; after the one
 * that the header {@code Last-Event-ID}, or else {@code last_event_id} in the query, names; or with
 * {@code from=now}. An event {@code gap} says how many events are gone for good; {@code close} is
 * the last one. A stream of a message begins after {@code Last-Event-ID}, or else {@code last_id};
 * where events are gone there is a {@code snapshot}, the whole message, which replaces what was
 * read before. Whoever comes back after the end is answered 204, which stops a browser. That a
 * client has left is noticed when it is written to: by a heartbeat, if nothing happens.
 *
 * <p>The {@linkplain ServiceOptions#withA2a options} may have an agent that is offered by the A2A
 * protocol, too: {@link A2aEndpoint} says how. It is all that there is without a Redis.
 *
 * <p>Errors are JSON, but for those that the JDK's server answers itself before this is asked, with
 * a line of HTML, 400, and the end of the connection: a first line that is none, an address that is
 * no URI, a header whose name has odd characters, a Content-Length that is no number, comes twice
 * or with a Transfer-Encoding; 501 for another Transfer-Encoding than chunked; 404 for {@code
 * OPTIONS *}. Headers of more than 380 KiB, or more than 200 of them, end the connection without an
 * answer.
 *
 * <p>A POST of a message, a task or an event that is repeated with the same {@code Idempotency-Key}
 * does nothing again, at any instance, and is answered as before: for as long as the messages are
 * kept, an event for an hour. With another body it is refused (422).
 *
 * <p>All state is in Redis: any instance answers any request, also for what another one began, and
 * a follower who is cut off goes on at another one. Thread-safe; the client stays the caller's.
 *
 * <pre>{@code
 * try (var redis = Redis.connect("redis://localhost");
 *     var service = Service.start(redis, ServiceOptions.defaults())) {
 *   System.out.println(service.uri());
 *   ...
 * }
 * }</pre>
 */
public final class Service implements AutoCloseable {
  private final Optional<MessageStore> messages;
  private final WebServer server;

  private Service(
      Redis redis, ServiceOptions options, Responder responder, Optional<Agents> agents) {
    var store = MessageStore.of(redis);
    var router = router(Optional.of(redis), options);
    agents.ifPresent(them -> new AgentRoutes(store, them).addTo(router));
    new PageRoutes().addTo(router);
    new RunRoutes(EventStore.of(redis)).addTo(router);
    new MessageRoutes(store, responder).addTo(router);
    messages = Optional.of(store);
    server = WebServer.start(router, options);
  }

  private Service(ServiceOptions options) {
    messages = Optional.empty();
    server = WebServer.start(router(Optional.empty(), options), options);
  }

  private static Router router(Optional<Redis> redis, ServiceOptions options) {
    var router = new Router();
    new HealthRoutes(redis).addTo(router);
    options.a2a().ifPresent(it -> new A2aRoutes(it, options.token().isPresent()).addTo(router));
    return router;
  }

  /**
   * Without a Redis: offers the agent of the {@linkplain ServiceOptions#withA2a options}, and
   * nothing else.
   *
   * @throws IllegalArgumentException if the options have none
   * @throws IllegalStateException if the address cannot be listened on
   */
  public static Service start(ServiceOptions options) {
    if (options.a2a().isEmpty()) {
      throw new IllegalArgumentException("without a Redis the options must have an agent");
    }
    return new Service(options);
  }

  /**
   * Without anybody who answers: messages of users are kept, and their answers fail at once.
   *
   * @throws IllegalStateException if the address cannot be listened on
   */
  public static Service start(Redis redis, ServiceOptions options) {
    return start(redis, options, Service::nobody);
  }

  /**
   * Listens, and answers from when this returns on.
   *
   * @throws IllegalStateException if the address cannot be listened on
   */
  public static Service start(Redis redis, ServiceOptions options, Responder responder) {
    return new Service(
        Objects.requireNonNull(redis, "redis"),
        Objects.requireNonNull(options, "options"),
        Objects.requireNonNull(responder, "responder"),
        Optional.empty());
  }

  /**
   * The same with agents, which also do tasks ({@code /api/v1/sessions/ID/tasks}) and can be
   * stopped ({@code /api/v1/messages/ID/cancel}). They may run on this instance, or on any other.
   *
   * @throws IllegalStateException if the address cannot be listened on
   */
  public static Service start(Redis redis, ServiceOptions options, Agents agents) {
    Objects.requireNonNull(agents, "agents");
    return new Service(
        Objects.requireNonNull(redis, "redis"),
        Objects.requireNonNull(options, "options"),
        (question, answer) -> agents.answer(question.head(), answer.id()),
        Optional.of(agents));
  }

  private static void nobody(MessageSnapshot question, Message answer) {
    answer.fail("Nobody answers messages here.");
  }

  /** Where it listens, such as {@code http://127.0.0.1:8000}. */
  public URI uri() {
    return server.uri();
  }

  /** How many streams are followed at the moment. */
  public int followers() {
    return server.followers().size();
  }

  /**
   * Stops: takes no new requests, tells those who follow streams when to come back (to another
   * instance, perhaps), and gives the rest the grace that the options say. Closing twice is
   * harmless.
   */
  @Override
  public void close() {
    server.close();
    messages.ifPresent(MessageStore::close);
  }
}
