package dev.redstart.message;

import static dev.redstart.harness.KeyNames.key;

import dev.redstart.harness.Admin;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import dev.redstart.redis.StreamEntry;
import dev.redstart.redis.Streams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Messages on an otherwise empty database, and ways to look behind them. */
final class OneStore implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(10);
  static final String SESSION = "session_001";
  static final String ID = "msg_001";
  static final String STREAM = key("stream:session:session_001:message:msg_001");

  final Redis redis;
  final MessageStore store;
  private final List<Runnable> ends = new ArrayList<>();

  private OneStore(Redis redis, MessageOptions options) {
    this.redis = redis;
    this.store = MessageStore.of(redis, options);
  }

  /** On the shared server, which is emptied first. */
  static OneStore open(MessageOptions options) {
    var redis = Redis.connect(RedisServer.shared().url());
    redis.call(Server.flushDb());
    return new OneStore(redis, options);
  }

  static OneStore open() {
    return open(MessageOptions.defaults());
  }

  /** Of a client that is the caller's. */
  static OneStore over(Redis redis) {
    return new OneStore(redis, MessageOptions.defaults());
  }

  /** The same messages, as another process sees them. Closed with this one. */
  MessageStore elsewhere(MessageOptions options) {
    return elsewhere(RedisServer.shared().url(), options);
  }

  MessageStore elsewhere() {
    return elsewhere(MessageOptions.defaults());
  }

  MessageStore elsewhere(String url, MessageOptions options) {
    var other = Redis.connect(RedisOptions.of(url));
    var seen = MessageStore.of(other, options);
    ends.add(seen::close);
    ends.add(other::close);
    return seen;
  }

  Message message() {
    return store.loadOrCreate(ID, SESSION, Role.ASSISTANT);
  }

  MessageSnapshot load() {
    return store.load(ID).orElseThrow().snapshot();
  }

  String text() {
    return load().text();
  }

  /** The fields of the message's hash. */
  Map<String, String> hash() {
    return redis.call(Hashes.getAll(key("message:" + ID)));
  }

  List<StreamEntry> entries() {
    return redis.call(Streams.range(STREAM, EntryId.MIN, EntryId.MAX));
  }

  /** Type and payload of each event that is kept. */
  List<String> events() {
    return entries().stream()
        .map(it -> it.field("event_type").orElseThrow() + " " + it.field("payload").orElseThrow())
        .toList();
  }

  List<String> types() {
    return entries().stream().map(it -> it.field("event_type").orElseThrow()).toList();
  }

  static JsonValue payload(StreamEntry entry) {
    return Json.parse(entry.field("payload").orElseThrow());
  }

  TreeSet<String> allKeys() {
    return new TreeSet<>(Admin.keys(redis));
  }

  /** All updates up to the end of the message. */
  static List<MessageUpdate> readAll(MessageSubscription reader) {
    var updates = new ArrayList<MessageUpdate>();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!reader.isEnded()) {
      reader.next(Duration.ofSeconds(1)).ifPresent(updates::add);
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("no end within " + LIMIT + "; so far: " + updates);
      }
    }
    return updates;
  }

  List<MessageUpdate> readAll(String from) {
    try (var reader = store.subscribe(SESSION, ID, from)) {
      return readAll(reader);
    }
  }

  @Override
  public void close() {
    ends.forEach(Runnable::run);
    store.close();
    redis.close();
  }
}
