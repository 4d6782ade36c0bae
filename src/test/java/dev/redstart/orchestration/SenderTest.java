package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValueException;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import dev.redstart.redis.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sending to plain lists: whatever Redis says to it is a result. */
class SenderTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Redis redis = Redis.connect(RedisServer.shared().url());
  private final Sender sender = Sender.of(redis);

  @BeforeEach
  void empty() {
    redis.call(Server.flushDb());
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private List<String> list(String key) {
    return redis.call(Lists.range(key, 0, -1));
  }

  private static String heard(Subscription subscription) {
    var notice = subscription.next(LIMIT).orElseThrow(() -> new AssertionError("heard nothing"));
    return ((Notice.Message) notice).text();
  }

  private static void assertStarts(String start, SendResult failed) {
    assertFalse(failed.success());
    assertFalse(failed.published());
    assertEquals(0, failed.messageCount());
    assertEquals(0, failed.listLength());
    var error = failed.error().orElseThrow();
    assertTrue(error.startsWith(start), error);
  }

  @Test
  void messagesAreAppendedInTheirOrder() {
    redis.call("RPUSH", "list", "first");
    var expected = new SendResult(true, 4, 3, false, 0, Optional.empty());
    assertEquals(expected, sender.send("list", "Hello, World!", "", "größer 🦊"));
    assertEquals(List.of("first", "Hello, World!", "", "größer 🦊"), list("list"));
  }

  @Test
  void noMessagesAreASuccess() {
    var nothing = new SendResult(true, 0, 0, false, 0, Optional.empty());
    assertEquals(nothing, sender.send("list"));
    assertEquals(nothing, sender.sendWithPublish("list", "channel"));
    assertEquals(List.of(), list("list"));
  }

  @Test
  void aMessageOfOursIsSentAsItsJson() {
    var task = TaskMessage.of("s", 1, "x");
    assertEquals(1, sender.send("list", task).listLength());
    assertEquals(task, Message.parse(list("list").get(0)));
  }

  @Test
  void theChannelIsToldOfEachMessageWithItsList() {
    try (var one = redis.subscribe("monitor");
        var other = redis.subscribe("monitor")) {
      var result = sender.sendWithPublish("list", "monitor", "a \"b\"", "{\"type\":\"task\"}");
      // Both listeners share a connection, which is what Redis counts: once for each message.
      long heard = RedisServer.isCluster() ? result.subscribers() : 2; // a cluster: of one node
      assertEquals(new SendResult(true, 2, 2, true, heard, Optional.empty()), result);
      assertEquals(List.of("a \"b\"", "{\"type\":\"task\"}"), list("list"));
      for (var message : list("list")) {
        var told = Json.parse(heard(one));
        assertEquals(List.of("queue", "message", "timestamp"), List.copyOf(told.asMap().keySet()));
        assertEquals("list", told.get("queue").asString());
        assertEquals(message, told.get("message").asString());
        assertTrue(told.get("timestamp").asString().matches("\\d{4}-.*[+-]\\d{4}"));
        assertEquals(told, Json.parse(heard(other)));
      }
    }
  }

  @Test
  void aChannelMayBeToldWithoutAList() {
    assertEquals(
        new SendResult(true, 0, 0, true, 0, Optional.empty()),
        sender.publish("monitor", "list", "nobody listens"));
    try (var monitor = redis.subscribe("monitor")) {
      long heard = sender.publish("monitor", "list", "x").subscribers();
      assertTrue(heard == 1 || RedisServer.isCluster(), "a cluster counts those of one node");
      var told = Json.parse(heard(monitor));
      assertEquals("list", told.get("queue").asString());
      assertEquals("x", told.get("message").asString());
    }
    assertEquals(List.of(), list("list"));
  }

  @Test
  void twentyThousandMessagesAreOneStep() {
    var many = IntStream.range(0, 20_000).mapToObj(Integer::toString).toArray(String[]::new);
    assertEquals(many.length, sender.sendWithPublish("list", "monitor", many).listLength());
    assertEquals(List.of(many), list("list"));
  }

  @Test
  void aKeyThatIsNoListIsAResultAndNobodyIsTold() {
    redis.call("SET", "text", "x");
    try (var monitor = redis.subscribe("monitor")) {
      assertStarts("not sent: ", sender.send("text", "a"));
      var result = sender.sendWithPublish("text", "monitor", "a", "b");
      assertStarts("not sent: ", result);
      assertTrue(result.error().orElseThrow().contains("WRONGTYPE"));
      sender.publish("monitor", "list", "marker");
      assertEquals("marker", Json.parse(heard(monitor)).get("message").asString());
    }
  }

  @Test
  void aChannelThatMayNotBeToldIsNoFailure() {
    Admin.call(redis, "ACL", "SETUSER", "mute", "on", ">secret", "~*", "+@all", "resetchannels");
    try (var other = Redis.connect(RedisServer.shared().url("mute", "secret"))) {
      var result = Sender.of(other).sendWithPublish("list", "monitor", "a", "b");
      assertTrue(result.success());
      assertFalse(result.published());
      assertEquals(2, result.messageCount());
      var error = result.error().orElseThrow();
      assertTrue(error.startsWith("sent, but the channel was not told: "), error);
      assertEquals(List.of("a", "b"), list("list"));
      var alone = Sender.of(other).publish("monitor", "list", "a");
      assertStarts("not sent: ", alone);
      assertTrue(alone.error().orElseThrow().contains("NOPERM"));
    } finally {
      Admin.call(redis, "ACL", "DELUSER", "mute");
    }
  }

  @Test
  void aFullServerIsAResultAndKeepsNothing() {
    try (var server = RedisServer.start();
        var full = Redis.connect(server.url())) {
      full.call("CONFIG", "SET", "maxmemory", "1");
      for (var result :
          List.of(
              Sender.of(full).send("list", "a", "b"),
              Sender.of(full).sendWithPublish("list", "monitor", "a", "b"))) {
        assertStarts("not sent: ", result);
        assertTrue(result.error().orElseThrow().contains("OOM"), result.error().orElseThrow());
      }
      assertEquals("0", server.cli("LLEN", "list"));
    }
  }

  @Test
  void aDeadServerIsAResult() {
    try (var server = RedisServer.start();
        var client =
            Redis.connect(RedisOptions.of(server.url()).withTimeout(Duration.ofMillis(300)))) {
      server.stop();
      // The first may still leave on the dying connection: nobody knows of that one.
      assertFalse(Sender.of(client).send("list", "a").success());
      assertStarts("not sent: ", Sender.of(client).send("list", "a"));
      var result = Sender.of(client).sendWithPublish("list", "monitor", "a");
      assertStarts("not sent: ", result);
      var error = result.error().orElseThrow();
      boolean named = server.ports().stream().anyMatch(it -> error.contains("127.0.0.1:" + it));
      assertTrue(named || error.contains(client.options().address()), error);
    }
  }

  @Test
  void whenTheReplyIsLostTheResultSaysThatNobodyKnows() {
    try (var proxy = FaultProxy.to(RedisServer.shared().port());
        var client =
            Redis.connect(RedisOptions.of(proxy.url()).withTimeout(Duration.ofMillis(300)))) {
      client.call("LLEN", "list"); // so that it is connected to whoever has the list
      proxy.toClient(Fault.DROP);
      assertStarts("perhaps sent, the outcome is unknown: ", Sender.of(client).send("list", "a"));
      assertEquals(List.of("a"), list("list"));
      assertStarts(
          "perhaps sent, the outcome is unknown: ",
          Sender.of(client).sendWithPublish("list", "monitor", "b"));
    }
  }

  @Test
  void whatNobodyCanMeanIsRefusedAtOnce() {
    Map<String, Runnable> nulls =
        Map.of(
            "redis", () -> Sender.of(null),
            "list", () -> sender.send(null, "a"),
            "messages", () -> sender.send("list", "a", null),
            "message", () -> sender.send("list", (Message) null),
            "channel", () -> sender.sendWithPublish("list", null, "a"));
    nulls.forEach(
        (name, call) ->
            assertEquals(name, assertThrows(NullPointerException.class, call::run).getMessage()));
    List<Runnable> wrong =
        List.of(
            () -> sender.send(" ", "a"),
            () -> sender.sendWithPublish("list", "", "a"),
            () -> sender.publish("channel", "", "a"),
            () -> sender.send("list", "half \ud83d"));
    for (var call : wrong) {
      assertThrows(IllegalArgumentException.class, call::run);
    }
    assertThrows(
        JsonValueException.class,
        () -> sender.sendWithPublish("list", "channel", "good", "half \ud83d"));
    assertEquals(List.of(), list("list"));
  }
}
