package dev.redstart.message;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What cannot be is refused before anything is sent. */
class BadInputTest {
  private static final List<String> BAD_IDS =
      List.of("", " ", "a b", "a:b", "{a}", "a\"", "a\\", "é", "a\n", "x".repeat(257));

  @Test
  void oddIdsAreRefusedWithTheirName() {
    try (var one = OneStore.open()) {
      for (var id : BAD_IDS) {
        assertRefused("messageId", () -> one.store.loadOrCreate(id, "s", Role.USER));
        assertRefused("sessionId", () -> one.store.loadOrCreate("m", id, Role.USER));
        assertRefused("messageId", () -> one.store.load(id));
        assertRefused("messageId", () -> one.store.subscribe("s", id, "0"));
        assertRefused("sessionId", () -> one.store.subscribe(id, "m", "0"));
        assertRefused("sessionId", () -> one.store.sessionMessages(id, 1, 0));
        assertRefused("sessionId", () -> one.store.messagesBefore(id, "m", 1));
        assertRefused("messageId", () -> one.store.messagesBefore("s", id, 1));
        assertRefused("sessionId", () -> one.store.cleanup(id, 7));
        assertRefused("sessionId", () -> one.store.session(id));
        assertRefused("sessionId", () -> one.store.closeSession(id));
        assertRefused("messageId", () -> one.store.produce(id, Duration.ofSeconds(1)));
        assertRefused("messageId", () -> one.store.takeOver(id));
        assertRefused("taskId", () -> one.message().startTask(id, "x"));
        assertRefused("taskId", () -> one.message().updateTask(id, TaskUpdate.completed()));
        var block = ContentBlock.of(ContentType.TEXT, "x");
        if (id.length() < 257) {
          assertRefused("contentId", () -> block.withId(id));
          assertRefused("contentId", () -> one.store.contentBlock(id));
        }
      }
      assertEquals(List.of("message_start"), one.types());
    }
  }

  private static void assertRefused(String name, Executable call) {
    var refused = assertThrows(IllegalArgumentException.class, call);
    assertTrue(refused.getMessage().startsWith(name + ": "), refused.getMessage());
  }

  @Test
  void theLongestIdsWork() {
    try (var one = OneStore.open()) {
      var id = "~".repeat(256);
      var message = one.store.loadOrCreate(id, id, Role.USER);
      message.startTask(id, "image");
      message.updateTask(id, TaskUpdate.completed(ContentBlock.of(ContentType.TEXT, "x")));
      message.complete();
      var updates = OneStore.readAll(one.store.subscribe(id, id, "0"));
      assertEquals(MessageStatus.COMPLETED, Fold.of(updates).status);
    }
  }

  @Test
  void aCursorIsTheIdOfAnEvent() {
    try (var one = OneStore.open()) {
      one.message();
      for (var id : List.of("evt_001", "", "-", "$", "1-2-3", "-1")) {
        assertThrows(
            IllegalArgumentException.class,
            () -> one.store.subscribe(OneStore.SESSION, OneStore.ID, id));
      }
    }
  }

  @Test
  void limitsAreLimits() {
    try (var one = OneStore.open()) {
      for (int limit : new int[] {0, -1, 1_001}) {
        assertRefused("limit", () -> one.store.sessionMessages("s", limit, 0));
        assertRefused("limit", () -> one.store.messagesBefore("s", "m", limit));
      }
      assertRefused("offset", () -> one.store.sessionMessages("s", 1, -1));
      assertRefused("keepDays", () -> one.store.cleanup("s", -1));
      var options = MessageOptions.defaults();
      assertRefused("kept", () -> options.withEvents(0));
      assertRefused("ttl", () -> options.withTtl(Duration.ZERO));
      assertThrows(
          IllegalArgumentException.class, () -> options.withContentTtl(Duration.ofHours(25)));
      assertEquals(0, one.redis.call(Server.dbSize()));
    }
  }

  @Test
  void whatIsNotThereIsEmptyOrUnknown() {
    try (var one = OneStore.open()) {
      assertTrue(one.store.load("nobody").isEmpty());
      assertTrue(one.store.contentBlock("nobody").isEmpty());
      assertEquals(List.of(), one.store.sessionMessages("nobody", 10, 0));
      assertThrows(
          MessageException.Unknown.class, () -> one.store.subscribe("nobody", "nobody", "0"));
      assertEquals(0, one.redis.call(Server.dbSize()));
    }
  }

  /** As another program, or another version, may have written it. */
  @Test
  void aHashThatIsNotOursIsReadAsFarAsItGoes() {
    try (var one = OneStore.open()) {
      one.redis.call("HSET", key("message:a"), "what", "ever");
      assertTrue(one.store.load("a").isEmpty());
      one.redis.call(
          "HSET",
          key("message:b"),
          "message_id",
          "b",
          "session_id",
          "s",
          "role",
          "robot",
          "text",
          "hello",
          "created_at",
          "2025-11-20T10:30:00.123456",
          "updated_at",
          "yesterday",
          "new_field",
          "x");
      var read = one.store.load("b").orElseThrow().snapshot();
      assertEquals("hello", read.text());
      assertEquals(Role.AGENT, read.head().role());
      assertEquals("2025-11-20T10:30:00.123456Z", read.createdAt().toString());
      var message = one.store.load("b").orElseThrow();
      assertThrows(MessageException.Unknown.class, () -> message.appendText("x"));
    }
  }

  @Test
  void aClosedSubscriptionSaysSo() {
    try (var one = OneStore.open()) {
      one.message();
      var reader = one.store.subscribe(OneStore.SESSION, OneStore.ID, "0");
      reader.close();
      assertThrows(IllegalStateException.class, () -> reader.next(Duration.ZERO));
      reader.close();
    }
  }
}
