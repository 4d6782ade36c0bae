package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.harness.Eventually;
import dev.redstart.redis.Backoff;
import dev.redstart.redis.Redis;
import dev.redstart.stream.ConsumerOptions;
import dev.redstart.stream.RedisStreams;
import dev.redstart.stream.Retention;
import dev.redstart.stream.StreamMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

final class StreamTour implements Tour {
  private static final ConsumerOptions OPTIONS =
      ConsumerOptions.defaults()
          .withLease(Duration.ofMillis(300))
          .withDeliveries(2)
          .withBackoff(new Backoff(Duration.ofMillis(10), Duration.ofMillis(20)));

  @Override
  public void run(Redis redis, String user) throws Exception {
    var name = user + "-stream";
    var streams = RedisStreams.of(redis);
    var other = name + "-other";
    redis.call("DEL", name);
    redis.call("DEL", other);
    var handled = ConcurrentHashMap.<String>newKeySet();
    try (var consumer =
        streams.consume(
            List.of(name, other), "g", "c", message -> handle(message, handled), OPTIONS)) {
      var first = streams.push(name, Map.of("n", "1"), Retention.atMost(100));
      streams.push(other, Map.of("n", "2"));
      streams.push(name, Map.of("n", "bad"));
      streams.push(name, Map.of("n", "slow"));
      Eventually.within(LIMIT, "handled", () -> handled.containsAll(Set.of("1", "2", "slow")));
      Eventually.within(LIMIT, "a dead letter", () -> streams.deadLetters(name, 9).size() == 1);
      handled.remove("1");
      // Now it is the consumer's again, without its knowing.
      redis.call("XCLAIM", name, "g", consumer.name(), "0", first.toString(), "FORCE", "JUSTID");
      Eventually.within(LIMIT, "the stray is found", () -> handled.contains("1"));
    }
    assertEquals(0, streams.figures(name).groups().get(0).pending());
    streams.requeue(name, List.of(streams.deadLetters(name, 9).get(0).id()));
    try (var ordered =
        streams.consume(
            List.of(name, other), "g", "c", message -> {}, OPTIONS.withOrderBy(any -> ""))) {
      Eventually.within(LIMIT, "in order", () -> ordered.counters().handled() == 1);
    }
    streams.purge(name);
  }

  private static void handle(StreamMessage message, Set<String> handled) throws Exception {
    var n = message.field("n").orElseThrow();
    if (n.equals("bad")) {
      throw new IllegalStateException("it is bad");
    } else if (n.equals("slow")) {
      new CountDownLatch(1).await(400, TimeUnit.MILLISECONDS);
    }
    handled.add(n);
  }
}
