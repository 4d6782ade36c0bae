package dev.redstart.a2a;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.a2a.TaskStorage.Run;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Command;
import dev.redstart.redis.Pending;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What things cost Redis, however much there is. */
class TaskCostTest extends RedisFixture {
  private static final double RATIO_MAX = 1.25;

  private Run task(String id, int artifactBytes) {
    var run = begin("hello", id, "c" + id, "run");
    int chunk = Math.min(artifactBytes, 1000);
    for (int i = 1; i <= artifactBytes / chunk; i++) {
      storage.commit(run, i, append("a", "x".repeat(chunk)));
    }
    return run;
  }

  @Test
  void anAppendCostsTheSameHoweverLongTheArtifactIs() {
    var small = task("small", 1000);
    var large = task("large", 1 << 20);
    for (int i = 1; i <= 300; i++) {
      storage.commit(large, 2000 + i, status(TaskState.WORKING, said("history " + i)));
    }
    assertEquals(
        cost(() -> storage.commit(small, 10_000, append("a", "x"))),
        cost(() -> storage.commit(large, 10_000, append("a", "x"))));
    // The machine is busy with other things, too: it has to be cheap once.
    double best = Double.MAX_VALUE;
    for (int round = 1; round <= 10 && best > RATIO_MAX; round++) {
      double few = micros(small, 10_000 + 1000 * round);
      double many = micros(large, 10_000 + 1000 * round);
      best = Math.min(best, many / few);
    }
    assertTrue(best < RATIO_MAX, "a ratio of " + best);
  }

  /** The server's own time for some appends. */
  private double micros(Run run, int first) {
    long before = figures("usec").get("evalsha");
    for (int i = 0; i < 200; i++) {
      storage.commit(run, first + i, append("a", "some text of this length"));
    }
    return figures("usec").get("evalsha") - before;
  }

  @Test
  void aConversationOf100MessagesIsOneRoundTrip() {
    for (int i = 0; i < 60; i++) {
      var run = begin("question " + i, "t" + i, "c", "run");
      storage.commit(run, 1, new TaskStorage.Change.Reply(said("answer " + i)));
    }
    var cost = cost(() -> assertEquals(100, storage.conversation("c").size()));
    assertEquals(1, cost.get("evalsha"));
    assertEquals(1, cost.get("lrange"));
    assertTrue(cost.values().stream().mapToLong(Long::longValue).sum() <= 5, cost.toString());
  }

  @Test
  void aPageCostsTheSameHoweverManyTasksThereAre() {
    fill(0, 200);
    var query = TaskQuery.all().withPage(100, "");
    var few = pageCost(query);
    fill(200, 20_000);
    assertEquals(few, pageCost(query));
    var page = storage.list(query);
    assertEquals(20_000, page.totalSize());
    for (int i = 0; i < 20; i++) {
      page = storage.list(query.withPage(100, page.nextPageToken()));
    }
    // Deep in the list there are a few steps more to find the place among the equally new.
    var token = page.nextPageToken();
    var deep = pageCost(query.withPage(100, token));
    assertTrue(deep.get("zrevrange") < few.get("zrevrange") + 15, deep.toString());
    deep.keySet().removeAll(List.of("zrevrange", "zcount"));
    few.keySet().removeAll(List.of("zrevrange", "zcount"));
    assertEquals(few, deep);
  }

  private Map<String, Long> pageCost(TaskQuery query) {
    return cost(() -> assertEquals(100, storage.list(query).tasks().size()));
  }

  /** Tasks as others could have left them: a thousand have the same time. */
  private static void fill(int from, int to) {
    var pending = new ArrayList<Pending<Reply>>();
    for (int i = from; i < to; i++) {
      var millis = Long.toString(System.currentTimeMillis() - 60_000 + i / 1000);
      var record =
          Command.of(
              "HSET",
              key("task:f" + i),
              "context",
              "c",
              "state",
              "WORKING",
              "since",
              millis,
              "generation",
              "1");
      pending.add(redis.send(record));
      pending.add(redis.send(Command.of("ZADD", key("tasks"), millis, "f" + i)));
    }
    pending.forEach(Pending::await);
  }

  @Test
  void whatHasExpiredIsDroppedFromTheListsALittleAtATime() {
    fill(0, 2000);
    for (int i = 0; i < 2000; i += 2) {
      delete(key("task:f" + i));
    }
    var page = storage.list(TaskQuery.all().withPage(100, ""));
    assertEquals(100, page.tasks().size());
    assertTrue(page.totalSize() > 1700);
    var walked = new HashSet<String>();
    for (int i = 0; !page.nextPageToken().isEmpty(); i++) {
      assertTrue(i < 100, "a list without an end");
      page.tasks().forEach(it -> walked.add(it.id()));
      page = storage.list(TaskQuery.all().withPage(100, page.nextPageToken()));
    }
    page.tasks().forEach(it -> walked.add(it.id()));
    assertEquals(1000, walked.size());
    assertEquals(1000, storage.list(TaskQuery.all()).totalSize());
    for (int i = 1; i < 2000; i += 2) {
      delete(key("task:f" + i));
    }
    int looks = 0;
    while (redis.call("ZCARD", key("tasks")).integer() > 0) {
      assertTrue(storage.reap().compareTo(Duration.ofMillis(20)) <= 0 || looks > 5);
      looks++;
      assertTrue(looks < 1000);
    }
    assertTrue(looks >= 10 && looks < 100, looks + " looks");
  }

  @Test
  void contextsThatNobodyListsDoNotPileUp() {
    storage = open(options().withExpiration(Duration.ofHours(1)));
    for (int i = 0; i < 300; i++) {
      var run = begin("hello", "t" + i, "c", "run");
      storage.commit(run, 1, status(TaskState.COMPLETED));
      delete(key("task:t" + i));
    }
    assertTrue(redis.call("ZCARD", key("{conv:c}:tasks")).integer() < 20);
  }

  @Test
  void aPageOfLargeTasksIsShort() {
    var query =
        new TaskQuery(
            Optional.empty(),
            Optional.empty(),
            100,
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            true);
    for (int i = 0; i < 12; i++) {
      var run = begin("hello", "t" + i, "c", "run");
      storage.commit(run, 1, append("a", "x".repeat(1_000_000)));
    }
    var page = storage.list(query);
    assertTrue(page.tasks().size() < 7, page.tasks().size() + " tasks");
    int all = page.tasks().size();
    for (int i = 0; !page.nextPageToken().isEmpty(); i++) {
      assertTrue(i < 100, "a list without an end");
      page = storage.list(query.withPage(100, page.nextPageToken()));
      all += page.tasks().size();
    }
    assertEquals(12, all);
  }

  @Test
  void theDeadAreReapedAHundredAtATime() {
    storage = open(options().withLease(Duration.ofMillis(400)));
    for (int i = 0; i < 250; i++) {
      storage.commit(begin("hello", "t" + i, "c", "run"), 1, status(TaskState.WORKING));
    }
    var failed = TaskQuery.all().withStatus(TaskState.FAILED);
    redis.call("ZUNIONSTORE", key("tasks:running"), "1", key("tasks:running"), "WEIGHTS", "0");
    for (int reaped = 0; reaped < 200; reaped += 100) {
      assertEquals(Duration.ZERO, reapBeyond(reaped, failed));
      assertEquals(reaped + 100, storage.list(failed).totalSize());
    }
    reapBeyond(200, failed);
    assertEquals(250, storage.list(failed).totalSize());
    assertTrue(storage.reap().compareTo(Duration.ofMillis(20)) > 0);
  }

  /** Who has not reaped for a lease, on a busy machine, gives all a lease's time first. */
  private Duration reapBeyond(int count, TaskQuery failed) {
    var pause = new AtomicReference<Duration>();
    Eventually.within(
        LONG,
        "more than " + count + " are reaped",
        () -> {
          pause.set(storage.reap());
          return storage.list(failed).totalSize() > count;
        });
    return pause.get();
  }

  @Test
  void whoeverIsIdleAsksSeldom() {
    assertEquals(options().lease().dividedBy(3), storage.reap());
    assertEquals(options().lease(), storage.untilDue());
    begin("hello");
    assertEquals(options().lease().dividedBy(3), storage.reap());
    RedisServer.shared(); // on a cluster: the word of that has reached all nodes
    var cost = cost(() -> assertEquals(Optional.empty(), storage.follow("t", 0).next(SHORT)));
    assertEquals(1, cost.get("evalsha"), cost.toString());
  }
}
