package dev.redstart.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.redis.Hashes;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Script;
import dev.redstart.redis.Server;
import dev.redstart.resp.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Redis remembers of requests, so that one whose reply was lost can be sent again. */
class RequestMemoryTest {
  private final OneQueue q = OneQueue.open();

  @AfterEach
  void close() {
    q.close();
  }

  private Reply send(Script script, String line, long number, Object... words) {
    var arguments =
        Stream.concat(Stream.of(line, number, 1000), Stream.of(words))
            .map(word -> word instanceof byte[] it ? it : word.toString().getBytes(UTF_8))
            .toList();
    return q.redis.call(script.callBytes(q.keys.all(), arguments));
  }

  private String push(long number, String... ids) {
    var words = new ArrayList<Object>(List.of(ids.length));
    for (var id : ids) {
      words.addAll(Push.of(OneQueue.task(id)).withScore(1).words(OneQueue.CALM));
    }
    return send(Scripts.PUSH, "line", number, words.toArray()).text();
  }

  private List<Reply> settle(long number, int wanted, Object... endings) {
    var words = new ArrayList<Object>(List.of("w", 30_000, 10, wanted, "min"));
    words.addAll(List.of(endings));
    return send(Scripts.SETTLE, "line", number, words.toArray()).items();
  }

  private long remembered() {
    return q.redis.call(Hashes.len(q.keys.requests()));
  }

  @Test
  void aPushIsExecutedOnce() {
    assertEquals("aa", push(1, "a", "b"));
    assertEquals("aa", push(1, "a", "b"));
    assertEquals(2, q.queue.stats().pushed());
    assertEquals(2, q.events().size());
    q.queue.popAndHandle(task -> true, 2);
    assertEquals("aa", push(1, "a", "b"), "though they are done already");
    assertEquals(0, q.queue.size());
    assertEquals("aa", push(2, "a", "b"), "the next request is another one");
    assertEquals("ss", push(3, "a", "b"));
  }

  @Test
  void leasesAreGrantedOnceAndTheSameOnesAreToldAgain() {
    q.push("a", "b", "c");
    var first = settle(1, 2, 0);
    var again = settle(1, 2, 0);
    assertEquals(first.subList(2, first.size()), again.subList(2, again.size()));
    assertEquals(
        List.of("a", "b"),
        Grant.of(again.subList(2, again.size())).stream().map(Grant::id).toList());
    assertEquals(1, q.get("a").deliveries());
    assertEquals(2, q.queue.stats().leased());
  }

  @Test
  void whatWasGrantedAndLostSinceIsNotToldAgain() {
    q.push("a", "b", "c");
    settle(1, 3, 0);
    q.queue.remove("a");
    q.endLease("b");
    q.queue.popAndHandle(task -> true);
    var again = settle(1, 3, 0);
    var grants = Grant.of(again.subList(2, again.size()));
    assertEquals(List.of("c"), grants.stream().map(Grant::id).toList());
    assertEquals(0, again.get(1).integer(), "to be asked again at once");
  }

  @Test
  void aLeaseIsEndedOnceWithAllThatFollows() {
    q.push("a", "b");
    var grants = Grant.of(settle(1, 2, 0).subList(2, 14));
    Object[] endings = {
      2,
      "a",
      grants.get(0).token(),
      "complete",
      "7",
      60_000,
      1,
      "c",
      "1",
      "",
      "{\"id\":\"c\"}",
      "b",
      grants.get(1).token(),
      "retry",
      0,
      5,
      "why"
    };
    assertEquals("cr", settle(2, 0, endings).get(0).text());
    assertEquals("cr", settle(2, 0, endings).get(0).text());
    assertEquals(1, q.get("b").attempts());
    assertEquals(3, q.queue.stats().pushed());
    assertEquals(1, q.queue.stats().completed());
    assertEquals("ll", settle(3, 0, endings).get(0).text());
  }

  @Test
  void whatIsTakenWithTheEndIsRememberedToo() {
    q.push("a", "b");
    var token = Grant.of(settle(1, 1, 0).subList(2, 8)).get(0).token();
    var first = settle(2, 1, 1, "a", token, "complete", "", 0, 0);
    var again = settle(2, 1, 1, "a", token, "complete", "", 0, 0);
    assertEquals(first.get(0), again.get(0));
    assertEquals(first.subList(2, 8), again.subList(2, 8));
    assertEquals(1, q.get("b").deliveries());
  }

  @Test
  void tasksAreDroppedOnce() {
    q.push("a", "b");
    assertEquals("gn", send(Scripts.DROP, "line", 1, "cancel", "a", "x").text());
    q.push("a");
    assertEquals("gn", send(Scripts.DROP, "line", 1, "cancel", "a", "x").text());
    assertEquals(TaskState.READY, q.state("a"), "it is another task of that id");
    assertEquals("g", send(Scripts.DROP, "line", 2, "remove", "a").text());
    assertEquals(1, q.queue.stats().cancelled());
  }

  @Test
  void deadLettersAreRequeuedOnce() {
    q.push("a");
    q.claim().settle(Outcome.dead("x"));
    assertEquals("g", send(Scripts.REQUEUE, "line", 1, "a").text());
    q.claim().settle(Outcome.dead("y"));
    assertEquals("g", send(Scripts.REQUEUE, "line", 1, "a").text());
    assertEquals(TaskState.DEAD, q.state("a"));
  }

  @Test
  void oneThatComesAfterALaterOneIsRefused() {
    push(7, "a");
    var refused = assertThrows(RedisException.Rejected.class, () -> push(6, "b"));
    assertEquals("STALE", refused.code());
    assertThrows(RedisException.Rejected.class, () -> settle(1, 1, 0));
    assertThrows(RedisException.Rejected.class, () -> send(Scripts.DROP, "line", 6, "remove", "a"));
    assertEquals(1, q.queue.size());
    assertEquals(TaskState.READY, q.state("a"));
    push(8, "b");
  }

  @Test
  void linesDoNotKnowOfEachOther() {
    send(Scripts.PUSH, "one", 5, 1, "a", "1", "", "{\"id\":\"a\"}");
    assertEquals("s", send(Scripts.PUSH, "two", 5, 1, "a", "1", "", "{\"id\":\"a\"}").text());
    assertEquals("s", send(Scripts.PUSH, "two", 6, 1, "a", "1", "", "{\"id\":\"a\"}").text());
    assertEquals("a", send(Scripts.PUSH, "one", 5, 1, "a", "1", "", "{\"id\":\"a\"}").text());
  }

  @Test
  void oneThreadNeedsOneLineAndOneConnectionAsManyAsThreads() throws Exception {
    for (int i = 0; i < 300; i++) {
      q.push("a" + i);
      q.queue.popAndHandle(task -> true);
    }
    assertEquals(1, remembered());
    var threads =
        IntStream.range(0, 4)
            .mapToObj(
                t -> new Thread(() -> IntStream.range(0, 100).forEach(i -> q.push(t + "-" + i))))
            .toList();
    threads.forEach(Thread::start);
    for (var thread : threads) {
      thread.join();
    }
    assertTrue(remembered() <= 5, () -> "lines: " + remembered());
  }

  @Test
  void linesThatAreSilentForLongAreForgottenAndOthersAreNot() {
    long now = q.redis.call(Server.time()).toEpochMilli();
    var lines = new HashMap<String, String>();
    for (int i = 0; i < 100; i++) {
      lines.put("old" + i, "3 " + (now - 3_600_000 - 60_000) + " \u0001");
      lines.put("new" + i, "3 " + (now - 3_600_000 + 60_000) + " \u0001");
    }
    q.redis.call(Hashes.set(q.keys.requests(), lines));
    int sent = 0;
    while (remembered() > 101 && sent < 200_000) {
      push(sent + 1, "a");
      sent += 32;
    }
    var left = q.redis.call(Hashes.keys(q.keys.requests()));
    assertEquals(100, left.stream().filter(line -> line.startsWith("new")).count());
    assertEquals(0, left.stream().filter(line -> line.startsWith("old")).count());
  }

  @Test
  void aThousandClientsThatComeAndGoDoNotPileUp() {
    long now = q.redis.call(Server.time()).toEpochMilli();
    for (int i = 0; i < 300; i++) {
      send(Scripts.PUSH, "client" + i, 1, 1, "a", "1", "", "{\"id\":\"a\"}");
      var old = "1 " + (now - 4_000_000) + " \u0001";
      q.redis.call(Hashes.set(q.keys.requests(), "client" + i, old));
    }
    assertTrue(remembered() < 30, () -> "lines: " + remembered());
  }
}
