package dev.redstart.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Commands that are sent together: all are looked at before the first one leaves. */
final class Batch<R> {
  private final List<Command<R>> commands;

  /**
   * @throws IllegalArgumentException if one of them must not be among them
   */
  Batch(List<? extends Command<? extends R>> commands) {
    this.commands = widened(List.copyOf(Objects.requireNonNull(commands, "commands")));
    this.commands.forEach(Batch::refuse);
    StackReserve.check();
  }

  /** Neither the list nor a command takes anything, so what makes less makes an R, too. */
  @SuppressWarnings("unchecked")
  private static <R> List<Command<R>> widened(List<? extends Command<? extends R>> commands) {
    return (List<Command<R>>) commands;
  }

  private static void refuse(Command<?> command) {
    StatefulCommands.refuse(command);
    if (BlockTime.of(command).isPresent()) {
      throw new IllegalArgumentException(
          command.name() + " blocks, and is not sent together with others: send it alone");
    }
  }

  List<Command<R>> commands() {
    return commands;
  }

  /**
   * Submits each, to be written when told, and tells so. What cannot be sent hears it from its own
   * reply: others are on their way by then.
   *
   * @param refused for the replies of those
   */
  List<Pending<R>> send(
      Function<Command<R>, Pending<R>> submit, Runnable flush, Pending.Carrier refused) {
    var sent = new ArrayList<Pending<R>>(commands.size());
    try {
      for (Command<R> command : commands) {
        try {
          sent.add(submit.apply(command));
        } catch (RedisException problem) {
          sent.add(unsent(command, problem, refused));
        }
      }
    } finally {
      flush.run();
    }
    return sent;
  }

  private Pending<R> unsent(Command<R> command, RedisException problem, Pending.Carrier carrier) {
    // The problem says where.
    Order<R> order = Order.of(command, "");
    var pending = new Pending<>(order, carrier, new byte[0], null, Duration.ZERO);
    pending.settle(problem);
    return pending;
  }
}
