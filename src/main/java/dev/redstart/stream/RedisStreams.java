package dev.redstart.stream;

import dev.redstart.redis.EntryId;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Requests;
import dev.redstart.redis.Streams;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The streams on a Redis: adds entries, and has them handled by the consumers of groups.
 * Thread-safe; the client stays the caller's.
 *
 * <p>A stream is a plain one: others may add to it with XADD, and read it with XREAD. Beside a
 * stream {@code K} there are {@code {K}:dlq}, its dead letters, and {@code {K}:meta}.
 *
 * <p>All methods throw a {@link dev.redstart.redis.RedisException} when Redis cannot be reached or
 * refuses, a {@link StreamException.WrongType} when a key holds something else, and an {@link
 * IllegalArgumentException}, before anything is sent, for names that are blank or, of streams, have
 * unsound braces.
 */
public final class RedisStreams {
  /** One call of the script that puts them back. */
  private static final int REQUEUE_MAX = 100;

  private final Redis redis;
  private final StreamOptions options;
  private final Requests requests = new Requests();

  private RedisStreams(Redis redis, StreamOptions options) {
    this.redis = redis;
    this.options = options;
  }

  /** The streams on this Redis. */
  public static RedisStreams of(Redis redis) {
    return of(redis, StreamOptions.defaults());
  }

  /** The streams on this Redis, used as the options say. */
  public static RedisStreams of(Redis redis, StreamOptions options) {
    return new RedisStreams(
        Objects.requireNonNull(redis, "redis"), Objects.requireNonNull(options, "options"));
  }

  private Store store(String stream) {
    return Store.of(redis, requests, Objects.requireNonNull(stream, "stream"));
  }

  /**
   * Adds an entry, in one round trip, and trims the stream by the retention that was given last.
   * When a reply is lost, the entry is not added twice.
   *
   * @param fields 1 to 1000 of them, within the largest payload
   * @return its id
   * @throws StreamException.Full if the stream has reached its capacity
   */
  public EntryId push(String stream, Map<String, String> fields) {
    return pushAll(stream, List.of(fields)).get(0);
  }

  /** As {@link #push(String, Map)}; from now on, so much of the stream is kept. */
  public EntryId push(String stream, Map<String, String> fields, Retention retention) {
    return pushAll(stream, List.of(fields), retention).get(0);
  }

  /**
   * Adds entries in their order: one round trip and one step for each 500 of them, or 512 KiB.
   *
   * @return their ids
   * @throws StreamException.Full if there is no room for all; it says which were added
   * @throws dev.redstart.redis.RedisException if Redis could not be reached: the first of several
   *     slices may have been added
   */
  public List<EntryId> pushAll(String stream, List<Map<String, String>> entries) {
    return push(stream, entries, "");
  }

  /** As {@link #pushAll(String, List)}; from now on, so much of the stream is kept. */
  public List<EntryId> pushAll(
      String stream, List<Map<String, String>> entries, Retention retention) {
    return push(stream, entries, Objects.requireNonNull(retention, "retention").toString());
  }

  private List<EntryId> push(String stream, List<Map<String, String>> entries, String retention) {
    Objects.requireNonNull(entries, "entries");
    return new Producer(store(stream), options.payloadBytesMax()).push(entries, retention);
  }

  /** Makes a group that reads from the start, and an empty stream, unless there are such. */
  public void ensureGroup(String stream, String group) {
    ensureGroup(stream, group, GroupStart.START);
  }

  /** Makes a group that reads from there on, and an empty stream, unless there are such. */
  public void ensureGroup(String stream, String group, GroupStart start) {
    var store = store(stream);
    store.ensureGroup(Limits.notBlank(group, "group"), Objects.requireNonNull(start, "start"));
  }

  /** As {@link #consume(List, String, String, MessageHandler, ConsumerOptions)}, by default. */
  public StreamConsumer consume(
      List<String> streams, String group, String consumer, MessageHandler handler) {
    return consume(streams, group, consumer, handler, ConsumerOptions.defaults());
  }

  /**
   * Starts a consumer of a group, which is made where there is none. Entries are acknowledged when
   * the handler returns; when it throws, they are delivered again later, and go to the dead letters
   * after as many deliveries as the options say. What a consumer of the group that died had in hand
   * is taken over when its lease is over. So a handler may see an entry more than once.
   *
   * <p>On a cluster each slot in which there are streams costs a thread and a connection; streams
   * with a hash tag in common are in one.
   *
   * @param consumer the beginning of its name; each one's name is its own all the same
   * @return the consumer, which runs until it is closed; {@link StreamConsumer#await()} waits for
   *     that
   */
  public StreamConsumer consume(
      List<String> streams,
      String group,
      String consumer,
      MessageHandler handler,
      ConsumerOptions options) {
    Objects.requireNonNull(handler, "handler");
    return consumeIf(
        streams,
        group,
        consumer,
        message -> {
          handler.handle(message);
          return true;
        },
        options);
  }

  /** As {@link #consumeIf(List, String, String, MessagePredicate, ConsumerOptions)}, by default. */
  public StreamConsumer consumeIf(
      List<String> streams, String group, String consumer, MessagePredicate handler) {
    return consumeIf(streams, group, consumer, handler, ConsumerOptions.defaults());
  }

  /**
   * As {@link #consume(List, String, String, MessageHandler, ConsumerOptions)}, but an entry is
   * acknowledged only if the handler returns true.
   */
  public StreamConsumer consumeIf(
      List<String> streams,
      String group,
      String consumer,
      MessagePredicate handler,
      ConsumerOptions options) {
    Limits.notBlank(group, "group");
    Limits.notBlank(consumer, "consumer");
    Objects.requireNonNull(handler, "handler");
    Objects.requireNonNull(options, "options");
    var stores = streams.stream().distinct().map(this::store).toList();
    if (stores.isEmpty()) {
      throw new IllegalArgumentException("streams: there must be one at least");
    }
    stores.forEach(store -> store.ensureGroup(group, options.groupStart()));
    return StreamConsumer.start(stores, group, consumer, handler, options);
  }

  /** What there is to know about a stream and its groups, at one moment. */
  public StreamFigures figures(String stream) {
    var store = store(stream);
    var keys = List.of(store.name(), store.keys().dead());
    return StreamFigures.read(store.call(StreamScripts.FIGURES.call(keys)));
  }

  /** The oldest dead letters of a stream, at most so many. */
  public List<DeadLetter> deadLetters(String stream, int limit) {
    return deadLetters(stream, EntryId.MIN, limit);
  }

  /** The dead letters of a stream after one of them, by its own id, at most so many. */
  public List<DeadLetter> deadLetters(String stream, EntryId after, int limit) {
    Limits.atLeast(limit, "limit", 1);
    var store = store(stream);
    var from = Objects.requireNonNull(after, "after").next();
    return store.call(Streams.range(store.keys().dead(), from, EntryId.MAX, limit)).stream()
        .map(DeadLetter::of)
        .toList();
  }

  /**
   * Adds dead letters to the stream again, with their own fields, and removes them, each in one
   * step. Every group of the stream gets them, as it gets any new entry.
   *
   * @param ids of the dead letters; those that there are not are passed over
   * @return their new ids in the stream
   */
  public List<EntryId> requeue(String stream, List<EntryId> ids) {
    var store = store(stream);
    var requeued = new ArrayList<EntryId>();
    for (int from = 0; from < ids.size(); from += REQUEUE_MAX) {
      var part = ids.subList(from, Math.min(ids.size(), from + REQUEUE_MAX));
      var arguments = part.stream().map(id -> Store.bytes(id.toString())).toList();
      requeued.addAll(Store.ids(store.once(StreamScripts.REQUEUE, arguments)));
    }
    return List.copyOf(requeued);
  }

  /** Deletes these dead letters: how many of them there were. */
  public long purge(String stream, List<EntryId> ids) {
    var store = store(stream);
    return ids.isEmpty()
        ? 0
        : store.call(Streams.del(store.keys().dead(), ids.toArray(EntryId[]::new)));
  }

  /** Deletes all dead letters of a stream. */
  public void purge(String stream) {
    redis.call(Keys.unlink(store(stream).keys().dead()).idempotent());
  }
}
