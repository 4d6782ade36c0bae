package dev.redstart.queue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Seeds;
import dev.redstart.json.Json;
import dev.redstart.redis.Command;
import dev.redstart.redis.ScoredMember;
import dev.redstart.redis.SortedSets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What other clients write into the queue's own key. */
class ForeignMemberTest {
  private final OneQueue q = OneQueue.open();

  @AfterEach
  void close() {
    q.close();
  }

  private List<String> popAll() {
    return OneQueue.ids(q.queue.popAndHandle(task -> true, 10_000));
  }

  private void write(double score, byte[] member) {
    var words = List.of("ZADD", q.keys.ready(), Double.toString(score));
    var all = new ArrayList<>(words.stream().map(word -> word.getBytes(UTF_8)).toList());
    all.add(member);
    q.redis.call(Command.ofBytes(all));
  }

  private void assertNothingIsHeld() {
    var stats = q.queue.stats();
    assertEquals(0, stats.ready() + stats.scheduled() + stats.leased(), stats::toString);
  }

  @Test
  void aTaskAsJsonIsRun() {
    q.write(2, "{\"id\":\"b\",\"payload\":{\"x\":1},\"meta\":{\"m\":true}}");
    q.write(1, "{ \"more\": 0, \"id\" : \"a\" }");
    q.push("c");
    var seen = new ArrayList<Task>();
    assertEquals(List.of("c", "a", "b"), OneQueue.ids(q.queue.popAndHandle(seen::add, 5)));
    assertEquals(Json.of(""), seen.get(1).payload());
    assertEquals(Json.parse("{\"m\":true}"), seen.get(2).meta());
    assertNothingIsHeld();
  }

  @Test
  void aTaskAsJsonIsRetriedScheduledAndBuriedAsAnyOther() {
    q.write(5.5, "{\"id\":\"a\"}");
    q.queue.popAndHandle(task -> false);
    assertEquals(TaskState.SCHEDULED, q.state("a"));
    assertEquals(5.5, q.get("a").score());
    q.endPauses();
    q.claim().settle(Outcome.dead("x"));
    q.queue.requeue(List.of("a"));
    assertEquals(5.5, q.queue.range(0, 9, 9).tasks().get(0).score());
    assertEquals(List.of("a"), popAll());
  }

  @Test
  void infiniteScoresOfOthersAreKept() {
    q.write(Double.NEGATIVE_INFINITY, "{\"id\":\"low\"}");
    q.write(Double.POSITIVE_INFINITY, "{\"id\":\"high\"}");
    q.queue.popAndHandle(task -> false, 2);
    assertEquals(Double.NEGATIVE_INFINITY, q.get("low").score());
    q.endPauses();
    assertEquals(List.of("low", "high"), popAll());
  }

  static List<String> garbage() {
    var all =
        new ArrayList<>(
            List.of(
                "not json",
                "",
                " ",
                "0123456789abcdef",
                "0123456789abcdefa",
                "null",
                "7",
                "\"text\"",
                "[]",
                "[\"id\",\"a\"]",
                "{}",
                "{\"id\":7}",
                "{\"id\":null}",
                "{\"id\":[\"a\"]}",
                "{\"id\":\"\"}",
                "{\"id\":\" \\n\"}",
                "{\"id\":\"\\u0000\"}",
                "{\"id\":\"" + "x".repeat(1025) + "\"}",
                "{\"id\":\"" + "é".repeat(513) + "\"}",
                "{\"id\":\"\\ud800\"}",
                "{\"id\":\"\\udc00\"}",
                "{\"id\":\"a\"",
                "{\"id\":\"a\"}}",
                "[".repeat(5000)));
    // What cjson takes and our parser does not.
    all.addAll(
        List.of(
            "{\"id\":\"a\",\"payload\":NaN}",
            "{\"id\":\"a\",\"payload\":-Infinity}",
            "{\"id\":\"a\",\"payload\":0x10}",
            "{\"id\":\"a\",\"payload\":01}",
            "{\"id\":\"b\",\"id\":\"a\"}",
            "{\"id\":\"a\",\"payload\":\"\u0001\"}",
            "{\"id\":\"a\",\"payload\":\"\t\"}",
            "{\"id\":\"a\",\"payload\":" + "[".repeat(400) + "]".repeat(400) + "}",
            "{\"id\":\"a\",\"payload\":1" + "0".repeat(2000) + "}",
            "{\"id\":\"a\",\"meta\":7}",
            "{\"id\":\"a\",\"meta\":null}"));
    return all;
  }

  @ParameterizedTest
  @MethodSource("garbage")
  void garbageIsSetAsideAndWhatIsBehindItIsDone(String member) {
    write(-1, member.getBytes(UTF_8));
    q.push("good");
    assertEquals(List.of("good"), popAll());
    assertOneDeadLetter(member);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'id':'\u00ff'}", "{'id':'a\u00ff'}", "{'id':'a','payload':'\u00fe'}"})
  void binaryGarbageIsSetAside(String member) {
    write(-1, member.replace('\'', '"').getBytes(ISO_8859_1));
    q.push("good");
    assertEquals(List.of("good"), popAll());
    assertOneDeadLetter(member.substring(0, 1));
  }

  private void assertOneDeadLetter(String text) {
    assertNothingIsHeld();
    assertEquals(1, q.dead().size());
    var letter = q.dead().get(0);
    assertTrue(letter.error().orElseThrow().startsWith("not a task: "), letter::toString);
    assertTrue(letter.task().payload().asString().startsWith(text), letter::toString);
    assertEquals(letter.task(), q.get(letter.task().id()).task());
    assertEquals(1, q.queue.purge(List.of(letter.task().id())), "it can be named");
    assertEquals(List.of(), q.dead());
  }

  @Test
  void garbageThatIsRequeuedDiesAgain() {
    q.write(1, "not json");
    q.write(2, "{\"id\":\"a\",\"payload\":NaN}");
    popAll();
    var ids = q.dead().stream().map(letter -> letter.task().id()).toList();
    assertEquals(2, q.queue.requeue(ids));
    q.push("good");
    assertEquals(List.of("good"), popAll());
    assertEquals(2, q.dead().size());
    assertNothingIsHeld();
  }

  @Test
  void anIdThatIsInTheQueueIsSetAside() {
    q.queue.push(OneQueue.task("a"), 5);
    q.write(1, "{\"id\":\"a\",\"payload\":\"other\"}");
    var seen = new ArrayList<Task>();
    q.queue.popAndHandle(seen::add, 5);
    assertEquals(List.of(OneQueue.task("a")), seen);
    assertEquals(1, q.dead().size());
    var letter = q.dead().get(0);
    assertTrue(letter.error().orElseThrow().contains("id a is in the queue"), letter::toString);
  }

  @Test
  void anIdThatWasSetAsideCanBeRequeuedOrDiesAgain() {
    q.queue.push(OneQueue.task("a"), 5);
    q.write(1, "{\"id\":\"a\",\"payload\":\"other\"}");
    popAll();
    var letter = q.dead().get(0).task().id();
    q.queue.requeue(List.of(letter));
    int handled = popAll().size();
    assertNothingIsHeld();
    assertEquals(1, handled + q.dead().size());
  }

  @Test
  void theSameGarbageAgainAddsNothing() {
    for (int i = 0; i < 3; i++) {
      q.write(i, "not json");
      popAll();
    }
    assertEquals(1, q.dead().size());
    assertEquals(1, q.queue.stats().died());
    assertNothingIsHeld();
  }

  @Test
  void aMemberThatLooksLikeOursIsNotTakenForIt() {
    q.push("a");
    var ours = q.members(q.keys.ready()).get(0).member();
    var fake = "f".repeat(16) + "a";
    q.write(0, fake);
    assertEquals(List.of("a"), popAll());
    assertEquals(Json.of(fake), q.dead().get(0).task().payload());
    q.write(1, ours);
    assertEquals(List.of(), popAll(), "its task is done");
    assertNothingIsHeld();
  }

  @Test
  void aMemberThatBeginsLikeAScoreIsNotTakenForATask() {
    q.queue.push(OneQueue.task("a"), 1234567890.12345);
    q.write(1, "1234567890.12345a");
    assertEquals(List.of("a"), popAll());
    assertEquals(1, q.queue.stats().completed());
    assertEquals(1, q.dead().size());
  }

  @Test
  void aTaskIsNotBlockedByAnyAmountOfGarbage() {
    write(500);
    q.push("good");
    assertEquals(List.of("good"), OneQueue.ids(q.queue.popAndHandle(task -> true)));
    assertEquals(500, q.queue.stats().dead());
  }

  @Test
  void aClaimIsNotBlockedEither() {
    write(500);
    q.push("good");
    assertEquals("good", q.claim().task().id());
  }

  @Test
  void aWorkerIsNotBlockedEither() {
    write(500);
    var done = new ArrayList<String>();
    q.worker(
        WorkerOptions.defaults(),
        lease -> {
          done.add(lease.task().id());
          return Outcome.done();
        });
    q.push("good");
    q.awaitSize(0);
    assertEquals(List.of("good"), done);
  }

  private void write(int garbage) {
    var members =
        IntStream.range(0, garbage).mapToObj(i -> new ScoredMember("garbage " + i, -i)).toList();
    q.redis.call(SortedSets.add(q.keys.ready(), members));
  }

  @Test
  void whatNobodyHasTakenIsShownAsFarAsItCanBeRead() {
    q.write(1, "{\"id\":\"a\",\"payload\":5}");
    write(2, new byte[] {(byte) 0xff, 0});
    q.write(3, "{\"id\":\"" + "x".repeat(1025) + "\"}");
    var tasks = q.queue.range(0, 9, 9).tasks();
    assertEquals(new Task("a", Json.of(5)), tasks.get(0).task());
    assertEquals(new Task("foreign:", Json.of("\ufffd\u0000")), tasks.get(1).task());
    assertEquals("foreign:", tasks.get(2).task().id());
    assertEquals(List.of(1.0, 2.0, 3.0), tasks.stream().map(QueuedTask::score).toList());
    assertTrue(q.queue.get("a").isEmpty(), "nobody has taken it");
  }

  @Test
  void aPushOfAnIdThatOthersWroteIsANewTask() {
    q.write(2, "{\"id\":\"a\",\"payload\":\"theirs\"}");
    assertEquals(Pushed.ADDED, q.queue.push(Task.of("a", "ours"), 1));
    var seen = new ArrayList<String>();
    q.queue.popAndHandle(task -> seen.add(task.payload().asString()), 5);
    assertEquals(List.of("ours", "theirs"), seen);
  }

  @Test
  void randomBytesNeverBlockTheQueue() {
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          for (int i = 0; i < 200; i++) {
            write(random.nextInt(10) - 5, randomMember(random));
          }
          q.queue.push(OneQueue.task("good"), 100);
          assertTrue(popAll().contains("good"));
          assertNothingIsHeld();
        });
  }

  private static byte[] randomMember(Random random) {
    var member =
        "{\"id\":\"t%d\",\"payload\":[1,\"a\"]}".formatted(random.nextInt(50)).getBytes(UTF_8);
    for (int flips = random.nextInt(4); flips > 0; flips--) {
      member[random.nextInt(member.length)] = (byte) random.nextInt();
    }
    return member;
  }
}
