package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.event.EventFollower;
import dev.redstart.event.EventStart;
import dev.redstart.event.EventStore;
import dev.redstart.event.RunUpdate;
import dev.redstart.json.Json;
import dev.redstart.redis.Redis;
import java.time.Duration;

/** Events of a run, followed on another client. */
final class RunLoad extends Load {
  private final EventStore store;
  private final String run;
  private final EventFollower follower;
  private final Thread reader;
  private volatile boolean closed;

  RunLoad(Redis redis, Redis other, String name) {
    this.store = EventStore.of(redis);
    this.run = name;
    this.follower = EventStore.of(other).follow(run, EventStart.START);
    this.reader = new Thread(this::read, "RunLoad-reader");
    reader.start();
  }

  @Override
  void give(int number) {
    store.add(run, "step", "done", Json.object("n", number));
  }

  private void read() {
    while (!closed) {
      follower.next(Duration.ofMillis(100)).ifPresent(this::hear);
    }
  }

  private void hear(RunUpdate update) {
    if (update instanceof RunUpdate.Added added) {
      done((int) added.event().data().get("n").asLong());
    } else {
      throw new AssertionError("heard " + update);
    }
  }

  @Override
  void check() {
    assertEquals(taken(), store.length(run));
  }

  @Override
  public void close() {
    closed = true;
    try {
      reader.join(LIMIT.toMillis());
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    follower.close();
  }
}
