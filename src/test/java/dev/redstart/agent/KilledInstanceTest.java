package dev.redstart.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.message.MessageSnapshot;
import dev.redstart.message.MessageStatus;
import dev.redstart.message.StreamEvent;
import dev.redstart.message.TaskStatus;
import dev.redstart.queue.TaskQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances that are killed in the middle of an answer: it has one end, or goes on elsewhere. */
@Apart
class KilledInstanceTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LEASE = Duration.ofSeconds(1);

  /** Beyond the lease: how long it may take until somebody else works on it, or it has failed. */
  private static final Duration MORE = Duration.ofSeconds(1);

  private static final AgentOptions OPTIONS = AgentOptions.defaults().withLease(LEASE);

  /** An instance that takes its time, and is to be killed. */
  private static ChildJvm child(Duration takeover) {
    var child =
        ChildJvm.of(AgentMain.class)
            .withHeap("64m")
            .start(
                RedisServer.shared().url(),
                Long.toString(LEASE.toMillis()),
                Long.toString(takeover.toMillis()),
                "50");
    child.awaitLine("ready", LIMIT);
    return child;
  }

  private static List<CompletableFuture<List<StreamEvent>>> readers(OneAgents one, String id) {
    var readers = new ArrayList<CompletableFuture<List<StreamEvent>>>();
    for (int i = 0; i < 3; i++) {
      readers.add(CompletableFuture.supplyAsync(() -> one.follow(id, LIMIT)));
    }
    return readers;
  }

  private static String text(List<StreamEvent> events) {
    var text = new StringBuilder();
    events.forEach(
        event -> event.payload().tryGet("delta").ifPresent(it -> text.append(it.asString())));
    return text.toString();
  }

  private static long ends(List<StreamEvent> events) {
    return events.stream().filter(it -> it.eventType().toString().equals("message_end")).count();
  }

  private static void awaitText(OneAgents one, String id, int length) {
    Eventually.within(LIMIT, "some text is there", () -> one.load(id).text().length() > length);
  }

  @Test
  void anotherInstanceGoesOnBehindWhatIsThere() {
    try (var one = OneAgents.open(OPTIONS);
        var child = child(Duration.ofSeconds(30))) {
      var question = "one two three four five six seven eight nine ten";
      var id = one.ask(question).id();
      var readers = readers(one, id);
      awaitText(one, id, 20);
      var begun = new ConcurrentLinkedQueue<String>();
      one.start(
          (prompt, answer) -> {
            begun.add(prompt.begun());
            EchoAgent.create().answer(prompt, answer);
          });
      child.kill();
      long killed = System.nanoTime();
      for (var reader : readers) {
        var events = reader.join();
        assertEquals("You said: " + question, text(events));
        assertEquals(1, ends(events));
      }
      within(killed, LEASE, "the continuation");
      assertEquals(1, begun.size());
      assertTrue(begun.peek().startsWith("You said: one two"), begun::toString);
    }
  }

  private static void within(long killed, Duration limit, String what) {
    long tookMillis = (System.nanoTime() - killed) / 1_000_000;
    long limitMillis = limit.plus(MORE).toMillis();
    assertTrue(tookMillis <= limitMillis, () -> what + " came after " + tookMillis + " ms");
  }

  @Test
  void byChoiceTheAnswerFailsInstead() {
    var strict = OPTIONS.withTakeover(Duration.ZERO);
    try (var one = OneAgents.open(strict);
        var child = child(Duration.ZERO)) {
      var id = one.ask("one two three four five six seven eight nine ten").id();
      var readers = readers(one, id);
      awaitText(one, id, 20);
      one.start(EchoAgent.create());
      child.kill();
      long killed = System.nanoTime();
      for (var reader : readers) {
        assertEquals(1, ends(reader.join()));
      }
      within(killed, LEASE, "the end");
      var end = one.load(id);
      assertEquals(MessageStatus.FAILED, end.status());
      assertEquals("You said: next", one.answer("next"));
      assertEquals(end, one.load(id));
    }
  }

  @Test
  void byChoiceItFailsAlsoWhenNobodyReadsIt() {
    try (var one = OneAgents.open(OPTIONS.withTakeover(Duration.ZERO));
        var child = child(Duration.ZERO)) {
      var id = one.ask("one two three four five six seven eight nine ten").id();
      awaitText(one, id, 20);
      one.start(EchoAgent.create());
      child.kill();
      var queue = TaskQueue.of(one.redis, "agent:messages");
      Eventually.within(LIMIT, "the queue is empty", () -> queue.size() == 0);
      assertEquals(MessageStatus.FAILED, one.load(id).status());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 500})
  void withoutAnotherInstanceTheAnswerFailsWhenItHasWaitedLongEnough(int takeoverMillis) {
    var takeover = Duration.ofMillis(takeoverMillis);
    try (var one = OneAgents.open(OPTIONS);
        var child = child(takeover)) {
      var id = one.ask("one two three four five six seven eight nine ten").id();
      var readers = readers(one, id);
      awaitText(one, id, 20);
      child.kill();
      long killed = System.nanoTime();
      for (var reader : readers) {
        assertEquals(1, ends(reader.join()));
      }
      within(killed, LEASE.plus(takeover), "the end");
      assertEquals(MessageStatus.FAILED, one.load(id).status());
    }
  }

  @Test
  void aStepThatIsFinishedIsNotDoneAgain() {
    try (var one = OneAgents.open(OPTIONS);
        var child = child(Duration.ofSeconds(30))) {
      var description = "one, two, three three three three three three three, four";
      var task = one.agents.run(OneAgents.SESSION, Workflow.PLANNER, description, 1);
      var readers = readers(one, task.messageId());
      child.awaitLine("work Step 3", LIMIT);
      var done = new ConcurrentLinkedQueue<String>();
      one.start(
          (prompt, answer) -> {
            done.add(prompt.part() + " " + prompt.material().lines().findFirst().orElse(""));
            EchoAgent.create().answer(prompt, answer);
          });
      child.kill();
      for (var reader : readers) {
        assertEquals(1, ends(reader.join()));
      }
      var end = one.load(task.messageId());
      assertEquals(
          List.of(
              "work Step 3: three three three three three three three",
              "work Step 4: four",
              "conclude Results so far:"),
          List.copyOf(done));
      assertEquals(
          "Done: one\nDone: two\nDone: three three three three three three three\nDone: four",
          end.text());
      assertAllDone(end);
    }
  }

  private static void assertAllDone(MessageSnapshot end) {
    assertEquals(MessageStatus.COMPLETED, end.status());
    end.tasks().forEach((id, task) -> assertEquals(TaskStatus.COMPLETED, task.status(), () -> id));
    end.contentBlocks().forEach(block -> assertTrue(!block.isPlaceholder(), block::toString));
  }

  @Test
  void anInstanceThatWasOnlyStoppedWritesNothingMore() {
    try (var one = OneAgents.open(OPTIONS);
        var child = child(Duration.ofSeconds(30))) {
      var question = "one two three four five six seven eight nine ten";
      var id = one.ask(question).id();
      awaitText(one, id, 20);
      child.pause();
      one.start(EchoAgent.create());
      var end = one.end(id);
      assertEquals("You said: " + question, end.text());
      child.resume();
      child.awaitLine("answer one", LIMIT);
      assertEquals("You said: next", one.answer("next"));
      assertEquals(end, one.load(id));
    }
  }

  @Test
  void anInstanceThatStopsInOrderLeavesItsAnswerToOthersAtOnce() {
    var patient = OPTIONS.withLease(Duration.ofSeconds(30)).withGrace(Duration.ZERO);
    try (var one = OneAgents.open(patient)) {
      var stopping = one.agents.start(EchoAgent.create().withPause(Duration.ofMillis(50)));
      var question = "one two three four five six seven eight nine ten";
      var id = one.ask(question).id();
      var readers = readers(one, id);
      awaitText(one, id, 20);
      stopping.close();
      one.start(EchoAgent.create());
      for (var reader : readers) {
        assertEquals("You said: " + question, text(reader.join()));
      }
      assertEquals(MessageStatus.COMPLETED, one.load(id).status());
    }
  }

  @Test
  void anAnswerThatEndsItsInstancesFailsInTheEnd() {
    var lost = new ConcurrentLinkedQueue<Integer>();
    Agent agent =
        (prompt, answer) -> {
          lost.add(1);
          throw new InterruptedException("as if this instance were to stop");
        };
    try (var one = OneAgents.open(OPTIONS)) {
      one.start(agent);
      var end = one.end(one.ask("?").id());
      assertEquals("This answer was begun 5 times, and never finished.", end.error().orElseThrow());
      assertEquals(5, lost.size());
    }
  }
}
