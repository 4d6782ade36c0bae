package dev.redstart.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What there is to know about a stream; and what much of everything costs. */
class FiguresTest {
  private static final String KEY = OneStream.KEY;

  @Test
  void aStreamThatIsNotThereIsEmpty() {
    try (var s = OneStream.open()) {
      var figures = s.streams.figures(KEY);
      assertEquals(new StreamFigures(0, Optional.empty(), Optional.empty(), 0, List.of()), figures);
      assertTrue(figures.group("g").isEmpty());
    }
  }

  @Test
  void lengthLagAndPendingAreExact() {
    try (var s = OneStream.open()) {
      var ids = s.streams.pushAll(KEY, OneStream.numbered(0, 10));
      s.streams.ensureGroup(KEY, "g1");
      s.streams.ensureGroup(KEY, "end", GroupStart.END);
      s.readAndDie("a", 4);
      s.redis.call("XACK", KEY, "g1", ids.get(0).toString());
      s.push(10, 2);
      s.redis.call("XADD", "{demo:stream}:dlq", "1-1", "a", "b");
      var figures = s.streams.figures(KEY);
      assertEquals(12, figures.length());
      assertEquals(ids.get(0), figures.first().orElseThrow());
      assertTrue(figures.last().orElseThrow().compareTo(ids.get(9)) > 0);
      assertEquals(1, figures.deadLetters());
      var group = figures.group("g1").orElseThrow();
      assertEquals(3, group.pending());
      assertEquals(8, group.lag().orElseThrow());
      assertEquals(1, group.consumers());
      assertEquals(ids.get(3), group.delivered());
      Eventually.within(
          OneStream.LIMIT,
          "it gets older",
          () -> s.group().oldestIdle().orElseThrow().toMillis() > 20);
      var end = figures.group("end").orElseThrow();
      assertEquals(2, end.lag().orElseThrow());
      assertTrue(end.oldestIdle().isEmpty());
    }
  }

  @Test
  void noScriptTakesLongWhateverHasPiledUp() {
    try (var s = OneStream.open()) {
      int many = 50_000;
      s.streams.ensureGroup(KEY, OneStream.GROUP);
      for (int i = 0; i < many; i += 500) {
        s.push(i, 500);
      }
      s.readAndDie("dead", many);
      s.redis.call("CONFIG", "SET", "slowlog-log-slower-than", "5000");
      Admin.call(s.redis, "SLOWLOG", "RESET");
      s.redis.call("CONFIG", "RESETSTAT");
      var consumer =
          s.consume(m -> {}, OneStream.QUICK.withCount(200).withLease(Duration.ofMillis(200)));
      s.streams.push(KEY, Map.of("a", "b"), Retention.atMost(100));
      Eventually.within(
          OneStream.LIMIT, "5000 are handled", () -> consumer.counters().handled() > 5000);
      consumer.close();
      for (int i = 0; i < 100; i++) {
        s.streams.push(KEY, Map.of("a", "b"));
      }
      s.streams.figures(KEY);
      var slow =
          Admin.call(s.redis, "SLOWLOG", "GET", "100").items().stream()
              .filter(it -> it.items().get(3).items().get(0).text().startsWith("EVAL"))
              .map(it -> it.items().get(2).integer())
              .toList();
      s.redis.call("CONFIG", "SET", "slowlog-log-slower-than", "10000");
      long scripts = s.info("commandstats", "cmdstat_evalsha:calls=");
      assertTrue(
          slow.size() <= 2 + scripts / 20,
          "a busy machine may stop for a moment, but of " + scripts + ": " + slow + " us");
    }
  }
}
