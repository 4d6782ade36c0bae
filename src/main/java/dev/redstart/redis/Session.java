package dev.redstart.redis;

import dev.redstart.redis.Outbox.Haste;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A connection of one's own, lent by {@link Redis#exclusive}. What it watches it watches until
 * {@link #atomically}. When its connection breaks every further call fails: what was watched is
 * forgotten, and a transaction that went on would not be safe. For one thread at a time.
 *
 * <p>On a cluster all its keys lie in one slot, and its first call names one of them: that decides
 * on which node it is.
 */
public final class Session {
  /** Has the session's lane, as soon as it is known which server that leads to. */
  interface Seat {
    /** Runs {@code work}, which sends just these commands, on the lane. */
    <T> T use(List<? extends Command<?>> commands, Function<? super Lane, ? extends T> work);

    static Seat on(Lane lane) {
      return new Seat() {
        @Override
        public <T> T use(
            List<? extends Command<?>> commands, Function<? super Lane, ? extends T> work) {
          return work.apply(lane);
        }
      };
    }
  }

  private final Seat seat;

  Session(Seat seat) {
    this.seat = seat;
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
    return seat.use(List.of(command), lane -> callOn(lane, command));
  }

  private static <R> R callOn(Lane lane, Command<R> command) {
    Optional<BlockTime> block = BlockTime.of(command);
    if (block.isPresent()) {
      return new BlockingCall<>(command, block.get(), (each, slice) -> send(lane, each, slice))
          .run();
    }
    return send(lane, command, Duration.ZERO).await();
  }

  private static <R> Pending<R> send(Lane lane, Command<R> command, Duration block) {
    RedisOptions options = lane.options();
    var order = Order.of(command, options.address(), block);
    Duration limit = BlockingCall.deadline(block, command.limit().orElse(options.timeout()));
    return lane.submit(order, Route.FIXED, command.frame(), command.spare(), limit, Haste.AT_ONCE);
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
    return seat.use(list, lane -> together(lane, list));
  }

  private static Optional<List<Object>> together(Lane lane, List<? extends Command<?>> commands) {
    RedisOptions options = lane.options();
    return new Transaction(commands, options.address())
        .sendOn(lane, Route.FIXED, options.timeout())
        .await();
  }
}
