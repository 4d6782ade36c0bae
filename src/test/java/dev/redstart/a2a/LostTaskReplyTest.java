package dev.redstart.a2a;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.a2a.TaskStorage.Admission;
import dev.redstart.a2a.TaskStorage.Change;
import dev.redstart.a2a.TaskStorage.Run;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.ProxyConnection;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.harness.ServerOptions;
import dev.redstart.json.Json;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replies that never arrive: nothing is done twice, and what was done is told. */
class LostTaskReplyTest extends RedisFixture {
  private FaultProxy proxy;
  private Redis shaky;

  /** Whose replies get lost. */
  private TaskStorage far;

  @BeforeEach
  void reach() {
    proxy = FaultProxy.to(RedisServer.shared().port());
    shaky = Redis.connect(proxy.url());
    far = new RedisTaskStorage(shaky, options());
  }

  @AfterEach
  void leave() {
    far.close();
    shaky.close();
    proxy.close();
  }

  /**
   * The result of work whose first reply does not arrive. {@code between}: happens before it asks
   * again; returns whether it was done.
   */
  private <T> T unheard(Callable<T> work, Eventually.Condition between) throws Exception {
    var victims = proxy.connections();
    victims.forEach(each -> each.toClient(Fault.DROP));
    var result = async(work);
    Eventually.within(LONG, "it is done", between);
    victims.forEach(ProxyConnection::reset);
    return result.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aMessageBeginsOneRun() throws Exception {
    var message = Message.ofUser("hello");
    var begun =
        unheard(
            () -> far.accept(message, "t", "c", "run", Optional.empty()),
            () -> storage.conversation("c").size() == 1);
    assertEquals(new Admission.Begun("t", "c", Optional.empty(), 0), begun);
    assertEquals(1, storage.conversation("c").size());
    var run = new Run("t", "c", "run");
    storage.commit(run, 1, status(TaskState.INPUT_REQUIRED, said("which?")));
    var before = task("t");
    var more = Message.ofUser("this").withTask("t").withContext("c");
    var again =
        unheard(
            () -> far.accept(more, "x", "y", "run2", Optional.empty()),
            () -> storage.conversation("c").size() == 3);
    assertEquals(new Admission.Begun("t", "c", Optional.of(before), 3), again);
    assertEquals(3, task("t").history().size());
  }

  @Test
  void aCommitIsDoneOnceWhateverCameBetween() throws Exception {
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING));
    long generation =
        unheard(
            () -> far.commit(run, 2, append("a", "x")),
            () -> !task("t").artifacts().isEmpty() && storage.cancel("t").state().isTerminal());
    assertEquals(3, generation);
    assertEquals(List.of(artifact("a", "x")), task("t").artifacts());
    assertEquals(4, storage.snapshot("t", OptionalInt.empty()).generation());
    var second = begin("hello", "t2", "c", "run");
    long last =
        unheard(
            () -> far.commit(second, 1, status(TaskState.COMPLETED, said("done"))),
            () -> task("t2").state() == TaskState.COMPLETED);
    assertEquals(2, last);
    assertEquals(3, storage.conversation("c").size());
    var third = begin("hello", "t3", "c", "run");
    long waiting =
        unheard(
            () -> far.commit(third, 1, status(TaskState.INPUT_REQUIRED)),
            () -> begin("more", "t3", "run2").taskId().equals("t3"));
    assertEquals(2, waiting);
  }

  @Test
  void aCancelIsDoneOnceAndSaysSo() throws Exception {
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING));
    var canceled = unheard(() -> far.cancel("t"), () -> task("t").state() == TaskState.CANCELED);
    assertEquals(TaskState.CANCELED, canceled.state());
    assertEquals(3, storage.snapshot("t", OptionalInt.empty()).generation());
  }

  @Test
  void aDeliveryIsGivenToTheOneWhoAskedForIt() throws Exception {
    for (var id : List.of("t", "t2")) {
      var run = begin("hello", id, "c", "run");
      storage.commit(run, 1, status(TaskState.WORKING));
      storage.setPush(id, PushConfig.of("http://x/").withId("p"));
      storage.commit(run, 2, append("a", "x"));
    }
    var delivery =
        unheard(
            () -> far.due("me", Duration.ofSeconds(10)).orElseThrow(),
            () ->
                redis
                        .call(
                            "ZCOUNT", key("tasks:pushes"), "(" + System.currentTimeMillis(), "+inf")
                        .integer()
                    == 1);
    // The other one is still to be had: no second one was taken with it.
    var other = due();
    assertEquals(2, List.of(delivery.taskId(), other.taskId()).stream().distinct().count());
    unheard(
        () -> {
          far.settle(delivery, 2, Optional.of(Duration.ofMillis(1)));
          return true;
        },
        () ->
            redis.call("HGET", key("push:" + delivery.taskId()), "state:p").text().equals("2 1 "));
    Eventually.within(LONG, "it is due again", () -> due().attempts() == 1);
  }

  @Test
  void aSettlementThatComesTwiceIsNotTakenForTheNextOne() {
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING));
    storage.setPush("t", PushConfig.of("http://x/").withId("p"));
    storage.commit(run, 2, append("a", "x"));
    var first = due();
    storage.settle(first, 3, Optional.empty());
    storage.commit(run, 3, append("a", "y"));
    var second = due();
    var before = dump();
    storage.settle(first, 3, Optional.empty());
    assertEquals(before, dump());
    storage.settle(second, 3, Optional.of(Duration.ofMillis(1)));
    Eventually.within(LONG, "it is due again", () -> due().attempts() == 1);
  }

  @Test
  void throughConnectionsThatBreakAtRandomEachChunkIsThereOnce() {
    Seeds.check(this::breakAtRandom);
  }

  private void breakAtRandom(long seed) throws Exception {
    var random = new Random(seed);
    int count = 120;
    var runs = new ArrayList<CompletableFuture<Boolean>>();
    var ids = List.of("t1", "t2", "t3", "t4");
    for (var id : ids) {
      runs.add(
          async(
              () -> {
                var message = Message.ofUser("hello").withContext("c");
                var run = run(far.accept(message, id, "c", "run", Optional.empty()), "run");
                for (int i = 1; i <= count; i++) {
                  assertEquals(i + 1, far.commit(run, i, append("a", "x" + i)));
                }
                far.commit(run, count + 1, status(TaskState.COMPLETED));
                return true;
              }));
    }
    var reader = async(() -> rest(far.follow("t1", 0)));
    var all = CompletableFuture.allOf(runs.toArray(CompletableFuture[]::new));
    while (!all.isDone()) {
      var victims = proxy.connections();
      boolean loses = random.nextInt(3) > 0;
      victims.forEach(each -> each.toClient(loses ? Fault.DROP : Fault.PASS));
      new CountDownLatch(1).await(random.nextInt(20), TimeUnit.MILLISECONDS);
      victims.forEach(ProxyConnection::reset);
      long before = progress(ids);
      Eventually.within(
          LONG, "it goes on", () -> all.isDone() || progress(ids) > before + random.nextInt(20));
    }
    all.get(1, TimeUnit.SECONDS);
    var expected =
        artifact(
            "a", IntStream.rangeClosed(1, count).mapToObj(i -> "x" + i).toArray(String[]::new));
    for (var id : ids) {
      assertEquals(List.of(expected), task(id).artifacts());
      assertEquals(count + 2, events(id, 0).size());
    }
    assertEquals(events("t1", 0), reader.get(10, TimeUnit.SECONDS));
  }

  private long progress(List<String> ids) {
    return ids.stream()
        .mapToLong(
            id -> {
              var found = redis.call("HGET", key("task:" + id), "generation");
              return found.isNull() ? 0 : found.integer();
            })
        .sum();
  }

  // ---- a Redis that goes away, or is full

  @Test
  void whoLivesKeepsItsTaskThoughRedisWasAwayForLongerThanItsLease() throws Exception {
    try (var server = RedisServer.start(ServerOptions.plain().withAppendOnly());
        var own = Redis.connect(server.url())) {
      var mine = new RedisTaskStorage(own, options().withLease(Duration.ofMillis(400)));
      var message = Message.ofUser("hello");
      var alive = run(mine.accept(message, "t", "c", "run", Optional.empty()), "run");
      mine.commit(alive, 1, status(TaskState.WORKING));
      var dead = run(mine.accept(Message.ofUser("x"), "t2", "c", "run", Optional.empty()), "run");
      mine.commit(dead, 1, status(TaskState.WORKING));
      mine.renew(List.of(alive, dead));
      var stream = mine.follow("t", 2);
      server.kill();
      new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS);
      server.restart();
      // The first thing that anybody does is to reap.
      Eventually.within(LONG, "it is back", () -> mine.reap() != null);
      assertEquals(Map.of(alive, true), mine.renew(List.of(alive)));
      Eventually.within(
          LONG,
          "the dead one is noticed",
          () -> {
            mine.renew(List.of(alive));
            mine.reap();
            return mine.snapshot("t2", OptionalInt.empty()).task().state() == TaskState.FAILED;
          });
      assertEquals(3, mine.commit(alive, 2, status(TaskState.COMPLETED)));
      assertEquals(3, next(stream).generation());
      mine.close();
    }
  }

  @Test
  void aFullRedisTakesACommitWhollyOrNotAtAllAndLetsTasksEnd() {
    try (var server = RedisServer.start();
        var own = Redis.connect(server.url())) {
      var mine = new RedisTaskStorage(own, options());
      var message = Message.ofUser("hello");
      var place = PushConfig.of("http://x/").withId("p");
      var run = run(mine.accept(message, "t", "c", "run", Optional.of(place)), "run");
      mine.commit(run, 1, status(TaskState.WORKING, said("on it")));
      own.call("CONFIG", "SET", "maxmemory", "1");
      var before = mine.snapshot("t", OptionalInt.empty());
      for (Change change : List.of(append("a", "x"), status(TaskState.COMPLETED, said("done")))) {
        var refusal = RedisException.Rejected.class;
        assertThrows(refusal, () -> mine.commit(run, 2, change));
      }
      assertEquals(before, mine.snapshot("t", OptionalInt.empty()));
      assertEquals(2, own.call("XLEN", key("{task:t}:events")).integer());
      assertEquals(2, mine.conversation("c").size());
      assertEquals(Map.of(run, true), mine.renew(List.of(run)));
      assertTrue(mine.cancel("t").state() == TaskState.CANCELED);
      own.call("CONFIG", "SET", "maxmemory", "0");
      var delivery = mine.due("me", Duration.ofSeconds(10)).orElseThrow();
      own.call("CONFIG", "SET", "maxmemory", "1");
      mine.settle(delivery, 3, Optional.empty());
      assertEquals(Optional.empty(), mine.due("me", Duration.ofSeconds(10)));
      assertEquals(Json.object(), mine.snapshot("t", OptionalInt.empty()).task().metadata());
      mine.close();
    }
  }
}
