package dev.redstart.redis;

import static java.util.Objects.requireNonNull;

import dev.redstart.redis.Outbox.Haste;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** The client of a cluster. */
final class ClusterClient implements Client {
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final RedisOptions options;
  private final Loop loop;
  private final Cluster cluster;
  private final Subscriber subscriber;
  private final ShardSubscriber shards;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ClusterClient(RedisOptions options, Endpoint.Cluster found) {
    this.options = options;
    this.loop = Loop.start(options.address());
    this.cluster = new Cluster(options, found.seeds(), loop, this::follow);
    this.subscriber = new Subscriber(options, loop, () -> cluster.any().connector(), () -> false);
    this.shards = new ShardSubscriber(cluster, options, loop);
  }

  /** The cluster may have changed: what is subscribed to does not move by itself. */
  private void follow(SlotMap map) {
    subscriber.stayWith(map.all());
    shards.follow();
  }

  static Redis connect(RedisOptions options, Endpoint.Cluster found) {
    Ready.see();
    var client = new ClusterClient(options, found);
    try {
      client.cluster.load();
      return client;
    } catch (RuntimeException | Error failed) {
      client.close();
      throw failed;
    }
  }

  @Override
  public <R> R call(Command<R> command) {
    StatefulCommands.refuse(command);
    Optional<BlockTime> block = BlockTime.of(command);
    return block.isPresent()
        ? new BlockingCall<>(command, block.get(), this::sendBlocking).run()
        : send(command, Haste.AT_ONCE).result();
  }

  @Override
  public <R> Pending<R> send(Command<R> command) {
    StatefulCommands.refuse(command);
    Optional<BlockTime> block = BlockTime.of(command);
    return block.isPresent()
        ? sendBlocking(command, BlockingCall.bounded(command, block.get()))
        : send(command, Haste.SOON);
  }

  @Override
  public <R> List<Pending<R>> sendAll(List<? extends Command<? extends R>> commands) {
    var batch = new Batch<R>(commands);
    // Before the first one leaves: keys in different slots are refused here.
    var routes = batch.commands().stream().map(cluster::route).toList().iterator();
    return batch.send(
        command -> send(command, routes.next(), Haste.WHEN_TOLD),
        cluster::flush,
        new Unawaited(loop));
  }

  private <R> Pending<R> send(Command<R> command, Haste haste) {
    return send(command, cluster.route(command), haste);
  }

  private <R> Pending<R> send(Command<R> command, Route route, Haste haste) {
    return route.slot == Slot.NONE
        ? sendWithoutKey(command, route, haste)
        : cluster.node(route).send(command, route, haste);
  }

  private <R> Pending<R> sendWithoutKey(Command<R> command, Route route, Haste haste) {
    if (ClusterScan.is(command)) {
      return new ClusterScan(cluster.masters()).send(command, haste);
    }
    Optional<Everywhere> everywhere = Everywhere.of(command);
    return everywhere.isPresent()
        ? everywhere.get().send(command, cluster.masters(), loop, options)
        : cluster.any().send(command, route, haste);
  }

  private <R> Pending<R> sendBlocking(Command<R> command, Duration block) {
    Route route = new Route(Slot.of(command), false);
    return cluster.node(route).sendBlocking(command, route, block);
  }

  @Override
  public List<Object> atomically(List<? extends Command<?>> commands) {
    requireNonNull(commands, "commands").forEach(StatefulCommands::refuse);
    var route = new Route(Slot.of(commands), false);
    return cluster
        .node(route)
        .sendTogether(commands, route)
        .await()
        .orElseThrow(
            () -> new IllegalStateException("EXEC gave nothing though nothing is watched"));
  }

  @Override
  public <T> T exclusive(Function<? super Session, ? extends T> work) {
    requireNonNull(work, "work");
    try (var seat = new ClusterSeat(cluster, options)) {
      return work.apply(new Session(seat));
    }
  }

  @Override
  public Subscription subscribe(String... channels) {
    return subscriber.open(Topic.Kind.CHANNEL, listOf(channels, "channels"));
  }

  @Override
  public Subscription subscribePatterns(String... patterns) {
    return subscriber.open(Topic.Kind.PATTERN, listOf(patterns, "patterns"));
  }

  @Override
  public Subscription subscribeSharded(String... channels) {
    return shards.open(Topic.Kind.SHARD, listOf(channels, "channels"));
  }

  private static List<String> listOf(String[] names, String what) {
    return Arrays.asList(requireNonNull(names, what));
  }

  @Override
  public String tag(String id) {
    return "{" + requireNonNull(id, "id") + "}";
  }

  @Override
  public RedisOptions options() {
    return options;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      cluster.drain(CLOSE_NANOS);
      subscriber.close();
      shards.close();
      cluster.close();
      loop.stop(TimeUnit.NANOSECONDS.toMillis(CLOSE_NANOS));
    }
  }

  @Override
  public boolean isClosed() {
    return closed.get();
  }

  @Override
  public String toString() {
    return options.toString();
  }
}
