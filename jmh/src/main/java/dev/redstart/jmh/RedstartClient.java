package dev.redstart.jmh;

import dev.redstart.redis.Pending;
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
    var sent = new ArrayList<Pending<Optional<String>>>(count);
    for (int i = 0; i < count; i++) {
      sent.add(redis.send(Strings.get(key)));
    }
    var values = new ArrayList<String>(count);
    for (var pending : sent) {
      values.add(pending.await().orElseThrow());
    }
    return values;
  }

  @Override
  public void close() {
    redis.close();
  }
}
