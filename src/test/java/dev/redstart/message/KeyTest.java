package dev.redstart.message;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.redis.Command;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import dev.redstart.redis.Session;
import dev.redstart.redis.Subscription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What is in Redis: the original's keys, all of them with an end. */
class KeyTest {
  private static final long DAY = 86_400_000;

  private static void fill(MessageStore store) {
    var head =
        MessageHead.of("msg_001", "session_001", Role.ASSISTANT)
            .withParent("msg_000")
            .withMetadata(Json.object("model", "m/1"));
    var message = store.loadOrCreate(head);
    message.appendText("Hello");
    message.startTask("t1", "image_generation");
    message.addContent(ContentBlock.of(ContentType.TEXT, "x".repeat(20_000)).withId("content_001"));
  }

  @Test
  void theKeysTypesAndTimesAreThoseOfTheOriginal() {
    try (var one = OneStore.open()) {
      fill(one.store);
      assertEquals(
          Set.of(
              key("message:msg_001"),
              key("{message:msg_001}:text"),
              key("{message:msg_001}:requests"),
              OneStore.STREAM,
              key("session:session_001:messages"),
              key("content:content_001")),
          one.allKeys());
      assertEquals("hash", type(one, key("message:msg_001")));
      assertEquals("stream", type(one, OneStore.STREAM));
      assertEquals("zset", type(one, key("session:session_001:messages")));
      assertEquals("hash", type(one, key("content:content_001")));
      for (var key :
          List.of(key("message:msg_001"), key("{message:msg_001}:text"), OneStore.STREAM)) {
        assertTime(one, key, DAY);
      }
      assertTime(one, key("{message:msg_001}:requests"), DAY);
      assertTime(one, key("content:content_001"), 7 * DAY);
      assertTime(one, key("session:session_001:messages"), 7 * DAY);
    }
  }

  private static String type(OneStore one, String key) {
    return one.redis.call("TYPE", key).text();
  }

  private static void assertTime(OneStore one, String key, long millis) {
    long left = one.redis.call("PTTL", key).integer();
    assertTrue(left > millis - 60_000 && left <= millis, key + " has " + left + " ms");
  }

  @Test
  void theCommandsOfTheMonitoringSectionShowTheMessage() {
    try (var one = OneStore.open()) {
      var before = one.redis.call(Server.time());
      fill(one.store);
      var hash = one.hash();
      assertEquals("msg_001", hash.get("message_id"));
      assertEquals("session_001", hash.get("session_id"));
      assertEquals("assistant", hash.get("role"));
      assertEquals("streaming", hash.get("status"));
      assertEquals("false", hash.get("is_complete"));
      assertEquals("msg_000", hash.get("parent_message_id"));
      assertEquals("{\"model\":\"m/1\"}", hash.get("metadata"));
      assertEquals("Hello", one.redis.call("GET", hash.get("text_key")).text());
      assertTrue(hash.get("task:t1").startsWith("{\"status\":\"processing\",\"progress\":0.0,"));
      assertEquals("msg_001.t1 content_001", hash.get("content_ids"));
      assertTrue(hash.get("created_at").matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:.*Z"));
      var created = Instant.parse(hash.get("created_at"));
      var now = one.redis.call(Server.time());
      assertTrue(Duration.between(created, now).abs().toSeconds() < 60, "at " + created);
      var score = one.redis.call("ZSCORE", key("session:session_001:messages"), "msg_001").text();
      // On a cluster the list is written before the message, in a step of its own.
      var listed = RedisServer.isCluster() ? before : created;
      assertTrue(Double.parseDouble(score) > listed.toEpochMilli() / 1e3 - 0.002, score);
      assertTrue(Double.parseDouble(score) < created.toEpochMilli() / 1e3 + 0.002, score);

      one.message().complete();
      assertEquals("Hello", one.hash().get("text"));
      assertEquals("true", one.hash().get("is_complete"));
      assertFalse(one.hash().containsKey("text_key"));
      assertFalse(one.allKeys().contains(key("{message:msg_001}:text")));
    }
  }

  @Test
  void aMessageAsJsonHasTheFieldsOfTheOriginal() {
    try (var one = OneStore.open()) {
      fill(one.store);
      var json = one.load().toJson();
      assertEquals(
          "[message_id, session_id, role, text, content_blocks, pending_tasks, tasks, is_complete,"
              + " status, error, parent_message_id, metadata, created_at, updated_at,"
              + " last_event_id]",
          json.asMap().keySet().toString());
      assertEquals("Hello", json.get("text").asString());
      assertEquals(
          "{\"t1\":{\"status\":\"processing\",\"progress\":0.0,\"content_id\":\"msg_001.t1\","
              + "\"task_type\":\"image_generation\"}}",
          json.get("pending_tasks").toString());
      assertEquals("{\"model\":\"m/1\"}", json.get("metadata").toString());
    }
  }

  /** Dates over four centuries, by the calendar that Java has. */
  @Test
  void datesAreRight() {
    try (var one = OneStore.open()) {
      var clock = read("clock.lua").replace("redis.call('TIME')", "{ARGV[1], ARGV[2]}");
      for (long day = 0; day < 150_000; day += 97) {
        long second = day * 86_400 + day % 86_400;
        var date = one.redis.call("EVAL", clock + " return today", "0", "" + second, "70");
        assertEquals(Instant.ofEpochSecond(second, 70_000), Instant.parse(date.text()));
      }
      for (var text :
          List.of("2024-02-29T23:59:59Z", "2100-02-28T00:00:00Z", "2026-01-01T00:00:00Z")) {
        var second = Instant.parse(text).getEpochSecond();
        var date = one.redis.call("EVAL", clock + " return today", "0", "" + second, "0");
        assertEquals(Instant.parse(text), Instant.parse(date.text()));
      }
    }
  }

  private static String read(String name) {
    try (var in = MessageStore.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyWriteRenewsAllAndInTheEndNothingIsLeft() {
    var options =
        MessageOptions.defaults()
            .withTtl(Duration.ofMillis(500))
            .withContentTtl(Duration.ofMillis(1_000))
            .withSessionTtl(Duration.ofMillis(900));
    try (var one = OneStore.open(options)) {
      fill(one.store);
      var message = one.message();
      var keys = new TreeSet<>(one.allKeys());
      keys.remove(key("session:session_001:messages"));
      keys.remove(key("content:content_001"));
      for (int n = 0; n < 5; n++) {
        for (var key : keys) {
          one.redis.call("PEXPIRE", key, "300");
        }
        message.appendText("x");
        for (var key : keys) {
          assertTrue(one.redis.call("PTTL", key).integer() > 300, key);
        }
      }
      Eventually.within(
          OneStore.LIMIT, "nothing is left", () -> one.redis.call(Server.dbSize()) == 0);
    }
  }

  @Test
  void everyKeyHasAnEndFromTheFirstWriteOn() {
    List<Consumer<Message>> writes =
        List.of(
            message -> message.appendText("x"),
            message -> message.appendText(0, "x"),
            message -> message.appendText(""),
            message -> message.startTask("t1", "audio"),
            message -> message.addContent(ContentBlock.of(ContentType.TEXT, "x".repeat(20_000))),
            message -> message.publish(EventType.PING, Json.object()),
            Message::complete);
    for (var write : writes) {
      try (var one = OneStore.open()) {
        write.accept(one.message());
        one.store.createSession(Optional.empty(), Json.object());
        for (var key : one.allKeys()) {
          assertTrue(one.redis.call("PTTL", key).integer() > 0, key);
        }
      }
    }
  }

  @Test
  void anExpiredMessageIsNotHalfMadeAgain() {
    try (var one = OneStore.open(MessageOptions.defaults().withTtl(Duration.ofMillis(20)))) {
      var message = one.message();
      var reader = one.store.subscribe(OneStore.SESSION, OneStore.ID, "0");
      reader.next(Duration.ZERO);
      Eventually.within(
          OneStore.LIMIT, "it has expired", () -> one.store.load(OneStore.ID).isEmpty());
      one.redis.call("DEL", key("session:session_001:messages"));
      var block = ContentBlock.of(ContentType.TEXT, "x".repeat(20_000));
      assertThrows(MessageException.Unknown.class, () -> message.appendText("x"));
      assertThrows(MessageException.Unknown.class, () -> message.addContent(block));
      assertThrows(MessageException.Unknown.class, () -> message.startTask("t1", "x"));
      assertThrows(MessageException.Unknown.class, message::complete);
      assertThrows(MessageException.Unknown.class, message::refresh);
      assertThrows(MessageException.Unknown.class, () -> reader.next(OneStore.LIMIT));
      Eventually.within(
          OneStore.LIMIT, "nothing is left", () -> one.redis.call(Server.dbSize()) == 0);
      assertEquals("", one.message().snapshot().text());
    }
  }

  @Test
  void aMessageOfWhichOnlyTheHashWasDeletedBeginsAnew() {
    try (var one = OneStore.open()) {
      one.message().appendText("old");
      one.redis.call("DEL", key("message:msg_001"));
      one.message().appendText("new");
      assertEquals("new", one.text());
      assertEquals(List.of("message_start", "text_delta"), one.types());
    }
  }

  /** A full Redis takes no new text, but messages can end, which makes room. */
  @Test
  void aFullRedisStillLetsMessagesEnd() {
    try (var server = RedisServer.start();
        var redis = Redis.connect(server.url());
        var one = OneStore.over(redis)) {
      var message = one.message();
      message.appendText("x");
      message.startTask("t1", "audio");
      var held = one.store.produce(OneStore.ID, Duration.ofSeconds(30)).orElseThrow();
      redis.call("CONFIG", "SET", "maxmemory", "1");
      assertTrue(held.check().isDone());
      assertThrows(RuntimeException.class, () -> message.appendText("y"));
      assertThrows(RuntimeException.class, () -> one.store.loadOrCreate("msg_002", "s", Role.USER));
      assertEquals(MessageStatus.FAILED, message.fail("full").status());
      redis.call("CONFIG", "SET", "maxmemory", "0");
      assertEquals("x", one.text());
      assertEquals(
          List.of(
              "message_start",
              "text_delta",
              "task_started",
              "content_added",
              "task_failed",
              "error",
              "message_end"),
          one.types());
    }
  }

  @Test
  void onAClusterTheKeysOfEachScriptShareASlotAndAllWorksTheSame() {
    try (var one = OneStore.open();
        var store = MessageStore.of(new Tagged(one.redis))) {
      fill(store);
      var message = store.load("msg_001").orElseThrow();
      assertEquals(
          Set.of(
              "message:{msg_001}",
              "message:{msg_001}:text",
              "message:{msg_001}:requests",
              "stream:session:session_001:message:{msg_001}",
              "session:{session_001}:messages",
              "content:{content_001}"),
          one.allKeys());
      message.complete();
      assertEquals(1, store.sessionMessages("session_001", 10, 0).size());
      assertTrue(store.contentBlock("content_001").isPresent());
      var updates = OneStore.readAll(store.subscribe("session_001", "msg_001", "0"));
      assertEquals("Hello", Fold.of(updates).text());
      assertEquals(MessageStatus.COMPLETED, message.refresh().status());
      store.createSession(Optional.of("u"), Json.object());
      assertEquals(1, store.cleanup("session_001", 0));
    }
  }

  /** A client that names keys as on a cluster, and refuses what a cluster would. */
  private record Tagged(Redis redis) implements Redis {
    @Override
    public <R> R call(Command<R> command) {
      return redis.call(checked(command));
    }

    @Override
    public <R> Pending<R> send(Command<R> command) {
      return redis.send(checked(command));
    }

    @Override
    public <R> List<Pending<R>> sendAll(List<? extends Command<? extends R>> commands) {
      commands.forEach(Tagged::checked);
      return redis.sendAll(commands);
    }

    private static <R> Command<R> checked(Command<R> command) {
      var slots = new TreeSet<String>();
      for (byte[] key : command.keys()) {
        var name = new String(key, StandardCharsets.UTF_8);
        slots.add(name.replaceAll("^.*\\{([^}]+)}.*$", "$1"));
      }
      assertTrue(slots.size() <= 1, "keys of several slots: " + slots);
      return command;
    }

    @Override
    public List<Object> atomically(List<? extends Command<?>> commands) {
      return redis.atomically(commands);
    }

    @Override
    public <T> T exclusive(Function<? super Session, ? extends T> work) {
      return redis.exclusive(work);
    }

    @Override
    public Subscription subscribe(String... channels) {
      return redis.subscribe(channels);
    }

    @Override
    public Subscription subscribeSharded(String... channels) {
      return redis.subscribeSharded(channels);
    }

    @Override
    public Subscription subscribePatterns(String... patterns) {
      return redis.subscribePatterns(patterns);
    }

    @Override
    public String tag(String id) {
      return "{" + id + "}";
    }

    @Override
    public RedisOptions options() {
      return redis.options();
    }

    @Override
    public void close() {
      redis.close();
    }
  }

  @Test
  void readersOfAllMessagesShareOneSubscription() {
    try (var one = OneStore.open()) {
      var readers = new ArrayList<MessageSubscription>();
      for (int n = 0; n < 40; n++) {
        var id = "msg_" + n / 4;
        one.store.loadOrCreate(id, "s", Role.USER);
        var reader = one.store.subscribe("s", id, "0");
        reader.next(Duration.ZERO);
        reader.next(Duration.ofMillis(1));
        readers.add(reader);
      }
      var kinds = Admin.call(one.redis, "CLIENT", "LIST", "TYPE", "pubsub").text().lines();
      assertEquals(1, kinds.filter(line -> line.contains(" resp=")).count());
      assertEquals(
          10, Admin.call(one.redis, "PUBSUB", "CHANNELS", "stream:session:s:*").items().size());
      readers.forEach(MessageSubscription::close);
      Eventually.within(
          OneStore.LIMIT,
          "nobody listens",
          () ->
              Admin.call(one.redis, "PUBSUB", "CHANNELS", "stream:session:s:*").items().isEmpty());
    }
  }
}
