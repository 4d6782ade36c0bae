package dev.redstart.redis;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A connection of one's own, lent by {@link Redis#exclusive}. What it watches it watches until
 * {@link #atomically}. When its connection breaks every further call fails: what was watched is
 * forgotten, and a transaction that went on would not be safe. For one thread at a time.
 */
public final class Session {
  private final Lane lane;
  private final RedisOptions options;

  Session(Lane lane, RedisOptions options) {
    this.lane = lane;
    this.options = options;
  }

  /** Watches keys: {@link #atomically} does nothing if one of them has changed by then. */
  public void watch(String... keys) {
    Objects.requireNonNull(keys, "keys");
    call(Words.of("WATCH").keys(Arrays.asList(keys)).reads(reply -> reply));
  }

  /**
   * As {@link Redis#call}, on this connection. Commands that would leave the connection in a state
   * where replies do not match are refused.
   */
  public <R> R call(Command<R> command) {
    StatefulCommands.refuseInSession(command);
    Optional<BlockTime> block = BlockTime.of(command);
    if (block.isPresent()) {
      return new BlockingCall<>(command, block.get(), this::send).run();
    }
    return send(command, Duration.ZERO).await();
  }

  private <R> Pending<R> send(Command<R> command, Duration block) {
    var order = Order.of(command, options.address(), block);
    Duration limit = BlockingCall.deadline(block, command.limit().orElse(options.timeout()));
    return lane.submit(order, command.frame(), command::spareFrame, limit, true);
  }

  /**
   * Runs the commands as one.
   *
   * @return the results in the order of the commands; empty if a watched key had changed, and
   *     nothing ran
   */
  public Optional<List<Object>> atomically(Command<?>... commands) {
    var list = Arrays.asList(Objects.requireNonNull(commands, "commands"));
    list.forEach(StatefulCommands::refuse);
    return new Transaction(list, options.address()).sendOn(lane, options.timeout()).await();
  }
}
