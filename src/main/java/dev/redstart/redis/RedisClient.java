package dev.redstart.redis;

import static java.util.Objects.requireNonNull;

import dev.redstart.resp.Reply;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** The client of a single server: decides which lane each command takes. */
final class RedisClient implements Redis {
  /** A larger command would hold up everybody else's on the shared connection. */
  private static final int SHARED_BYTES_MAX = 1 << 20;

  /** Stands for a session in messages, which has no command yet. */
  private static final Command<Reply> SESSION = Command.of("SESSION");

  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * What callers' threads use first. A class whose first use ends in a StackOverflowError is lost
   * to the whole program, so none of these waits for a caller who may be at the end of his stack.
   */
  private static final List<Class<?>> READY =
      List.of(
          StatefulCommands.class,
          BlockTime.class,
          BlockingCall.class,
          Transaction.class,
          ServerErrors.class,
          Pending.class,
          Outbox.class);

  static {
    READY.forEach(RedisClient::initialize);
  }

  private final RedisOptions options;
  private final Loop loop;
  private final Connector connector;
  private final Lane shared;

  /** For large commands only; connects when the first one comes. */
  private final Lane bulk;

  private final LanePool pool;
  private final Subscriber subscriber;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RedisClient(RedisOptions options) {
    this.options = options;
    this.loop = Loop.start(options.address());
    this.connector = new Connector(options, loop);
    this.shared = new Lane(connector, Use.SHARED, null);
    this.bulk = new Lane(connector, Use.SHARED, null);
    this.pool = new LanePool(connector, shared);
    this.subscriber = new Subscriber(connector);
  }

  private static void initialize(Class<?> type) {
    try {
      MethodHandles.lookup().ensureInitialized(type);
    } catch (IllegalAccessException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  static Redis connect(RedisOptions options) {
    requireNonNull(options, "options");
    var client = new RedisClient(options);
    try {
      client.shared.connectNow();
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
    var order = Order.of(command, options.address());
    Optional<BlockTime> block = BlockTime.of(command);
    if (block.isPresent()) {
      return new BlockingCall<>(command, block.get(), this::sendBlocking).run();
    }
    return lane(order, command, true).await();
  }

  @Override
  public <R> Pending<R> send(Command<R> command) {
    StatefulCommands.refuse(command);
    var order = Order.of(command, options.address());
    Optional<BlockTime> block = BlockTime.of(command);
    return block.isPresent()
        ? sendBlocking(command, BlockingCall.bounded(command, block.get()))
        : lane(order, command, false);
  }

  private <R> Pending<R> lane(Order<R> order, Command<R> command, boolean hurry) {
    byte[] frame = command.frame();
    Lane lane = frame.length > SHARED_BYTES_MAX ? bulk : shared;
    return lane.submit(order, frame, command::spareFrame, limit(command), hurry);
  }

  private Duration limit(Command<?> command) {
    return command.limit().orElse(options.timeout());
  }

  /** {@code block} is what the command's own words say. */
  private <R> Pending<R> sendBlocking(Command<R> command, Duration block) {
    var order = Order.of(command, options.address(), block);
    Lane lane = pool.take(order, limit(command));
    try {
      Duration limit = BlockingCall.deadline(block, limit(command));
      var pending = lane.submit(order, command.frame(), null, limit, true);
      pending.whenSettled(() -> pool.give(lane));
      return pending;
    } catch (RuntimeException | Error unsent) {
      pool.give(lane);
      throw unsent;
    }
  }

  @Override
  public List<Object> atomically(List<? extends Command<?>> commands) {
    requireNonNull(commands, "commands").forEach(StatefulCommands::refuse);
    var transaction = new Transaction(commands, options.address());
    return transaction
        .sendOn(shared, options.timeout())
        .await()
        .orElseThrow(
            () -> new IllegalStateException("EXEC gave nothing though nothing is watched"));
  }

  @Override
  public <T> T exclusive(Function<? super Session, ? extends T> work) {
    requireNonNull(work, "work");
    Lane lane = pool.takeFresh(Order.of(SESSION, options.address()), options.timeout());
    try {
      return work.apply(new Session(lane, options));
    } finally {
      pool.give(lane);
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
      pool.drain(CLOSE_NANOS);
      subscriber.close();
      pool.close();
      bulk.close();
      shared.close();
      loop.stop(TimeUnit.NANOSECONDS.toMillis(CLOSE_NANOS));
    }
  }

  boolean isClosed() {
    return closed.get();
  }

  @Override
  public String toString() {
    return options.toString();
  }
}
