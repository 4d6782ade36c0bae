package dev.redstart.redis;

import java.time.Duration;
import java.util.function.BiFunction;

/**
 * A blocking command as a loop of bounded blocks: a block "for ever" on a server that has died
 * would otherwise never end.
 */
final class BlockingCall<R> {
  /** Asking the server to end a block, and its answer, need this time even on a busy machine. */
  private static final Duration MARGIN_MIN = Duration.ofSeconds(1);

  private final Command<R> command;
  private final BlockTime block;
  private final BiFunction<Command<R>, Duration, Pending<R>> send;
  private final long startNanos = System.nanoTime();

  BlockingCall(
      Command<R> command, BlockTime block, BiFunction<Command<R>, Duration, Pending<R>> send) {
    this.command = command;
    this.block = block;
    this.send = send;
  }

  R run() {
    if (!block.divisible(command)) {
      return send.apply(command, bounded(command, block)).await();
    }
    while (true) {
      Duration slice = next();
      Pending<R> pending = send.apply(block.slice(command, slice), slice);
      R result = pending.await();
      if (!pending.broughtNothing() || isOver()) {
        return result;
      }
    }
  }

  /** A command that does not block has just its limit. */
  static Duration deadline(Duration block, Duration limit) {
    boolean brief = limit.compareTo(MARGIN_MIN) < 0;
    return block.isZero() || !brief ? block.plus(limit) : block.plus(MARGIN_MIN);
  }

  private Duration next() {
    Duration left = block.total().minusNanos(System.nanoTime() - startNanos);
    boolean last = !block.forEver() && left.compareTo(BlockTime.SLICE_MAX) < 0;
    return last ? left : BlockTime.SLICE_MAX;
  }

  /** A millisecond is the least that a server can wait. */
  private boolean isOver() {
    return !block.forEver()
        && block.total().minusNanos(System.nanoTime() - startNanos).toMillis() < 1;
  }

  /** The time of a block that has to go out in one piece. */
  static Duration bounded(Command<?> command, BlockTime block) {
    if (block.forEver()) {
      throw new IllegalArgumentException(
          command.name()
              + " was not sent: it would block for ever; give it a time, or use call with a command"
              + " that may be asked again (XREAD with $ would miss entries in between)");
    }
    return block.total();
  }
}
