package dev.redstart.stream;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Backoff;
import dev.redstart.redis.ConsumerInfo;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import dev.redstart.redis.StreamGroups;
import dev.redstart.stream.StreamFigures.GroupFigures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A stream on an otherwise empty database, and consumers that end with it. */
final class OneStream implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(20);
  static final String KEY = "demo:stream";
  static final String GROUP = "g1";

  /** A lease short enough to wait for, and pauses that are hardly there. */
  static final ConsumerOptions QUICK =
      ConsumerOptions.defaults()
          .withLease(Duration.ofMillis(600))
          .withBackoff(new Backoff(Duration.ofMillis(10), Duration.ofMillis(50)))
          .withGrace(Duration.ofSeconds(5));

  final Redis redis;
  final RedisStreams streams;
  private final List<StreamConsumer> consumers = new ArrayList<>();

  private OneStream(Redis redis) {
    this.redis = redis;
    this.streams = RedisStreams.of(redis);
  }

  /** On the shared server, which is emptied first. */
  static OneStream open() {
    var redis = Redis.connect(RedisServer.shared().url());
    redis.call(Server.flushDb());
    return new OneStream(redis);
  }

  /** The same, with this version of RESP. */
  static OneStream speaking(int protocol) {
    var redis = Redis.connect(RedisOptions.of(RedisServer.shared().url()).withProtocol(protocol));
    redis.call(Server.flushDb());
    return new OneStream(redis);
  }

  static OneStream on(String url) {
    return new OneStream(Redis.connect(url));
  }

  /** Entries with a field "n", from {@code from} on. */
  static List<Map<String, String>> numbered(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(n -> Map.of("n", Integer.toString(n)))
        .toList();
  }

  void push(int from, int count) {
    streams.pushAll(KEY, numbered(from, count));
  }

  StreamConsumer consume(MessageHandler handler, ConsumerOptions options) {
    return keep(streams.consume(List.of(KEY), GROUP, "c", handler, options));
  }

  StreamConsumer consumeIf(MessagePredicate handler, ConsumerOptions options) {
    return keep(streams.consumeIf(List.of(KEY), GROUP, "c", handler, options));
  }

  StreamConsumer keep(StreamConsumer consumer) {
    consumers.add(consumer);
    return consumer;
  }

  /** Reads as a plain client does that will never be heard of again. */
  void readAndDie(String consumer, int count) {
    redis.call(
        "XREADGROUP",
        "GROUP",
        GROUP,
        consumer,
        "COUNT",
        Integer.toString(count),
        "STREAMS",
        KEY,
        ">");
  }

  GroupFigures group() {
    return streams.figures(KEY).group(GROUP).orElseThrow();
  }

  /** The group has read all, and nothing is pending. */
  boolean isDone() {
    var group = group();
    return group.pending() == 0 && group.lag().orElse(-1L) == 0;
  }

  void awaitDone() {
    Eventually.within(LIMIT, "the group has finished everything", this::isDone);
  }

  /** The same, where the group may be gone at the moment. */
  void awaitDoneAgain() {
    Eventually.within(
        LIMIT,
        "there is a group, and it has finished everything",
        () -> streams.figures(KEY).group(GROUP).isPresent() && isDone());
  }

  /** Owner and deliveries of each pending entry: {@code [1-0 c1 2]}. */
  List<String> pending() {
    return redis.call("XPENDING", KEY, GROUP, "-", "+", "1000").items().stream()
        .map(
            it ->
                it.items().get(0).text()
                    + " "
                    + it.items().get(1).text()
                    + " "
                    + it.items().get(3).text())
        .toList();
  }

  List<String> consumerNames() {
    return redis.call(StreamGroups.consumers(KEY, GROUP)).stream().map(ConsumerInfo::name).toList();
  }

  /** A number that INFO tells. */
  long info(String section, String name) {
    var text = Admin.call(redis, "INFO", section).text();
    return Long.parseLong(text.substring(text.indexOf(name) + name.length()).split("[^0-9]", 2)[0]);
  }

  void awaitBlocked(int clients) {
    Eventually.within(
        LIMIT, clients + " wait", () -> info("clients", "blocked_clients:") == clients);
  }

  @Override
  public void close() {
    consumers.forEach(StreamConsumer::close);
    redis.close();
  }
}
