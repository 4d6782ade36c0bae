package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which nodes have which slots, as one node of the cluster sees it. Immutable. */
final class SlotMap {
  /** Knows nothing. */
  static final SlotMap EMPTY = new SlotMap(new Shard[Slot.COUNT]);

  /** Some slots' master and its replicas. */
  record Shard(Endpoint.Tcp master, List<Endpoint.Tcp> replicas) {}

  /** By slot; null where nobody has it. */
  private final Shard[] shards;

  private final List<Shard> distinct;

  private SlotMap(Shard[] shards) {
    this.shards = shards;
    this.distinct = distinct(shards);
  }

  private static List<Shard> distinct(Shard[] shards) {
    var distinct = new LinkedHashSet<Shard>();
    Shard last = null;
    for (Shard shard : shards) {
      if (shard != null && shard != last) {
        distinct.add(shard);
      }
      last = shard;
    }
    return List.copyOf(distinct);
  }

  /**
   * Reads the reply to CLUSTER SLOTS.
   *
   * @param asked who said so: a node that does not know its own name leaves it out
   */
  static SlotMap of(Reply reply, Endpoint.Tcp asked) {
    var shards = new Shard[Slot.COUNT];
    for (Reply range : reply.items()) {
      fill(shards, range, asked);
    }
    return new SlotMap(shards);
  }

  private static void fill(Shard[] shards, Reply range, Endpoint.Tcp asked) {
    int first = number(Reading.at(range, 0), Slot.COUNT - 1);
    int last = number(Reading.at(range, 1), Slot.COUNT - 1);
    Optional<Endpoint.Tcp> master = endpoint(Reading.at(range, 2), asked);
    var replicas =
        range.items().stream().skip(3).map(node -> endpoint(node, asked)).flatMap(Optional::stream);
    if (master.isPresent() && first <= last) {
      Arrays.fill(shards, first, last + 1, new Shard(master.get(), replicas.toList()));
    }
  }

  /** Host, port, id, and in newer servers more about the host. */
  private static Optional<Endpoint.Tcp> endpoint(Reply node, Endpoint.Tcp asked) {
    int port = number(Reading.at(node, 1), 65_535);
    Reply host = Reading.at(node, 0);
    String name = host.isNull() || host.text().isEmpty() ? asked.host() : host.text();
    // Who ought to be called by a name that has not been given yet may have an address.
    String usable = name.equals("?") ? address(Reading.at(node, 3)) : name;
    return usable.isEmpty() || port == 0
        ? Optional.empty()
        : Optional.of(new Endpoint.Tcp(usable, port));
  }

  private static String address(Reply facts) {
    return facts.isNull() ? "" : Reading.textMap(facts).getOrDefault("ip", "");
  }

  private static int number(Reply reply, int max) {
    long number = reply.integer();
    if (number < 0 || number > max) {
      throw new RedisException.BrokenProtocol(
          "CLUSTER SLOTS has " + number + " where at most " + max + " makes sense", null);
    }
    return (int) number;
  }

  /** Empty: nobody has it, as far as is known. */
  Optional<Shard> shard(int slot) {
    return Optional.ofNullable(shards[slot]);
  }

  /** Whether it says the same. */
  boolean agrees(SlotMap other) {
    return Arrays.equals(shards, other.shards);
  }

  boolean isEmpty() {
    return distinct.isEmpty();
  }

  List<Shard> shards() {
    return distinct;
  }

  /** Each once, in the order of their first slots. */
  List<Endpoint.Tcp> masters() {
    return distinct.stream().map(Shard::master).distinct().toList();
  }

  Set<Endpoint.Tcp> all() {
    var all = new LinkedHashSet<>(masters());
    distinct.forEach(shard -> all.addAll(shard.replicas));
    return all;
  }

  /** The same, but for one slot, which has gone to another master. */
  SlotMap with(int slot, Endpoint.Tcp master) {
    Shard before = shards[slot];
    if (before != null && before.master.equals(master)) {
      return this;
    }
    var copy = shards.clone();
    copy[slot] =
        distinct.stream()
            .filter(shard -> shard.master.equals(master))
            .findAny()
            .orElse(new Shard(master, List.of()));
    return new SlotMap(copy);
  }
}
