package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.agent.Agent;
import dev.redstart.agent.AgentOptions;
import dev.redstart.agent.EchoAgent;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What ends an answer that another instance gives, and what does not. */
class StopTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long WITHIN_MILLIS = 1_000;
  private static final String QUESTION =
      "one two three four five six seven eight nine ten ".repeat(4);

  static {
    SERVER.cli("FLUSHALL");
  }

  private final AgentOptions options = AgentOptions.defaults().withGrace(Duration.ZERO);
  private final Instance a = new Instance(SERVER, options);
  private final Instance b = new Instance(SERVER, options);

  /** When the agent had ended, for whatever reason. */
  private final CompletableFuture<Long> ended = new CompletableFuture<>();

  @AfterEach
  void close() {
    a.close();
    b.close();
  }

  private Agent slow() {
    var echo = EchoAgent.create().withPause(Duration.ofMillis(30));
    return (prompt, answer) -> {
      try {
        echo.answer(prompt, answer);
      } finally {
        ended.complete(System.nanoTime());
      }
    };
  }

  private static void awaitDelta(EventSource source) throws IOException {
    while (!source.next().name().equals("text_delta")) {
      // What comes before the text.
    }
  }

  /** Names of what comes, to the end. */
  private static List<String> rest(EventSource source) throws IOException {
    var names = new ArrayList<String>();
    try {
      while (true) {
        names.add(source.next().name());
      }
    } catch (EOFException over) {
      return names;
    }
  }

  @Test
  void anAnswerThatIsStoppedAtOneInstanceEndsAtTheOtherWithinASecond() throws Exception {
    try (var worker = a.agents.start(slow())) {
      var asked = b.ask(QUESTION);
      try (var here = EventSource.open(a.port(), asked.stream());
          var there = EventSource.open(b.port(), asked.stream())) {
        awaitDelta(here);
        awaitDelta(there);
        long stopped = System.nanoTime();
        var said = b.post(asked.message() + "/cancel", Json.object());
        assertEquals("cancelled", said.get("status").asString());
        long millis = (ended.get(10, TimeUnit.SECONDS) - stopped) / 1_000_000;
        assertTrue(millis <= WITHIN_MILLIS, "the agent went on for " + millis + " ms");
        for (var source : List.of(here, there)) {
          var names = rest(source);
          assertEquals(1, names.stream().filter("message_end"::equals).count());
          assertEquals("message_end", names.get(names.size() - 1));
        }
      }
      var message = a.get(asked.message());
      assertEquals("cancelled", message.get("status").asString());
      assertTrue(message.get("text").asString().length() < QUESTION.length());
    }
  }

  @Test
  void aReaderThatLeavesStopsNothing() throws Exception {
    try (var worker = a.agents.start(slow())) {
      var asked = a.ask(QUESTION);
      for (var instance : List.of(a, b)) {
        try (var source = EventSource.open(instance.port(), asked.stream())) {
          awaitDelta(source);
        }
      }
      Eventually.within(
          LIMIT,
          "it is noticed that they have left",
          () -> a.service.followers() + b.service.followers() == 0);
      assertEquals("streaming", b.get(asked.message()).get("status").asString());
      Eventually.within(
          LIMIT,
          "it is answered to the end",
          () -> b.get(asked.message()).get("is_complete").asBoolean());
      var message = b.get(asked.message());
      assertEquals("You said: " + QUESTION.strip(), message.get("text").asString().strip());
      assertEquals("completed", message.get("status").asString());
    }
  }
}
