package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The moments of a pending reply that last too short to be met from outside. */
final class WirePendingTest {

  private final AtomicInteger unblocked = new AtomicInteger();

  private final Pending.Carrier carrier =
      new Pending.Carrier() {
        @Override
        public void hurry(Pending<?> pending) {
          assertFalse(pending.isDone());
        }

        @Override
        public void unblock(Pending<?> pending) {
          unblocked.incrementAndGet();
        }

        @Override
        public boolean isServing() {
          return false;
        }

        @Override
        public RedisException unsent(Order<?> order, Duration limit) {
          return new RedisException.Unavailable("not sent", null);
        }
      };

  private Pending<Reply> pending(Duration block) {
    var command = Command.of("INCR", "n");
    var order = Order.of(command, "nowhere", block);
    return new Pending<>(order, carrier, command.frame(), null, Duration.ofSeconds(5));
  }

  @Test
  void whatWasDroppedIsNeitherWrittenNorMadeReadyAgain() {
    var pending = pending(Duration.ZERO);
    pending.cancel();
    assertFalse(pending.requeue(true), "a lost connection must not bring it back");
    assertNull(pending.send());
    assertFalse(assertThrows(RedisException.Interrupted.class, pending::await).mayHaveRun());
  }

  @Test
  void whatWasSentOnceIsNeverAgainSaidNotToHaveRun() {
    var pending = pending(Duration.ZERO);
    assertNotNull(pending.send());
    assertTrue(pending.requeue(true));
    pending.cancel();
    assertTrue(assertThrows(RedisException.Interrupted.class, pending::await).mayHaveRun());
  }

  @Test
  void aBlockingCommandThatIsOnItsWayIsLeftToTheServer() {
    var pending = pending(Duration.ofSeconds(1));
    assertNotNull(pending.send());
    pending.cancel();
    pending.expire();
    assertFalse(pending.isDone(), "its element may be on the way");
    assertEquals(1, unblocked.get());
    pending.settle(new Reply.Simple("element"));
    assertEquals("element", pending.await().text());
  }

  @Test
  void aBlockingCommandThatHasNotLeftIsGivenUpAtOnce() {
    var pending = pending(Duration.ofSeconds(1));
    pending.cancel();
    assertTrue(pending.isDone());
    assertNull(pending.send());
    assertEquals(0, unblocked.get());
  }

  @Test
  void theFirstOutcomeStands() {
    var pending = pending(Duration.ZERO);
    assertTrue(pending.settle(new Reply.Int(1)));
    assertFalse(pending.settle(new Reply.Int(2)));
    pending.cancel();
    assertEquals(1, pending.await().integer());
  }
}
