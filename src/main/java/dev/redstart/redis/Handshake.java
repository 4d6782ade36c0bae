package dev.redstart.redis;

import dev.redstart.resp.Reply;
import dev.redstart.resp.RespEncoder;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The first words on a connection, in one round trip: HELLO 3 with credentials and name, SELECT,
 * and what CLIENT LIST should show. A server without HELLO gets a second round trip in RESP2. Owns
 * the wire meanwhile, and reads every reply or gives the wire up: a reply left behind would be
 * taken for the next caller's.
 */
final class Handshake implements Wire.Owner, Pending.Carrier {
  private static final String BROKE = "the connection broke during the handshake";

  private final RedisOptions options;
  private final Wire wire;
  private final long deadlineNanos;

  /** The first error that came, asked for or not: a full server greets with one and hangs up. */
  private volatile Reply.Error complaint;

  /** What the server says of itself; nothing where there is no HELLO. */
  private Reply about = new Reply.Map(List.of());

  Handshake(Transport transport, Loop loop, RedisOptions options, long deadlineNanos) {
    this.options = options;
    this.deadlineNanos = deadlineNanos;
    this.wire = new Wire(transport, loop, options.limits(), this);
    loop.attach(wire);
  }

  /** {@code masterOnly}: anything else is no more use than none. */
  void handTo(Reconnection.Party party, boolean masterOnly) throws IOException {
    try {
      var connection = new Connection(wire, greet(), options.endpoint());
      if (masterOnly) {
        requireMaster();
      }
      if (!isTaken(wire.handTo(party, () -> party.install(connection)))) {
        throw new RedisException.Disconnected(BROKE, new EOFException());
      }
    } catch (IOException | RuntimeException | Error failed) {
      wire.fail(failed);
      throw failed;
    }
  }

  /** Asks one thing only, and hangs up. */
  Reply inquire(String... question) {
    try {
      greet();
      return only(question);
    } finally {
      wire.fail(new ClosedChannelException());
    }
  }

  private long greet() {
    return options.protocol() == 3 ? hello() : greetOldServer();
  }

  /** A replica refuses writes, and what it lets one read is old. */
  private void requireMaster() throws IOException {
    Reply role = Reading.of(Reading.map(about, value -> value), "role");
    String found = role.isNull() ? only("ROLE").items().get(0).text() : role.text();
    if (!found.equals("master")) {
      throw new IOException("it is not the master, its role is " + found);
    }
  }

  private Reply only(String... words) {
    return ask(words[0], List.of(List.of(words)));
  }

  /** The loop is never busy for long; one that does not answer has been stopped. */
  private boolean isTaken(CompletableFuture<Boolean> adopted) {
    long millis = 1 + options.connectTimeout().toMillis();
    return adopted.completeOnTimeout(false, millis, TimeUnit.MILLISECONDS).join();
  }

  private long hello() {
    var steps = new ArrayList<List<String>>();
    steps.add(helloWords());
    addSelect(steps);
    addReadOnly(steps);
    addNames(steps);
    List<Reply> replies = ask(steps);
    if (lacksHello(replies.get(0))) {
      return greetOldServer();
    }
    long clientId = finished(steps, replies);
    if (!(replies.get(0) instanceof Reply.Map)) {
      // Not what it is: an echo would show our password.
      throw new RedisException.BrokenProtocol("its answer to HELLO is no map", null);
    }
    about = replies.get(0);
    return clientId;
  }

  private long greetOldServer() {
    var steps = new ArrayList<List<String>>();
    credentials().ifPresent(words -> steps.add(auth(words)));
    options.clientName().ifPresent(name -> steps.add(List.of("CLIENT", "SETNAME", name)));
    addSelect(steps);
    addReadOnly(steps);
    addNames(steps);
    return finished(steps, ask(steps));
  }

  private List<String> helloWords() {
    var words = new ArrayList<>(List.of("HELLO", "3"));
    credentials().ifPresent(words::addAll);
    options.clientName().ifPresent(name -> words.addAll(List.of("SETNAME", name)));
    return words;
  }

  private Optional<List<String>> credentials() {
    if (options.user().isEmpty() && options.password().isEmpty()) {
      return Optional.empty();
    }
    String user = options.user().orElse("default");
    return Optional.of(List.of("AUTH", user, options.password().orElse("")));
  }

  /** Without a user's name AUTH takes the password alone, as servers before ACL want it. */
  private List<String> auth(List<String> credentials) {
    return options.user().isPresent() ? credentials : List.of("AUTH", credentials.get(2));
  }

  private void addSelect(List<List<String>> steps) {
    if (options.database() != 0) {
      steps.add(List.of("SELECT", Integer.toString(options.database())));
    }
  }

  /** So that it answers reads if it is, or becomes, a replica. */
  private void addReadOnly(List<List<String>> steps) {
    if (options.readsFromReplicas()) {
      steps.add(List.of("READONLY"));
    }
  }

  private static void addNames(List<List<String>> steps) {
    steps.add(List.of("CLIENT", "SETINFO", "LIB-NAME", "redstart"));
    steps.add(List.of("CLIENT", "ID"));
  }

  private static boolean lacksHello(Reply reply) {
    return reply instanceof Reply.Error error
        && (error.code().equals("NOPROTO") || error.text().startsWith("ERR unknown command"));
  }

  /**
   * What CLIENT refuses costs only comfort, unless it wants to know first who we are; READONLY is
   * refused where there is no cluster.
   */
  private long finished(List<List<String>> steps, List<Reply> replies) {
    for (int i = 0; i < replies.size(); i++) {
      String verb = steps.get(i).get(0);
      if (replies.get(i) instanceof Reply.Error error
          && (!isOptional(verb) || error.code().equals("NOAUTH"))) {
        throw refused(verb, error);
      }
    }
    Reply id = replies.get(replies.size() - 1);
    return id instanceof Reply.Int number ? number.value() : 0;
  }

  private static boolean isOptional(String verb) {
    return verb.equals("CLIENT") || verb.equals("READONLY");
  }

  private RedisException refused(String verb, Reply.Error error) {
    String text = sentence(error);
    if (verb.equals("SELECT")) {
      text = "there is no database " + options.database() + " (" + text + ")";
    }
    return new RedisException.Rejected(error.code(), text, false);
  }

  private List<Reply> ask(List<List<String>> steps) {
    return ask("HELLO", steps).items();
  }

  private Reply ask(String name, List<List<String>> steps) {
    var bytes = new ByteArrayOutputStream();
    for (List<String> words : steps) {
      bytes.writeBytes(RespEncoder.command(words.stream().map(RespEncoder::word).toList()));
    }
    var pending = new Pending<>(order(name, steps.size()), this, bytes.toByteArray(), null, left());
    if (!wire.offer(pending, Outbox.Haste.AT_ONCE)) {
      throw broken(new EOFException());
    }
    return pending.await();
  }

  private Order<Reply> order(String name, int replies) {
    return new Order<>(name, options.address(), replies, false, Duration.ZERO, Function.identity());
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime()));
  }

  @Override
  public boolean takes(Reply reply) {
    if (reply instanceof Reply.Error error && complaint == null && !isHarmless(error)) {
      complaint = error;
    }
    return reply instanceof Reply.Push || (reply instanceof Reply.Error && wire.awaited() == null);
  }

  @Override
  public void answered(Pending<?> pending, Reply answer) {
    if (answer != null) {
      pending.settle(answer);
    }
  }

  @Override
  public void lost(Wire wire, Throwable cause, List<Pending<?>> inFlight) {
    inFlight.forEach(pending -> pending.settle(broken(cause)));
  }

  /** What {@link #finished} or {@link #hello} would pass over is no reason for hanging up. */
  private static boolean isHarmless(Reply.Error error) {
    return error.text().startsWith("ERR unknown")
        || error.text().startsWith("ERR This instance has cluster support disabled")
        || error.code().equals("NOPROTO")
        || error.code().equals("NOPERM");
  }

  /** Hanging up says less than what the server said before. */
  private RedisException broken(Throwable cause) {
    Reply.Error error = complaint;
    return error == null
        ? new RedisException.Disconnected(BROKE, cause)
        : new RedisException.Rejected(error.code(), sentence(error), false);
  }

  private static String sentence(Reply.Error error) {
    return ServerErrors.bare(error) + ServerErrors.advice(error.code());
  }

  @Override
  public void hurry(Pending<?> pending) {
    wire.hurry();
  }

  @Override
  public void unblock(Pending<?> pending) {
    throw new IllegalStateException("nothing blocks in a handshake");
  }

  @Override
  public boolean isServing() {
    return false;
  }

  @Override
  public RedisException unsent(Order<?> order, Duration limit) {
    return new RedisException.TimedOut(order.sentence("not even sent in time"), false);
  }
}
