package dev.redstart.event;

import static dev.redstart.harness.KeyNames.key;

import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

/** Runs on an otherwise empty database. */
final class Runs implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(20);
  static final Duration SHORT = Duration.ofMillis(50);
  static final String KEY = key("run:1:events");
  static final String META = key("{run:1:events}:meta");

  final Redis redis;
  final EventStore store;

  Runs(Redis redis, EventOptions options) {
    this.redis = redis;
    this.store = EventStore.of(redis, options);
  }

  static Runs open() {
    return open(EventOptions.defaults());
  }

  /** On the shared server, which is emptied first. */
  static Runs open(EventOptions options) {
    var runs = on(RedisServer.shared().url(), options);
    runs.redis.call(Server.flushDb());
    return runs;
  }

  static Runs on(String url, EventOptions options) {
    return new Runs(Redis.connect(url), options);
  }

  static JsonObject number(long n) {
    return Json.object("n", n);
  }

  /** To run 1. */
  void add(int from, int to) {
    for (int i = from; i <= to; i++) {
      store.add("1", "llm", "stream", number(i));
    }
  }

  /** As the originals' clients do. */
  String addPlainly(String... fields) {
    var words = new ArrayList<>(List.of("XADD", KEY, "*"));
    words.addAll(List.of(fields));
    return redis.call(words.toArray(String[]::new)).text();
  }

  /** The next so many updates, however long they take. */
  static List<RunUpdate> take(EventFollower follower, int count) {
    var all = new ArrayList<RunUpdate>();
    long deadline = System.nanoTime() + LONG.toNanos();
    while (all.size() < count && System.nanoTime() < deadline) {
      follower.next(Duration.ofSeconds(1)).ifPresent(all::add);
    }
    return all;
  }

  /** All that comes up to the end. */
  static List<RunUpdate> takeAll(EventFollower follower) {
    var all = new ArrayList<RunUpdate>();
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!follower.isEnded() && System.nanoTime() < deadline) {
      follower.next(Duration.ofSeconds(1)).ifPresent(all::add);
    }
    return all;
  }

  /** Of the events among them. */
  static List<Long> sequences(List<RunUpdate> updates) {
    return updates.stream()
        .flatMap(it -> it instanceof RunUpdate.Added added ? Optional.of(added).stream() : null)
        .map(added -> added.event().sequence())
        .toList();
  }

  static List<Long> sequencesOf(List<Event> events) {
    return events.stream().map(Event::sequence).toList();
  }

  static List<Long> numbers(int from, int to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  /** But for the list of all runs, which is written behind an event: {@link RunListTest}. */
  List<String> keys() {
    return redis.call("KEYS", "*").items().stream()
        .map(Reply::text)
        .filter(key -> !key.equals(RunList.KEY))
        .sorted()
        .toList();
  }

  long ttl(String key) {
    return redis.call("PTTL", key).integer();
  }

  long dbSize() {
    return keys().size();
  }

  static <T> CompletableFuture<T> async(Callable<T> work) {
    var result = new CompletableFuture<T>();
    var thread =
        new Thread(
            () -> {
              try {
                result.complete(work.call());
              } catch (Throwable failure) {
                // Whatever it is, the test has to hear of it.
                result.completeExceptionally(failure);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .count();
  }

  @Override
  public void close() {
    redis.close();
  }
}
