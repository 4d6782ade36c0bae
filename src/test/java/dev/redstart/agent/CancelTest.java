package dev.redstart.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.message.Message;
import dev.redstart.message.MessageStatus;
import dev.redstart.queue.TaskQueue;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Whoever wants an answer no more says so anywhere, and its agent hears of it within a second. */
class CancelTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static void awaitText(OneAgents one, Message answer) {
    Eventually.within(
        OneAgents.LIMIT, "it has begun", () -> !one.load(answer.id()).text().isEmpty());
  }

  @Test
  void anAgentThatWaitsIsInterrupted() {
    var told = new CompletableFuture<Boolean>();
    Agent agent =
        (prompt, answer) -> {
          answer.text("a");
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            told.complete(answer.isCancelled());
            throw e;
          }
        };
    try (var one = OneAgents.with(agent)) {
      var answer = one.ask("?");
      awaitText(one, answer);
      assertTrue(one.elsewhere().agents.cancel(answer.id()));
      Eventually.within(SECOND, "the agent is told", told::isDone);
      assertTrue(told.join());
      var end = one.end(answer.id());
      assertEquals(MessageStatus.CANCELLED, end.status());
      assertEquals("a", end.text());
      assertFalse(one.agents.cancel(answer.id()));
    }
  }

  @Test
  void anAgentThatWritesIsToldByThat() {
    var told = new CompletableFuture<Exception>();
    Agent agent =
        (prompt, answer) -> {
          try {
            while (true) {
              answer.text("a");
            }
          } catch (CancellationException e) {
            told.complete(e);
            throw e;
          }
        };
    try (var one = OneAgents.with(agent)) {
      var answer = one.ask("?");
      awaitText(one, answer);
      one.elsewhere().agents.cancel(answer.id());
      Eventually.within(SECOND, "the agent is told", told::isDone);
      assertEquals(MessageStatus.CANCELLED, one.end(answer.id()).status());
    }
  }

  @Test
  void theNextQuestionIsAnsweredThen() {
    try (var one = OneAgents.with(EchoAgent.create().withPause(Duration.ofMillis(20)))) {
      var first = one.ask("a long one");
      var second = one.ask("second");
      awaitText(one, first);
      one.agents.cancel(first.id());
      assertEquals("You said: second", one.end(second.id()).text());
      assertEquals(MessageStatus.CANCELLED, one.load(first.id()).status());
      Eventually.within(
          OneAgents.LIMIT,
          "the queue is empty",
          () -> TaskQueue.of(one.redis, "agent:messages").size() == 0);
    }
  }

  @Test
  void anAgentThatDoesNotListenHoldsNobodyUp() throws Exception {
    var over = new CountDownLatch(1);
    Agent agent =
        (prompt, answer) -> {
          answer.text("a");
          while (prompt.question().equals("deaf") && over.getCount() > 0) {
            try {
              over.await();
            } catch (InterruptedException deaf) {
              // That is what this test is about.
            }
          }
        };
    try (var one = OneAgents.with(agent)) {
      var deaf = one.ask("deaf");
      var next = one.ask("next");
      awaitText(one, deaf);
      one.agents.cancel(deaf.id());
      assertEquals("a", one.end(next.id()).text());
      over.countDown();
    }
  }

  @Test
  void whatWaitsIsCancelledWithoutAnAgent() {
    try (var one = OneAgents.open()) {
      var answer = one.ask("?");
      assertTrue(one.agents.cancel(answer.id()));
      assertEquals(MessageStatus.CANCELLED, one.end(answer.id()).status());
      one.start(EchoAgent.create());
      assertEquals("You said: next", one.answer("next"));
      assertEquals("", one.load(answer.id()).text());
      assertFalse(one.agents.cancel("msg_unknown"));
    }
  }

  @Test
  void cancellingTheQueuesTaskCancelsTheAnswer() {
    Agent agent =
        (prompt, answer) -> {
          answer.text("a");
          new CountDownLatch(1).await();
        };
    try (var one = OneAgents.with(agent)) {
      var answer = one.ask("?");
      awaitText(one, answer);
      assertTrue(TaskQueue.of(one.redis, "agent:messages").cancel(answer.id()));
      assertEquals(MessageStatus.CANCELLED, one.end(answer.id()).status());
    }
  }
}
