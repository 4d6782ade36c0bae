package dev.redstart.redis;

import dev.redstart.redis.Outbox.Haste;
import dev.redstart.resp.Reply;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  private final Uplink uplink;

  private volatile NoConnection lastFailure;

  /** {@code helper}: the lane that asks the server to end what blocks here; null for this one. */
  Lane(Connector connector, Use use, Lane helper, Detour detour) {
    this.connector = connector;
    this.reconnection = new Reconnection(() -> connector, this);
    this.options = connector.options();
    this.loop = connector.loop();
    this.use = use;
    this.uplink = new Uplink(use, reconnection);
    this.detour = detour;
    this.room = new Room(options.queueCommands(), options.queueBytes(), this::makeRoom);
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
      Haste haste) {
    var pending = new Pending<>(order, this, frame, spare, limit);
    pending.route = route;
    if (haste != Haste.WHEN_TOLD) {
      // Of a batch, once for all.
      StackReserve.check();
    }
    if (isServing()) {
      throw new IllegalStateException("a call on the thread that serves the connections");
    }
    room.enter(pending, haste == Haste.AT_ONCE);
    route(pending, haste);
    return pending;
  }

  private void route(Pending<?> pending, Haste haste) {
    if (!uplink.take(pending, haste)) {
      refuse(pending);
    }
  }

  /** Writes what was submitted to be written when told. */
  void flush() {
    Connection up = uplink.connection();
    if (up != null) {
      up.wire().hurry();
    }
  }

  /** Whoever waits for room waits for replies: to what is to be written, and read, first. */
  private void makeRoom() {
    flush();
    expect();
  }

  /** Takes over, without waiting, what another lane cannot serve. */
  void adopt(Pending<?> pending, boolean asking) {
    room.force(pending.length());
    pending.moveTo(this, options.address(), asking);
    route(pending, Haste.SOON);
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
    for (Pending<?> pending : uplink.takeWaiting()) {
      if (isHome(pending)) {
        staying.add(pending);
      }
    }
    if (!uplink.takeBack(staying)) {
      staying.forEach(this::refuse);
    }
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

  boolean isUp() {
    return uplink.isUp();
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
    Connection up = uplink.connection();
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
  public void expect() {
    Connection up = uplink.connection();
    if (up != null) {
      up.wire().watch();
    }
  }

  @Override
  public boolean isServing() {
    Connection up = uplink.connection();
    return loop.isMine() || (up != null && up.wire().isReadByMe());
  }

  @Override
  public void unblock(Pending<?> pending) {
    loop.run(() -> vigil.unblock(pending, uplink.connection()));
  }

  /** Takes no more commands, and ends what blocks: whoever waits gets an element or nothing. */
  void drain() {
    room.shut();
    loop.run(() -> vigil.drain(uplink.connection()));
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

  /** Whether somebody has been waiting for long while nothing came. */
  boolean isSilent() {
    return vigil.isSilent();
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
      uplink.giveUp(false).forEach(pending -> refuse(pending, failed.getMessage(), failed));
    }
    return !over;
  }

  @Override
  public void install(Connection fresh) {
    uplink.install(fresh);
  }

  @Override
  public boolean stillWanted() {
    uplink.takeExpired().forEach(this::end);
    return uplink.isWanted();
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
    if (answer == null || pending.isSettled()) {
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
        || (isForTheMoment(pending, answer) && postpone(pending));
  }

  private boolean isForTheMoment(Pending<?> pending, Reply answer) {
    if (connector.needsMaster() && ServerErrors.isOfReplica(answer, pending.order)) {
      uplink.leave();
      return true;
    }
    return ServerErrors.isForTheMoment(answer, pending.order);
  }

  /** Sends a command, which the server did not run, once more after a while. */
  boolean postpone(Pending<?> pending) {
    return !uplink.isClosed() && later.add(pending);
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
    if (!uplink.takeBack(wire, again)) {
      again.forEach(this::refuse);
      uplink.giveUp(false).forEach(this::refuse);
    }
    if (!uplink.isClosed()) {
      detour.troubled(this);
    }
  }

  // ---- time: the loop's thread

  @Override
  public void tick(long nowNanos) {
    later.due(nowNanos).forEach(this::sendAgain);
    reconnection.look();
    Connection up = uplink.connection();
    vigil.listen(up, room.isEmpty(), nowNanos);
    if (up != null && !up.wire().isBroken()) {
      if (uplink.isOverdue(nowNanos) || connector.isOutdated(up)) {
        up.wire().fail(Connector.outdated());
      }
      up.wire().tick(nowNanos, () -> look(up, nowNanos));
    }
  }

  private void look(Connection up, long nowNanos) {
    if (uplink.isLeaving() && up.wire().awaited() == null) {
      up.wire().fail(Connector.outdated());
    } else {
      vigil.look(up, nowNanos);
    }
  }

  private void sendAgain(Pending<?> pending) {
    if (!pending.requeue(false)) {
      release(pending);
    } else if (isHome(pending)) {
      route(pending, Haste.SOON);
    }
  }

  /** A command of our own, past the queue's limits. {@code then} runs on the loop's thread. */
  void sendAside(Command<Reply> command, Runnable then) {
    var order = Order.of(command, options.address());
    var limit = command.limit().orElse(options.timeout());
    var pending = new Pending<>(order, this, command.frame(), null, limit);
    room.force(pending.length());
    pending.whenSettled(() -> loop.run(then));
    route(pending, Haste.SOON);
  }

  // ---- the end

  /** Gives the connection up; what was sent on it gets what it is owed. */
  void breakOff(Throwable why) {
    uplink.breakOff(why);
  }

  /** Ends every call on this lane, once. What was sent is told that its outcome is unknown. */
  void close() {
    loop.unwatch(this);
    uplink.giveUp(true).forEach(this::refuse);
    reconnection.stop();
    uplink.breakOff(new ClosedChannelException());
    // After the wire: no answer can put anything there any more.
    loop.run(() -> later.all().forEach(this::refuse));
  }
}
