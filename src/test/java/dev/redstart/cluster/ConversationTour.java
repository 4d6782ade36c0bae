package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.ContentType;
import dev.redstart.message.EventType;
import dev.redstart.message.MessageHead;
import dev.redstart.message.MessageOptions;
import dev.redstart.message.MessageStore;
import dev.redstart.message.Role;
import dev.redstart.message.TaskUpdate;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.Optional;

/** A chat session with its messages, one of them growing while it is read. */
final class ConversationTour implements Tour {
  @Override
  public void run(Redis redis, String name) throws Exception {
    var id = Names.plain(name);
    try (var store = MessageStore.of(redis, MessageOptions.defaults().withInlineBytes(16))) {
      var session = store.createSession(Optional.of("u"), Json.object()).sessionId();
      assertTrue(store.session(session).isPresent());
      var question = MessageHead.of("q-" + id + "-" + session, session, Role.USER);
      store.post(
          question, "why?", ContentBlock.of(ContentType.TEXT, "what is kept apart".repeat(9)));
      grow(store, "a-" + id + "-" + session, session);
      assertEquals(2, store.sessionMessages(session, 10, 0).size());
      redis.call("DEL", "message:" + redis.tag("a-" + id + "-" + session));
      assertEquals(1, store.sessionMessages(session, 10, 0).size());
      store.closeSession(session);
      store.cleanup(session, 0);
    }
  }

  private static void grow(MessageStore store, String id, String session) throws Exception {
    store.loadOrCreate(id, session, Role.ASSISTANT);
    var generation = store.produce(id, Duration.ofSeconds(1)).orElseThrow();
    try (generation;
        var reader = store.subscribe(session, id, "0-0")) {
      var message = generation.message();
      message.appendText("because ");
      try (var writer = generation.writer()) {
        writer.append("of that");
      }
      message.startTask("t", "image");
      message.updateTask("t", TaskUpdate.progress(0.5));
      var image = ContentBlock.of(ContentType.TEXT, "a large picture, so to speak");
      message.updateTask("t", TaskUpdate.completed(image));
      message.addContent(
          ContentBlock.of(ContentType.TEXT, "more that is kept apart").withId("c-" + id));
      assertTrue(store.contentBlock("c-" + id).isPresent());
      message.publish(EventType.PING, Json.object());
      message.complete();
      while (!reader.isEnded()) {
        assertTrue(reader.next(LIMIT).isPresent());
      }
    }
    assertEquals("because of that", store.load(id).orElseThrow().snapshot().text());
  }
}
