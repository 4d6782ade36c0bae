package dev.redstart.redis;

import static java.util.Objects.requireNonNull;

import dev.redstart.redis.Outbox.Haste;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** The client of a single server, or of the one that Sentinels call the master. */
final class RedisClient implements Client {
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final RedisOptions options;
  private final Loop loop;
  private final Connector connector;
  private final Node node;
  private final Subscriber subscriber;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RedisClient(RedisOptions options) {
    this.options = options;
    this.loop = Loop.start(options.address());
    this.connector = new Connector(options, loop);
    this.node = new Node(connector);
    this.subscriber = new Subscriber(options, loop, () -> connector, () -> false);
  }

  static Redis connect(RedisOptions options) {
    Ready.see();
    var client = new RedisClient(options);
    try {
      client.node.connectNow();
      client.connector.watch();
      return client;
    } catch (NoConnection failed) {
      client.close();
      throw failed.toUnavailable();
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
        ? new BlockingCall<>(command, block.get(), node::sendBlocking).run()
        : node.send(command, Haste.AT_ONCE).result();
  }

  @Override
  public <R> Pending<R> send(Command<R> command) {
    StatefulCommands.refuse(command);
    Optional<BlockTime> block = BlockTime.of(command);
    return block.isPresent()
        ? node.sendBlocking(command, BlockingCall.bounded(command, block.get()))
        : node.send(command, Haste.SOON);
  }

  @Override
  public <R> List<Pending<R>> sendAll(List<? extends Command<? extends R>> commands) {
    return new Batch<R>(commands)
        .send(command -> node.send(command, Haste.WHEN_TOLD), node::flush, new Unawaited(loop));
  }

  @Override
  public List<Object> atomically(List<? extends Command<?>> commands) {
    requireNonNull(commands, "commands").forEach(StatefulCommands::refuse);
    return node.sendTogether(commands, Route.FIXED)
        .await()
        .orElseThrow(
            () -> new IllegalStateException("EXEC gave nothing though nothing is watched"));
  }

  @Override
  public <T> T exclusive(Function<? super Session, ? extends T> work) {
    return node.exclusive(requireNonNull(work, "work"));
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
    return subscriber.open(Topic.Kind.SHARD, listOf(channels, "channels"));
  }

  private static List<String> listOf(String[] names, String what) {
    return Arrays.asList(requireNonNull(names, what));
  }

  @Override
  public String tag(String id) {
    return requireNonNull(id, "id");
  }

  @Override
  public RedisOptions options() {
    return options;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      node.drain(CLOSE_NANOS);
      subscriber.close();
      node.close();
      connector.close();
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
