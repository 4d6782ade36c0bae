package dev.redstart.a2a;

import static dev.redstart.harness.KeyNames.key;

import dev.redstart.harness.Admin;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import dev.redstart.resp.Reply;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Storages on the shared server, and looks at what lies there. */
abstract class RedisFixture extends StorageFixture {
  static Redis redis;

  @BeforeAll
  static void connect() {
    redis = Redis.connect(RedisServer.shared().url());
    try (var first = new RedisTaskStorage(redis, options())) {
      loadScripts(first);
    }
  }

  /** So that the first use of a script takes as many round trips as others. */
  private static void loadScripts(TaskStorage storage) {
    redis.call(Server.flushDb());
    var place = PushConfig.of("http://x/").withId("p");
    var message = Message.ofUser("hello");
    var run = run(storage.accept(message, "t", "c", "r", Optional.of(place)), "r");
    storage.commit(run, 1, status(TaskState.WORKING));
    storage.renew(List.of(run));
    storage.reap();
    storage.cancel("t");
    storage.snapshot("t", OptionalInt.empty());
    storage.follow("t", 0).next(LONG);
    storage.conversation("c");
    storage.list(TaskQuery.all());
    storage.setPush("t", place);
    storage.pushes("t");
    storage.settle(storage.due("me", LONG).orElseThrow(), 3, Optional.empty());
  }

  @AfterAll
  static void disconnect() {
    redis.close();
  }

  @Override
  TaskStorage make(TaskOptions options) {
    return new RedisTaskStorage(redis, options);
  }

  @Override
  void clear() {
    redis.call(Server.flushDb());
  }

  static List<String> keys() {
    return redis.call("KEYS", "*").items().stream().map(Reply::text).sorted().toList();
  }

  static long ttl(String key) {
    return redis.call("PTTL", key).integer();
  }

  static void delete(String key) {
    redis.call(Keys.del(key));
  }

  /** All there is, but for times to live. */
  static Map<String, Object> dump() {
    var all = new TreeMap<String, Object>();
    for (var key : keys()) {
      all.put(key, redis.call("DUMP", key));
    }
    all.remove(key("tasks:looked"));
    return all;
  }

  /** How many commands the server has executed, in scripts too, by their names. */
  static Map<String, Long> calls() {
    var calls = new TreeMap<String, Long>();
    figures("calls").forEach((name, number) -> calls.put(name, number));
    return calls;
  }

  /** Of {@code INFO commandstats}. */
  static Map<String, Long> figures(String figure) {
    var figures = new TreeMap<String, Long>();
    for (var line : Admin.call(redis, "INFO", "commandstats").text().split("\r\n")) {
      if (line.startsWith("cmdstat_")) {
        var name = line.substring("cmdstat_".length(), line.indexOf(':'));
        var rest = line.substring(line.indexOf(figure + "=") + figure.length() + 1);
        figures.put(name, Long.parseLong(rest.split("[,.]")[0]));
      }
    }
    return figures;
  }

  /** How many commands of scripts that work takes, and how many round trips of scripts. */
  static Map<String, Long> cost(Runnable work) {
    var before = calls();
    work.run();
    var after = calls();
    var cost = new TreeMap<String, Long>();
    after.forEach((name, count) -> cost.put(name, count - before.getOrDefault(name, 0L)));
    cost.keySet().removeAll(List.of("info", "subscribe", "unsubscribe", "ping", "client|unblock"));
    cost.values().removeIf(count -> count == 0);
    return cost;
  }
}
