package dev.redstart.jmh;

import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Strings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ours: all threads share one client. */
record RedstartClient(Redis redis) implements Client {
  static RedstartClient connect(String url) {
    return new RedstartClient(Redis.connect(url));
  }

  @Override
  public String get(String key) {
    return redis.call(Strings.get(key)).orElseThrow();
  }

  @Override
  public List<String> getAll(String key, int count) {
    var gets = new ArrayList<Command<Optional<String>>>(count);
    for (int i = 0; i < count; i++) {
      gets.add(Strings.get(key));
    }
    var values = new ArrayList<String>(count);
    for (var pending : redis.sendAll(gets)) {
      values.add(pending.await().orElseThrow());
    }
    return values;
  }

  @Override
  public void close() {
    redis.close();
  }
}
