package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What belongs to the loop's thread happens there, whoever reads the reply that sets it off. */
@Timeout(60)
final class LaneThreadsTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int CALLS = 50;
  private static final String LOADING = "-LOADING not yet\r\n";

  private final Queue<Boolean> onLoop = new ConcurrentLinkedQueue<>();
  private final AtomicInteger executions = new AtomicInteger();
  private ScriptedPeer peer;
  private Loop loop;
  private Lane lane;

  /** Sees what the lane is to do about each refusal. */
  private final class Watcher implements Detour {
    @Override
    public boolean takes(Pending<?> pending, Reply answer, Lane from) {
      if (answer instanceof Reply.Error || answer instanceof Reply.Array) {
        onLoop.add(loop.isMine());
      }
      return false;
    }

    @Override
    public Lane home(Pending<?> pending, Lane present) {
      return present;
    }

    @Override
    public void troubled(Lane from) {
      // There is no other server.
    }
  }

  @BeforeEach
  void connect() throws NoConnection {
    peer = ScriptedPeer.answering(command -> answer(command.word(0)).getBytes());
    var options = RedisOptions.of(peer.url()).withTimeout(LIMIT);
    loop = Loop.start(options.address());
    lane = new Lane(new Connector(options, loop), Use.SHARED, null, new Watcher());
    lane.connectNow();
  }

  /** Of two transactions, the first is refused for the moment. */
  private String answer(String verb) {
    return switch (verb) {
      case "PING" -> "+PONG\r\n";
      case "MULTI" -> "+OK\r\n";
      case "INCR" -> executions.getAndIncrement() % 2 == 0 ? LOADING : "+QUEUED\r\n";
      case "EXEC" -> executions.get() % 2 == 1 ? "-EXECABORT\r\n" : "*1\r\n:1\r\n";
      default -> executions.getAndIncrement() % 2 == 0 ? LOADING : "+OK\r\n";
    };
  }

  @AfterEach
  void close() {
    lane.close();
    loop.stop(LIMIT.toMillis());
    peer.close();
  }

  private Reply call(String... words) {
    var command = Command.of(words);
    var order = Order.of(command, "here");
    return lane.submit(order, Route.FIXED, command.frame(), null, LIMIT, Outbox.Haste.AT_ONCE)
        .await();
  }

  private void beAlone() {
    for (int i = 0; i < 20; i++) {
      assertEquals("PONG", call("PING").text());
    }
  }

  private void assertAllOnLoop(int expected) {
    Eventually.within(LIMIT, "all have been seen", () -> onLoop.size() >= expected);
    assertTrue(onLoop.stream().allMatch(on -> on), "some ran on the caller that reads: " + onLoop);
  }

  @Test
  void whatFollowsACommandOfOurOwnRunsOnTheLoop() {
    for (int i = 0; i < CALLS; i++) {
      beAlone();
      lane.sendAside(Command.of("PING"), () -> onLoop.add(loop.isMine()));
      call("PING");
    }
    assertAllOnLoop(CALLS);
    Eventually.within(LIMIT, "every place is free again", lane::isIdle);
  }

  @Test
  void whatARefusalLeadsToIsDecidedOnTheLoop() {
    for (int i = 0; i < 2; i++) {
      beAlone();
      assertEquals("OK", call("GET", "k").text());
    }
    assertAllOnLoop(2);
  }

  @Test
  void whatTheRefusalOfATransactionLeadsToIsDecidedOnTheLoop() {
    for (int i = 0; i < 2; i++) {
      beAlone();
      var transaction = new Transaction(List.of(Command.of("INCR", "k")), "here");
      assertEquals(
          "Optional[[1]]", transaction.sendOn(lane, Route.FIXED, LIMIT).await().toString());
    }
    assertAllOnLoop(2);
  }
}
