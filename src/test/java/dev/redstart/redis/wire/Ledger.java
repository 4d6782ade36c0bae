package dev.redstart.redis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What callers were told about their INCRs of one key, to be compared with what the server did:
 * each success is one, each "unknown" none or one, each "did not run" none.
 */
final class Ledger {

  /** A call that increments once, or throws. */
  @FunctionalInterface
  interface Call {
    void run();
  }

  private final AtomicLong done = new AtomicLong();
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong undone = new AtomicLong();
  private final RedisServer server;
  private final String key;

  Ledger(RedisServer server, String key) {
    this.server = server;
    this.key = key;
    server.cli("DEL", key);
  }

  void run(Call call) {
    try {
      call.run();
      done.incrementAndGet();
    } catch (RedisException failed) {
      (failed.mayHaveRun() ? unknown : undone).incrementAndGet();
    }
  }

  long done() {
    return done.get();
  }

  long unknown() {
    return unknown.get();
  }

  long undone() {
    return undone.get();
  }

  long sum() {
    return done() + unknown() + undone();
  }

  /** Call when nothing is on its way any more. */
  void check() {
    long value = value();
    assertTrue(done() <= value, "a success that was none: " + this);
    assertTrue(value <= done() + unknown(), "a second run, or \"did not run\" did run: " + this);
  }

  void checkAllDone() {
    assertEquals(0, unknown() + undone(), () -> "failures: " + this);
    assertEquals(done(), value(), this::toString);
  }

  long value() {
    var text = server.cli("GET", key);
    return text.equals("(nil)") ? 0 : Long.parseLong(text);
  }

  /** Returns when the server has no client of this name any more: it has done all it will do. */
  static void awaitSilence(RedisServer server, String clientName) {
    Eventually.within(
        Duration.ofSeconds(5),
        "the server has seen the end of its client",
        () -> !server.cli("CLIENT", "LIST").contains("name=" + clientName + " "));
  }

  @Override
  public String toString() {
    return "done " + done + ", unknown " + unknown + ", undone " + undone + ", value " + value();
  }
}
