package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.ScriptedPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands that wait for the replies on their way, where no tick lets them go in the end. */
@Timeout(60)
final class HeldCommandTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final Duration ONE_WAY = Duration.ofMillis(1);

  /** So many round trips tell how near the server is, on a busy machine too. */
  private static final int WARM = 300;

  private final CountDownLatch answer = new CountDownLatch(1);
  private ScriptedPeer peer;
  private BareWire wire;
  private Pending<Long> slow;

  @BeforeEach
  void waitForAReply() throws IOException {
    peer = ScriptedPeer.answering(command -> ("+" + command.text() + "\r\n").getBytes());
    wire = BareWire.to(peer.port());
    for (int i = 0; i < WARM; i++) {
      wire.echo("near");
    }
    peer.expect("INCR", "slow").after(answer).reply(":1\r\n");
    slow = wire.send(Strings.incr("slow"), false);
    Eventually.within(LIMIT, "it is sent", () -> peer.commands().contains("INCR slow"));
  }

  @AfterEach
  void close() {
    answer.countDown();
    wire.close();
    peer.close();
  }

  private Pending<Optional<String>> get(String key, boolean hurry) {
    return wire.send(Strings.get(key), hurry);
  }

  private boolean isSent(String key) {
    return peer.commands().contains("GET " + key);
  }

  @Test
  void whatIsHeldGoesOutWithTheReplyThoughNobodyAwaitsIt() {
    var all = new ArrayList<Pending<Optional<String>>>();
    for (int i = 0; i < 100; i++) {
      all.add(get("k" + i, i % 2 == 0));
    }
    all.forEach(held -> assertEquals(Pending.Stage.QUEUED, held.stage()));
    answer.countDown();
    Eventually.within(LIMIT, "all are answered", () -> all.stream().allMatch(Pending::isDone));
    for (int i = 0; i < 100; i++) {
      assertEquals(Optional.of("GET k" + i), all.get(i).await());
    }
    assertEquals(1, slow.await());
  }

  @Test
  void whatIsHeldBeyondItsDeadlineIsNeverSent() {
    for (int i = 0; i < 3; i++) {
      var late = wire.send(Strings.get("late").within(SHORT), true);
      assertFalse(assertThrows(RedisException.Unavailable.class, late::await).mayHaveRun());
    }
    assertNeverSent("late");
  }

  private void assertNeverSent(String key) {
    answer.countDown();
    assertEquals(Optional.of("GET k"), get("k", true).await());
    assertFalse(isSent(key), "sent after its caller had been told that it was not");
  }

  @Test
  void whatIsHeldAndCancelledOrInterruptedIsNeverSent() {
    var cancelled = get("left", false);
    cancelled.cancel();
    var interrupted = get("left", true);
    Thread.currentThread().interrupt();
    for (var left : List.of(interrupted, cancelled)) {
      var why = assertThrows(RedisException.Interrupted.class, left::await);
      assertFalse(why.mayHaveRun(), why.getMessage());
    }
    assertTrue(Thread.interrupted(), "the flag is set again");
    assertNeverSent("left");
  }

  /** Else all would wait for a reply of many megabytes, and nothing would be sent meanwhile. */
  @Test
  void whatIsHeldGoesOutWithTheNextBytesOfALargeReply() {
    var appended = new CountDownLatch(1);
    var rest = new CountDownLatch(1);
    peer.expect("GET", "big").after(appended).reply("$8\r\nhalf").after(rest).reply("half\r\n");
    answer.countDown();
    var big = get("big", false);
    var held = get("held", false);
    appended.countDown();
    Eventually.within(LIMIT, "it is sent", () -> held.stage() == Pending.Stage.SENT);
    assertFalse(big.isDone());
    rest.countDown();
    assertEquals(Optional.of("halfhalf"), big.await());
    assertEquals(Optional.of("GET held"), held.await());
  }

  @Test
  void aServerThatIsFarIsSentCommandsWhileItOwesReplies() throws IOException {
    try (var proxy = FaultProxy.to(peer.port())) {
      proxy.both(Fault.delay(ONE_WAY));
      try (var far = BareWire.to(proxy.port())) {
        for (int i = 0; i < WARM / 10; i++) {
          far.echo("far");
        }
        proxy.toClient(Fault.STALL);
        var first = far.send(Strings.get("first"), false);
        Eventually.within(LIMIT, "it is sent", () -> isSent("first"));
        var second = far.send(Strings.get("second"), true);
        Eventually.within(LIMIT, "it is sent", () -> isSent("second"));
        assertFalse(first.isDone() || second.isDone());
        proxy.toClient(Fault.PASS);
        assertEquals(Optional.of("GET first"), first.await());
        assertEquals(Optional.of("GET second"), second.await());
      }
    }
  }

  @Test
  void whatIsHeldOnAWireThatBreaksWasNotSent() {
    var held = get("k", false);
    wire.wire().fail(new IOException("for a test"));
    assertThrows(RedisException.Disconnected.class, slow::await);
    assertEquals(Pending.Stage.QUEUED, held.stage());
    assertFalse(isSent("k"));
  }
}
