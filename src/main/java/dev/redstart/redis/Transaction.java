package dev.redstart.redis;

import dev.redstart.resp.Reply;
import dev.redstart.resp.RespEncoder;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** MULTI, some commands, EXEC: sent as one piece, so that nothing can come in between. */
final class Transaction {
  private static final byte[] MULTI = RespEncoder.command(List.of(RespEncoder.word("MULTI")));
  private static final byte[] ASKING = RespEncoder.command(List.of(RespEncoder.word("ASKING")));
  private static final byte[] EXEC = RespEncoder.command(List.of(RespEncoder.word("EXEC")));

  private final List<Command<?>> commands;
  private final String address;

  Transaction(List<? extends Command<?>> commands, String address) {
    this.commands = List.copyOf(commands);
    this.address = address;
    if (commands.isEmpty()) {
      throw new IllegalArgumentException("commands: must not be empty");
    }
  }

  Pending<Optional<List<Object>>> sendOn(Lane lane, Route route, Duration limit) {
    return lane.submit(order(), route, frame(), null, limit, Outbox.Haste.AT_ONCE);
  }

  /** ASKING and a command, or a transaction, as one piece: ASKING holds for what follows it. */
  static byte[] asking(byte[] frame) {
    var bytes = new ByteArrayOutputStream(ASKING.length + frame.length);
    bytes.writeBytes(ASKING);
    bytes.writeBytes(frame);
    return bytes.toByteArray();
  }

  private Order<Optional<List<Object>>> order() {
    return new Order<>("EXEC", address, commands.size() + 2, false, Duration.ZERO, this::read);
  }

  private byte[] frame() {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(MULTI);
    commands.forEach(command -> bytes.writeBytes(command.selfContainedFrame()));
    bytes.writeBytes(EXEC);
    return bytes.toByteArray();
  }

  /** Empty when a watched key had changed: nothing ran. */
  private Optional<List<Object>> read(Reply answer) {
    List<Reply> replies = answer.items();
    for (int i = 0; i < replies.size() - 1; i++) {
      if (replies.get(i) instanceof Reply.Error error) {
        // Refused while queueing. EXEC itself then answers EXECABORT, and nothing ran; but where
        // MULTI is forbidden, the others ran one by one.
        boolean ran = i == 0 && !replies.stream().allMatch(Reply.Error.class::isInstance);
        throw ServerErrors.rejected(error, orderOf(i - 1), ran);
      }
    }
    Reply last = replies.get(replies.size() - 1);
    if (last instanceof Reply.Error error) {
      throw ServerErrors.rejected(error, order(), false);
    }
    return last.isNull() ? Optional.empty() : Optional.of(results(last.items()));
  }

  private Order<?> orderOf(int index) {
    return index < 0 ? order() : Order.of(commands.get(index), address);
  }

  private List<Object> results(List<Reply> replies) {
    var results = new ArrayList<>(replies.size());
    for (int i = 0; i < replies.size(); i++) {
      Order<?> order = orderOf(i);
      if (replies.get(i) instanceof Reply.Error error) {
        throw ServerErrors.rejected(error, order, true);
      }
      results.add(order.read(replies.get(i), true));
    }
    return results;
  }
}
