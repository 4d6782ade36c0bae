package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.redis.Redis;
import dev.redstart.stream.RedisStreams;
import dev.redstart.stream.StreamConsumer;
import java.util.List;
import java.util.Map;

final class StreamLoad extends Load {
  private final RedisStreams streams;
  private final StreamConsumer consumer;
  private final List<String> names;

  StreamLoad(Redis redis, String name) {
    this.streams = RedisStreams.of(redis);
    this.names = List.of(name, name + "-other");
    this.consumer =
        streams.consume(
            names, "g", "c", message -> done(Integer.parseInt(message.field("n").orElseThrow())));
  }

  @Override
  void give(int number) {
    streams.push(names.get(number % 2), Map.of("n", Integer.toString(number)));
  }

  @Override
  void check() {
    consumer.close();
    names.forEach(name -> assertEquals(0, streams.figures(name).groups().get(0).pending(), name));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
