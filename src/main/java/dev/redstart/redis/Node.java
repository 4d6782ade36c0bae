package dev.redstart.redis;

import dev.redstart.redis.Outbox.Haste;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** One server: the lanes to it, and which of them each command takes. */
final class Node {
  /** A larger command would hold up everybody else's on the shared connection. */
  private static final int SHARED_BYTES_MAX = 1 << 20;

  /** Stands for a session in messages, which has no command yet. */
  private static final Command<Reply> SESSION = Command.of("SESSION");

  private static final Command<Reply> PING = Command.of("PING");

  private final RedisOptions options;

  /** Kept, since every command wants it. */
  private final String address;

  private final Lane shared;

  /** For large commands only; connects when the first one comes. */
  private final Lane bulk;

  private final LanePool pool;

  private final Connector connector;

  /** A single server. */
  Node(Connector connector) {
    this(connector, Detour.NONE);
  }

  Node(Connector connector, Detour detour) {
    this.connector = connector;
    this.address = connector.options().address();
    this.options = connector.options();
    this.shared = new Lane(connector, Use.SHARED, null, detour);
    this.bulk = new Lane(connector, Use.SHARED, null, detour);
    this.pool = new LanePool(connector, shared, detour);
  }

  Connector connector() {
    return connector;
  }

  String address() {
    return address;
  }

  /** Connects at once, one attempt, on this thread. */
  void connectNow() throws NoConnection {
    shared.connectNow();
  }

  /** Sends a command that does not block. */
  <R> Pending<R> send(Command<R> command, Haste haste) {
    return send(command, Route.FIXED, haste);
  }

  <R> Pending<R> send(Command<R> command, Route route, Haste haste) {
    byte[] frame = command.frame();
    Lane lane = frame.length > SHARED_BYTES_MAX ? bulk : shared;
    var order = Order.of(command, address);
    return lane.submit(order, route, frame, command.spare(), limit(command), haste);
  }

  /** Writes what was sent to be written when told. */
  void flush() {
    shared.flush();
    bulk.flush();
  }

  /** {@code block} is what the command's own words say. */
  <R> Pending<R> sendBlocking(Command<R> command, Duration block) {
    return sendBlocking(command, Route.FIXED, block);
  }

  <R> Pending<R> sendBlocking(Command<R> command, Route route, Duration block) {
    var order = Order.of(command, address, block);
    Lane lane = pool.take(order, limit(command));
    var loan = new Loan(pool, lane);
    route.lend(loan);
    try {
      Duration limit = BlockingCall.deadline(block, limit(command));
      var pending = lane.submit(order, route, command.frame(), null, limit, Haste.AT_ONCE);
      pending.whenSettled(loan::end);
      return pending;
    } catch (RuntimeException | Error unsent) {
      loan.end();
      throw unsent;
    }
  }

  private Duration limit(Command<?> command) {
    return command.limit().orElse(options.timeout());
  }

  /** Empty never: nothing is watched on a connection that all share. */
  Pending<Optional<List<Object>>> sendTogether(List<? extends Command<?>> commands, Route route) {
    return new Transaction(commands, address).sendOn(shared, route, options.timeout());
  }

  <T> T exclusive(Function<? super Session, ? extends T> work) {
    Lane lane = lend();
    try {
      return work.apply(new Session(Session.Seat.on(lane)));
    } finally {
      giveBack(lane);
    }
  }

  /** A lane for one session. */
  Lane lend() {
    return pool.takeFresh(Order.of(SESSION, address), options.timeout());
  }

  void giveBack(Lane lane) {
    pool.give(lane);
  }

  // ---- in a cluster

  /** The lane here for a command that was on another node. */
  Lane lane(Pending<?> pending) {
    Loan loan = pending.route.loan();
    if (loan != null) {
      return loan.exchange(pool);
    }
    return pending.length() > SHARED_BYTES_MAX ? bulk : shared;
  }

  boolean has(Lane lane) {
    return lane == shared || lane == bulk || pool.has(lane);
  }

  /** Whether it is connected. */
  boolean isUp() {
    return shared.isUp();
  }

  /** Whether nothing speaks against sending it something: it is connected, or may well be soon. */
  boolean isWell() {
    return isUp() || connector.pauseMillis() == 0;
  }

  /** Whether nothing is under way here. */
  boolean isIdle() {
    return shared.isIdle() && bulk.isIdle() && pool.isIdle();
  }

  /** On the loop: sends what waits for a connection elsewhere, if it belongs there by now. */
  void reroute() {
    shared.reroute();
    bulk.reroute();
    pool.reroute();
  }

  /** Asks for a sign of life, which is to come within this time. */
  void ping(Duration limit) {
    shared.sendAside(PING.within(limit), () -> {});
  }

  /** Whether somebody has been waiting for long while nothing came. */
  boolean isSilent() {
    return shared.isSilent();
  }

  /** Gives all connections up; what was sent on them gets what it is owed. */
  void breakOff(Throwable why) {
    pool.breakOff(why);
    bulk.breakOff(why);
    shared.breakOff(why);
  }

  /** Refuses what blocks and ends, without loss, what blocks now; waits for that, but not long. */
  void drain(long patienceNanos) {
    pool.drain(patienceNanos);
  }

  /** Ends every call, once. */
  void close() {
    pool.close();
    bulk.close();
    shared.close();
  }
}
