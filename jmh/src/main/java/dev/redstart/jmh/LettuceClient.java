package dev.redstart.jmh;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lettuce: all threads share one connection.
 *
 * @param isHeld whether a pipeline is held back until all of it is there
 */
record LettuceClient(
    RedisClient client, StatefulRedisConnection<String, String> connection, boolean isHeld)
    implements Client {
  static LettuceClient connect(String url, boolean isHeld) {
    var client = RedisClient.create(url);
    return new LettuceClient(client, client.connect(), isHeld);
  }

  @Override
  public String get(String key) {
    return connection.sync().get(key);
  }

  @Override
  public List<String> getAll(String key, int count) {
    connection.setAutoFlushCommands(!isHeld);
    var sent = new ArrayList<RedisFuture<String>>(count);
    for (int i = 0; i < count; i++) {
      sent.add(connection.async().get(key));
    }
    if (isHeld) {
      connection.flushCommands();
    }
    var values = new ArrayList<String>(count);
    for (var future : sent) {
      values.add(future.toCompletableFuture().join());
    }
    return values;
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
