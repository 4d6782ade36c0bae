package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A way to the server that outlives its connections. Commands go to the wire that is up; while none
 * is, they wait in the backlog for the one thread that connects. When a wire is lost, each command
 * on it gets what it is owed: what was never sent, or may be sent twice, goes again within its
 * deadline; everything else is told that its outcome is unknown.
 */
final class Lane implements Reconnection.Party, Pending.Carrier, Loop.Watch {
  private final Connector connector;
  private final Reconnection reconnection;
  private final RedisOptions options;
  private final Loop loop;
  private final Use use;
  private final Detour detour;
  private final Room room;
  private final Later later = new Later();
  private final Vigil vigil;

  /**
   * Guards everything up to the next blank line: where a command goes is one decision. No call is
   * ended under it, since that may run what others have asked to be told.
   */
  private final ReentrantLock lock = new ReentrantLock();

  private final Backlog backlog = new Backlog();
  private boolean closed;
  private boolean used;

  private volatile Connection connection;
  private volatile NoConnection lastFailure;

  /** {@code helper}: the lane that asks the server to end what blocks here; null for this one. */
  Lane(Connector connector, Use use, Lane helper, Detour detour) {
    this.connector = connector;
    this.reconnection = new Reconnection(() -> connector, this);
    this.options = connector.options();
    this.loop = connector.loop();
    this.use = use;
    this.detour = detour;
    this.room = new Room(options.queueCommands(), options.queueBytes());
    this.vigil = new Vigil(this, use, helper == null ? this : helper, detour);
    loop.watch(this);
  }

  // ---- sending: any thread

  /** Connects at once, one attempt, on this thread: how a client starts. */
  void connectNow() throws NoConnection {
    reconnection.connectNow();
  }

  <R> Pending<R> submit(
      Order<R> order,
      Route route,
      byte[] frame,
      Supplier<byte[]> spare,
      Duration limit,
      boolean hurry) {
    var pending = new Pending<>(order, this, frame, spare, limit);
    pending.route = route;
    if (isServing()) {
      throw new IllegalStateException("a call on the thread that serves the connections");
    }
    room.enter(pending, hurry);
    route(pending, hurry);
    return pending;
  }

  private void route(Pending<?> pending, boolean hurry) {
    Connection up = connection;
    boolean offered = up != null && up.wire().offer(pending, hurry);
    if (!offered && !keep(pending)) {
      refuse(pending);
    }
  }

  /** The wire is down, or has gone down this moment. False if no other will come. */
  private boolean keep(Pending<?> pending) {
    return locked(() -> !isOver() && keepOpen(pending));
  }

  private boolean keepOpen(Pending<?> pending) {
    if (connection == null || connection.wire().isHandedBack()) {
      connection = null;
      backlog.add(pending);
      reconnection.start();
    } else if (!connection.wire().offer(pending, false)) {
      // Its loss will be told in a moment, with what has to go before this one.
      backlog.add(pending);
    }
    return true;
  }

  /** Takes over, without waiting, what another lane cannot serve. */
  void adopt(Pending<?> pending, boolean asking) {
    room.force(pending.length());
    pending.moveTo(this, options.address(), asking);
    route(pending, false);
  }

  /** Sends a command, which the server did not run, on another lane. */
  void passOn(Pending<?> pending, Lane other, boolean asking) {
    if (pending.requeue(false)) {
      room.leave(pending.length());
      other.adopt(pending, asking);
    } else {
      release(pending);
    }
  }

  /** On the loop: sends what waits for a connection elsewhere, if it belongs there by now. */
  void reroute() {
    var staying = new ArrayList<Pending<?>>();
    for (Pending<?> pending : takeWaiting()) {
      if (isHome(pending)) {
        staying.add(pending);
      }
    }
    if (!requeue(null, staying)) {
      staying.forEach(this::refuse);
    }
  }

  private List<Pending<?>> takeWaiting() {
    return locked(() -> use == Use.SESSION ? List.of() : backlog.takeAll());
  }

  /** False: it has been sent where it belongs. */
  private boolean isHome(Pending<?> pending) {
    Lane home = detour.home(pending, this);
    if (home != this) {
      room.leave(pending.length());
      home.adopt(pending, false);
    }
    return home == this;
  }

  private boolean isOver() {
    return closed || (use == Use.SESSION && used && !isUp());
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  boolean isUp() {
    Connection up = connection;
    return up != null && !up.wire().isBroken();
  }

  private void refuse(Pending<?> pending) {
    if (use == Use.SESSION) {
      refuse(pending, "the session is over", null);
    } else if (isHome(pending)) {
      refuse(pending, "the client is closed", null);
    }
  }

  private void refuse(Pending<?> pending, String why, Throwable cause) {
    release(pending);
    pending.refuse(why, cause);
  }

  private void done(Pending<?> pending, Object outcome) {
    release(pending);
    pending.settle(outcome);
  }

  /** Off the lane, for good. */
  private void release(Pending<?> pending) {
    pending.retire();
    room.leave(pending.length());
  }

  @Override
  public void hurry(Pending<?> pending) {
    Connection up = connection;
    if (up == null) {
      return;
    }
    if (pending.stage() == Pending.Stage.QUEUED) {
      up.wire().hurry();
    }
    if (use == Use.SHARED) {
      up.wire().attend(pending, !Threads.isVirtual());
    }
  }

  @Override
  public boolean isServing() {
    Connection up = connection;
    return loop.isMine() || (up != null && up.wire().isReadByMe());
  }

  @Override
  public void unblock(Pending<?> pending) {
    loop.run(() -> vigil.unblock(pending, connection));
  }

  /** Takes no more commands, and ends what blocks: whoever waits gets an element or nothing. */
  void drain() {
    room.shut();
    loop.run(() -> vigil.drain(connection));
  }

  @Override
  public RedisException unsent(Order<?> order, Duration limit) {
    NoConnection failure = isUp() ? null : lastFailure;
    String why = failure == null ? "no connection" : failure.getMessage();
    String reason = isUp() ? "the server does not answer what was sent before" : why;
    String text = order.sentence("not sent within " + Order.seconds(limit) + ": " + reason);
    return new RedisException.Unavailable(text, failure);
  }

  /** Whether somebody else may have it next: it is up, and nobody can have left his state on it. */
  boolean isReusable() {
    return use == Use.BLOCKING && isUp();
  }

  RedisOptions options() {
    return options;
  }

  boolean isIdle() {
    return room.isEmpty();
  }

  /** Runs {@code action} once no CLIENT UNBLOCK for this lane is under way: now, or on the loop. */
  void whenFree(Runnable action) {
    vigil.whenFree(loop, action);
  }

  // ---- connecting: one thread at a time, started when there is something to send

  @Override
  public boolean goOn(NoConnection failed) {
    lastFailure = failed;
    detour.troubled(this);
    boolean over = !failed.worthRetrying() || (use == Use.SESSION && detour != Detour.NONE);
    if (over) {
      // In a cluster another node may have taken over: a session is begun anew there.
      takeBacklog(false).forEach(pending -> refuse(pending, failed.getMessage(), failed));
    }
    return !over;
  }

  private List<Pending<?>> takeBacklog(boolean close) {
    return locked(
        () -> {
          closed |= close;
          reconnection.ended();
          return backlog.takeAll();
        });
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void install(Connection fresh) {
    lock.lock();
    try {
      reconnection.installed();
      if (closed) {
        fresh.wire().fail(new ClosedChannelException());
        return;
      }
      backlog.moveTo(fresh.wire());
      connection = fresh;
      used = true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean stillWanted() {
    locked(() -> backlog.takeExpired(System.nanoTime())).forEach(this::end);
    return locked(
        () -> {
          boolean wanted = !closed && !backlog.isEmpty();
          if (!wanted) {
            reconnection.ended();
          }
          return wanted;
        });
  }

  private void end(Pending<?> pending) {
    pending.expire();
    release(pending);
  }

  // ---- what the wire tells

  @Override
  public boolean takes(Reply reply) {
    return reply instanceof Reply.Push;
  }

  @Override
  public void answered(Pending<?> pending, Reply answer) {
    reconnection.succeeded();
    // A transaction's errors are inside its answer.
    boolean simple = !(answer instanceof Reply.Error) && pending.order.replies() == 1;
    if (!simple && !loop.isMine()) {
      loop.run(() -> take(pending, answer));
    } else {
      take(pending, answer);
    }
  }

  private void take(Pending<?> pending, Reply answer) {
    if (answer == null || pending.isDone()) {
      release(pending);
    } else if (!again(pending, answer)) {
      done(pending, answer);
    }
  }

  /** Whether the answer only means that the command has to be sent once more: it did not run. */
  private boolean again(Pending<?> pending, Reply answer) {
    if (ServerErrors.isUnknownScript(answer) && pending.useSpare()) {
      sendAgain(pending);
      return true;
    }
    if (use == Use.SESSION) {
      return false;
    }
    return detour.takes(pending, answer, this)
        || (ServerErrors.isForTheMoment(answer, pending.order) && postpone(pending));
  }

  /** Sends a command, which the server did not run, once more after a while. */
  boolean postpone(Pending<?> pending) {
    return !isClosed() && later.add(pending);
  }

  /** Ends a command for which there is nothing more to be done. */
  void end(Pending<?> pending, RedisException problem) {
    done(pending, problem);
  }

  @Override
  public void lost(Wire wire, Throwable cause, List<Pending<?>> inFlight) {
    reconnection.lost();
    var again = new ArrayList<Pending<?>>();
    for (Pending<?> pending : inFlight) {
      boolean safe = use != Use.SESSION && Fate.maySendAgain(pending, cause);
      if (safe && pending.requeue(true)) {
        again.add(pending);
      } else {
        done(pending, Fate.of(pending, cause));
      }
    }
    if (!requeue(wire, again)) {
      again.forEach(this::refuse);
      takeBacklog(false).forEach(this::refuse);
    }
    detour.troubled(this);
  }

  private boolean requeue(Wire wire, List<Pending<?>> again) {
    return locked(
        () -> {
          connection = connection != null && connection.wire() == wire ? null : connection;
          boolean open = !closed && use != Use.SESSION;
          if (open) {
            backlog.putBack(again);
          }
          if (open && !backlog.isEmpty()) {
            reconnection.start();
          }
          return open;
        });
  }

  // ---- time: the loop's thread

  @Override
  public void tick(long nowNanos) {
    later.due(nowNanos).forEach(this::sendAgain);
    Connection up = connection;
    if (up != null && !up.wire().isBroken()) {
      vigil.listen(up, room.isEmpty(), nowNanos);
      up.wire().tick(nowNanos, () -> vigil.look(up, nowNanos));
    }
  }

  private void sendAgain(Pending<?> pending) {
    if (!pending.requeue(false)) {
      release(pending);
    } else if (isHome(pending)) {
      route(pending, false);
    }
  }

  /** A command of our own, past the queue's limits. {@code then} runs on the loop's thread. */
  void sendAside(Command<Reply> command, Runnable then) {
    var order = Order.of(command, options.address());
    var pending = new Pending<>(order, this, command.frame(), null, options.timeout());
    room.force(pending.length());
    pending.whenSettled(() -> loop.run(then));
    route(pending, false);
  }

  // ---- the end

  /** Ends every call on this lane, once. What was sent is told that its outcome is unknown. */
  void close() {
    loop.unwatch(this);
    takeBacklog(true).forEach(this::refuse);
    reconnection.stop();
    Connection up = connection;
    if (up != null) {
      up.wire().fail(new ClosedChannelException());
    }
    // After the wire: no answer can put anything there any more.
    loop.run(() -> later.all().forEach(this::refuse));
  }
}
