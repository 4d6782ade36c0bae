package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.redis.EntryId;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Streams;
import dev.redstart.stream.RedisStreams;
import dev.redstart.stream.StreamConsumer;
import dev.redstart.stream.StreamMessage;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Entries of two streams, in slots of their own. */
final class StreamLoad extends Load {
  private final Redis redis;
  private final RedisStreams streams;
  private final StreamConsumer consumer;
  private final List<String> names;

  StreamLoad(Redis redis, String name) {
    this.redis = redis;
    this.streams = RedisStreams.of(redis);
    this.names = List.of(name, name + "-other");
    this.consumer = streams.consume(names, "g", "c", this::handle);
  }

  private void handle(StreamMessage message) {
    begin(message.stream() + " " + message.id() + " for the " + message.deliveries() + ". time");
    done(Integer.parseInt(message.field("n").orElseThrow()));
  }

  @Override
  void give(int number) {
    streams.push(names.get(number % 2), Map.of("n", Integer.toString(number)));
  }

  @Override
  List<Integer> history() {
    var numbers = names.stream().map(this::numbers).toList();
    numbers.forEach(each -> assertEquals(List.copyOf(new TreeSet<>(each)), each, "in order"));
    return numbers.stream().flatMap(List::stream).sorted().toList();
  }

  private List<Integer> numbers(String name) {
    return redis.call(Streams.range(name, EntryId.MIN, EntryId.MAX)).stream()
        .map(entry -> Integer.valueOf(entry.fields().get("n")))
        .toList();
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
