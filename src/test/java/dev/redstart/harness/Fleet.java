package dev.redstart.harness;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The servers of this JVM that are several, by each of their ports. */
final class Fleet {

  private static final Map<Integer, ServerProcess> BY_PORT = new ConcurrentHashMap<>();

  private Fleet() {}

  static void enter(ServerProcess servers) {
    servers.ports().forEach(port -> BY_PORT.put(port, servers));
  }

  static void leave(ServerProcess servers) {
    BY_PORT.values().removeIf(servers::equals);
  }

  /** Empty for a server that is alone. */
  static Optional<ServerProcess> of(int port) {
    return Optional.ofNullable(BY_PORT.get(port));
  }
}
