package dev.redstart.redis;

import dev.redstart.resp.Reply;
import dev.redstart.resp.RespEncoder;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The connection on which all subscriptions of a client are. It exists while somebody listens, and
 * tells the server again after each reconnect. In RESP3 messages come as pushes, in RESP2 as
 * arrays; both are recognised by their first word.
 */
final class Subscriber implements Reconnection.Party, Pending.Carrier, Loop.Watch {
  private final Connector connector;
  private final RedisOptions options;
  private final Reconnection reconnection;

  /** Guards all below. Held by whoever delivers, too: nothing under it may wait for the server. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final Map<Topic, List<Subscription>> listeners = new LinkedHashMap<>();
  private final Set<Topic> inForce = new HashSet<>();
  private final Confirmations confirmations = new Confirmations();
  private Connection connection;
  private NoConnection lastFailure;
  private boolean closed;

  Subscriber(Connector connector) {
    this.connector = connector;
    this.options = connector.options();
    this.reconnection = new Reconnection(connector, this);
    connector.loop().watch(this);
  }

  Subscription open(Topic.Kind kind, List<String> names) {
    var subscription = new Subscription(this, kind);
    try {
      subscription.add(names.toArray(String[]::new));
      return subscription;
    } catch (RuntimeException failed) {
      subscription.close();
      throw failed;
    }
  }

  // ---- any thread

  void add(Subscription subscription, List<Topic> topics) {
    lock.lock();
    try {
      refuseClosed();
      var fresh = topics.stream().filter(topic -> !listeners.containsKey(topic)).toList();
      topics.forEach(topic -> enter(topic, subscription));
      tell(fresh);
      awaitForce(topics);
    } catch (RuntimeException failed) {
      remove(subscription, topics);
      throw failed;
    } finally {
      lock.unlock();
    }
  }

  private void enter(Topic topic, Subscription subscription) {
    List<Subscription> all = listeners.computeIfAbsent(topic, any -> new ArrayList<>(1));
    if (!all.contains(subscription)) {
      all.add(subscription);
    }
  }

  private void refuseClosed() {
    if (closed) {
      throw new RedisException.Unavailable("not subscribed: the client is closed", null);
    }
  }

  private void awaitForce(List<Topic> topics) {
    long nanos = options.timeout().toNanos();
    while (!inForce.containsAll(topics)) {
      refuseClosed();
      confirmations.refusal(topics).ifPresent(this::throwRefused);
      if (nanos <= 0) {
        throw late();
      }
      try {
        nanos = changed.awaitNanos(nanos);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new RedisException.Interrupted("subscribing was interrupted", true);
      }
    }
  }

  private void throwRefused(Reply.Error error) {
    throw ServerErrors.rejected(error, order("SUBSCRIBE", 0), false);
  }

  private RedisException late() {
    String why = lastFailure == null ? "the server does not confirm it" : lastFailure.getMessage();
    String limit = Order.seconds(options.timeout());
    return new RedisException.Unavailable(
        "not subscribed within " + limit + ": " + why, lastFailure);
  }

  void remove(Subscription subscription, List<Topic> topics) {
    lock.lock();
    try {
      var unheard = topics.stream().filter(topic -> isLast(topic, subscription)).toList();
      unheard.forEach(listeners::remove);
      unheard.forEach(inForce::remove);
      confirmations.forget(unheard);
      byKind(unheard).forEach((kind, names) -> send(kind.unsubscribe, names));
    } finally {
      lock.unlock();
    }
  }

  private boolean isLast(Topic topic, Subscription subscription) {
    List<Subscription> all = listeners.get(topic);
    return all != null && all.remove(subscription) && all.isEmpty();
  }

  // ---- telling the server; under the lock

  private void tell(Collection<Topic> topics) {
    if (connection == null) {
      reconnect();
      return;
    }
    byKind(topics)
        .forEach(
            (kind, names) -> {
              confirmations.expect(kind, names);
              send(kind.subscribe, names);
            });
  }

  private static Map<Topic.Kind, List<String>> byKind(Collection<Topic> topics) {
    var names = new LinkedHashMap<Topic.Kind, List<String>>();
    for (Topic topic : topics) {
      names.computeIfAbsent(topic.kind(), any -> new ArrayList<>()).add(topic.name());
    }
    return names;
  }

  private void send(String verb, List<String> names) {
    if (connection != null) {
      var words = Stream.concat(Stream.of(verb), names.stream()).map(RespEncoder::word).toList();
      offer(order(verb, 0), RespEncoder.command(words));
    }
  }

  private Order<Reply> order(String verb, int replies) {
    return new Order<>(verb, options.address(), replies, false, Duration.ZERO, reply -> reply);
  }

  private void offer(Order<Reply> order, byte[] frame) {
    var pending = new Pending<>(order, this, frame, null, options.timeout());
    // A broken wire takes nothing, and the next one is told of everything.
    connection.wire().offer(pending, false);
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
        tell(listeners.keySet());
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean goOn(NoConnection failure) {
    lock.lock();
    try {
      // Whatever it was, those who listen still do: a password may be corrected on the server.
      lastFailure = failure;
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean stillWanted() {
    lock.lock();
    try {
      if (closed || listeners.isEmpty()) {
        reconnection.ended();
        return false;
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  // ---- what the wire tells: the loop's thread

  @Override
  public boolean takes(Reply reply) {
    lock.lock();
    try {
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
    message.ifPresent(kind -> deliver(kind, items));
    confirmation.ifPresent(kind -> confirm(new Topic(kind, items.get(1).text())));
    return message.isPresent() || confirmation.isPresent() || Topic.Kind.isFarewell(word);
  }

  private void deliver(Topic.Kind kind, List<Reply> items) {
    boolean pattern = kind == Topic.Kind.PATTERN;
    String name = items.get(1).text();
    String channel = items.get(items.size() - 2).text();
    byte[] payload = items.get(items.size() - 1).bytes();
    var message =
        new Notice.Message(channel, pattern ? Optional.of(name) : Optional.empty(), payload);
    listeners.getOrDefault(new Topic(kind, name), List.of()).forEach(each -> each.offer(message));
  }

  private void confirm(Topic topic) {
    reconnection.succeeded();
    boolean again = confirmations.confirmed(topic);
    if (listeners.containsKey(topic)) {
      inForce.add(topic);
      changed.signalAll();
      if (again) {
        listeners.get(topic).forEach(Subscription::gap);
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
    lock.lock();
    try {
      if (connection != null && !connection.wire().isBroken()) {
        look(connection.wire(), nowNanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private void look(Wire wire, long nowNanos) {
    Duration silence = Duration.ofNanos(nowNanos - wire.readNanos());
    boolean asked = wire.awaited() != null || !confirmations.isEmpty();
    if (silence.compareTo(options.pingInterval().plus(options.timeout())) > 0) {
      wire.fail(new SocketTimeoutException("no sign of life for " + silence));
    } else if (!asked && silence.compareTo(options.pingInterval()) > 0) {
      offer(order("PING", 1), Command.of("PING").frame());
    }
  }

  // ---- the end

  void close() {
    connector.loop().unwatch(this);
    reconnection.stop();
    lock.lock();
    try {
      closed = true;
      listeners.values().forEach(all -> all.forEach(Subscription::end));
      listeners.clear();
      changed.signalAll();
      if (connection != null) {
        connection.wire().fail(new ClosedChannelException());
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- as a carrier: nobody waits for what is sent here

  @Override
  public void hurry(Pending<?> pending) {
    throw new IllegalStateException("nobody waits for the replies of a subscriber");
  }

  @Override
  public void unblock(Pending<?> pending) {
    throw new IllegalStateException("a subscriber sends nothing that blocks");
  }

  @Override
  public boolean isServing() {
    return connector.loop().isMine();
  }

  @Override
  public RedisException unsent(Order<?> order, Duration limit) {
    return new RedisException.Unavailable(order.sentence("not sent"), lastFailure);
  }
}
