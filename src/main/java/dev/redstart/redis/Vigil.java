package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/**
 * Looks after a lane's connection: whether it is alive, and that what blocks on it ends in time.
 * Belongs to the loop's thread.
 */
final class Vigil {
  private static final Command<Reply> PING = Command.of("PING");

  /** Somebody waits, and nothing comes: another node of a cluster may know more. */
  private static final long STRANGE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Lane lane;
  private final Use use;
  private final Detour detour;
  private final Unblocker unblocker;
  private long heardNanos;
  private long quietNanos;
  private volatile boolean silent;

  Vigil(Lane lane, Use use, Lane helper, Detour detour) {
    this.lane = lane;
    this.use = use;
    this.detour = detour;
    this.unblocker = new Unblocker(helper);
  }

  /** Any thread. Runs {@code action} once no CLIENT UNBLOCK is under way: now, or on the loop. */
  void whenFree(Loop loop, Runnable action) {
    if (unblocker.isBusy()) {
      loop.run(() -> unblocker.whenFree(action));
    } else {
      action.run();
    }
  }

  void unblock(Pending<?> pending, Connection up) {
    unblocker.ask(pending, up);
  }

  /** Ends what blocks. */
  void drain(Connection up) {
    Pending<?> awaited = up == null ? null : up.wire().awaited();
    if (awaited != null && awaited.order.blocks()) {
      unblocker.ask(awaited, up);
    }
  }

  /**
   * Whether somebody has been waiting for long while nothing came, whoever reads; also for a
   * connection: a node that hangs takes all the time that connecting may take. {@code up}: null if
   * there is none.
   */
  void listen(Connection up, boolean idle, long nowNanos) {
    long read = up == null ? 0 : up.wire().readNanos();
    if (idle || read != heardNanos) {
      heardNanos = read;
      quietNanos = nowNanos;
    }
    silent = use == Use.SHARED && nowNanos - quietNanos > STRANGE_NANOS;
    if (silent) {
      detour.troubled(lane);
    }
  }

  /** Any thread. What {@link #listen} found last. */
  boolean isSilent() {
    return silent;
  }

  /** The reader's. */
  void look(Connection up, long nowNanos) {
    Pending<?> awaited = up.wire().awaited();
    long silence = nowNanos - up.wire().readNanos();
    if (awaited == null) {
      pingIfIdle(silence);
    } else if (awaited.order.blocks()) {
      unblocker.look(awaited, up, nowNanos);
    } else {
      suspect(awaited, up.wire(), silence, nowNanos);
    }
  }

  private void pingIfIdle(long silence) {
    if (use == Use.SHARED && silence > lane.options().pingInterval().toNanos()) {
      lane.sendAside(PING, () -> {});
    }
  }

  private void suspect(Pending<?> awaited, Wire wire, long silence, long nowNanos) {
    long stall = lane.options().timeout().toNanos();
    if (silence > stall && nowNanos - awaited.deadlineNanos > stall) {
      // Whoever waited has been told long ago; the server had all this time to be merely slow.
      wire.fail(new SocketTimeoutException("nothing came for " + silence / 1_000_000 + " ms"));
    }
  }
}
