package dev.redstart.jmh;

import java.util.List;

/** A client of Redis, as a program would use it that wants the most of it. */
interface Client extends AutoCloseable {
  /**
   * Connects.
   *
   * @param threads how many will call at the same time
   */
  static Client connect(String name, RedisProcess server, int threads) {
    return switch (name) {
      case "redstart" -> RedstartClient.connect(server.url());
      case "redstart-unix" -> RedstartClient.connect(server.unixUrl());
      case "jedis" -> new JedisConnection(server.port());
      case "jedis-pool" -> JedisPool.connect(server.port(), threads);
      case "lettuce" -> LettuceClient.connect(server.url(), false);
      case "lettuce-held" -> LettuceClient.connect(server.url(), true);
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** What one of several threads calls: this, or a connection of its own. */
  default Client ofThread() {
    return this;
  }

  String get(String key);

  /** In one pipeline. */
  List<String> getAll(String key, int count);

  @Override
  void close();
}
