package dev.redstart.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(RedisServer.MANY)
class ClusterServerTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final ClusterServer CLUSTER = ClusterServer.start(ServerOptions.plain(), 3, 1);

  @AfterAll
  static void close() {
    CLUSTER.close();
  }

  @BeforeEach
  void empty() {
    CLUSTER.cli("FLUSHALL");
  }

  @Test
  void keysLieOnThreeMasters() {
    for (int i = 0; i < 30; i++) {
      assertEquals("OK", CLUSTER.cli("SET", "key:" + i, "v" + i));
    }
    assertEquals("v7", CLUSTER.cli("GET", "key:7"));
    assertEquals("30", CLUSTER.cli("DBSIZE"));
    assertEquals(30, new TreeSet<>(CLUSTER.cli("KEYS", "*").lines().toList()).size());
    assertEquals(3, CLUSTER.masters().size());
    for (int master : CLUSTER.masters()) {
      assertTrue(Integer.parseInt(CLUSTER.cliOn(master, "DBSIZE")) > 0);
    }
  }

  @Test
  void slotsMoveWithTheirKeysAndBack() {
    CLUSTER.cli("SET", "{moved}:1", "a");
    CLUSTER.cli("RPUSH", "{moved}:2", "b", "c");
    int slot = CLUSTER.slotOf("{moved}:1");
    int from = CLUSTER.masterOf("{moved}:1");
    int to = CLUSTER.masters().stream().filter(port -> port != from).findFirst().orElseThrow();
    CLUSTER.reshard(slot, slot, to);
    assertEquals(to, CLUSTER.masterOf("{moved}:1"));
    assertEquals("a", CLUSTER.cliOn(to, "GET", "{moved}:1"));
    assertEquals("b\nc", CLUSTER.cli("LRANGE", "{moved}:2", "0", "-1"));
    CLUSTER.reshard(slot, slot, from);
    assertEquals("a", CLUSTER.cliOn(from, "GET", "{moved}:1"));
  }

  @Test
  void allNodesAreKilledAndStartedTogether() {
    CLUSTER.cli("SET", "k", "v");
    CLUSTER.kill();
    CLUSTER.restart();
    assertEquals("(nil)", CLUSTER.cli("GET", "k"));
    assertEquals(3, CLUSTER.masters().size());
  }

  @Test
  void whenAMasterIsKilledItsReplicaTakesOver() {
    CLUSTER.cli("SET", "k", "v");
    int dead = CLUSTER.masterOf("k");
    assertEquals("1", CLUSTER.cliOn(dead, "WAIT", "1", "1000"));
    CLUSTER.kill(dead);
    Eventually.within(LIMIT, "another has it", () -> CLUSTER.cli("GET", "k").equals("v"));
    assertTrue(CLUSTER.masterOf("k") != dead);
    CLUSTER.restart(dead);
    CLUSTER.awaitReady();
    assertThrows(AssertionError.class, () -> CLUSTER.cliOn(dead, "SET", "k", "w"));
    assertEquals("v", CLUSTER.cli("GET", "k"));
  }
}
