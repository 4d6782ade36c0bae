package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.event.EventStart;
import dev.redstart.event.EventStore;
import dev.redstart.event.RunEnd;
import dev.redstart.json.Json;
import dev.redstart.redis.Redis;
import java.time.Duration;

/** A run and its events. */
final class RunTour implements Tour {
  @Override
  public void run(Redis redis, String name) {
    var run = Names.plain(name);
    var store = EventStore.of(redis);
    store.delete(run);
    try (var follower = store.follow(run, EventStart.START)) {
      try (var producer = store.open(run, Duration.ofSeconds(2))) {
        producer.add("step", "begun", Json.object("n", 1));
        producer.end(RunEnd.COMPLETED, Json.object());
      }
      while (!follower.isEnded()) {
        assertTrue(follower.next(LIMIT).isPresent());
      }
      assertEquals(2, store.events(run).size());
      assertTrue(store.runs(1000).stream().anyMatch(each -> each.runId().equals(run)));
      assertTrue(store.expire(run, Duration.ofMinutes(1)));
      redis.call("XADD", "run:" + redis.tag(run + "x") + ":events", "*", "event_category", "a");
      assertEquals(1, store.length(run + "x"));
      assertTrue(store.delete(run) && store.delete(run + "x"));
      assertFalse(store.exists(run));
    }
  }
}
