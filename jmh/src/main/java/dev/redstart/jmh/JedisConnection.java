package dev.redstart.jmh;

import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Response;

/** Jedis without a pool: each thread keeps a connection of its own. */
final class JedisConnection implements Client {
  private final int port;
  private final Jedis jedis;

  JedisConnection(int port) {
    this.port = port;
    this.jedis = new Jedis("127.0.0.1", port);
  }

  @Override
  public Client ofThread() {
    return new JedisConnection(port);
  }

  @Override
  public String get(String key) {
    return jedis.get(key);
  }

  @Override
  public List<String> getAll(String key, int count) {
    try (var pipeline = jedis.pipelined()) {
      var sent = new ArrayList<Response<String>>(count);
      for (int i = 0; i < count; i++) {
        sent.add(pipeline.get(key));
      }
      pipeline.sync();
      var values = new ArrayList<String>(count);
      for (var response : sent) {
        values.add(response.get());
      }
      return values;
    }
  }

  @Override
  public void close() {
    jedis.close();
  }
}
