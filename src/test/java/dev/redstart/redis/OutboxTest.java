package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Seeds;
import dev.redstart.resp.Reply;
import dev.redstart.resp.RespLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The hand-over of the writer's role, hammered on a transport that notices two writers. */
final class OutboxTest {
  private static final int THREADS = 64;
  private static final int COMMANDS = 40_000;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Loop loop = Loop.start("outbox-test");

  @AfterEach
  void stop() {
    loop.stop(1_000);
  }

  /** Takes everything, or only a part; checks that each byte comes once, in order, from one. */
  private static final class Sink implements Transport {
    private final SocketChannel channel;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final Random random;
    private volatile long bytes;

    Sink(long seed) throws IOException {
      this.channel = SocketChannel.open();
      this.random = new Random(seed);
    }

    @Override
    public int read(ByteBuffer into) {
      return 0;
    }

    @Override
    public boolean write(ByteBuffer from) throws IOException {
      if (!busy.compareAndSet(false, true)) {
        throw new IOException("two writers at once");
      }
      if (random.nextInt(4) == 0) {
        Thread.yield();
      }
      bytes += from.remaining();
      from.position(from.limit());
      busy.set(false);
      return true;
    }

    @Override
    public SocketChannel channel() {
      return channel;
    }
  }

  private static final class Owner implements Wire.Owner, Pending.Carrier {
    @Override
    public boolean takes(Reply reply) {
      return false;
    }

    @Override
    public void answered(Pending<?> pending, Reply answer) {}

    @Override
    public void lost(Wire wire, Throwable cause, List<Pending<?>> inFlight) {}

    @Override
    public void hurry(Pending<?> pending) {}

    @Override
    public void unblock(Pending<?> pending) {}

    @Override
    public boolean isServing() {
      return false;
    }

    @Override
    public RedisException unsent(Order<?> order, Duration limit) {
      return new RedisException.Unavailable("not sent", null);
    }
  }

  /** Pins a past bug: who had just given the role up took another look at the buffer. */
  @Test
  void thereIsOneWriterAtATimeAndNothingIsLeftUnwritten() throws Exception {
    long seed = Seeds.next();
    var sink = new Sink(seed);
    var owner = new Owner();
    var wire = new Wire(sink, loop, RespLimits.defaults(), owner);
    var command = Command.of("GET", "k");
    var order = Order.of(command, "nowhere");
    byte[] frame = command.frame();
    var done = new CountDownLatch(THREADS);
    var threads = Executors.newFixedThreadPool(THREADS);
    for (int t = 0; t < THREADS; t++) {
      boolean hurry = t % 4 != 0;
      threads.execute(
          () -> {
            for (int i = 0; i < COMMANDS && !wire.isBroken(); i++) {
              var pending = new Pending<>(order, owner, frame, null, LIMIT);
              wire.offer(pending, hurry ? Outbox.Haste.AT_ONCE : Outbox.Haste.SOON);
              while (pending.stage() == Pending.Stage.QUEUED && !wire.isBroken()) {
                Thread.yield();
              }
            }
            done.countDown();
          });
    }
    assertTrue(done.await(LIMIT.toSeconds(), TimeUnit.SECONDS), "seed " + seed);
    threads.shutdown();
    assertFalse(wire.isBroken(), () -> "two writers at once, seed " + seed);
    long all = (long) THREADS * COMMANDS * frame.length;
    Eventually.within(LIMIT, "everything is written, seed " + seed, () -> sink.bytes >= all);
    assertEquals(all, sink.bytes, "seed " + seed);
  }
}
