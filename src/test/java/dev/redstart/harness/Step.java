package dev.redstart.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/**
 * What a {@link ScriptedPeer} does when a certain command (or a connection) comes: the actions, one
 * after the other. While it does them it reads nothing further from that connection. No action: it
 * stays silent.
 */
public final class Step {

  private static final Duration BETWEEN_PIECES = Duration.ofMillis(2);
  private static final Duration LATCH_LIMIT = Duration.ofSeconds(30);

  /** Something to do on a connection. */
  interface Action {
    void on(PeerConnection connection) throws IOException, InterruptedException;
  }

  private final String what;
  private final Predicate<Received> expected;
  private final boolean any;
  private final List<Action> actions = new CopyOnWriteArrayList<>();

  Step(String what, Predicate<Received> expected, boolean any) {
    this.what = what;
    this.expected = expected;
    this.any = any;
  }

  /** Sends this text, which need not be a whole reply, or one at all. */
  public Step reply(String raw) {
    return reply(raw.getBytes(UTF_8));
  }

  public Step reply(byte[] raw) {
    return then(connection -> connection.send(raw));
  }

  /** Sends these pieces with a pause of two milliseconds after each. */
  public Step replyInPieces(String... pieces) {
    for (var piece : pieces) {
      reply(piece).after(BETWEEN_PIECES);
    }
    return this;
  }

  /** Sends this text with a pause of two milliseconds after each byte. */
  public Step replyByteByByte(String raw) {
    for (byte one : raw.getBytes(UTF_8)) {
      reply(new byte[] {one}).after(BETWEEN_PIECES);
    }
    return this;
  }

  /** Waits before what comes next in this step. */
  public Step after(Duration time) {
    return then(connection -> connection.pause(time));
  }

  /** Waits for the latch before what comes next; for half a minute at most, then the test fails. */
  public Step after(CountDownLatch latch) {
    return then(connection -> connection.await(latch, LATCH_LIMIT));
  }

  /** Does nothing, in so many words. */
  public Step silence() {
    return this;
  }

  /** Ends the connection in order (FIN): the client reads all that was sent, then the end. */
  public Step hangUp() {
    return then(PeerConnection::hangUp);
  }

  /** Ends the connection with a reset (RST). */
  public Step reset() {
    return then(PeerConnection::reset);
  }

  private Step then(Action action) {
    actions.add(action);
    return this;
  }

  boolean isFor(Received command, boolean isHandshake) {
    return expected.test(command) && !(any && isHandshake);
  }

  void play(PeerConnection connection) throws IOException, InterruptedException {
    for (var action : actions) {
      action.on(connection);
    }
  }

  @Override
  public String toString() {
    return what;
  }
}
