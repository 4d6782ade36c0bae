package dev.redstart.redis;

import dev.redstart.resp.Reply;
import dev.redstart.resp.RespEncoder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * SCAN through all masters, one after the other: a cursor of ours is the server's, {@code @}, and
 * the node that it is for.
 */
final class ClusterScan {
  private static final String NAME = "SCAN";
  private static final String START = "0";

  private final List<Node> nodes;

  ClusterScan(List<Node> masters) {
    this.nodes = masters.stream().sorted(Comparator.comparing(Node::address)).toList();
  }

  static boolean is(Command<?> command) {
    return command.name().equals(NAME) && command.words().size() > 1;
  }

  <R> Pending<R> send(Command<R> command, Outbox.Haste haste) {
    String cursor = command.word(1);
    int at = cursor.indexOf('@');
    Node node = at < 0 ? nodes.get(0) : node(cursor.substring(at + 1));
    Command<R> own = command.withWord(1, at < 0 ? cursor : cursor.substring(0, at));
    return node.send(own.reading(reply -> continued(reply, node)), haste);
  }

  private Node node(String address) {
    return nodes.stream()
        .filter(node -> node.address().equals(address))
        .findAny()
        .orElseThrow(() -> gone(address));
  }

  private static RedisException gone(String address) {
    String why = " is no master of the cluster any more; begin the scan anew";
    return new RedisException.Unavailable("SCAN was not sent: " + address + why, null);
  }

  private Reply continued(Reply reply, Node node) {
    if (reply.items().isEmpty()) {
      return reply;
    }
    var items = new ArrayList<>(reply.items());
    items.set(0, new Reply.Bulk(RespEncoder.word(after(items.get(0).text(), node))));
    return new Reply.Array(items);
  }

  private String after(String cursor, Node node) {
    int next = nodes.indexOf(node) + 1;
    if (!cursor.equals(START)) {
      return cursor + '@' + node.address();
    }
    return next == nodes.size() ? START : START + '@' + nodes.get(next).address();
  }
}
