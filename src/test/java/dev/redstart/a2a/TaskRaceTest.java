package dev.redstart.a2a;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.a2a.TaskStorage.Admission;
import dev.redstart.a2a.TaskStorage.Run;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Many who want the same tasks at the same time, on two instances. */
class TaskRaceTest extends RedisFixture {
  private static final int TASKS = 6;

  private final AtomicBoolean ends = new AtomicBoolean();

  @Test
  void aSignOfLifeInTheLastMomentCounts() {
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING));
    // Its lease was over when the reaper looked, and it was renewed meanwhile.
    var stored = new StoredTasks(redis, A2aKeys.of(redis), options());
    var words = new Object[] {"t", "run", 99, "status", "FAILED", "", "", "1"};
    assertEquals("lost", stored.ask(Scripts.COMMIT, words).get(0).text());
    assertEquals(TaskState.WORKING, task("t").state());
    redis.call("ZADD", key("tasks:running"), "1", "t");
    assertEquals("done", stored.ask(Scripts.COMMIT, words).get(0).text());
  }

  @Test
  void whatHappensIsToldOnTheOtherInstanceAtOnce() {
    storage = open(options().withLease(SHORT));
    var run = begin("hello");
    var stream = other().follow("t", 0);
    assertEquals(Optional.empty(), stream.next(Duration.ofMillis(10)));
    // Shorter than the time after which followers look for themselves.
    var soon = Duration.ofSeconds(2);
    for (int i = 1; i <= 5; i++) {
      storage.commit(run, i, status(TaskState.WORKING));
      assertTrue(stream.next(soon).isPresent());
    }
    begin("hello", "t2", "c2", "run");
    var forgotten = other().follow("t2", 0);
    assertEquals(Optional.empty(), forgotten.next(Duration.ofMillis(10)));
    redis.call("ZADD", key("tasks:running"), "1", "t", "1", "t2");
    reapUntil(() -> storage.conversation("c2").isEmpty());
    for (int i = 0; i < 2 && !stream.isEnded(); i++) {
      assertTrue(stream.next(soon).isPresent());
    }
    assertEquals(TaskState.FAILED, task("t").state());
    assertEquals(Optional.empty(), forgotten.next(soon));
    assertTrue(forgotten.isEnded());
    assertFalse(keys().stream().anyMatch(it -> it.contains("t2")), keys().toString());
  }

  @Test
  void whateverHappensAtTheSameTimeEachTaskHasOneHistory() {
    Seeds.check(this::race);
  }

  private void race(long seed) throws Exception {
    try (var second = Redis.connect(RedisServer.shared().url())) {
      var options = options().withLease(Duration.ofMillis(100)).withMaxHistoryLength(1000);
      var instances = List.of(open(options), (TaskStorage) new RedisTaskStorage(second, options));
      var busy = new ArrayList<CompletableFuture<Boolean>>();
      var readers = new TreeMap<String, List<CompletableFuture<List<Sequenced>>>>();
      var taken = new TreeMap<String, Map<Long, String>>();
      var random = new Random(seed);
      for (int i = 0; i < TASKS; i++) {
        var id = "t" + i;
        var texts = new ConcurrentSkipListMap<Long, String>();
        taken.put(id, texts);
        var run = begin("hello", id, "c", "run");
        texts.put(storage.commit(run, 1, append("a", "first")), "first");
        storage.commit(run, 2, status(TaskState.INPUT_REQUIRED));
        readers.put(id, new ArrayList<>());
        for (int n = 0; n < 4; n++) {
          var instance = instances.get(n % 2);
          long each = random.nextLong();
          busy.add(async(() -> work(instance, id, texts, new Random(each))));
          readers.get(id).add(async(() -> rest(instance.follow(id, 0))));
        }
      }
      for (var instance : instances) {
        async(() -> reapAll(instance));
      }
      CompletableFuture.allOf(busy.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
      ends.set(true);
      for (var id : readers.keySet()) {
        check(id, readers.get(id), taken.get(id));
      }
      instances.get(1).close();
    }
  }

  private boolean reapAll(TaskStorage instance) throws InterruptedException {
    while (!ends.get()) {
      instance.reap();
      new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
    }
    return true;
  }

  /** Until the task is over. */
  private boolean work(TaskStorage instance, String id, Map<Long, String> texts, Random random) {
    while (!instance.snapshot(id, OptionalInt.empty()).task().state().isTerminal()) {
      var token = UUID.randomUUID().toString();
      try {
        var message = Message.ofUser("more").withTask(id);
        var begun = instance.accept(message, "x", "y", token, Optional.empty());
        assertTrue(begun instanceof Admission.Begun);
        run(instance, run(begun, token), texts, random);
      } catch (A2AException | TaskLostException others) {
        // Another one has it, or it is over.
      }
      if (random.nextInt(150) == 0) {
        try {
          instance.cancel(id);
        } catch (A2AException over) {
          assertEquals(A2AError.TASK_NOT_CANCELABLE, over.error());
        }
      }
    }
    return true;
  }

  private void run(TaskStorage instance, Run run, Map<Long, String> texts, Random random) {
    int count = random.nextInt(6);
    for (int i = 1; i <= count; i++) {
      var text = run.token() + "-" + i;
      long generation = instance.commit(run, i, append("a", text));
      assertFalse(texts.containsKey(generation), "two events of one generation");
      texts.put(generation, text);
      if (random.nextInt(4) == 0) {
        assertEquals(generation, instance.commit(run, i, append("a", text)));
      }
    }
    int end = random.nextInt(100);
    if (end < 2) {
      instance.commit(run, 99, status(TaskState.COMPLETED));
    } else if (end < 97) {
      instance.commit(run, 99, status(TaskState.INPUT_REQUIRED, said("more?")));
    }
    // Else it dies, and is reaped.
  }

  private void check(
      String id, List<CompletableFuture<List<Sequenced>>> readers, Map<Long, String> texts)
      throws Exception {
    var events = events(id, 0);
    for (var reader : readers) {
      assertEquals(events, reader.get(10, TimeUnit.SECONDS));
    }
    var told = new TreeMap<Long, String>();
    for (int i = 0; i < events.size(); i++) {
      assertEquals(i + 1, events.get(i).generation());
      if (events.get(i).event() instanceof TaskArtifactUpdate update) {
        told.put(i + 1L, update.artifact().parts().get(0).text().orElseThrow());
      } else if (events.get(i).event() instanceof TaskStatusUpdate update) {
        boolean isLast = i == events.size() - 1;
        assertEquals(isLast, update.status().state().isTerminal());
      }
    }
    assertEquals(texts, told);
    var task = task(id);
    var parts = task.artifacts().get(0).parts().stream().map(it -> it.text().orElseThrow());
    assertEquals(List.copyOf(texts.values()), parts.toList());
    var last = (TaskStatusUpdate) last(events).event();
    assertEquals(last.status(), task.status());
  }
}
