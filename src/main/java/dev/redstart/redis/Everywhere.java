package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * Commands without keys that mean the whole cluster: they are sent to all masters, and the answers
 * are put together.
 */
enum Everywhere {
  /** All say the same. */
  SAME((one, other) -> one),
  SUM((one, other) -> new Reply.Int(one.integer() + other.integer())),
  LIST(Everywhere::append),
  /** Of lists of yes and no: yes where all say yes. */
  ALL(Everywhere::both);

  private static final Map<String, Everywhere> COMMANDS =
      Map.ofEntries(
          Map.entry("ACL DELUSER", SAME),
          Map.entry("ACL SETUSER", SAME),
          Map.entry("CLIENT PAUSE", SAME),
          Map.entry("CLIENT UNPAUSE", SAME),
          Map.entry("CONFIG RESETSTAT", SAME),
          Map.entry("CONFIG SET", SAME),
          Map.entry("DBSIZE", SUM),
          Map.entry("FLUSHALL", SAME),
          Map.entry("FLUSHDB", SAME),
          Map.entry("FUNCTION DELETE", SAME),
          Map.entry("FUNCTION FLUSH", SAME),
          Map.entry("FUNCTION LOAD", SAME),
          Map.entry("FUNCTION RESTORE", SAME),
          Map.entry("KEYS", LIST),
          Map.entry("SCRIPT EXISTS", ALL),
          Map.entry("SCRIPT FLUSH", SAME),
          Map.entry("SCRIPT LOAD", SAME),
          Map.entry("SLOWLOG GET", LIST),
          Map.entry("SLOWLOG LEN", SUM),
          Map.entry("SLOWLOG RESET", SAME));

  private final BinaryOperator<Reply> sum;

  Everywhere(BinaryOperator<Reply> sum) {
    this.sum = sum;
  }

  static Optional<Everywhere> of(Command<?> command) {
    return Optional.ofNullable(COMMANDS.get(command.name()));
  }

  private static Reply append(Reply one, Reply other) {
    var all = new ArrayList<>(one.items());
    all.addAll(other.items());
    return new Reply.Array(all);
  }

  private static Reply both(Reply one, Reply other) {
    var both = new ArrayList<Reply>();
    for (int i = 0; i < Math.min(one.items().size(), other.items().size()); i++) {
      both.add(one.items().get(i).bool() ? other.items().get(i) : one.items().get(i));
    }
    return new Reply.Array(both);
  }

  <R> Pending<R> send(Command<R> command, List<Node> nodes, Loop loop, RedisOptions options) {
    var parts = new Parts(this, command, nodes.size(), loop);
    var order = Order.of(command, options.address());
    Duration limit = command.limit().orElse(options.timeout());
    return parts.send(nodes, new Pending<>(order, parts, new byte[0], null, limit));
  }

  /** Of all answers. */
  Reply together(List<Reply> answers) {
    return answers.stream().reduce(sum).orElse(Reply.NULL);
  }
}
