package dev.redstart.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.ContentType;
import dev.redstart.message.MessageSnapshot;
import dev.redstart.message.MessageStatus;
import dev.redstart.message.Role;
import dev.redstart.message.TaskStatus;
import dev.redstart.message.TaskUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Tasks that are done in steps, each of which can be seen. */
class WorkflowTest {
  private static final Agent ECHO = EchoAgent.create();

  private static AgentTask run(OneAgents one, Workflow workflow, String description, int max) {
    return one.agents.run(OneAgents.SESSION, workflow, description, max);
  }

  /** Of a message whose workflow has ended: each block's text, by its task. */
  private static List<String> results(MessageSnapshot message, AgentTask task) {
    var results = new ArrayList<String>();
    for (var block : message.contentBlocks()) {
      var of = block.taskId().orElse("-").replace(task.taskId(), "all");
      results.add(of + " " + block.contentType() + ": " + block.text().orElse("").strip());
    }
    return results;
  }

  @Test
  void theReplySaysWhereItCanBeFollowed() {
    try (var one = OneAgents.open()) {
      var task = run(one, Workflow.SIMPLE, "x", 3);
      var json = task.toJson();
      assertEquals(
          List.of("task_id", "message_id", "session_id", "status"),
          List.copyOf(json.asMap().keySet()));
      assertEquals("processing", json.get("status").asString());
      var message = one.load(task.messageId());
      assertEquals(TaskStatus.PROCESSING, message.tasks().get(task.taskId()).status());
      assertEquals("simple", message.head().metadata().get("workflow").asString());
      var question = one.load(message.head().parentMessageId().orElseThrow());
      assertEquals("x", question.text());
      assertEquals(Role.USER, question.head().role());
    }
  }

  @Test
  void simpleIsOnePass() {
    try (var one = OneAgents.with(ECHO)) {
      var task = run(one, Workflow.SIMPLE, "Hello there", 3);
      assertEquals(
          List.of(
              "message_start",
              "task_started",
              "content_added",
              "text_delta",
              "task_completed",
              "content_updated",
              "message_end"),
          OneAgents.types(one.follow(task.messageId())));
      var end = one.load(task.messageId());
      assertEquals("You said: Hello there", end.text());
      assertEquals(List.of("all json: {\"workflow\":\"simple\",\"steps\":0}"), results(end, task));
    }
  }

  @Test
  void aCriticIsHeardUntilHeAccepts() {
    try (var one = OneAgents.with(ECHO)) {
      var task = run(one, Workflow.CRITIC, "Hello", 5);
      var end = one.end(task.messageId());
      assertEquals("You said: Hello (revised)", end.text());
      assertEquals(
          List.of(
              "all json: {\"workflow\":\"critic\",\"steps\":4}",
              "draft-1 markdown: You said: Hello",
              "critique-1 thinking: Say it again, and mark it as revised.",
              "draft-2 markdown: You said: Hello (revised)",
              "critique-2 thinking: ACCEPT"),
          results(end, task));
      assertEquals(MessageStatus.COMPLETED, end.status());
    }
  }

  @Test
  void aCriticWhoNeverAcceptsIsHeardOftenEnough() {
    try (var one = OneAgents.with(ECHO)) {
      var task = run(one, Workflow.CRITIC, "never", 2);
      var end = one.end(task.messageId());
      assertEquals("You said: never (revised)", end.text());
      assertEquals(5, end.tasks().size());
      assertTrue(end.tasks().containsKey("critique-2"));
    }
  }

  @Test
  void aPlanIsDoneStepByStep() {
    try (var one = OneAgents.with(ECHO)) {
      var task = run(one, Workflow.PLANNER, "buy, boil and eat", 3);
      var events = one.follow(task.messageId());
      var end = one.load(task.messageId());
      assertEquals("Done: buy\nDone: boil\nDone: eat", end.text());
      assertEquals(
          List.of(
              "all json: {\"workflow\":\"planner\",\"steps\":5}",
              "plan markdown: 1. buy\n2. boil\n3. eat",
              "step-1 markdown: Done: buy",
              "step-2 markdown: Done: boil",
              "step-3 markdown: Done: eat",
              "review-1 thinking: DONE"),
          results(end, task));
      var progress =
          events.stream()
              .filter(event -> event.payload().tryGet("task_id").isPresent())
              .filter(event -> event.payload().get("task_id").asString().equals(task.taskId()))
              .flatMap(event -> event.payload().tryGet("progress").stream())
              .map(value -> value.asDouble())
              .toList();
      assertEquals(List.of(0.0, 0.5, 0.66, 0.75, 0.8, 0.83, 1.0), progress);
    }
  }

  @Test
  void eachStepBeginsWithWhatItIsAboutAndTellsHowItGrows() {
    Agent agent =
        (prompt, answer) -> {
          if (prompt.part() == Part.WORK) {
            for (int i = 0; i < 100; i++) {
              answer.text("0123456789");
            }
          } else {
            ECHO.answer(prompt, answer);
          }
        };
    try (var one = OneAgents.with(agent)) {
      var task = run(one, Workflow.PLANNER, "buy", 1);
      var said =
          one.follow(task.messageId()).stream()
              .map(event -> event.payload())
              .filter(payload -> payload.tryGet("task_id").equals(Optional.of(Json.of("step-1"))))
              .toList();
      assertEquals("markdown_work", said.get(0).get("task_type").asString());
      assertEquals("buy", said.get(0).get("params").get("prompt").asString());
      var progress =
          said.stream()
              .flatMap(payload -> payload.tryGet("progress").stream())
              .map(value -> value.asDouble())
              .toList();
      assertEquals(List.of(0.0, 0.01, 0.16, 0.28, 0.44, 0.61, 1.0), progress);
    }
  }

  @Test
  void aPlanIsMadeLongerAfterAReview() {
    try (var one = OneAgents.with(ECHO)) {
      var again = run(one, Workflow.PLANNER, "look again", 3);
      var end = one.end(again.messageId());
      assertEquals("Done: look again\nDone: Look again", end.text());
      assertTrue(end.tasks().containsKey("review-2"));
      var once = run(one, Workflow.PLANNER, "look again", 1);
      var short1 = one.end(once.messageId());
      assertEquals("Done: look again", short1.text());
      assertFalse(short1.tasks().containsKey("review-1"));
    }
  }

  @Test
  void theMaterialOfAStepIsTheResultsBefore() {
    var seen = new ConcurrentLinkedQueue<String>();
    Agent agent =
        (prompt, answer) -> {
          seen.add(prompt.part() + "|" + prompt.material());
          ECHO.answer(prompt, answer);
        };
    try (var one = OneAgents.with(agent)) {
      one.end(run(one, Workflow.PLANNER, "a, b", 1).messageId());
      var results = "Results so far:\n\nStep 1: a\n\nDone: a";
      assertEquals(
          List.of(
              "plan|",
              "work|Step 1: a",
              "work|Step 2: b\n\n" + results,
              "conclude|" + results + "\n\nStep 2: b\n\nDone: b"),
          List.copyOf(seen));
    }
  }

  @Test
  void aStepMayThinkAndHaveTasksOfItsOwn() {
    try (var one = OneAgents.with(ECHO)) {
      var task = run(one, Workflow.PLANNER, "think of an image, draw an image", 1);
      var end = one.end(task.messageId());
      assertEquals(MessageStatus.COMPLETED, end.status());
      assertEquals(TaskStatus.COMPLETED, end.tasks().get("step-1.image").status());
      assertEquals(TaskStatus.COMPLETED, end.tasks().get("step-2.image").status());
      var ids = end.contentBlocks().stream().map(ContentBlock::contentId).toList();
      assertTrue(ids.contains(task.messageId() + ".step-1.thinking-1"), ids::toString);
    }
  }

  @Test
  void aStepThatFailsFailsTheMessageAndEndsItsTasks() {
    try (var one = OneAgents.with(ECHO)) {
      var task = run(one, Workflow.PLANNER, "buy, fail, eat", 3);
      var end = one.end(task.messageId());
      assertEquals(MessageStatus.FAILED, end.status());
      assertEquals(Optional.of("I was asked to fail."), end.error());
      assertEquals(TaskStatus.COMPLETED, end.tasks().get("step-1").status());
      assertEquals(TaskStatus.CANCELLED, end.tasks().get("step-2").status());
      assertEquals(TaskStatus.CANCELLED, end.tasks().get(task.taskId()).status());
      assertFalse(end.tasks().containsKey("step-3"));
    }
  }

  @Test
  void aWorkflowIsCancelledInTheMiddleOfAStep() {
    var interrupted = new CountDownLatch(1);
    Agent agent =
        (prompt, answer) -> {
          if (prompt.material().startsWith("Step 2")) {
            try {
              new CountDownLatch(1).await();
            } finally {
              interrupted.countDown();
            }
          }
          ECHO.answer(prompt, answer);
        };
    try (var one = OneAgents.with(agent)) {
      var task = run(one, Workflow.PLANNER, "a, b, c", 3);
      Eventually.within(
          OneAgents.LIMIT,
          "the second step has begun",
          () -> one.load(task.messageId()).tasks().containsKey("step-2"));
      one.elsewhere().agents.cancel(task.messageId());
      var end = one.end(task.messageId());
      assertEquals(MessageStatus.CANCELLED, end.status());
      assertEquals(TaskStatus.CANCELLED, end.tasks().get("step-2").status());
      Eventually.within(Duration.ofSeconds(1), "it is told", () -> interrupted.getCount() == 0);
    }
  }

  @Test
  void aLargeResultIsKeptApart() {
    var large = "0123456789".repeat(2000);
    Agent agent =
        (prompt, answer) -> answer.text(prompt.part() == Part.CRITICISE ? "**Accepted.**" : large);
    try (var one = OneAgents.with(agent)) {
      var task = run(one, Workflow.CRITIC, "x", 1);
      var end = one.end(task.messageId());
      assertEquals(large, end.text());
      var draft = end.contentBlocks().get(1);
      assertTrue(draft.isApart());
      assertEquals(
          large, one.store.contentBlock(draft.contentId()).orElseThrow().text().orElseThrow());
    }
  }

  @Test
  void aResultThatIsKeptApartIsFoundByWhoeverGoesOn() {
    var large = "0123456789".repeat(2000);
    var seen = new ConcurrentLinkedQueue<String>();
    Agent agent =
        (prompt, answer) -> {
          seen.add(prompt.part() + " " + prompt.material());
          answer.text("ACCEPT");
        };
    try (var one = OneAgents.open()) {
      var task = run(one, Workflow.CRITIC, "x", 1);
      var message = one.store.load(task.messageId()).orElseThrow();
      message.startTask("draft-1", "markdown_answer", Json.object("prompt", "Draft 1"));
      var draft = ContentBlock.of(ContentType.MARKDOWN, large);
      message.updateTask("draft-1", TaskUpdate.completed(draft));
      one.start(agent);
      assertEquals(large, one.end(task.messageId()).text());
      assertEquals(List.of("criticise " + large), List.copyOf(seen));
    }
  }

  @Test
  void whoeverGoesOnDoesNotWriteTheTextAgain() {
    try (var one = OneAgents.open()) {
      var critic = run(one, Workflow.CRITIC, "x", 3);
      one.store.load(critic.messageId()).orElseThrow().appendText("You said: x (revised)");
      var planner = run(one, Workflow.PLANNER, "a, b", 1);
      one.store.load(planner.messageId()).orElseThrow().appendText("Done: a\n");
      one.start(ECHO);
      assertEquals("You said: x (revised)", one.end(critic.messageId()).text());
      assertEquals("Done: a\nDone: b", one.end(planner.messageId()).text());
    }
  }

  @Test
  void aPlanIsReadFromWhateverListItIs() {
    assertEquals(List.of("a", "b b", "c"), Plan.steps("Plan:\n1. a\n 2) b b\n\n* c\nThat is it."));
    assertEquals(List.of("just do it"), Plan.steps(" just do it\n"));
    assertEquals(List.of("1.5 litres"), Plan.steps("1.5 litres"));
    assertEquals(20, Plan.steps("- a\n".repeat(50)).size());
    assertThrows(AgentException.class, () -> Plan.steps(" \n"));
  }

  @Test
  void aWordIsFoundWhateverItsEmphasis() {
    assertTrue(Plan.isWord("**Done.**", "done"));
    assertTrue(Plan.isWord("\n> DONE", "done"));
    assertFalse(Plan.isWord("Donet", "done"));
    assertFalse(Plan.isWord("not done", "done"));
    assertFalse(Plan.isWord("", "done"));
  }

  @Test
  void badTasksAreRefusedBeforeAnythingIsStored() {
    try (var one = OneAgents.open()) {
      assertThrows(IllegalArgumentException.class, () -> run(one, Workflow.SIMPLE, "x", 0));
      assertThrows(IllegalArgumentException.class, () -> run(one, Workflow.SIMPLE, "x", 101));
      assertThrows(IllegalArgumentException.class, () -> Workflow.of("Planner"));
      assertEquals(Workflow.PLANNER, Workflow.of("planner"));
      assertEquals(0, one.redis.call("DBSIZE").integer());
    }
  }
}
