package dev.redstart.message;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.redis.AddOption;
import dev.redstart.redis.SortedSets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sessions and the lists of their messages. */
class ChatSessionTest {
  private static final String INDEX = key("session:session_001:messages");

  private static List<String> ids(List<MessageSnapshot> messages) {
    return messages.stream().map(it -> it.head().messageId()).toList();
  }

  private static void make(OneStore one, int from, int to) {
    IntStream.rangeClosed(from, to)
        .forEach(n -> one.store.loadOrCreate("msg_" + n, OneStore.SESSION, Role.USER));
  }

  @Test
  void aSessionIsOpenedFoundAndClosed() {
    try (var one = OneStore.open()) {
      var metadata = Json.object("topic", "x");
      var opened = one.store.createSession(Optional.of("user_123"), metadata);
      var found = one.elsewhere().session(opened.sessionId()).orElseThrow();
      assertEquals(opened, found);
      assertEquals("active", found.toJson().get("status").asString());
      assertEquals(metadata, found.metadata());
      var closed = one.store.closeSession(opened.sessionId()).orElseThrow();
      assertTrue(closed.isClosed());
      assertEquals(closed, one.store.session(opened.sessionId()).orElseThrow());
      assertTrue(one.store.session("nobody").isEmpty());
      assertTrue(one.store.closeSession("nobody").isEmpty());
      assertFalse(one.allKeys().contains(key("session:nobody")));
    }
  }

  @Test
  void aClosedSessionKeepsItsMessagesAndTakesNoNewOnes() {
    try (var one = OneStore.open()) {
      var id = one.store.createSession(Optional.empty(), Json.object()).sessionId();
      var message = one.store.loadOrCreate("msg_1", id, Role.USER);
      one.store.closeSession(id);
      assertTrue(message.appendText("still").isDone());
      assertEquals("still", one.store.loadOrCreate("msg_1", id, Role.USER).snapshot().text());
      assertThrows(
          MessageException.SessionClosed.class,
          () -> one.store.loadOrCreate("msg_2", id, Role.USER));
      assertTrue(one.store.load("msg_2").isEmpty());
    }
  }

  @Test
  void pagesOfMessagesAreInTheirOrderAndDoNotOverlap() {
    try (var one = OneStore.open()) {
      make(one, 1, 7);
      var store = one.elsewhere();
      assertEquals(List.of("msg_1", "msg_2", "msg_3"), ids(page(store, 3, 0)));
      assertEquals(List.of("msg_4", "msg_5", "msg_6"), ids(page(store, 3, 3)));
      assertEquals(List.of("msg_7"), ids(page(store, 3, 6)));
      assertEquals(List.of(), page(store, 3, 7));
      make(one, 3, 3);
      assertEquals("msg_3", ids(page(store, 3, 0)).get(2));
    }
  }

  @Test
  void messagesBeforeOneAreReadBackwards() {
    try (var one = OneStore.open()) {
      make(one, 1, 7);
      var store = one.elsewhere();
      assertEquals(List.of("msg_4", "msg_3"), ids(before(store, "msg_5", 2)));
      assertEquals(List.of("msg_2", "msg_1"), ids(before(store, "msg_3", 10)));
      assertEquals(List.of(), before(store, "msg_1", 10));
      assertEquals(List.of(), before(store, "nobody", 10));
      assertEquals(List.of(), store.messagesBefore("another", "msg_3", 10));
    }
  }

  private static List<MessageSnapshot> before(MessageStore store, String id, int limit) {
    return store.messagesBefore(OneStore.SESSION, id, limit);
  }

  @Test
  void expiredMessagesBeforeOneArePassedOver() {
    try (var one = OneStore.open()) {
      make(one, 1, 7);
      for (int n : List.of(1, 4, 5)) {
        one.redis.call("DEL", key("message:msg_" + n));
      }
      age(one, "msg_4", Duration.ofMinutes(2));
      assertEquals(List.of("msg_6", "msg_3", "msg_2"), ids(before(one.store, "msg_7", 3)));
      assertEquals(List.of("msg_3", "msg_2"), ids(before(one.store, "msg_5", 10)));
      assertEquals(6, one.redis.call(SortedSets.card(INDEX)));
    }
  }

  private static List<MessageSnapshot> page(MessageStore store, int limit, int offset) {
    return store.sessionMessages(OneStore.SESSION, limit, offset);
  }

  @Test
  void expiredMessagesArePassedOverAndLeaveTheList() {
    try (var one = OneStore.open()) {
      make(one, 1, 6);
      for (int n : List.of(1, 2, 5)) {
        one.redis.call("DEL", key("message:msg_" + n));
      }
      age(one, "msg_1", Duration.ofMinutes(2));
      age(one, "msg_2", Duration.ofMinutes(2));
      assertEquals(List.of("msg_3", "msg_4"), ids(page(one.store, 2, 0)));
      assertEquals(List.of("msg_3", "msg_4", "msg_6"), ids(page(one.store, 3, 0)));
      // One that is not there yet may be about to be made.
      assertEquals(4, one.redis.call(SortedSets.card(INDEX)));
    }
  }

  /** As if it had been made so long before. */
  private static void age(OneStore one, String id, Duration by) {
    double score = one.redis.call(SortedSets.score(INDEX, id)).orElseThrow();
    one.redis.call(SortedSets.add(INDEX, score - by.toSeconds(), id, AddOption.IF_PRESENT));
  }

  @Test
  void oldMessagesAreDeletedWithAllThatIsTheirs() {
    try (var one = OneStore.open()) {
      make(one, 1, 4);
      var old = one.store.load("msg_2").orElseThrow();
      old.appendText("text");
      old.addContent(ContentBlock.of(ContentType.TEXT, "x".repeat(20_000)).withId("c2"));
      age(one, "msg_1", Duration.ofDays(8));
      age(one, "msg_2", Duration.ofDays(8));
      age(one, "msg_3", Duration.ofDays(6));
      assertEquals(2, one.store.cleanup(OneStore.SESSION, 7));
      assertEquals(List.of("msg_3", "msg_4"), ids(page(one.store, 10, 0)));
      assertTrue(one.allKeys().stream().noneMatch(key -> key.matches(".*(msg_1|msg_2|c2).*")));
      assertEquals(0, one.store.cleanup(OneStore.SESSION, 7));
      assertEquals(2, one.store.cleanup(OneStore.SESSION, 0));
      assertEquals(0, one.redis.call("DBSIZE").integer());
    }
  }

  @Test
  void moreThanABatchOfOldMessagesIsDeleted() {
    try (var one = OneStore.open()) {
      make(one, 1, 230);
      assertEquals(230, one.store.cleanup(OneStore.SESSION, 0));
      assertEquals(0, one.redis.call("DBSIZE").integer());
    }
  }

  @Test
  void aReaderOfADeletedMessageHearsOfIt() {
    try (var one = OneStore.open()) {
      one.message();
      var reader = one.elsewhere().subscribe(OneStore.SESSION, OneStore.ID, "0");
      reader.next(Duration.ZERO);
      assertTrue(reader.next(Duration.ofMillis(50)).isEmpty());
      one.store.cleanup(OneStore.SESSION, 0);
      assertThrows(MessageException.Unknown.class, () -> reader.next(Duration.ofSeconds(3)));
    }
  }

  @Test
  void aMessageBelongsToOneSession() {
    try (var one = OneStore.open()) {
      one.message();
      assertThrows(
          MessageException.Conflict.class,
          () -> one.store.loadOrCreate(OneStore.ID, "another", Role.USER));
      assertThrows(
          MessageException.Unknown.class, () -> one.store.subscribe("another", OneStore.ID, "0"));
      assertEquals(List.of(), one.store.sessionMessages("another", 10, 0));
    }
  }

  @Test
  void aSessionInWhoseListAMessageOfAnotherStandsDoesNotDeleteIt() {
    try (var one = OneStore.open()) {
      one.message();
      one.redis.call("ZADD", key("session:another:messages"), "1", OneStore.ID);
      assertEquals(List.of(), one.store.messagesBefore("another", "nobody", 10));
      assertEquals(List.of(), one.store.sessionMessages("another", 10, 0));
      assertEquals(0, one.store.cleanup("another", 0));
      assertEquals("", one.load().text());
    }
  }
}
