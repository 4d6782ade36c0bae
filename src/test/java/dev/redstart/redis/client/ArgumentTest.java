package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Command;
import dev.redstart.redis.Connections;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Session;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a caller may not say, and how that is told. */
class ArgumentTest {
  private static Redis redis;
  private static long connection;

  @BeforeAll
  static void connect() {
    redis = Redis.connect(RedisServer.shared().url());
    connection = redis.call(Connections.id());
  }

  @AfterAll
  static void close() {
    assertEquals(connection, redis.call(Connections.id()), "the shared connection was lost");
    redis.close();
  }

  @ParameterizedTest
  @CsvSource({
    "WATCH k, exclusive",
    "UNWATCH, exclusive",
    "MULTI, atomically",
    "EXEC, atomically",
    "DISCARD, atomically",
    "SELECT 1, RedisOptions",
    "AUTH x, RedisOptions",
    "HELLO 2, RedisOptions",
    "CLIENT SETNAME x, RedisOptions",
    "CLIENT TRACKING on, exclusive",
    "CLIENT REPLY OFF, does not offer",
    "SUBSCRIBE c, subscribe",
    "PSUBSCRIBE c, subscribe",
    "SSUBSCRIBE c, subscribe",
    "UNSUBSCRIBE, subscribe",
    "PUNSUBSCRIBE, subscribe",
    "QUIT, close()",
    "RESET, does not offer",
    "MONITOR, does not offer",
    "SYNC, does not offer",
    "PSYNC ? -1, does not offer",
    "ASKING, exclusive",
    "READONLY, exclusive",
    "WAIT 0 100, exclusive"
  })
  void whatChangesTheSharedConnectionIsRefusedWithTheAlternative(String words, String instead) {
    for (var text : List.of(words, words.toLowerCase(Locale.ROOT))) {
      var command = Command.of(text.split(" "));
      assertRefused(instead, command, redis::call);
      assertRefused(instead, command, redis::send);
      assertRefused(instead, command, some -> redis.atomically(Command.of("PING"), some));
    }
  }

  private static void assertRefused(
      String instead, Command<?> command, Function<Command<?>, ?> way) {
    var refused = assertThrows(IllegalArgumentException.class, () -> way.apply(command));
    assertSays(refused, instead, command.name());
  }

  @ParameterizedTest
  @CsvSource({"MULTI", "EXEC", "DISCARD", "SUBSCRIBE c", "MONITOR", "CLIENT REPLY OFF", "RESET"})
  void whatWouldBreakEvenASessionIsRefusedThere(String words) {
    redis.exclusive(
        session -> {
          var command = Command.of(words.split(" "));
          assertThrows(IllegalArgumentException.class, () -> session.call(command));
          return session.call(Command.of("PING"));
        });
  }

  @Test
  void nullsAreRefusedByName() {
    var nothing = (String) null;
    Map<String, Runnable> calls =
        Map.ofEntries(
            Map.entry("command", () -> redis.call((Command<?>) null)),
            Map.entry("command ", () -> redis.send(null)),
            Map.entry("commands   ", () -> redis.sendAll(null)),
            Map.entry("word 1", () -> redis.call("GET", null)),
            Map.entry("commands", () -> redis.atomically((List<Command<?>>) null)),
            Map.entry("commands ", () -> redis.atomically((Command<?>[]) null)),
            Map.entry("command  ", () -> redis.atomically(Command.of("PING"), null)),
            Map.entry("work", () -> redis.exclusive(null)),
            Map.entry("channel", () -> redis.subscribe(nothing)),
            Map.entry("channels", () -> redis.subscribe((String[]) null)),
            Map.entry("pattern", () -> redis.subscribePatterns(nothing)),
            Map.entry("patterns", () -> redis.subscribePatterns((String[]) null)),
            Map.entry("id", () -> redis.tag(null)),
            Map.entry("url", () -> Redis.connect((String) null)),
            Map.entry("options", () -> Redis.connect((RedisOptions) null)),
            Map.entry("executor", () -> redis.send(Command.of("PING")).on(null)),
            Map.entry("limit", () -> Command.of("PING").within(null)),
            Map.entry("then", () -> Command.of("PING").map(null)));
    calls.forEach(ArgumentTest::assertNamed);
  }

  @Test
  void nullsAreRefusedByNameInSessionsAndSubscriptionsToo() {
    redis.exclusive(
        session -> {
          assertNamed("command", () -> session.call(null));
          assertNamed("keys", () -> session.watch((String[]) null));
          assertNamed("commands", () -> session.atomically((Command<?>[]) null));
          return null;
        });
    try (var subscription = redis.subscribe("arguments")) {
      assertNamed("wait", () -> subscription.next(null));
      assertNamed("channel", () -> subscription.add((String) null));
      assertNamed("names", () -> subscription.add((String[]) null));
    }
  }

  private static void assertNamed(String name, Runnable call) {
    var refused = assertThrows(RuntimeException.class, call::run, name);
    assertTrue(
        refused instanceof NullPointerException || refused instanceof IllegalArgumentException,
        refused.toString());
    var message = String.valueOf(refused.getMessage());
    assertTrue(message.contains(name.strip()), () -> name.strip() + " is not named: " + message);
    assertFalse(message.contains("Cannot invoke"), message);
  }

  @Test
  void emptyOnesAreRefusedByName() {
    for (Runnable call :
        Arrays.<Runnable>asList(
            () -> redis.call(),
            () -> redis.call(""),
            () -> redis.atomically(),
            () -> redis.subscribe(),
            () -> redis.subscribe(""),
            () -> redis.subscribePatterns(),
            () -> redis.subscribePatterns("a", ""),
            () -> redis.exclusive(session -> watchNothing(session)),
            () -> Command.of("PING").within(Duration.ZERO))) {
      var refused = assertThrows(IllegalArgumentException.class, call::run);
      assertTrue(
          refused.getMessage().matches("(?s).*(word|command|channel|pattern|key|limit).*"),
          refused.getMessage());
    }
  }

  private static Object watchNothing(Session session) {
    session.watch();
    return null;
  }

  @Test
  void anInterruptedThreadCallsNothing() {
    for (Runnable call :
        Arrays.<Runnable>asList(
            () -> redis.call("SET", "arguments:k", "v"),
            () -> redis.call("BLPOP", "arguments:none", "5"),
            () -> redis.atomically(Command.of("SET", "arguments:k", "v")),
            () -> redis.exclusive(session -> session.call(Command.of("SET", "arguments:k", "v"))),
            () -> redis.subscribe("arguments:interrupted"))) {
      Thread.currentThread().interrupt();
      try {
        var thrown = assertThrows(RuntimeException.class, call::run);
        assertInstanceOf(RedisException.Interrupted.class, thrown);
        assertTrue(Thread.currentThread().isInterrupted(), "the flag is gone");
      } finally {
        Thread.interrupted();
      }
    }
    assertTrue(redis.call("GET", "arguments:k").isNull());
  }

  @Test
  void aMessageShowsNoArgument() {
    for (Runnable call :
        Arrays.<Runnable>asList(
            () -> redis.call("LPUSH", "arguments:list", "Tr0ub4dor", "Tr0ub4dor").integer(),
            () -> redis.call("SET", "arguments:list", "Tr0ub4dor", "WRONG", "Tr0ub4dor"),
            () -> redis.call("NOSUCH", "Tr0ub4dor"),
            () -> redis.call("AUTH", "Tr0ub4dor"),
            () -> redis.call("BLPOP", "Tr0ub4dor", "Tr0ub4dor"),
            () -> redis.call(Command.of("ECHO", "Tr0ub4dor").map(reply -> reply.integer())))) {
      try {
        call.run();
      } catch (RuntimeException problem) {
        Clients.assertHides(problem, "Tr0ub4dor");
      }
    }
    assertFalse(Command.of("SET", "k", "Tr0ub4dor").toString().contains("Tr0ub4dor"));
    redis.call("DEL", "arguments:list");
  }
}
