package dev.redstart.redis;

import dev.redstart.resp.Reply;
import dev.redstart.resp.RespLimits;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A wire to a real server without a lane. Nothing ticks: what a lane's tick would heal a moment
 * later is never healed here. Counts who reads.
 */
final class BareWire implements Wire.Owner, Pending.Carrier, AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long STOP_MILLIS = 5_000;

  private final Loop loop = Loop.start("bare-wire");
  private final AtomicInteger readByLoop = new AtomicInteger();
  private final AtomicInteger readByCallers = new AtomicInteger();
  private final Wire wire;
  private volatile Thread heldUp;
  private volatile CountDownLatch back;
  private volatile boolean holds;

  /** Notices two readers at once. */
  private record OneReader(Transport under, AtomicBoolean busy) implements Transport {
    @Override
    public int read(ByteBuffer into) throws IOException {
      if (!busy.compareAndSet(false, true)) {
        throw new IOException("two threads read at once");
      }
      try {
        int bytes = under.read(into);
        // Time for another one to come.
        Thread.yield();
        return bytes;
      } finally {
        busy.set(false);
      }
    }

    @Override
    public boolean write(ByteBuffer from) throws IOException {
      return under.write(from);
    }

    @Override
    public SocketChannel channel() {
      return under.channel();
    }
  }

  private BareWire(Transport transport) {
    this.wire = new Wire(transport, loop, RespLimits.defaults(), this);
    loop.attach(wire);
  }

  static BareWire to(int port) throws IOException {
    var channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
    channel.configureBlocking(false);
    return new BareWire(new OneReader(new Transport.Plain(channel), new AtomicBoolean()));
  }

  /** As a lane's: {@code hurry} if the reply is awaited at once. */
  <R> Pending<R> send(Command<R> command, boolean hurry) {
    return send(command, hurry ? Outbox.Haste.AT_ONCE : Outbox.Haste.SOON);
  }

  <R> Pending<R> send(Command<R> command, Outbox.Haste haste) {
    var order = Order.of(command, "bare-wire");
    var pending = new Pending<>(order, this, command.frame(), null, command.limit().orElse(LIMIT));
    if (!wire.offer(pending, haste)) {
      pending.refuse("the wire is broken", null);
    }
    return pending;
  }

  String echo(String token) {
    return send(Connections.echo(token), true).await();
  }

  Wire wire() {
    return wire;
  }

  /** So many of a lane's ticks, at once. */
  void tick(int times) {
    for (int i = 0; i < times; i++) {
      loop.run(() -> wire.tick(System.nanoTime(), () -> {}));
    }
    CompletableFuture.runAsync(() -> {}, loop::run).join();
  }

  /** How long the loop's thread has worked so far. */
  long loopNanos() {
    var nanos = new CompletableFuture<Long>();
    loop.run(() -> nanos.complete(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()));
    return nanos.join();
  }

  /** If this thread reads from now on, it does not come back before the latch is opened. */
  void holdUp(Thread reader, CountDownLatch until) {
    back = until;
    heldUp = reader;
  }

  /** Whether that thread reads, and is being held up. */
  boolean holds() {
    return holds;
  }

  void forgetWhoRead() {
    readByLoop.set(0);
    readByCallers.set(0);
  }

  /** Of a hundred replies, how many were read by callers. */
  int percentByCallers() {
    int callers = readByCallers.get();
    return 100 * callers / Math.max(1, callers + readByLoop.get());
  }

  @Override
  public boolean takes(Reply reply) {
    return false;
  }

  @Override
  public void answered(Pending<?> pending, Reply answer) {
    if (Thread.currentThread() == heldUp) {
      holds = true;
      await(back);
    }
    (loop.isMine() ? readByLoop : readByCallers).incrementAndGet();
    if (answer != null) {
      pending.settle(answer);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Override
  public void lost(Wire lost, Throwable cause, List<Pending<?>> inFlight) {
    inFlight.forEach(pending -> pending.settle(Fate.of(pending, cause)));
  }

  @Override
  public void hurry(Pending<?> pending) {
    wire.hurry();
    wire.attend(pending, true);
  }

  @Override
  public void expect() {
    wire.watch();
  }

  @Override
  public void unblock(Pending<?> pending) {
    throw new IllegalStateException("nothing blocks here");
  }

  @Override
  public boolean isServing() {
    return loop.isMine() || wire.isReadByMe();
  }

  @Override
  public RedisException unsent(Order<?> order, Duration limit) {
    return new RedisException.Unavailable(order.sentence("not sent"), null);
  }

  @Override
  public void close() {
    loop.stop(STOP_MILLIS);
  }
}
