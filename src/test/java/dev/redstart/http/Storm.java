package dev.redstart.http;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.ProxyConnection;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Two instances on one Redis, of which the second has a bad connection to it; each can be reached
 * through a bad network, too.
 */
final class Storm implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PAUSE_MILLIS = 10;

  private final RedisServer server;
  private final Random random;
  private final FaultProxy toRedis;
  private final List<FaultProxy> networks;
  final List<OneService> services;
  final Redis calm;
  final Redis rough;
  private volatile boolean over;

  Storm(RedisServer server, long seed) {
    this.server = server;
    this.random = new Random(seed);
    server.cli("FLUSHALL");
    toRedis = FaultProxy.to(server.port());
    var options =
        ServiceOptions.defaults().withHeartbeat(Duration.ofMillis(500)).withoutAccessLog();
    services =
        List.of(
            new OneService(server.url(), options, (question, answer) -> {}),
            new OneService(toRedis.url(), options, (question, answer) -> {}));
    networks = services.stream().map(it -> FaultProxy.to(it.port())).toList();
    calm = Redis.connect(RedisOptions.of(server.url()).withTimeout(PATIENCE));
    rough = Redis.connect(RedisOptions.of(toRedis.url()).withTimeout(PATIENCE));
  }

  /** Where a reader goes next. */
  int port(Random reader) {
    int instance = reader.nextInt(2);
    boolean rough = reader.nextInt(3) == 0;
    return rough ? networks.get(instance).port() : services.get(instance).port();
  }

  void rage() {
    while (!over) {
      pause(random.nextInt(PAUSE_MILLIS));
      switch (random.nextInt(60)) {
        case 0, 1 -> server.cli("CLIENT", "KILL", "TYPE", "pubsub");
        case 2 -> loseReplies();
        default -> harm(networks.get(random.nextInt(2)));
      }
    }
  }

  static void pause(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** Only ever all that come on a connection from some moment on: TCP leaves nothing out. */
  private void loseReplies() {
    var connections = toRedis.connections();
    connections.forEach(it -> it.toClient(Fault.DROP));
    pause(5 + random.nextInt(20));
    connections.forEach(ProxyConnection::reset);
  }

  private void harm(FaultProxy network) {
    var connections = network.connections();
    if (connections.isEmpty()) {
      return;
    }
    var one = connections.get(random.nextInt(connections.size()));
    switch (random.nextInt(30)) {
      case 0 -> one.toClient(Fault.BYTE_BY_BYTE);
      case 1, 2, 3, 4 -> one.cut();
      case 5, 6, 7, 8, 9, 10, 11, 12 -> one.reset();
      default -> one.toClient(Fault.truncate(1 + random.nextInt(3000)));
    }
  }

  /** No more harm; what has broken stays so. */
  void calmDown() {
    over = true;
  }

  /** The instances go on; what readers needed is given back. */
  void awaitNoFollowers() {
    Eventually.within(
        PATIENCE,
        "nobody follows any more",
        () -> services.stream().allMatch(it -> it.service.followers() == 0));
    Eventually.within(
        PATIENCE,
        "no channel is listened to",
        () -> server.cli("PUBSUB", "CHANNELS", "*").isBlank());
  }

  @Override
  public void close() {
    over = true;
    networks.forEach(FaultProxy::close);
    services.forEach(OneService::close);
    calm.close();
    rough.close();
    toRedis.close();
  }
}
