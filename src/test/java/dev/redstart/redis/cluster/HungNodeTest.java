package dev.redstart.redis.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ClusterServer;
import dev.redstart.harness.Eventually;
import dev.redstart.redis.Command;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Strings;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A master that neither answers nor hangs up (SIGSTOP), as one whose host has lost its power. */
class HungNodeTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  /** Nobody who has nothing to do with the node that hangs waits so long. */
  private static final Duration BRIEF = Duration.ofMillis(500);

  /** After another node has taken over. */
  private static final Duration GOES_ON_WITHIN = Duration.ofSeconds(2);

  /** It might have been slow only. */
  private static final Duration GIVEN_UP_WITHIN = Duration.ofSeconds(3);

  private final ClusterServer server = SharedCluster.server();
  private final Redis redis = SharedCluster.connect();
  private final String key = "k";
  private final int hung = server.masterOf(key);
  private final String elsewhere = server.masterOf("a") == hung ? "b" : "a";

  @BeforeEach
  void replicate() {
    redis.exclusive(
        session -> {
          session.call(Strings.set(key, "0"));
          return session.call(Command.of("WAIT", "1", "5000"));
        });
    redis.call(Strings.set(elsewhere, "0"));
  }

  @AfterEach
  void close() {
    server.resume(hung);
    redis.close();
    server.awaitReady();
    server.awaitReplicated(server.masterOf(key));
  }

  @Test
  void itHoldsUpNobodyElseAndIsLeftWhenAnotherHasTakenOver() {
    var pop = redis.send(Lists.blockingPopLeft(LONG, "{" + key + "}list"));
    Eventually.within(LONG, "it blocks", () -> blocked() == 1);
    server.pause(hung);
    var read = redis.send(Strings.get(key).within(LONG));
    assertUnknownInTime();
    Eventually.within(LONG, "another has taken over", this::isReplacedAndNobodyElseWaits);
    Eventually.within(GOES_ON_WITHIN, "its keys go on", () -> isOk(Strings.set(key, "0")));
    Eventually.within(GIVEN_UP_WITHIN, "nobody waits for it", () -> read.isDone() && pop.isDone());
    assertEquals(Optional.of("0"), read.await());
    assertTrue(assertThrows(RedisException.Disconnected.class, pop::await).mayHaveRun());
    assertDoesNoHarm();
  }

  private boolean isOk(Command<Boolean> set) {
    return redis.call(set.within(BRIEF));
  }

  private int blocked() {
    var facts = server.cliOn(hung, "INFO", "clients").split("blocked_clients:")[1];
    return Integer.parseInt(facts.split("\\s")[0]);
  }

  /** It was sent, and may be done when the node goes on. */
  private void assertUnknownInTime() {
    long start = System.nanoTime();
    var count = Strings.incr(key).within(BRIEF);
    var unknown = assertThrows(RedisException.TimedOut.class, () -> redis.call(count));
    var took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(unknown.mayHaveRun(), unknown.toString());
    assertTrue(took.compareTo(BRIEF.multipliedBy(2)) < 0, "told after " + took);
  }

  private boolean isReplacedAndNobodyElseWaits() {
    redis.call(Strings.incr(elsewhere).within(BRIEF));
    return server.masterOf(key) != hung;
  }

  /** What it still had to do is not done, and nobody believes it to be the master. */
  private void assertDoesNoHarm() {
    server.resume(hung);
    for (long count = 0; count < 200 || isStillMaster(); count++) {
      assertEquals(count + 1, redis.call(Strings.incr(key)));
    }
  }

  private boolean isStillMaster() {
    return server.cliOn(hung, "ROLE").startsWith("master");
  }
}
