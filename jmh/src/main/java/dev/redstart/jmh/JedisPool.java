package dev.redstart.jmh;

import java.util.List;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.RedisClient;

/** Jedis with a pool that has a connection for each thread. */
record JedisPool(RedisClient jedis) implements Client {
  static JedisPool connect(int port, int threads) {
    var pool = new ConnectionPoolConfig();
    pool.setMaxTotal(threads);
    pool.setMaxIdle(threads);
    pool.setJmxEnabled(false);
    return new JedisPool(
        RedisClient.builder().hostAndPort("127.0.0.1", port).poolConfig(pool).build());
  }

  @Override
  public String get(String key) {
    return jedis.get(key);
  }

  /** Its pipelines are those of the connection that it borrows. */
  @Override
  public List<String> getAll(String key, int count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    jedis.close();
  }
}
