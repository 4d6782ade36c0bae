package dev.redstart.redis.wire;

import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Delays, trickles, cuts and resets what passes a proxy, at random, every few milliseconds. */
final class BadLine implements AutoCloseable {

  private static final int TRUNCATED_BYTES_MAX = 2_000;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final CountDownLatch enough = new CountDownLatch(1);
  private final FaultProxy proxy;
  private final Random random;
  private final Crowd crowd;

  private BadLine(FaultProxy proxy, long seed) {
    this.proxy = proxy;
    this.random = new Random(seed);
    this.crowd = Crowd.of(1, number -> rage());
  }

  static BadLine of(FaultProxy proxy, long seed) {
    return new BadLine(proxy, seed);
  }

  private void rage() throws InterruptedException {
    while (!enough.await(2 + random.nextInt(15), TimeUnit.MILLISECONDS)) {
      switch (random.nextInt(6)) {
        case 0 -> proxy.both(Fault.delay(Duration.ofNanos(random.nextInt(3_000_000))));
        case 1 -> proxy.toClient(Fault.BYTE_BY_BYTE);
        case 2 -> proxy.toServer(Fault.BYTE_BY_BYTE);
        case 3 -> proxy.toClient(Fault.truncate(random.nextInt(TRUNCATED_BYTES_MAX)));
        case 4 -> proxy.reset();
        default -> proxy.both(Fault.PASS);
      }
    }
    proxy.both(Fault.PASS);
    // A truncation may have left a connection whose bytes go nowhere.
    proxy.reset();
  }

  @Override
  public void close() {
    enough.countDown();
    crowd.join(LIMIT);
  }
}
