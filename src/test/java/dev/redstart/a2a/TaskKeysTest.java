package dev.redstart.a2a;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.a2a.TaskStorage.Change;
import dev.redstart.a2a.TaskStorage.Run;
import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Strings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Which keys there are, for how long, and what happens when something else lies there. */
class TaskKeysTest extends RedisFixture {
  private static final String RECORD = key("task:t");
  private static final String HISTORY = key("{task:t}:history");
  private static final String ARTIFACTS = key("{task:t}:artifacts");
  private static final String EVENTS = key("{task:t}:events");

  /** With all that a task can have. */
  private Run full() {
    var message =
        new Message(
            "m",
            Optional.of("c"),
            Optional.empty(),
            Role.USER,
            List.of(Part.text("hello")),
            Json.object(),
            List.of(),
            List.of());
    storage.accept(message, "t", "x", "run", Optional.of(PushConfig.of("http://x/").withId("p")));
    var run = new Run("t", "c", "run");
    storage.commit(run, 1, status(TaskState.WORKING, said("on it")));
    storage.commit(run, 2, append("a", "x"));
    storage.renew(List.of(run));
    return run;
  }

  @Test
  void theKeysAreThese() {
    full();
    assertEquals(
        List.of(
            key("conv:c"),
            key("msg:m"),
            key("push:t"),
            RECORD,
            key("tasks"),
            key("tasks:WORKING"),
            key("tasks:looked"),
            key("tasks:pushes"),
            key("tasks:running"),
            key("{conv:c}:tasks"),
            key("{conv:c}:tasks:WORKING"),
            ARTIFACTS,
            EVENTS,
            HISTORY),
        keys());
    assertEquals("hash", redis.call("TYPE", RECORD).text());
    assertEquals("string", redis.call("TYPE", key("msg:m")).text());
    assertEquals("list", redis.call("TYPE", key("conv:c")).text());
    assertEquals("hash", redis.call("TYPE", key("push:t")).text());
  }

  @Test
  void onAClusterAllKeysShareOneSlot() {
    storage = new RedisTaskStorage(tagging(), options());
    var run = full();
    storage.commit(run, 3, status(TaskState.INPUT_REQUIRED));
    due();
    storage.reap();
    assertTrue(keys().stream().allMatch(key -> key.startsWith("{a2a}:")), keys().toString());
    assertEquals(1, storage.list(TaskQuery.all().withContext("c")).totalSize());
    assertEquals(4, storage.snapshot("t", OptionalInt.empty()).generation());
    storage.cancel("t");
    assertEquals(5, events("t", 0).size());
  }

  /** A client that names keys as on a cluster. */
  private static Redis tagging() {
    return (Redis)
        Proxy.newProxyInstance(
            Redis.class.getClassLoader(),
            new Class<?>[] {Redis.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("tag")) {
                return "{" + arguments[0] + "}";
              }
              try {
                return method.invoke(redis, arguments);
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            });
  }

  @Test
  void allKeysHaveATimeToLive() {
    storage = open(options().withExpiration(Duration.ofMinutes(10)));
    var run = full();
    everyKeyLives(Duration.ofMinutes(10));
    storage.commit(run, 3, status(TaskState.INPUT_REQUIRED));
    due();
    everyKeyLives(Duration.ofMinutes(10));
    storage.cancel("t");
    everyKeyLives(Duration.ofMinutes(10));
    // Little has to be written while little time has passed.
    begin("hello", "t2", "c2", "run");
    storage.commit(new Run("t2", "c2", "run"), 1, append("a", "x"));
    var cost = cost(() -> storage.commit(new Run("t2", "c2", "run"), 2, append("a", "x")));
    assertEquals(null, cost.get("pexpireat"), cost.toString());
  }

  private static void everyKeyLives(Duration least) {
    long lease = TaskOptions.defaults().lease().toMillis();
    for (var key : keys()) {
      long left = ttl(key);
      boolean isShort = key.equals(key("tasks:looked")) || key.startsWith(key("tasks:pushes:"));
      assertTrue(left > (isShort ? 1 : least.toMillis() - 1000), key + ": " + left);
      assertTrue(left <= least.toMillis() * 17 / 16 + lease + 1000, key + ": " + left);
    }
  }

  @Test
  void nothingIsLeftOfWhatHasExpired() {
    storage = open(options().withExpiration(SHORT).withLease(Duration.ofMillis(100)));
    var run = full();
    storage.commit(run, 3, status(TaskState.INPUT_REQUIRED));
    storage.due("me", Duration.ofMillis(100));
    begin("more", "t", "run2");
    storage.commit(new Run("t", "c", "run2"), 1, status(TaskState.COMPLETED));
    begin("never built", "t2", "c2", "run");
    storage.commit(begin("a reply", "t3", "c3", "run"), 1, new Change.Reply(said("hi")));
    Eventually.within(LONG, "all is gone", () -> redis.call("DBSIZE").integer() == 0);
  }

  @Test
  void aTaskThatIsWorkedOnDoesNotExpire() {
    storage = open(options().withExpiration(SHORT).withLease(Duration.ofMillis(200)));
    var run = full();
    long end = System.nanoTime() + Duration.ofMillis(1000).toNanos();
    Eventually.within(
        LONG,
        "more than its time has passed",
        () -> {
          assertEquals(Map.of(run, true), storage.renew(List.of(run)));
          return System.nanoTime() - end > 0;
        });
    assertEquals(2, storage.conversation("c").size());
    assertEquals(5, storage.commit(run, 3, status(TaskState.COMPLETED)) + 1);
    assertEquals(List.of(artifact("a", "x")), task("t").artifacts());
    assertEquals(
        new TaskStorage.Admission.Known("t", "c"),
        storage.accept(
            new Message(
                "m",
                Optional.empty(),
                Optional.empty(),
                Role.USER,
                List.of(Part.text("hello")),
                Json.object(),
                List.of(),
                List.of()),
            "t2",
            "c2",
            "run2",
            Optional.empty()));
  }

  @Test
  void nothingIsLeftOfWhatWasNotBuiltInTime() {
    storage = open(options().withLease(SHORT));
    begin("hello");
    redis.call("ZADD", key("tasks:running"), "1", "t");
    reapUntil(() -> storage.conversation("c").isEmpty());
    assertEquals(List.of(key("tasks:looked")), keys());
  }

  @Test
  void aTaskThatEndsTakesNoTimeFromOthers() {
    storage = open(options().withExpiration(Duration.ofSeconds(1)));
    full();
    storage.commit(begin("hello", "t2", "c", "run"), 1, status(TaskState.COMPLETED));
    for (var key :
        List.of(key("tasks"), key("{conv:c}:tasks"), key("tasks:running"), key("conv:c"), RECORD)) {
      assertTrue(ttl(key) > 20_000, key);
    }
  }

  @Test
  void aTaskIsPushedTo32PlacesAtMost() {
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.INPUT_REQUIRED));
    for (int i = 0; i < 32; i++) {
      storage.setPush("t", PushConfig.of("http://x/").withId("p" + i));
    }
    storage.setPush("t", PushConfig.of("http://y/").withId("p31"));
    var before = dump();
    var more = PushConfig.of("http://x/").withId("p32");
    refused(A2AError.INVALID_PARAMS, () -> storage.setPush("t", more));
    var message = Message.ofUser("more").withTask("t").withContext("c");
    refused(
        A2AError.INVALID_PARAMS,
        () -> storage.accept(message, "x", "y", "run2", Optional.of(more)));
    assertEquals(before, dump());
    storage.deletePush("t", "p0");
    storage.setPush("t", more);
  }

  // ---- keys that others delete

  @Test
  void aTaskWithoutItsRecordIsNotMadeAgain() {
    var run = full();
    delete(RECORD);
    var before = dump();
    lost(() -> storage.commit(run, 3, append("a", "y")));
    lost(() -> storage.commit(run, 3, status(TaskState.COMPLETED)));
    refused(A2AError.TASK_NOT_FOUND, () -> storage.cancel("t"));
    refused(A2AError.TASK_NOT_FOUND, () -> storage.snapshot("t", OptionalInt.empty()));
    refused(A2AError.TASK_NOT_FOUND, () -> begin("more", "t", "run2"));
    refused(
        A2AError.TASK_NOT_FOUND,
        () -> storage.setPush("t", PushConfig.of("http://x/").withId("q")));
    assertEquals(Map.of(run, false), storage.renew(List.of(run)));
    assertEquals(before, dump());
    assertEquals(List.of(), events("t", 0));
    assertEquals(0, storage.list(TaskQuery.all()).totalSize());
    assertEquals(Optional.empty(), storage.due("me", Duration.ofSeconds(1)));
    // Its message was not answered, so it may come again.
    var message =
        new Message(
            "m",
            Optional.of("c"),
            Optional.empty(),
            Role.USER,
            List.of(Part.text("hello")),
            Json.object(),
            List.of(),
            List.of());
    var again = storage.accept(message, "t", "x", "run2", Optional.empty());
    assertEquals(new TaskStorage.Admission.Begun("t", "c", Optional.empty(), 0), again);
    storage.commit(new Run("t", "c", "run2"), 1, new Change.Build(Json.object()));
    assertEquals(List.of(), task("t").artifacts());
    assertEquals(1, task("t").history().size());
  }

  @Test
  void aTaskGoesOnWithoutItsOtherKeys() {
    for (var key :
        List.of(
            HISTORY,
            ARTIFACTS,
            EVENTS,
            key("push:t"),
            key("conv:c"),
            key("msg:m"),
            key("tasks"),
            key("tasks:WORKING"),
            key("tasks:running"),
            key("tasks:pushes"),
            key("{conv:c}:tasks"))) {
      clear();
      var run = full();
      var stream = storage.follow("t", 3);
      delete(key);
      assertEquals(4, storage.commit(run, 3, append("a", "y")), key);
      for (var left : keys()) {
        assertTrue(ttl(left) > 0, "without " + key + ": " + left);
      }
      assertEquals(4, next(stream).generation());
      assertEquals(5, storage.commit(run, 4, append("b", "z")));
      assertEquals(Map.of(run, true), storage.renew(List.of(run)));
      assertEquals(6, storage.commit(run, 5, status(TaskState.COMPLETED, said("done"))));
      assertEquals(List.of(5L, 6L), generations(rest(stream)));
      assertEquals(1, storage.list(TaskQuery.all().withContext("c")).tasks().size());
      for (var left : keys()) {
        assertTrue(ttl(left) > 0, "without " + key + ": " + left);
      }
    }
  }

  @Test
  void whereTheEventsWereDeletedTheTaskComesFirst() {
    var run = full();
    var stream = storage.follow("t", 1);
    delete(EVENTS);
    assertEquals(new Sequenced(3, task("t")), next(stream));
    storage.commit(run, 3, append("a", "y"));
    var fourth = next(stream);
    assertEquals(4, fourth.generation());
    assertTrue(fourth.event() instanceof TaskArtifactUpdate);
    redis.call("XDEL", EVENTS, "4-0");
    storage.commit(run, 4, append("a", "z"));
    var late = storage.follow("t", 3);
    assertEquals(new Sequenced(5, task("t")), next(late));
    assertEquals(5, next(stream).generation());
  }

  @Test
  void whereEventsInTheMiddleWereDeletedTheTaskComesInTheirPlace() {
    full();
    redis.call("XDEL", EVENTS, "2-0");
    var stream = storage.follow("t", 0);
    assertEquals(1, next(stream).generation());
    assertEquals(new Sequenced(3, task("t")), next(stream));
    storage.cancel("t");
    assertEquals(4, next(stream).generation());
    assertTrue(stream.isEnded());
  }

  @Test
  void aFollowerSeesSoonThatATaskHasExpired() {
    storage = open(options().withExpiration(SHORT).withLease(Duration.ofMillis(100)));
    storage.commit(full(), 3, status(TaskState.INPUT_REQUIRED));
    var stream = storage.follow("t", 4);
    assertEquals(Optional.empty(), stream.next(Duration.ofMillis(10)));
    // Shorter than the time after which followers look for themselves.
    assertEquals(Optional.empty(), stream.next(Duration.ofSeconds(2)));
    assertTrue(stream.isEnded());
  }

  @Test
  void aPlaceThatNeverWasBringsTheTask() {
    full();
    assertEquals(new Sequenced(3, task("t")), next(storage.follow("t", 99)));
    var first = storage.follow("t", 0);
    assertEquals(1, next(first).generation());
    var second = storage.follow("t", Long.MAX_VALUE);
    assertEquals(new Sequenced(3, task("t")), next(second));
    storage.cancel("t");
    var canceled = next(second);
    assertEquals(4, canceled.generation());
    assertTrue(canceled.event() instanceof TaskStatusUpdate);
    assertEquals(1, next(storage.follow("t", -1)).generation());
  }

  @Test
  void entriesOfStrangersDoNoHarm() {
    var run = full();
    var stream = storage.follow("t", 3);
    assertEquals(Optional.empty(), stream.next(Duration.ofMillis(10)));
    redis.call("XADD", EVENTS, "*", "stranger", "1");
    var early = storage.follow("t", 2);
    assertEquals(3, next(early).generation());
    assertEquals(Optional.empty(), early.next(Duration.ofMillis(20)));
    assertEquals(4, storage.commit(run, 3, append("a", "y")));
    assertEquals(4, next(stream).generation());
    assertEquals(4, next(early).generation());
    storage.cancel("t");
    assertEquals(5, next(stream).generation());
    assertTrue(stream.isEnded());
    assertEquals(new Sequenced(5, task("t")), next(storage.follow("t", 1)));
  }

  @Test
  void whatCouldNotBeReadAgainIsNotWritten() {
    var run = begin("hello");
    var unnamed = Message.ofAgent("x");
    var bad =
        List.of(
            status(
                TaskState.WORKING,
                new Message(
                    "",
                    unnamed.contextId(),
                    unnamed.taskId(),
                    Role.AGENT,
                    unnamed.parts(),
                    Json.object(),
                    List.of(),
                    List.of())),
            new Change.Set(Artifact.of("a", Part.of(new Part.Url(""))), false),
            new Change.Append("a", List.of(Part.of(new Part.Url(""))), false),
            new Change.Set(artifact("", "x"), false));
    var before = dump();
    for (var change : bad) {
      refused(A2AError.INVALID_PARAMS, () -> storage.commit(run, 1, change));
    }
    assertEquals(before, dump());
  }

  @Test
  void aPieceThatOthersDeletedIsLeftOut() {
    var run = full();
    storage.commit(run, 3, append("a", "y"));
    storage.commit(run, 4, append("b", "z"));
    redis.call("HDEL", ARTIFACTS, "1:1", "2:1");
    assertEquals(List.of(artifact("a", "y")), task("t").artifacts());
    // Events of strangers between ours are nobody's.
    redis.call("XADD", EVENTS, "5-7", "stranger", "1");
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), generations(due().events()));
    assertEquals(6, storage.commit(run, 5, status(TaskState.COMPLETED)));
    assertEquals(List.of(4L, 5L, 6L), generations(events("t", 3)));
  }

  // ---- something else

  @Test
  void somethingElseWhereATaskShouldBeIsToldAndLeftAlone() {
    for (var key :
        List.of(
            RECORD,
            HISTORY,
            ARTIFACTS,
            EVENTS,
            key("push:t"),
            key("conv:c"),
            key("tasks"),
            key("tasks:CANCELED"),
            key("tasks:SUBMITTED"),
            key("tasks:running"),
            key("tasks:pushes"),
            key("{conv:c}:tasks"),
            key("{conv:c}:tasks:COMPLETED"))) {
      clear();
      var run = full();
      delete(key);
      redis.call(Strings.set(key, "something else"));
      var before = dump();
      var told = new ArrayList<String>();
      for (var work : all(run)) {
        said(work, key, told);
      }
      assertFalse(told.isEmpty(), key);
      assertEquals(before.get(key), dump().get(key));
      for (var sentence : told) {
        assertTrue(sentence.contains(" " + key + " holds a string"), sentence);
      }
    }
  }

  private static void said(Executable work, String key, List<String> told) {
    try {
      var before = dump();
      try {
        work.execute();
      } catch (RedisException.Rejected refusal) {
        told.add(refusal.getMessage());
        assertEquals("WRONGTYPE", refusal.code());
        assertEquals(before, dump(), key);
      }
    } catch (A2AException | TaskLostException because) {
      // Of what was refused before.
    } catch (Throwable other) {
      // Whatever an Executable throws: it has to be told with what lay where.
      throw new AssertionError("with something else in " + key, other);
    }
  }

  private List<Executable> all(Run run) {
    return List.of(
        () -> storage.commit(run, 3, append("a", "y")),
        () -> storage.renew(List.of(run)),
        () -> storage.snapshot("t", OptionalInt.empty()),
        () -> storage.follow("t", 0).next(LONG),
        () -> storage.conversation("c"),
        () -> storage.list(TaskQuery.all().withContext("c")),
        () -> storage.list(TaskQuery.all()),
        () -> storage.pushes("t"),
        () -> storage.due("me", LONG),
        storage::reap,
        () -> storage.commit(run, 4, status(TaskState.INPUT_REQUIRED)),
        () -> begin("more", "t", "run2"),
        () -> begin("new", "t9", "c", "run"),
        () -> storage.commit(new Run("t9", "c", "run"), 1, status(TaskState.COMPLETED)),
        () -> storage.cancel("t"));
  }

  @Test
  void somethingElseWhereAMessageShouldBeIsTold() {
    Consumer<String> sending =
        id ->
            storage.accept(
                new Message(
                    id,
                    Optional.empty(),
                    Optional.empty(),
                    Role.USER,
                    List.of(Part.text("hello")),
                    Json.object(),
                    List.of(),
                    List.of()),
                "t",
                "c",
                "run",
                Optional.empty());
    redis.call("RPUSH", key("msg:list"), "x");
    redis.call("SET", key("msg:text"), "not JSON");
    redis.call("SET", key("msg:json"), "[1]");
    for (var id : List.of("list", "text", "json")) {
      var refusal = assertThrows(RedisException.Rejected.class, () -> sending.accept(id));
      assertTrue(refusal.getMessage().contains(key("msg:" + id) + " holds"), refusal.getMessage());
    }
    assertEquals(3, keys().size());
  }
}
