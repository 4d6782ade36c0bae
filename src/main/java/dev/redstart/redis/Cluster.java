package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * The nodes of a cluster, and which of them gets a command: the one that the slot map names, until
 * a node says otherwise.
 */
final class Cluster implements Detour {
  /** More happen only where two nodes disagree: each of them names the other. */
  private static final int REDIRECTS_MAX = 10;

  /** After so many at once there are pauses: the nodes have to come to an agreement. */
  private static final int REDIRECTS_AT_ONCE = 4;

  private final Loop loop;
  private final Nodes nodes;
  private final Topology topology;
  private final boolean replicas;
  private final Consumer<SlotMap> told;

  /** {@code told}: hears each time that the cluster has told where its slots are. */
  Cluster(RedisOptions options, List<Endpoint.Tcp> seeds, Loop loop, Consumer<SlotMap> told) {
    this.told = told;
    this.loop = loop;
    this.nodes = new Nodes(options, loop, this);
    this.topology = new Topology(options, seeds, loop, nodes, this::changed);
    this.replicas = options.readsFromReplicas();
  }

  /** Finds the nodes; one attempt with each seed. */
  void load() {
    topology.load();
  }

  private void changed(SlotMap map) {
    nodes.keep(replicas ? map.all() : Set.copyOf(map.masters()));
    loop.run(nodes::reroute);
    told.accept(map);
  }

  // ---- where a command goes: any thread

  Route route(Command<?> command) {
    return new Route(Slot.of(command), replicas && command.isReadOnly());
  }

  /** Writes what was sent to be written when told. */
  void flush() {
    nodes.flush();
  }

  Node node(Route route) {
    Optional<SlotMap.Shard> shard =
        route.slot == Slot.NONE ? Optional.empty() : topology.map().shard(route.slot);
    if (shard.isEmpty()) {
      // Nobody has the slot, as far as is known: any node says so, or who has it.
      return any();
    }
    return route.toReplica() ? replica(route, shard.get()) : nodes.at(shard.get().master());
  }

  private Node replica(Route route, SlotMap.Shard shard) {
    for (Node node : fromAnywhere(shard.replicas())) {
      if (node.isWell()) {
        return node;
      }
    }
    route.toMaster();
    return nodes.at(shard.master());
  }

  /** A master, one that is connected if possible. */
  Node any() {
    Node last = null;
    for (Node node : fromAnywhere(topology.map().masters())) {
      if (node.isUp()) {
        return node;
      }
      last = node;
    }
    return last;
  }

  private List<Node> fromAnywhere(List<Endpoint.Tcp> endpoints) {
    var all = new ArrayList<Node>(endpoints.size());
    int first = endpoints.isEmpty() ? 0 : ThreadLocalRandom.current().nextInt(endpoints.size());
    for (int i = 0; i < endpoints.size(); i++) {
      all.add(nodes.at(endpoints.get((first + i) % endpoints.size())));
    }
    return all;
  }

  List<Node> masters() {
    return topology.map().masters().stream().map(nodes::at).toList();
  }

  // ---- what a node could not serve

  @Override
  public Lane home(Pending<?> pending, Lane present) {
    Route route = pending.route;
    if (route == Route.FIXED || nodes.isClosed()) {
      return present;
    }
    boolean anywhere = route.slot == Slot.NONE && present.isUp();
    Node node = anywhere ? null : node(route);
    return anywhere || node.has(present) ? present : node.lane(pending);
  }

  @Override
  public boolean takes(Pending<?> pending, Reply answer, Lane lane) {
    Optional<Redirect> redirect = Redirect.of(answer, pending.order).filter(it -> it.fits(pending));
    if (redirect.isPresent() && pending.route != Route.FIXED) {
      return follow(redirect.get(), pending, lane);
    }
    if (ServerErrors.isForTheMoment(answer, pending.order)) {
      pending.route.toMaster();
      topology.refresh();
    }
    return false;
  }

  private boolean follow(Redirect redirect, Pending<?> pending, Lane lane) {
    Endpoint.Tcp target = redirect.target((Endpoint.Tcp) lane.options().endpoint());
    int times = pending.route.redirected();
    pending.route.toMaster();
    if (!redirect.once()) {
      topology.moved(redirect.slot(), target);
    }
    if (times > REDIRECTS_MAX) {
      lane.end(pending, lost(pending, redirect, target));
    } else if (times > REDIRECTS_AT_ONCE) {
      return lane.postpone(pending);
    } else {
      Node node = nodes.at(target);
      lane.passOn(pending, node.has(lane) ? lane : node.lane(pending), redirect.once());
    }
    return true;
  }

  private static RedisException lost(Pending<?> pending, Redirect redirect, Endpoint.Tcp target) {
    String text =
        "sent from node to node %d times, at last to %s: the nodes disagree about slot %d"
            .formatted(REDIRECTS_MAX, target, redirect.slot());
    return new RedisException.Rejected("MOVED", pending.order.sentence(text), pending.mayHaveRun());
  }

  @Override
  public void troubled(Lane lane) {
    topology.refresh();
    loop.run(lane::reroute);
  }

  /** A channel belongs to another node: its subscriber will hear of it. */
  boolean strayed() {
    topology.refresh();
    return true;
  }

  /** Something shows that the map is old. */
  void refresh() {
    topology.refresh();
  }

  // ---- the end

  void drain(long patienceNanos) {
    topology.close();
    nodes.drain(patienceNanos);
  }

  void close() {
    nodes.close();
  }
}
