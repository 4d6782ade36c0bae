package dev.redstart.redis;

import dev.redstart.resp.Reply;
import dev.redstart.resp.RespEncoder;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The connection on which all subscriptions of a client are. It exists while somebody listens, and
 * tells the server again after each reconnect. In RESP3 messages come as pushes, in RESP2 as
 * arrays; both are recognised by their first word.
 */
final class Subscriber implements Audience, Reconnection.Party, Loop.Watch {
  private final Loop loop;
  private final RedisOptions options;
  private final Reconnection reconnection;
  private final BooleanSupplier strayed;

  /** Guards all below. Held by whoever delivers, too: nothing under it may wait for the server. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final Listeners listeners = new Listeners();
  private final Set<Topic> inForce = new HashSet<>();
  private final Confirmations confirmations = new Confirmations();
  private Connection connection;
  private volatile NoConnection lastFailure;
  private boolean closed;

  /**
   * {@code source}: where to, for each attempt to connect. {@code strayed}: told that a channel
   * belongs to another node; whether anybody will see to it.
   */
  Subscriber(RedisOptions options, Loop loop, Supplier<Connector> source, BooleanSupplier strayed) {
    this.options = options;
    this.loop = loop;
    this.strayed = strayed;
    this.reconnection = new Reconnection(source, this);
    loop.watch(this);
  }

  /** Listens as soon as that is possible. Waits for nothing. */
  Subscription listen(Topic topic) {
    var subscription = new Subscription(this, topic.kind());
    join(List.of(subscription), List.of(topic), false);
    return subscription;
  }

  // ---- any thread

  @Override
  public void add(Subscription subscription, List<Topic> topics) {
    lock.lock();
    try {
      join(List.of(subscription), topics, false);
      if (!awaitForce(topics, options.timeout().toNanos())) {
        throw late();
      }
    } catch (RuntimeException failed) {
      remove(subscription, topics);
      throw failed;
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #add}, without waiting. {@code missed}: until now they listened elsewhere. */
  void join(Collection<Subscription> all, List<Topic> topics, boolean missed) {
    lock.lock();
    try {
      refuseClosed();
      var fresh = topics.stream().filter(topic -> !listeners.has(topic)).toList();
      topics.forEach(topic -> all.forEach(each -> listeners.enter(topic, each)));
      confirmations.interrupted(missed ? topics : List.of());
      tell(fresh);
    } finally {
      lock.unlock();
    }
  }

  private void refuseClosed() {
    if (closed) {
      throw new RedisException.Unavailable("not subscribed: the client is closed", null);
    }
  }

  /** Whether all are in force, after so long at most. */
  boolean awaitForce(List<Topic> topics, long nanosMax) {
    lock.lock();
    try {
      long nanos = nanosMax;
      while (!inForce.containsAll(topics) && nanos > 0) {
        refuseClosed();
        confirmations.refusal(topics).ifPresent(error -> throwRefused(error, topics.get(0)));
        nanos = changed.awaitNanos(nanos);
      }
      return inForce.containsAll(topics);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new RedisException.Interrupted("subscribing was interrupted", true);
    } finally {
      lock.unlock();
    }
  }

  private void throwRefused(Reply.Error error, Topic topic) {
    throw topic.kind().refused(error, order(topic.kind().subscribe, 0));
  }

  RedisException late() {
    String why = lastFailure == null ? "the server does not confirm it" : lastFailure.getMessage();
    String limit = Order.seconds(options.timeout());
    return new RedisException.Unavailable(
        "not subscribed within " + limit + ": " + why, lastFailure);
  }

  @Override
  public void remove(Subscription subscription, List<Topic> topics) {
    lock.lock();
    try {
      List<Topic> unheard = listeners.leave(topics, subscription);
      unheard.forEach(inForce::remove);
      together(confirmations.forget(unheard))
          .forEach(some -> send(some.get(0).kind().unsubscribe, some));
    } finally {
      lock.unlock();
    }
  }

  // ---- telling the server; under the lock

  private void tell(Collection<Topic> topics) {
    if (connection == null) {
      reconnect();
      return;
    }
    for (List<Topic> command : together(topics)) {
      confirmations.expect(command);
      send(command.get(0).kind().subscribe, command);
    }
  }

  /** Those that one command may name: shard channels may lie in different slots. */
  private static Collection<List<Topic>> together(Collection<Topic> topics) {
    return topics.stream()
        .collect(
            Collectors.groupingBy(
                topic -> topic.kind() == Topic.Kind.SHARD ? topic : topic.kind(),
                LinkedHashMap::new,
                Collectors.toList()))
        .values();
  }

  private void send(String verb, List<Topic> topics) {
    if (connection != null) {
      var words =
          Stream.concat(Stream.of(verb), topics.stream().map(Topic::name))
              .map(RespEncoder::word)
              .toList();
      offer(order(verb, 0), RespEncoder.command(words));
    }
  }

  private Order<Reply> order(String verb, int replies) {
    return new Order<>(verb, options.address(), replies, false, Duration.ZERO, reply -> reply);
  }

  private void offer(Order<Reply> order, byte[] frame) {
    var pending = new Pending<>(order, new Unawaited(loop), frame, null, options.timeout());
    // A broken wire takes nothing, and the next one is told of everything.
    connection.wire().offer(pending, Outbox.Haste.SOON);
  }

  private void reconnect() {
    if (!closed && !listeners.isEmpty()) {
      reconnection.start();
    }
  }

  // ---- connecting

  @Override
  public void install(Connection fresh) {
    lock.lock();
    try {
      reconnection.installed();
      if (closed || listeners.isEmpty()) {
        fresh.wire().fail(new ClosedChannelException());
      } else {
        connection = fresh;
        confirmations.clear();
        tell(listeners.topics());
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean goOn(NoConnection failure) {
    // Whatever it was, those who listen still do: a password may be corrected on the server.
    lastFailure = failure;
    return true;
  }

  @Override
  public boolean stillWanted() {
    return locked(
        () -> {
          boolean wanted = !closed && !listeners.isEmpty();
          if (!wanted) {
            reconnection.ended();
          }
          return wanted;
        });
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  // ---- what the wire tells: the loop's thread

  @Override
  public boolean takes(Reply reply) {
    lock.lock();
    try {
      if (reply instanceof Reply.Error error && isStray(error)) {
        confirmations.skip();
        return true;
      }
      if (reply instanceof Reply.Error error && !confirmations.isEmpty()) {
        refused(error);
        return true;
      }
      boolean message = reply instanceof Reply.Push || reply instanceof Reply.Array;
      return message && !reply.items().isEmpty() && takes(reply.items())
          || reply instanceof Reply.Push;
    } finally {
      lock.unlock();
    }
  }

  /** Another node has the channel, or will have it; so it may be with one that is left, too. */
  private boolean isStray(Reply.Error error) {
    return ServerErrors.isElsewhere(error.code()) && strayed.getAsBoolean();
  }

  /** One channel that is forbidden makes the server refuse all that were asked for with it. */
  private void refused(Reply.Error error) {
    Set<Topic> together = confirmations.refused(error);
    together.forEach(topic -> tell(List.of(topic)));
    changed.signalAll();
  }

  private boolean takes(List<Reply> items) {
    String word = items.get(0).text();
    Optional<Topic.Kind> message = Topic.Kind.ofMessage(word);
    Optional<Topic.Kind> confirmation = Topic.Kind.ofConfirmation(word);
    message.ifPresent(kind -> listeners.deliver(kind, items));
    confirmation.ifPresent(kind -> confirm(new Topic(kind, items.get(1).text())));
    if (word.equalsIgnoreCase(Topic.Kind.SHARD.unsubscribe)) {
      ended(new Topic(Topic.Kind.SHARD, items.get(1).text()));
    }
    return message.isPresent() || confirmation.isPresent() || Topic.Kind.isFarewell(word);
  }

  /** If nobody has asked for that, the channel's slot has gone to another node. */
  private void ended(Topic topic) {
    if (inForce.remove(topic)) {
      confirmations.interrupted(List.of(topic));
      strayed.getAsBoolean();
    }
  }

  private void confirm(Topic topic) {
    reconnection.succeeded();
    boolean again = confirmations.confirmed(topic);
    if (listeners.has(topic)) {
      inForce.add(topic);
      changed.signalAll();
      if (again) {
        listeners.gap(topic);
      }
    }
  }

  @Override
  public void answered(Pending<?> pending, Reply answer) {
    pending.retire();
    if (answer != null) {
      pending.settle(answer);
    }
  }

  @Override
  public void lost(Wire wire, Throwable cause, List<Pending<?>> inFlight) {
    lock.lock();
    try {
      connection = null;
      reconnection.lost();
      confirmations.lost(inForce);
      inForce.clear();
      reconnect();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void tick(long nowNanos) {
    reconnection.look();
    lock.lock();
    try {
      if (connection != null && !connection.wire().isBroken()) {
        look(connection, nowNanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private void look(Connection up, long nowNanos) {
    Wire wire = up.wire();
    Duration silence = Duration.ofNanos(nowNanos - wire.readNanos());
    boolean asked = wire.awaited() != null || !confirmations.isEmpty();
    if (reconnection.connector().isOutdated(up)) {
      wire.fail(Connector.outdated());
    } else if (silence.compareTo(options.pingInterval().plus(options.timeout())) > 0) {
      wire.fail(new SocketTimeoutException("no sign of life for " + silence));
    } else if (!asked && silence.compareTo(options.pingInterval()) > 0) {
      offer(order("PING", 1), Command.of("PING").frame());
    }
  }

  // ---- in a cluster

  /** Asks again for what is not in force. */
  void tellAgain() {
    lock.lock();
    try {
      if (connection != null) {
        tell(
            listeners.topics().stream()
                .filter(topic -> !inForce.contains(topic) && !confirmations.expects(topic))
                .toList());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Goes to another node if the present one is none of these. */
  void stayWith(Set<Endpoint.Tcp> members) {
    Connection up = locked(() -> connection);
    if (up != null && !members.contains(reconnection.connector().options().endpoint())) {
      up.wire().fail(new ClosedChannelException());
    }
  }

  boolean isUnheard() {
    return locked(listeners::isEmpty);
  }

  // ---- the end

  void close() {
    loop.unwatch(this);
    reconnection.stop();
    lock.lock();
    try {
      closed = true;
      listeners.end();
      changed.signalAll();
      if (connection != null) {
        connection.wire().fail(new ClosedChannelException());
      }
    } finally {
      lock.unlock();
    }
  }
}
