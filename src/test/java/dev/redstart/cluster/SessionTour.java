package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.orchestration.Child;
import dev.redstart.orchestration.Orchestration;
import dev.redstart.orchestration.SessionConfig;
import dev.redstart.orchestration.SessionOptions;
import dev.redstart.orchestration.TaskMessage;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Sessions of agents in both modes. */
final class SessionTour implements Tour {
  private static final SessionOptions OPTIONS =
      SessionOptions.defaults().withChildren(2).withLease(Duration.ofMillis(400));

  @Override
  public void run(Redis redis, String name) throws Exception {
    var sessions = Orchestration.of(redis);
    var id = Names.plain(name) + System.nanoTime();
    run(redis, sessions, sessions.initializeSummoner(OPTIONS.withSessionId(id)));
    run(redis, sessions, sessions.initialize(OPTIONS.withPrefix(id)));
  }

  private static void run(Redis redis, Orchestration sessions, SessionConfig config)
      throws InterruptedException {
    var id = config.sessionId();
    var parent = sessions.parent(id);
    parent.send(1, "one");
    parent.send(2, "two");
    var first = sessions.child(id, 1);
    assertEquals("one", first.take(LIMIT).orElseThrow().prompt());
    assertEquals(1, parent.heldBy(1).size());
    first.stop(); // whoever comes next gets what it had taken
    redis.call("RPUSH", config.parentToChildLists().get(0), "garbage");
    var children = List.of(start(sessions.child(id, 1)), start(sessions.child(id, 2)));
    var gathered = parent.gather(LIMIT);
    assertEquals(2, gathered.reports().size());
    var plain = TaskMessage.of(id, 2, "from a parent that knows RPUSH only");
    redis.call("RPUSH", config.parentToChildLists().get(1), plain.toJson().toString());
    assertEquals(1, parent.gather(Set.of(plain.taskId()), LIMIT).reports().size());
    parent.acknowledge(gathered.reports().keySet());
    assertEquals(id, sessions.view(id).config().sessionId());
    parent.shutdown(1, "enough");
    parent.shutdownNow("enough");
    for (var child : children) {
      child.join(LIMIT.toMillis());
    }
    assertTrue(sessions.configByPrefix(config.prefix()).isPresent());
    assertTrue(sessions.cleanup(id));
    assertTrue(sessions.config(id).isEmpty());
  }

  private static Thread start(Child child) {
    var thread = new Thread(() -> child.run(task -> Json.of(task.prompt())), "tour-child");
    thread.start();
    return thread;
  }
}
