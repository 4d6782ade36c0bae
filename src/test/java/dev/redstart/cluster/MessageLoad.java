package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.message.Generation;
import dev.redstart.message.Message;
import dev.redstart.message.MessageStore;
import dev.redstart.message.Role;
import dev.redstart.redis.Redis;
import java.time.Duration;

/** A message that grows: what is taken is done when the text has it. */
final class MessageLoad extends Load {
  private final MessageStore store;
  private final String id;
  private final Generation generation;
  private final Message message;

  /** So much of the text has been looked at. */
  private int seen;

  MessageLoad(Redis redis, String name) {
    this.store = MessageStore.of(redis);
    this.id = name;
    store.loadOrCreate(id, "session-of-" + name, Role.ASSISTANT);
    this.generation = store.produce(id, Duration.ofSeconds(10)).orElseThrow();
    this.message = generation.message();
  }

  @Override
  void give(int number) {
    message.appendText(number + " ");
  }

  @Override
  void look() {
    var text = store.load(id).orElseThrow().snapshot().text();
    for (var word : text.substring(Math.min(seen, text.length())).split(" ")) {
      if (!word.isEmpty()) {
        done(Integer.parseInt(word));
      }
    }
    seen = text.length();
  }

  @Override
  void check() {
    assertTrue(message.complete().isDone());
  }

  @Override
  public void close() {
    generation.close();
    store.close();
  }
}
