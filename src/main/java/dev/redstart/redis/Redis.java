package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * A Redis, or Valkey, server as a program uses it, or a cluster of them. Thread-safe: one is enough
 * for a whole program, however many threads. It connects again by itself.
 *
 * <p>There are few ways of calling, and each takes any {@link Command}: {@link #call} waits, {@link
 * #send} does not, {@link #atomically} runs several as one, {@link #exclusive} gives a connection
 * of one's own, {@link #subscribe} listens.
 *
 * <p>Every call ends by its deadline: the client's timeout, or the command's own. A call that fails
 * throws a {@link RedisException} that says whether the command may have run. Commands that only
 * read, and those declared {@link Command#idempotent()}, are repeated by the client within their
 * deadline when a connection breaks; no other command is ever sent twice.
 *
 * <p>On a cluster all keys of one command, transaction, script or session have to lie in one slot
 * ({@link #tag}); otherwise it is refused with an {@link IllegalArgumentException} before anything
 * is sent. Commands without keys that mean the whole database (FLUSHALL, DBSIZE, KEYS, SCRIPT LOAD,
 * CONFIG SET, ...) go to all masters, and SCAN goes through them with cursors of its own; every
 * other command without keys is answered by one of the nodes.
 */
public interface Redis extends AutoCloseable {
  /**
   * Connects to one server ({@code redis://}, {@code unix://}), to a cluster ({@code
   * redis+cluster://}) or to what Sentinels watch ({@code redis+sentinel://}; see {@link
   * RedisOptions#of}).
   *
   * @throws IllegalArgumentException if the URL is wrong
   * @throws RedisException.Unavailable if the server cannot be reached or refuses the credentials;
   *     the message names host and port
   */
  static Redis connect(String url) {
    return connect(RedisOptions.of(url));
  }

  /**
   * Connects as the options say; one attempt.
   *
   * @throws RedisException.Unavailable if the server cannot be reached or refuses the credentials
   */
  static Redis connect(RedisOptions options) {
    return Objects.requireNonNull(options, "options").endpoint() instanceof Endpoint.Cluster found
        ? ClusterClient.connect(options, found)
        : RedisClient.connect(options);
  }

  /**
   * Sends a command and waits for its result. Blocking commands get a connection of their own; one
   * that blocks for long, or for ever, is asked again in slices, so that a dead server is noticed.
   *
   * @throws RedisException what went wrong, and whether the command may have run
   * @throws IllegalArgumentException if the command would change the state of the shared
   *     connection; the message says what to use instead
   */
  <R> R call(Command<R> command);

  /** Any command in plain words, its reply as it came: {@code redis.call("SET", "k", "v")}. */
  default Reply call(String... words) {
    return call(Command.of(words));
  }

  /**
   * Sends a command and returns at once, or after a short wait when too many replies are
   * outstanding. Commands sent by one thread reach the server in that order, with three exceptions:
   * those that block, and those over 1 MiB, travel on connections of their own, and a script that
   * the server turns out not to know is sent again behind what followed it. On a cluster, so is
   * what a node has sent elsewhere, and nodes have no common order. Await first what the next
   * command depends on.
   *
   * @throws RedisException.Unavailable if the queue stays full until the deadline
   * @throws IllegalArgumentException as {@link #call}; also for a command that blocks for ever
   */
  <R> Pending<R> send(Command<R> command);

  /**
   * Sends many commands together: with one write where they fit, which costs less than sending one
   * by one. Each has a reply of its own, in their order; nothing else is different from {@link
   * #send(Command)}. In particular they do not run as one, and on a cluster each node gets its own.
   *
   * <pre>{@code
   * List<Command<Optional<String>>> gets = names.stream().map(Strings::get).toList();
   * for (Pending<Optional<String>> value : redis.sendAll(gets)) {
   *   value.await().ifPresent(...);
   * }
   * }</pre>
   *
   * @return the replies; of a command that could not be sent (the queue stays full, the client is
   *     closed), the reply says so
   * @throws IllegalArgumentException as {@link #call(Command)}; also for a command that blocks.
   *     Nothing was sent
   */
  <R> List<Pending<R>> sendAll(List<? extends Command<? extends R>> commands);

  /**
   * Runs the commands as one, with nothing of others in between (MULTI, EXEC), in one round trip.
   *
   * @return the results, in the order of the commands
   * @throws RedisException.Rejected if the server refused one of them while queueing (nothing ran),
   *     or one failed while running (the others ran all the same, as Redis has it)
   */
  List<Object> atomically(List<? extends Command<?>> commands);

  /** As {@link #atomically(List)}. */
  default List<Object> atomically(Command<?>... commands) {
    return atomically(Arrays.asList(Objects.requireNonNull(commands, "commands")));
  }

  /**
   * Lends a connection of its own to {@code work}: for WATCH, and for whatever else needs the
   * connection's state. If that connection breaks, so does the session: its calls fail, for what
   * was watched is forgotten.
   */
  <T> T exclusive(Function<? super Session, ? extends T> work);

  /**
   * Listens to channels. The subscription is in force when this returns.
   *
   * @throws RedisException if the server could not be told within the timeout
   */
  Subscription subscribe(String... channels);

  /** Listens to all channels whose names match the patterns ({@code news.*}). */
  Subscription subscribePatterns(String... patterns);

  /**
   * Listens to sharded channels, for what is published with SPUBLISH ({@link
   * Channels#publishSharded}). On a cluster each belongs to a slot as a key does, and only the node
   * that has the slot is concerned; the subscription follows its slot, with a {@link Notice.Gap}.
   *
   * @throws RedisException.Rejected if the server has no sharded channels: they came with Redis 7.0
   */
  Subscription subscribeSharded(String... channels);

  /**
   * How an id appears in a key so that all keys of one object live together: as it is on a single
   * server, in braces on a cluster.
   */
  String tag(String id);

  /** The options that this client was made with. */
  RedisOptions options();

  /**
   * Ends every call that still waits, once, and all connections. Blocking pops are ended on the
   * server first, so that no element is lost on the way. Waits for about a second at most. Closing
   * twice is harmless.
   */
  @Override
  void close();
}
