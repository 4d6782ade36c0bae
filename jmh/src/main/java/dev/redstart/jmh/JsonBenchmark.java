package dev.redstart.jmh;

import dev.redstart.event.Event;
import dev.redstart.event.Source;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.EntryId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What it costs to parse, and to write, one of the events that the service sends. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class JsonBenchmark {
  private static final int EVENTS = 4;

  private final JsonMapper jackson = JsonMapper.builder().build();

  private final List<JsonValue> values =
      List.of(
          event("llm", "stream", Json.object("text", " another token", "index", 1234)),
          event("dispatch", "tool_call", toolCall()),
          event("llm", "answer", Json.object("text", "Grüße — \"quoted\",\nline.\n".repeat(40))),
          event("lifecycle", "completed", usage()));

  private final List<byte[]> texts = values.stream().map(Json::toBytes).toList();
  private final List<JsonNode> nodes = texts.stream().map(jackson::readTree).toList();

  private static JsonValue event(String category, String action, JsonValue data) {
    return new Event(
            new EntryId(1_760_000_000_123L, 4),
            "run-7f3a",
            Instant.ofEpochMilli(1_760_000_000_123L),
            4711,
            Optional.of(new Source("agent-12", "researcher", "Reader of papers", "team")),
            category,
            action,
            data)
        .toJson();
  }

  private static JsonValue toolCall() {
    return Json.object(
        "tool",
        "search",
        "arguments",
        Json.object("query", "group commit", "limit", 20, "fresh", true, "after", null),
        "tags",
        Json.array("web", "papers", "code"));
  }

  private static JsonValue usage() {
    return Json.object(
        "tokens",
        Json.object("prompt", 18_231, "completion", 977, "cached", 0),
        "seconds",
        12.875,
        "cost",
        0.0413);
  }

  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public void parse(Blackhole hole) {
    for (var text : texts) {
      hole.consume(Json.parse(text));
    }
  }

  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public void parseByJackson(Blackhole hole) {
    for (var text : texts) {
      hole.consume(jackson.readTree(text));
    }
  }

  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public void write(Blackhole hole) {
    for (var value : values) {
      hole.consume(Json.toBytes(value));
    }
  }

  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public void writeByJackson(Blackhole hole) {
    for (var node : nodes) {
      hole.consume(jackson.writeValueAsBytes(node));
    }
  }
}
