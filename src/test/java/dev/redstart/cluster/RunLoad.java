package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.event.Event;
import dev.redstart.event.EventFollower;
import dev.redstart.event.EventStart;
import dev.redstart.event.EventStore;
import dev.redstart.event.RunUpdate;
import dev.redstart.json.Json;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.List;

/** Events of a run, followed on another client. */
final class RunLoad extends Load {
  private final EventStore store;
  private final String run;
  private final EventFollower follower;
  private final Thread reader;
  private volatile boolean closed;

  /** Of the event that the follower has heard last. */
  private int heard = -1;

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
      try {
        follower.next(Duration.ofMillis(100)).ifPresent(this::hear);
      } catch (RedisException away) {
        // Nothing is lost by that.
        Thread.onSpinWait();
      }
    }
  }

  private void hear(RunUpdate update) {
    if (update instanceof RunUpdate.Gap && hasFailed()) {
      heard = -1; // what it had heard last was lost
      return;
    }
    if (!(update instanceof RunUpdate.Added added)) {
      wrong("heard " + update);
      return;
    }
    int number = number(added.event());
    if (number <= heard) {
      wrong("heard " + number + " after " + heard);
    }
    heard = number;
    done(number);
  }

  private static int number(Event event) {
    return (int) event.data().get("n").asLong();
  }

  @Override
  List<Integer> history() {
    return store.events(run).stream().map(RunLoad::number).toList();
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
