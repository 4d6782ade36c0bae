package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Two instances, one of them with a bad connection: on both, many threads speak for the same tasks,
 * complete and cancel them, while readers of both come, go and come back. {@code
 * -Dredstart.chaos=7} lasts longer.
 */
class TaskStormTest {
  private static final int CHAOS = Integer.getInteger("redstart.chaos", 1);
  private static final int TASKS = 10;
  private static final int SPEAKERS = 3;
  private static final int WORDS = 30 * Math.min(CHAOS, 20);
  private static final int READERS = 60 * Math.min(CHAOS, 5);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** One run. */
  private static final class Storm implements AutoCloseable {
    final long seed;
    final int length;
    final FaultProxy proxy = FaultProxy.to(RedisServer.shared().port());
    final Redis calm = Redis.connect(RedisServer.shared().url());
    final Redis rough = Redis.connect(RedisOptions.of(proxy.url()).withTimeout(LIMIT));
    final List<TaskManager> managers;
    volatile boolean over;

    /** What was taken, in the order in which its speaker said it: by task and artifact. */
    final Map<String, Map<String, List<String>>> taken = new ConcurrentHashMap<>();

    final Map<String, ConcurrentLinkedQueue<TaskState>> ends = new ConcurrentHashMap<>();
    final AtomicInteger late = new AtomicInteger();

    Storm(long seed, int length, TaskOptions options) {
      this.seed = seed;
      this.length = length;
      calm.call(Server.flushDb());
      managers =
          List.of(
              RedisTaskManager.of(calm, this::work, options),
              RedisTaskManager.of(rough, this::work, options));
    }

    private Random random(String what) {
      return new Random(seed * 31 + what.hashCode());
    }

    private void work(ProcessRequest request, TaskHandle handle) {
      var id = handle.taskId();
      var artifacts = new ConcurrentHashMap<String, List<String>>();
      taken.put(id, artifacts);
      handle.state(TaskState.WORKING);
      var speakers = new ArrayList<CompletableFuture<Void>>();
      for (int i = 0; i < SPEAKERS; i++) {
        var name = "a" + i;
        var words = new ArrayList<String>();
        artifacts.put(name, words);
        speakers.add(run(() -> speak(handle, name, words)));
      }
      speakers.forEach(CompletableFuture::join);
      ends(id, () -> handle.state(TaskState.COMPLETED), TaskState.COMPLETED);
    }

    private void speak(TaskHandle handle, String name, List<String> words) {
      var random = random(name);
      try {
        for (int i = 0; i < length; i++) {
          var word = name + "-" + i + " ";
          if (random.nextInt(10) == 0) {
            handle.artifact(Artifact.of(name, Part.text(word)), false);
            words.clear();
          } else {
            handle.append(name, word);
          }
          words.add(word);
          pause(random.nextInt(1 + 240 / length));
        }
      } catch (TaskLostException canceled) {
        late.incrementAndGet();
      }
    }

    private void ends(String id, Runnable end, TaskState state) {
      try {
        end.run();
        ends.computeIfAbsent(id, it -> new ConcurrentLinkedQueue<>()).add(state);
      } catch (TaskLostException | A2AException tooLate) {
        late.incrementAndGet();
      }
    }

    private void cancel(String id, int number) {
      pause(random("cancel " + number).nextInt(6 * length));
      var manager = managers.get(number % 2);
      ends(id, () -> manager.onCancelTask(id), TaskState.CANCELED);
    }

    void rage() {
      var random = random("rage");
      while (!over) {
        pause(20 + random.nextInt(100));
        if (random.nextBoolean()) {
          proxy.reset();
        } else {
          Admin.call(calm, "CLIENT", "KILL", "TYPE", "pubsub");
        }
      }
    }

    /** Reads to the end, and is cut off now and then. */
    List<Sequenced> read(String id, int number) {
      var random = random("read " + number);
      var all = new ArrayList<Sequenced>();
      while (all.isEmpty() || !isEnd(last(all).event())) {
        var from = OptionalLong.of(all.isEmpty() ? 0 : last(all).generation());
        try (var stream = managers.get(random.nextInt(2)).onResubscribe(id, from)) {
          int many = random.nextInt(4) == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(20);
          for (int i = 0; i < many && !stream.isEnded(); i++) {
            stream.next(LIMIT).ifPresent(all::add);
          }
          // Some are slow in coming back.
          pause(random.nextInt(8) == 0 ? 300 : 0);
        } catch (RedisException away) {
          pause(5);
        }
      }
      return all;
    }

    @Override
    public void close() {
      over = true;
      managers.forEach(TaskManager::close);
      rough.close();
      calm.close();
      proxy.close();
    }
  }

  private static Sequenced last(List<Sequenced> events) {
    return events.get(events.size() - 1);
  }

  private static boolean isEnd(StreamEvent event) {
    return event instanceof TaskStatusUpdate update
        ? update.status().state().isTerminal()
        : event instanceof Task task && task.state().isTerminal();
  }

  private static boolean isSnapshot(Sequenced event) {
    return event.event() instanceof Task && event.generation() > 1;
  }

  private static void pause(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private static CompletableFuture<Void> run(Runnable work) {
    return ManagerFixture.async(
        () -> {
          work.run();
          return null;
        });
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private static List<String> begin(Storm storm) {
    var ids = new ArrayList<String>();
    var request = SendConfiguration.defaults().withReturnImmediately();
    for (int i = 0; i < TASKS; i++) {
      var message = SendRequest.of(Message.ofUser("go " + i), request);
      ids.add(((Task) storm.managers.get(i % 2).onSendMessage(message)).id());
    }
    return ids;
  }

  @Test
  void noArtifactIsLostNothingFollowsTheEndAndAllSeeTheSame() {
    Seeds.check(
        seed -> {
          try (var storm = new Storm(seed, WORDS, TaskOptions.defaults())) {
            var ids = begin(storm);
            var raging = run(storm::rage);
            var cancels = new ArrayList<CompletableFuture<Void>>();
            var readers = new LinkedHashMap<CompletableFuture<List<Sequenced>>, String>();
            for (int i = 0; i < 2 * TASKS; i++) {
              int number = i;
              // Some tasks are left to complete.
              var id = ids.get(i % (TASKS * 3 / 4));
              cancels.add(run(() -> storm.cancel(id, number)));
            }
            for (int i = 0; i < READERS; i++) {
              int number = i;
              var id = ids.get(i % TASKS);
              readers.put(ManagerFixture.async(() -> storm.read(id, number)), id);
            }
            var logs = new LinkedHashMap<String, List<Sequenced>>();
            for (var reader : readers.entrySet()) {
              var events = get(reader.getKey());
              assertEquals(logs.computeIfAbsent(reader.getValue(), it -> events), events);
            }
            for (var cancel : cancels) {
              get(cancel);
            }
            storm.over = true;
            get(raging);
            for (var id : ids) {
              check(storm, id, logs.get(id));
            }
            assertTrue(storm.late.get() > 0, "nobody was late");
          }
        });
  }

  /** The events are numbered without a hole, and tell what the task is and what was taken. */
  private static void check(Storm storm, String id, List<Sequenced> events) {
    long expected = 1;
    for (var event : events) {
      assertEquals(expected++, event.generation());
      boolean isLast = expected == events.size() + 1;
      assertEquals(isLast, isEnd(event.event()), event::toString);
    }
    var ends = storm.ends.get(id);
    assertEquals(1, ends.size(), ends::toString);
    for (var manager : storm.managers) {
      var task = manager.onGetTask(id, OptionalInt.empty());
      assertEquals(ends.peek(), task.state());
      assertEquals(fold(events), texts(task));
      assertEquals(expectedTexts(storm.taken.get(id)), texts(task));
    }
  }

  private static Map<String, String> expectedTexts(Map<String, List<String>> taken) {
    var texts = new LinkedHashMap<String, String>();
    taken.forEach(
        (name, words) -> {
          if (!words.isEmpty()) {
            texts.put(name, String.join("", words));
          }
        });
    return texts;
  }

  private static Map<String, String> texts(Task task) {
    var texts = new LinkedHashMap<String, String>();
    task.artifacts().forEach(it -> texts.put(it.artifactId(), ManagerFixture.text(it)));
    return texts;
  }

  /** What a reader makes of what it sees. */
  private static Map<String, String> fold(List<Sequenced> events) {
    var texts = new LinkedHashMap<String, String>();
    for (var event : events) {
      if (event.event() instanceof Task task) {
        texts.clear();
        texts.putAll(texts(task));
      } else if (event.event() instanceof TaskArtifactUpdate update) {
        var more = ManagerFixture.text(update.artifact());
        texts.merge(
            update.artifact().artifactId(), more, update.append() ? String::concat : (a, b) -> b);
      }
    }
    return texts;
  }

  @Test
  void whereEventsAreGoneEveryReaderStillEndsWithTheTask() {
    Seeds.check(
        seed -> {
          try (var storm = new Storm(seed, 4 * WORDS, TaskOptions.defaults().withMaxEvents(10))) {
            var ids = begin(storm);
            var raging = run(storm::rage);
            var readers = new LinkedHashMap<CompletableFuture<List<Sequenced>>, String>();
            for (int i = 0; i < READERS; i++) {
              int number = i;
              var id = ids.get(i % TASKS);
              readers.put(ManagerFixture.async(() -> storm.read(id, number)), id);
            }
            var results = new LinkedHashMap<String, Map<String, String>>();
            long missed = 0;
            for (var reader : readers.entrySet()) {
              var events = get(reader.getKey());
              missed += events.stream().filter(TaskStormTest::isSnapshot).count();
              var task = storm.managers.get(0).onGetTask(reader.getValue(), OptionalInt.empty());
              results.put(task.id(), texts(task));
              assertEquals(texts(task), fold(events));
            }
            storm.over = true;
            get(raging);
            assertTrue(missed > 0, "nobody missed anything");
            ids.forEach(id -> assertEquals(expectedTexts(storm.taken.get(id)), results.get(id)));
          }
        });
  }
}
