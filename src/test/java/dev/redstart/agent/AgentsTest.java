package dev.redstart.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.ContentType;
import dev.redstart.message.Media;
import dev.redstart.message.MessageException;
import dev.redstart.message.MessageHead;
import dev.redstart.message.MessageStatus;
import dev.redstart.message.Role;
import dev.redstart.message.TaskStatus;
import dev.redstart.message.TaskUpdate;
import dev.redstart.queue.Task;
import dev.redstart.queue.TaskQueue;
import dev.redstart.redis.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A question is answered once, in its turn, by whatever instance. */
class AgentsTest {
  private static final Agent ECHO = EchoAgent.create();

  @Test
  void aQuestionIsStoredAndAnsweredInPieces() {
    try (var one = OneAgents.with(ECHO)) {
      var answer = one.ask("Hello there");
      var events = one.follow(answer.id());
      assertEquals(List.of("message_start", "text_delta", "message_end"), OneAgents.types(events));
      assertTrue(events.size() <= 6, "a word, or several");
      var end = one.load(answer.id());
      assertEquals("You said: Hello there", end.text());
      assertEquals(MessageStatus.COMPLETED, end.status());
      assertEquals(Role.ASSISTANT, end.head().role());
      var question = one.load(end.head().parentMessageId().orElseThrow());
      assertEquals("Hello there", question.text());
      assertEquals(Role.USER, question.head().role());
      assertTrue(question.isComplete());
    }
  }

  @Test
  void anotherInstanceAnswersToo() {
    try (var one = OneAgents.open()) {
      one.elsewhere().start(ECHO);
      assertEquals("You said: Hello", one.answer("Hello"));
    }
  }

  @Test
  void aQuestionWaitsUntilThereIsAnAgent() {
    try (var one = OneAgents.open()) {
      var answer = one.ask("Hello");
      assertFalse(one.load(answer.id()).isComplete());
      one.start(ECHO);
      assertEquals("You said: Hello", one.end(answer.id()).text());
    }
  }

  @Test
  void theAgentSeesTheConversationSoFar() {
    var seen = new ConcurrentLinkedQueue<List<Turn>>();
    Agent agent =
        (prompt, answer) -> {
          seen.add(prompt.turns());
          answer.thinking("Hm.");
          answer.text("Answer to " + prompt.question());
        };
    try (var one = OneAgents.open(OneAgents.QUICK.withTurns(3))) {
      one.start(agent);
      one.answer("1");
      one.answer("2");
      one.answer("3");
      var last = new ArrayList<>(seen).get(2);
      assertEquals(
          List.of(
              new Turn(Role.ASSISTANT, "Answer to 1"),
              new Turn(Role.USER, "2"),
              new Turn(Role.ASSISTANT, "Answer to 2"),
              new Turn(Role.USER, "3")),
          last);
    }
  }

  @Test
  void contentOfAQuestionIsSaidAsText() {
    var seen = new CompletableFuture<List<Turn>>();
    try (var one = OneAgents.open()) {
      var head = MessageHead.of("msg_q", OneAgents.SESSION, Role.USER);
      var question = one.store.loadOrCreate(head);
      var large = "x".repeat(20_000);
      question.appendText("Look:");
      question.addContent(ContentBlock.of(ContentType.IMAGE, Media.url("http://a/b.png")));
      question.addContent(ContentBlock.of(ContentType.CODE, large));
      question.complete();
      one.start((prompt, answer) -> seen.complete(prompt.turns()));
      one.end(one.agents.answer(head).id());
      assertEquals(
          List.of(new Turn(Role.USER, "Look:\n\n[image: http://a/b.png]\n\n" + large)),
          seen.join());
    }
  }

  @Test
  void anAnswerMayBeAMessageThatTheCallerMade() {
    try (var one = OneAgents.with(ECHO)) {
      var question = MessageHead.of("msg_q", OneAgents.SESSION, Role.USER);
      one.store.loadOrCreate(question).appendText("Hello");
      var answer =
          one.store.loadOrCreate(
              MessageHead.of("msg_a", OneAgents.SESSION, Role.ASSISTANT).withParent("msg_q"));
      assertEquals("msg_a", one.agents.answer(question, answer.id()).id());
      assertEquals("You said: Hello", one.end("msg_a").text());
    }
  }

  @Test
  void theAnswersOfASessionComeOneAfterTheOther() {
    var working = new AtomicInteger();
    var seen = new ConcurrentLinkedQueue<String>();
    var atOnce = new AtomicInteger();
    Agent agent =
        (prompt, answer) -> {
          atOnce.accumulateAndGet(working.incrementAndGet(), Math::max);
          seen.add(prompt.turns().stream().map(Turn::text).toList().toString());
          answer.text("a");
          new CountDownLatch(1).await(30, TimeUnit.MILLISECONDS);
          answer.text(prompt.question());
          working.decrementAndGet();
        };
    try (var one = OneAgents.open()) {
      var first = one.ask("1");
      var second = one.ask("2");
      var third = one.ask("3");
      one.start(agent);
      one.elsewhere().start(agent);
      for (var answer : List.of(third, second, first)) {
        one.end(answer.id());
      }
      assertEquals(1, atOnce.get());
      assertEquals(List.of("[1]", "[1, a1, 2]", "[1, a1, 2, a2, 3]"), List.copyOf(seen));
    }
  }

  @Test
  void aQuestionThatCameLaterIsNotSeen() {
    var seen = new ConcurrentLinkedQueue<String>();
    Agent agent =
        (prompt, answer) -> {
          seen.add(prompt.turns().stream().map(Turn::text).toList().toString());
          answer.text("to " + prompt.question());
        };
    try (var one = OneAgents.open()) {
      var first = MessageHead.of("msg_1", OneAgents.SESSION, Role.USER);
      var second = MessageHead.of("msg_2", OneAgents.SESSION, Role.USER);
      one.store.loadOrCreate(first).appendText("1");
      one.store.loadOrCreate(second).appendText("2");
      one.agents.answer(first);
      var last = one.agents.answer(second);
      one.start(agent);
      one.end(last.id());
      assertEquals(List.of("[1]", "[1, to 1, 2]"), List.copyOf(seen));
    }
  }

  @Test
  void thoseOfOtherSessionsDoNotWait() throws Exception {
    var both = new CountDownLatch(2);
    Agent agent =
        (prompt, answer) -> {
          both.countDown();
          answer.text(both.await(5, TimeUnit.SECONDS) ? "both" : "alone");
        };
    try (var one = OneAgents.with(agent)) {
      var here = one.ask("1");
      one.agents.ask("session_002", "2");
      assertEquals("both", one.end(here.id()).text());
    }
  }

  @Test
  void anOpenMessageThatNoAgentHasHoldsNobodyUp() {
    try (var one = OneAgents.with(ECHO)) {
      one.store.loadOrCreate("msg_0", OneAgents.SESSION, Role.ASSISTANT);
      assertEquals("You said: Hello", one.answer("Hello"));
    }
  }

  @Test
  void thinkingGoesIntoABlockBeforeTheText() {
    try (var one = OneAgents.with(ECHO)) {
      var answer = one.ask("Think");
      var types = OneAgents.types(one.follow(answer.id()));
      assertEquals(
          List.of("message_start", "content_added", "content_updated", "text_delta", "message_end"),
          types);
      var block = one.load(answer.id()).contentBlocks().get(0);
      assertEquals(ContentType.THINKING, block.contentType());
      assertEquals("What was said has 5 characters.", block.text().orElseThrow());
    }
  }

  @Test
  void longThinkingIsSeveralBlocks() {
    var thought = "0123456789".repeat(90);
    Agent agent =
        (prompt, answer) -> {
          for (int i = 0; i < 10; i++) {
            answer.thinking(thought);
          }
        };
    try (var one = OneAgents.with(agent)) {
      var blocks = one.end(one.ask("?").id()).contentBlocks();
      assertEquals(2, blocks.size());
      assertEquals(
          thought.repeat(10),
          blocks.get(0).text().orElseThrow() + blocks.get(1).text().orElseThrow());
    }
  }

  @Test
  void aTaskShowsItsProgressAndItsImage() {
    try (var one = OneAgents.with(ECHO)) {
      var answer = one.ask("An image");
      assertEquals(
          List.of(
              "message_start",
              "task_started",
              "content_added",
              "task_progress",
              "task_completed",
              "content_updated",
              "text_delta",
              "message_end"),
          OneAgents.types(one.follow(answer.id())));
      var end = one.load(answer.id());
      assertEquals(TaskStatus.COMPLETED, end.tasks().get("image").status());
      var image = end.contentBlocks().get(0);
      assertEquals(ContentType.IMAGE, image.contentType());
      assertTrue(image.media().orElseThrow().data().isPresent());
    }
  }

  @Test
  void halvesOfACharacterAreJoined() {
    Agent agent =
        (prompt, answer) -> {
          answer.thinking("a\uD83D");
          answer.thinking("\uDE00");
          answer.text("b\uD83D");
          answer.text("");
          answer.text("\uDE00c");
        };
    try (var one = OneAgents.with(agent)) {
      var end = one.end(one.ask("?").id());
      assertEquals("b😀c", end.text());
      assertEquals("a😀", end.contentBlocks().get(0).text().orElseThrow());
    }
  }

  @Test
  void whatTheAgentDoesIsSeenInItsOrder() {
    Agent agent =
        (prompt, answer) -> {
          for (int i = 0; i < 50; i++) {
            answer.text("a");
          }
          answer.content(ContentBlock.of(ContentType.CODE, "b").withId("c1"));
          for (int i = 0; i < 50; i++) {
            answer.text("c");
          }
          answer.startTask("t", "image_generation", Json.object());
          answer.text("d");
          answer.updateTask("t", TaskUpdate.failed("no"));
        };
    try (var one = OneAgents.with(agent)) {
      assertEquals(
          List.of(
              "message_start",
              "text_delta",
              "content_added",
              "text_delta",
              "task_started",
              "content_added",
              "text_delta",
              "task_failed",
              "message_end"),
          OneAgents.types(one.follow(one.ask("?").id())));
    }
  }

  @Test
  void anAgentsSentenceIsTheMessagesError() {
    try (var one = OneAgents.with(ECHO)) {
      var end = one.end(one.ask("fail").id());
      assertEquals(MessageStatus.FAILED, end.status());
      assertEquals(Optional.of("I was asked to fail."), end.error());
      assertEquals("You said: fail", end.text());
      assertEquals("You said: next", one.answer("next"));
    }
  }

  @Test
  void ofAnotherExceptionReadersLearnOnlyTheType() {
    Agent agent =
        (prompt, answer) -> {
          throw new IllegalStateException("secret");
        };
    try (var one = OneAgents.with(agent)) {
      var end = one.end(one.ask("?").id());
      assertEquals(Optional.of("The agent failed (IllegalStateException)."), end.error());
    }
  }

  @Test
  void whatWasHandedOverIsAnsweredEvenIfItsMessageWasNotMade() {
    try (var one = OneAgents.with(ECHO)) {
      var question = MessageHead.of("msg_q", OneAgents.SESSION, Role.USER);
      one.store.loadOrCreate(question).appendText("Hello");
      var job = new Job("msg_a", OneAgents.SESSION, "msg_q", Optional.empty());
      TaskQueue.of(one.redis, "agent:messages").push(job.toTask());
      Eventually.within(OneAgents.LIMIT, "it is made", () -> one.store.load("msg_a").isPresent());
      assertEquals("You said: Hello", one.end("msg_a").text());
    }
  }

  @Test
  void anAnswerWhoseQuestionIsGoneFails() {
    try (var one = OneAgents.with(ECHO)) {
      var nobody = MessageHead.of("msg_q", OneAgents.SESSION, Role.USER);
      var end = one.end(one.agents.answer(nobody).id());
      assertEquals(Optional.of("The message that was to be answered is gone."), end.error());
    }
  }

  @Test
  void aClosedSessionTakesNoQuestions() {
    try (var one = OneAgents.with(ECHO)) {
      var session = one.store.createSession(Optional.empty(), Json.object()).sessionId();
      one.store.closeSession(session);
      assertThrows(MessageException.SessionClosed.class, () -> one.agents.ask(session, "Hello"));
      assertThrows(
          MessageException.SessionClosed.class,
          () -> one.agents.answer(MessageHead.of("msg_q", session, Role.USER)));
      Eventually.within(
          OneAgents.LIMIT,
          "nothing is left in the queue",
          () -> TaskQueue.of(one.redis, "agent:messages").size() == 0);
    }
  }

  @Test
  void whatIsNoMessageToBeAnsweredEndsWithTheDeadLetters() {
    try (var one = OneAgents.open()) {
      var queue = TaskQueue.of(one.redis, "agent:messages");
      one.store.loadOrCreate("msg_a", OneAgents.SESSION, Role.ASSISTANT);
      queue.push(Task.of("msg_a", "what?"));
      queue.push(Task.of("msg_b", 7));
      queue.push(
          Task.of("not an {id}", Json.object("session_id", "session_001", "question_id", "x")));
      one.start(ECHO);
      assertEquals(MessageStatus.FAILED, one.end("msg_a").status());
      Eventually.within(OneAgents.LIMIT, "all are dead", () -> queue.stats().dead() == 3);
      assertEquals("You said: Hello", one.answer("Hello"));
    }
  }

  @Test
  void aLongConversationCostsAnAnswerNoMoreThanItUses() {
    var seen = new ConcurrentLinkedQueue<Integer>();
    try (var one = OneAgents.open()) {
      for (int i = 0; i < 1000; i++) {
        var role = i % 2 == 0 ? Role.USER : Role.ASSISTANT;
        var message = one.store.loadOrCreate("m" + i, OneAgents.SESSION, role);
        message.appendText("text " + i);
        message.complete();
      }
      one.redis.call(Server.configResetStat());
      one.start((prompt, answer) -> seen.add(prompt.turns().size()));
      one.end(one.ask("?").id());
      assertEquals(101, seen.element());
      var calls = Admin.info(one.redis, "commandstats").get("cmdstat_evalsha");
      assertTrue(Integer.parseInt(calls.split("[=,]")[1]) < 150, calls);
    }
  }

  /** Only those that were cancelled lie between: they did not wait for their turn. */
  @Test
  void anAnswerFarBackIsWaitedFor() throws Exception {
    var going = new CountDownLatch(1);
    var order = new ConcurrentLinkedQueue<String>();
    Agent agent =
        (prompt, answer) -> {
          if (prompt.question().equals("first")) {
            going.await();
          }
          order.add(prompt.question());
        };
    try (var one = OneAgents.with(agent)) {
      one.ask("first");
      for (int i = 0; i < 60; i++) {
        var question = one.store.loadOrCreate("q" + i, OneAgents.SESSION, Role.USER);
        question.complete();
        one.store.loadOrCreate("a" + i, OneAgents.SESSION, Role.ASSISTANT).cancel();
      }
      var last = one.ask("last");
      var queue = TaskQueue.of(one.redis, "agent:messages");
      Eventually.within(
          OneAgents.LIMIT,
          "it waits for its turn",
          () -> queue.get(last.id()).orElseThrow().attempts() > 0);
      going.countDown();
      one.end(last.id());
      assertEquals(List.of("first", "last"), List.copyOf(order));
    }
  }

  /** Workflows and images, too: there is no key that would stay when all times are over. */
  @Test
  void whenAllIsAnsweredEveryKeyHasItsTime() {
    try (var one = OneAgents.open()) {
      try (var worker = one.start(ECHO)) {
        one.end(one.ask("think about an image").id());
        one.end(one.agents.run(OneAgents.SESSION, Workflow.CRITIC, "This", 2).messageId());
        Eventually.within(OneAgents.LIMIT, "both are done", () -> worker.completed() == 2);
      }
      var keys = Admin.keys(one.redis);
      assertTrue(keys.contains("{agent:messages}:meta"), keys::toString);
      for (var key : keys) {
        assertTrue(one.redis.call("PTTL", key).integer() > 0, key);
      }
    }
  }

  @Test
  void closingASubscriptionStopsNothing() throws Exception {
    var closed = new CountDownLatch(1);
    Agent agent =
        (prompt, answer) -> {
          answer.text("a");
          closed.await();
          answer.text("b");
        };
    try (var one = OneAgents.with(agent)) {
      var answer = one.ask("?");
      try (var reader = one.store.subscribe(OneAgents.SESSION, answer.id(), "0")) {
        for (int i = 0; i < 2; i++) {
          assertTrue(reader.next(OneAgents.LIMIT).isPresent());
        }
      }
      closed.countDown();
      assertEquals("ab", one.end(answer.id()).text());
    }
  }
}
