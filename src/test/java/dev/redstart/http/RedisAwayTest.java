package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.event.EventStore;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.json.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A service whose Redis goes away and comes back. */
class RedisAwayTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void requestsAreToldSoAndStreamsStay() throws Exception {
    var options = ServerOptions.plain().withAppendOnly();
    try (var server = RedisServer.start(options);
        var site = new OneService(server.url())) {
      var store = EventStore.of(site.redis);
      store.add("1", "llm", "stream");
      try (var source = site.follow("/runs/1/events/stream")) {
        assertEquals(1, Json.parse(source.next().data()).get("sequence").asInt());
        server.kill();
        assertAway(site);
        int before = source.comments();
        server.restart();
        Eventually.within(
            LIMIT, "it is well again", () -> site.get("/api/v1/health").status() == 200);
        store.add("1", "llm", "stream");
        assertEquals(2, Json.parse(source.next().data()).get("sequence").asInt());
        assertTrue(source.comments() > before, "a silent stream has its heartbeat");
      }
    }
  }

  private static void assertAway(OneService site) throws Exception {
    var run = site.get("/runs/1/events");
    assertEquals(503, run.status());
    assertEquals("REDIS_UNAVAILABLE", run.text("code"));
    assertTrue(run.response().headers().firstValue("Retry-After").isPresent());
    var message = site.get("/api/v1/messages/m1");
    assertEquals(503, message.status());
    assertFalse(message.text("detail").contains("127.0.0.1"), "what is inside stays inside");
    var health = site.get("/api/v1/health");
    assertEquals(503, health.status());
    assertEquals("unhealthy", health.text("status"));
    assertEquals("disconnected", health.text("redis"));
  }
}
