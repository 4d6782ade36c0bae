package dev.redstart.redis.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.harness.ClusterServer;
import dev.redstart.harness.Eventually;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Strings;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes that want to be called by names, some of which are not known to all of them yet. */
class AnnouncedNamesTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final ClusterServer server = SharedCluster.server();

  @AfterEach
  void forget() {
    configure("cluster-announce-hostname", "");
    configure("cluster-preferred-endpoint-type", "ip");
  }

  private void configure(String name, String value) {
    server.ports().forEach(port -> server.cliOn(port, "CONFIG", "SET", name, value));
  }

  @Test
  void aNodeMayHaveANameThatIsKnownLater() {
    configure("cluster-preferred-endpoint-type", "hostname");
    assertWorks();
    configure("cluster-announce-hostname", "localhost");
    assertWorks();
    Eventually.within(
        SOON, "all know all names", () -> server.ports().stream().allMatch(this::named));
    assertWorks();
  }

  private boolean named(int port) {
    var told = server.cliOn(port, "CLUSTER", "SLOTS").lines().toList();
    return told.contains("localhost") && !told.contains("?");
  }

  private void assertWorks() {
    try (var redis = Redis.connect(server.url())) {
      for (int i = 0; i < 20; i++) {
        redis.call(Strings.set("key:" + i, "v" + i));
        assertEquals(Optional.of("v" + i), redis.call(Strings.get("key:" + i)));
      }
    }
  }
}
