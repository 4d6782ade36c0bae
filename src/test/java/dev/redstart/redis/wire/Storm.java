package dev.redstart.redis.wire;

import dev.redstart.harness.RedisServer;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Has the server end all connections, again and again, every few milliseconds. */
final class Storm implements AutoCloseable {

  private final CountDownLatch enough = new CountDownLatch(1);
  private final RedisServer server;
  private final Random random;
  private final Crowd crowd;
  private volatile int kills;

  private Storm(RedisServer server, long seed) {
    this.server = server;
    this.random = new Random(seed);
    this.crowd = Crowd.of(1, number -> rage());
  }

  static Storm over(RedisServer server, long seed) {
    return new Storm(server, seed);
  }

  private void rage() throws InterruptedException {
    while (!enough.await(2 + random.nextInt(8), TimeUnit.MILLISECONDS)) {
      server.cli("CLIENT", "KILL", "TYPE", "normal");
      kills++;
    }
  }

  /** How often it has struck so far. */
  int kills() {
    return kills;
  }

  @Override
  public void close() {
    enough.countDown();
    crowd.join(java.time.Duration.ofSeconds(10));
  }
}
