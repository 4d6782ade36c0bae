package dev.redstart.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SentinelServerTest {

  @Test
  void theReplicaTakesOverAfterItsMasterWasKilled() {
    long start = System.nanoTime();
    try (var servers = SentinelServer.startHasty(ServerOptions.plain())) {
      int master = servers.port();
      System.out.println("started after " + (System.nanoTime() - start) / 1_000_000);
      servers.cliOn(master, "SET", "k", "v");
      servers.cliOn(master, "WAIT", "1", "1000");
      start = System.nanoTime();
      assertEquals(master, servers.killMaster());
      servers.awaitFailover(master);
      System.out.println("failover took " + (System.nanoTime() - start) / 1_000_000);
      assertNotEquals(master, servers.port());
      assertEquals("v", servers.cliOn(servers.port(), "GET", "k"));
      start = System.nanoTime();
      servers.kill();
      servers.restart();
      System.out.println("restart took " + (System.nanoTime() - start) / 1_000_000);
      assertEquals(master, servers.port());
      assertTrue(servers.cliOn(master, "ROLE").startsWith("master"));
    }
  }
}
