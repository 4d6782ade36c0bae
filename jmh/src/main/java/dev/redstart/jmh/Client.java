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
    return name.equals("redstart-unix")
        ? RedstartClient.connect(server.unixUrl())
        : connect(name, server.port(), threads);
  }

  /** Over TCP. */
  static Client connect(String name, int port, int threads) {
    return switch (name) {
      case "redstart" -> RedstartClient.connect(RedisProcess.url(port));
      case "jedis" -> new JedisConnection(port);
      case "jedis-pool" -> JedisPool.connect(port, threads);
      case "lettuce" -> LettuceClient.connect(RedisProcess.url(port), false);
      case "lettuce-held" -> LettuceClient.connect(RedisProcess.url(port), true);
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
