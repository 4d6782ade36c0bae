package dev.redstart.redis;

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

  private final RedisOptions options;
  private final Lane shared;

  /** For large commands only; connects when the first one comes. */
  private final Lane bulk;

  private final LanePool pool;

  Node(Connector connector) {
    this.options = connector.options();
    this.shared = new Lane(connector, Use.SHARED, null);
    this.bulk = new Lane(connector, Use.SHARED, null);
    this.pool = new LanePool(connector, shared);
  }

  /** Connects at once, one attempt, on this thread. */
  void connectNow() throws NoConnection {
    shared.connectNow();
  }

  /** Sends a command that does not block; {@code hurry} if its reply is awaited at once. */
  <R> Pending<R> send(Command<R> command, boolean hurry) {
    byte[] frame = command.frame();
    Lane lane = frame.length > SHARED_BYTES_MAX ? bulk : shared;
    var order = Order.of(command, options.address());
    return lane.submit(order, frame, command::spareFrame, limit(command), hurry);
  }

  /** {@code block} is what the command's own words say. */
  <R> Pending<R> sendBlocking(Command<R> command, Duration block) {
    var order = Order.of(command, options.address(), block);
    Lane lane = pool.take(order, limit(command));
    try {
      Duration limit = BlockingCall.deadline(block, limit(command));
      var pending = lane.submit(order, command.frame(), null, limit, true);
      pending.whenSettled(() -> pool.give(lane));
      return pending;
    } catch (RuntimeException | Error unsent) {
      pool.give(lane);
      throw unsent;
    }
  }

  private Duration limit(Command<?> command) {
    return command.limit().orElse(options.timeout());
  }

  /** Empty never: nothing is watched on a connection that all share. */
  Pending<Optional<List<Object>>> sendTogether(List<? extends Command<?>> commands) {
    return new Transaction(commands, options.address()).sendOn(shared, options.timeout());
  }

  <T> T exclusive(Function<? super Session, ? extends T> work) {
    Lane lane = pool.takeFresh(Order.of(SESSION, options.address()), options.timeout());
    try {
      return work.apply(new Session(lane, options));
    } finally {
      pool.give(lane);
    }
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
