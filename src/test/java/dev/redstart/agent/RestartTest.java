package dev.redstart.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.message.MessageStatus;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Redis goes and comes in the middle of an answer. */
@Apart
class RestartTest {
  private static final String QUESTION = "one two three four five six seven eight nine ten";

  @Test
  void anAnswerGoesOnWhenRedisIsBack() {
    try (var server = RedisServer.start(ServerOptions.plain().withAppendOnly());
        var one = OneAgents.at(RedisOptions.of(server.url()), AgentOptions.defaults())) {
      one.start(EchoAgent.create().withPause(Duration.ofMillis(50)));
      var id = one.ask(QUESTION).id();
      Eventually.within(OneAgents.LIMIT, "it has begun", () -> one.load(id).text().length() > 20);
      server.kill();
      server.restart();
      Eventually.within(OneAgents.LIMIT, "it has ended", () -> one.load(id).isComplete());
      assertEquals(MessageStatus.COMPLETED, one.load(id).status());
      assertEquals("You said: " + QUESTION, one.load(id).text());
    }
  }

  private static RedisOptions impatient(RedisServer server) {
    return RedisOptions.of(server.url()).withTimeout(Duration.ofMillis(500));
  }

  @Test
  void anAnswerIsBegunAgainWhenRedisWasAwayForLongerThanItsClientWaits() {
    try (var server = RedisServer.start(ServerOptions.plain().withAppendOnly());
        var one = OneAgents.at(impatient(server), OneAgents.QUICK)) {
      // Longer than the client waits: the agent is told by what it says later.
      var question = (QUESTION + " ").repeat(4).strip();
      var failed = new CompletableFuture<Exception>();
      Agent echo = EchoAgent.create().withPause(Duration.ofMillis(50));
      one.start(
          (prompt, answer) -> {
            try {
              echo.answer(prompt, answer);
            } catch (Exception e) {
              failed.complete(e);
              throw e;
            }
          });
      var id = one.ask(question).id();
      Eventually.within(OneAgents.LIMIT, "it has begun", () -> one.load(id).text().length() > 20);
      server.kill();
      Eventually.within(OneAgents.LIMIT, "the agent has given up", failed::isDone);
      server.restart();
      Eventually.within(Duration.ofSeconds(20), "it has ended", () -> one.load(id).isComplete());
      assertEquals("You said: " + question, one.load(id).text());
    }
  }

  @Test
  void anAnswerThatIsGoneIsNotMadeAgain() {
    try (var one = OneAgents.with(EchoAgent.create().withPause(Duration.ofMillis(50)))) {
      var id = one.ask(QUESTION).id();
      Eventually.within(OneAgents.LIMIT, "it has begun", () -> one.load(id).text().length() > 20);
      one.redis.call(Server.flushDb());
      assertEquals("You said: next", one.answer("next"));
      assertEquals(Optional.empty(), one.store.load(id));
    }
  }
}
