package dev.redstart.orchestration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.redis.ListEnd;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Popped;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Script;
import dev.redstart.redis.SideKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes messages from plain lists, at most once: what was taken is lost when this process dies with
 * it, or the connection breaks at that moment. Use {@link Child} for what must not be lost.
 *
 * <p>Each method takes a timeout, for all that it does; {@link Duration#ZERO} is for ever. All
 * throw {@link RedisException} if Redis cannot be reached, if the key is no list, or if the thread
 * is interrupted; it says whether something may have been taken. Thread-safe.
 */
public final class Receiver {
  private static final Script TAKE_HEAD = Script.resource(Receiver.class, "take_head.lua");
  private static final Script FIND_SHUTDOWN = Script.resource(Receiver.class, "find_shutdown.lua");

  /** Redis can wake us when a list begins, not when it grows. */
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);

  private final Redis redis;

  private Receiver(Redis redis) {
    this.redis = redis;
  }

  /** The time that a call has for all that it does. */
  private record Wait(Duration timeout, long startNanos) {
    static Wait of(Duration timeout) {
      if (Objects.requireNonNull(timeout, "timeout").isNegative()) {
        throw new IllegalArgumentException("timeout: must not be negative, was " + timeout);
      }
      return new Wait(timeout, System.nanoTime());
    }

    Duration left() {
      return timeout.isZero() ? timeout : timeout.minusNanos(System.nanoTime() - startNanos);
    }

    boolean isOver() {
      return !timeout.isZero() && (left().isNegative() || left().isZero());
    }
  }

  /** A receiver on this client, which stays the caller's to close. */
  public static Receiver of(Redis redis) {
    return new Receiver(Objects.requireNonNull(redis, "redis"));
  }

  /** Takes the first message of the first list that has one; empty after the timeout. */
  public Optional<Received> receive(Duration timeout, String... lists) {
    Wait.of(timeout);
    return pop(timeout, 1, requireNames(lists));
  }

  private Optional<Received> pop(Duration timeout, int index, String... lists) {
    return redis
        .call(Lists.blockingPopLeftBytes(timeout, lists))
        .map(popped -> received(popped, index));
  }

  private static Received received(Popped<byte[]> popped, int index) {
    var raw = popped.value();
    var text = new String(raw, UTF_8);
    return new Received(popped.key(), text, Message.parse(raw), Timestamps.now(), index);
  }

  /**
   * Takes messages until there are {@code count}, or none has come for as long as the timeout.
   *
   * @throws RedisException only for the first of them; afterwards, what was taken is returned
   */
  public List<Received> receiveMany(int count, Duration timeout, String list) {
    if (count < 1) {
      throw new IllegalArgumentException("count: must be positive, was " + count);
    }
    var received = new ArrayList<Received>();
    var messages = receiveAll(timeout, list).iterator();
    try {
      while (received.size() < count && messages.hasNext()) {
        received.add(messages.next());
      }
    } catch (RedisException trouble) {
      // The next call meets it too; those in hand would be lost.
      if (received.isEmpty()) {
        throw trouble;
      }
    }
    return List.copyOf(received);
  }

  /**
   * All messages of a list, those to come as well; ends when none has come for as long as the
   * timeout. A message is taken by {@code hasNext}, or by {@code next} without it, which may wait
   * and throw as {@link #receive} does. Each iterator counts its messages from 1, and is for one
   * thread.
   */
  public Iterable<Received> receiveAll(Duration timeout, String list) {
    Wait.of(timeout);
    requireNames(list);
    return () -> new Series(timeout, list);
  }

  /** For one thread. */
  private final class Series implements Iterator<Received> {
    private final Duration timeout;
    private final String list;
    private Optional<Received> next = Optional.empty();
    private boolean ended;
    private int count;

    Series(Duration timeout, String list) {
      this.timeout = timeout;
      this.list = list;
    }

    @Override
    public boolean hasNext() {
      if (next.isEmpty() && !ended) {
        next = pop(timeout, count + 1, list);
        ended = next.isEmpty();
      }
      return next.isPresent();
    }

    @Override
    public Received next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no message within " + timeout);
      }
      var received = next.orElseThrow();
      next = Optional.empty();
      count++;
      return received;
    }
  }

  /**
   * Takes the next task of a list. What comes before it and is none goes to the dead letters: a
   * list beside this one, {@code {list}:dead}, where each is kept with the reason, for as long as
   * the client's time to live. But a shutdown stays where it is, and this returns at once.
   *
   * @return empty after the timeout, or if the first message is a shutdown: see {@link
   *     #awaitShutdown}
   * @throws IllegalArgumentException if no name beside this one is sure to share its slot on a
   *     cluster, see {@link SideKeys#of}
   */
  public Optional<TaskMessage> receiveTask(Duration timeout, String list) {
    return take(TaskMessage.class, "not a task", timeout, list);
  }

  /** Takes the next report of a list, as {@link #receiveTask} does; a shutdown is none. */
  public Optional<ReportMessage> receiveReport(Duration timeout, String list) {
    return take(ReportMessage.class, "not a report", timeout, list);
  }

  /** Looks at the first message before it takes it: so it is always in one of the lists. */
  private <T extends Message> Optional<T> take(
      Class<T> kind, String otherwise, Duration timeout, String list) {
    var wait = Wait.of(timeout);
    var keys = List.of(list(list), SideKeys.of(list).key("dead"));
    for (var head = peek(list, wait); head.isPresent(); head = peek(list, wait)) {
      var raw = head.get();
      var message = Message.parse(raw);
      if (message instanceof ShutdownMessage && kind == TaskMessage.class) {
        return Optional.empty();
      }
      boolean fits = kind.isInstance(message);
      boolean taken = takeHead(keys, raw, fits ? "" : letter(list, raw, message, otherwise));
      if (fits && taken) {
        return Optional.of(kind.cast(message));
      }
    }
    return Optional.empty();
  }

  /** Waits for a first message, which stays where it is: so this may be repeated. */
  private Optional<byte[]> peek(String list, Wait wait) {
    return wait.isOver()
        ? Optional.empty()
        : redis.call(
            Lists.blockingMoveBytes(list, list, ListEnd.LEFT, ListEnd.LEFT, wait.left())
                .idempotent());
  }

  private static String letter(String list, byte[] raw, Message message, String otherwise) {
    var reason = message instanceof UnknownMessage unknown ? ": " + unknown.reason() : "";
    return DeadLetter.of(list, raw, otherwise + reason).toString();
  }

  /** False if somebody else was faster. */
  private boolean takeHead(List<String> keys, byte[] raw, String letter) {
    var ttlMillis = Long.toString(redis.options().ttl().toMillis());
    var words = List.of(raw, letter.getBytes(UTF_8), ttlMillis.getBytes(UTF_8));
    return redis.call(TAKE_HEAD.callBytes(keys, words)).integer() == 1;
  }

  /**
   * Takes the first shutdown among the first 1000 messages of a list; the others stay as they are,
   * tasks too. While there are others, it looks ten times a second.
   */
  public Optional<ShutdownMessage> awaitShutdown(Duration timeout, String list) {
    var wait = Wait.of(timeout);
    list(list);
    var found = takeShutdown(list);
    while (found.isEmpty() && !wait.isOver()) {
      waitForMore(list, wait);
      found = takeShutdown(list);
    }
    return found;
  }

  private Optional<ShutdownMessage> takeShutdown(String list) {
    int from = 0;
    while (true) {
      var answer =
          redis.call(FIND_SHUTDOWN.call(List.of(list), Integer.toString(from)).idempotent());
      if (answer.isNull()) {
        return Optional.empty();
      }
      var raw = answer.items().get(1).bytes();
      if (!(Message.parse(raw) instanceof ShutdownMessage shutdown)) {
        from = (int) answer.items().get(0).integer() + 1;
      } else if (redis.call(Lists.rem(list, 1, raw)) == 1) {
        return Optional.of(shutdown);
      }
    }
  }

  private void waitForMore(String list, Wait wait) {
    if (redis.call(Lists.len(list)) == 0) {
      peek(list, wait);
    } else {
      boolean last = !wait.timeout.isZero() && wait.left().compareTo(LOOK_INTERVAL) < 0;
      // An interrupt ends it at once, and then the next call.
      LockSupport.parkNanos(this, (last ? wait.left() : LOOK_INTERVAL).toNanos());
    }
  }

  private static String[] requireNames(String... lists) {
    for (var each : Objects.requireNonNull(lists, "lists")) {
      list(each);
    }
    if (lists.length == 0) {
      throw new IllegalArgumentException("lists: must not be empty");
    }
    return lists;
  }

  private static String list(String list) {
    if (Objects.requireNonNull(list, "list").isBlank()) {
      throw new IllegalArgumentException("list: must not be blank");
    }
    return list;
  }
}
