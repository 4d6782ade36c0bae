package dev.redstart.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SentinelServerTest {

  @Test
  void startedAgainAsAWholeItHasItsFirstMasterAndItsData() {
    try (var servers = SentinelServer.start(ServerOptions.plain().withAppendOnly())) {
      int master = servers.port();
      servers.cliOn(master, "SET", "k", "v");
      servers.kill();
      servers.restart();
      assertEquals(master, servers.port());
      assertTrue(servers.cliOn(master, "ROLE").startsWith("master"));
      assertEquals("v", servers.cliOn(master, "GET", "k"));
    }
  }
}
