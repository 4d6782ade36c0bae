package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.message.Generation;
import dev.redstart.message.Message;
import dev.redstart.message.MessageStore;
import dev.redstart.message.Role;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A message that grows: what is taken is in its text, in order. */
final class MessageLoad extends Load {
  private final MessageStore store;
  private final String id;
  private final Generation generation;
  private final Message message;

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
    done(number);
  }

  @Override
  List<Integer> history() {
    var text = store.load(id).orElseThrow().snapshot().text();
    return Stream.of(text.trim().split(" ")).map(Integer::valueOf).toList();
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
