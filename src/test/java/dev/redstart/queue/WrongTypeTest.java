package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Server;
import dev.redstart.redis.Strings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that hold something else than a queue's. */
class WrongTypeTest {
  private final OneQueue q = OneQueue.open();
  private final Lease lease = lease();

  @AfterEach
  void close() {
    q.close();
  }

  /** With a task in each state, and all keys that a queue may have. */
  private Lease lease() {
    q.push("leased", "dead", "done");
    var leases = q.queue.claim(3);
    leases.get(1).settle(Outcome.dead("x"));
    leases.get(2).settle(Outcome.done(Json.of(1)));
    q.queue.push(Push.of(OneQueue.task("later")).withDelay(Duration.ofHours(1)));
    q.push("ready");
    leases.get(0).progress(Json.of(1));
    q.queue.limitConcurrency(100);
    return leases.get(0);
  }

  private Map<String, Runnable> calls() {
    var calls = new LinkedHashMap<String, Runnable>();
    calls.put("push new", () -> q.push("new"));
    calls.put("push again", () -> q.push("ready"));
    calls.put(
        "push later",
        () -> q.queue.push(Push.of(OneQueue.task("new")).withDelay(Duration.ofHours(1))));
    calls.put("popAndHandle", () -> q.queue.popAndHandle(task -> true));
    calls.put("claim", () -> q.queue.claim(1));
    calls.put("progress", () -> lease.progress(Json.of(2)));
    calls.put("complete", lease::complete);
    calls.put("stats", q.queue::stats);
    calls.put("get", () -> q.queue.get("ready"));
    calls.put("range", () -> q.queue.range(0, 9, 9));
    calls.put("list", () -> q.queue.list(TaskState.DEAD, 9));
    calls.put("result", () -> q.queue.result("done"));
    calls.put("cancel", () -> q.queue.cancel("ready"));
    calls.put("remove", () -> q.queue.remove("leased"));
    calls.put("requeue", () -> q.queue.requeue(List.of("dead")));
    calls.put("purge", () -> q.queue.purge(List.of("dead")));
    calls.put("pause", q.queue::pause);
    calls.put("resume", q.queue::resume);
    return calls;
  }

  private Map<String, String> contents() {
    var all = new TreeMap<String, String>();
    q.allKeys().forEach(key -> all.put(key, q.redis.call("DUMP", key).toString()));
    return all;
  }

  private void assertUnchanged(Map<String, String> before, String message) {
    var after = contents();
    var changed = new TreeSet<>(before.keySet());
    changed.addAll(after.keySet());
    changed.removeIf(key -> Objects.equals(before.get(key), after.get(key)));
    assertEquals(Set.of(), changed, message);
  }

  @Test
  void aStringInPlaceOfTheQueueIsSaidInOneSentence() {
    q.redis.call(Strings.set(q.keys.ready(), "mine"));
    var before = contents();
    calls()
        .forEach(
            (name, call) -> {
              var refused = assertThrows(IllegalStateException.class, call::run, name);
              assertEquals(
                  "key jobs holds a string, and the queue jobs needs a zset there: choose another"
                      + " key for the queue",
                  refused.getMessage(),
                  name);
              assertUnchanged(before, name);
            });
  }

  @Test
  void clearDoesNotDeleteWhatIsNotAQueue() {
    q.queue.clear();
    q.redis.call(Strings.set(q.keys.ready(), "mine"));
    assertThrows(IllegalStateException.class, q.queue::clear);
    assertEquals("mine", q.redis.call(Strings.get(q.keys.ready())).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scheduled",
        "leased",
        "dead",
        "tasks",
        "records",
        "notes",
        "meta",
        "wake",
        "events",
        "results",
        "expiring",
        "requests"
      })
  void aStrangersKeyBesideANewQueueIsNamedAndNothingIsChanged(String name) {
    q.redis.call(Server.flushDb());
    var key = q.keys.side().key(name);
    q.redis.call(Strings.set(key, "mine"));
    var before = contents();
    calls()
        .forEach(
            (verb, call) -> {
              var refused = assertThrows(IllegalStateException.class, call::run, verb);
              assertTrue(
                  refused.getMessage().startsWith("key " + key + " holds a string"),
                  refused.getMessage());
              assertUnchanged(before, verb);
            });
  }

  @Test
  void eventsOfAKeyOfAnotherTypeAreRefusedTheSameWay() {
    q.redis.call(Strings.set(q.keys.events(), "mine"));
    var refused = assertThrows(IllegalStateException.class, q::events);
    assertTrue(refused.getMessage().contains("{jobs}:"), refused.getMessage());
  }

  @Test
  void aLeaseWhoseQueueWasReplacedCanBeEndedLater() {
    q.redis.call(Keys.rename(q.keys.ready(), "{jobs}:elsewhere"));
    q.redis.call(Strings.set(q.keys.ready(), "mine"));
    assertThrows(IllegalStateException.class, lease::complete);
    q.redis.call(Keys.rename("{jobs}:elsewhere", q.keys.ready()));
    assertEquals(Settlement.COMPLETED, lease.complete());
  }
}
