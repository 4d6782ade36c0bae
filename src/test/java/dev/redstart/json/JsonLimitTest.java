package dev.redstart.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** What strangers send to bring a reader down. */
class JsonLimitTest {
  private static final int MAX = Json.DEPTH_MAX;

  record Tree(List<Tree> kids) {}

  record Chain(Optional<Chain> next) {}

  record Named(Map<String, Named> kids) {}

  @Test
  void theDeepestDocumentIsReadOnASmallStack() throws Exception {
    onASmallStack(
        () -> {
          for (String deepest : List.of(nested(MAX, "[", "]"), nested(MAX, "{\"a\":", "}"))) {
            JsonValue value = Json.parse(deepest);
            JsonValue twin = Json.parse(deepest);
            assertEquals(deepest, value.toString());
            assertEquals(twin, value);
            assertEquals(twin.hashCode(), value.hashCode());
            assertEquals(value, Json.parse(Json.toDisplayString(value, 1)));
          }
          return null;
        });
  }

  @Test
  void theDeepestRecordsAreReadAndWrittenOnASmallStack() throws Exception {
    onASmallStack(
        () -> {
          roundTrip(Tree.class, nested(MAX / 2, "{\"kids\":[", "]}"));
          roundTrip(Chain.class, nested(MAX - 1, "{\"next\":", "}").replace("0", "{}"));
          roundTrip(
              Named.class,
              nested(MAX / 2 - 1, "{\"kids\":{\"a\":", "}}").replace("0", "{\"kids\":{}}"));
          return null;
        });
  }

  private static <T> void roundTrip(Class<T> type, String document) {
    JsonCodec<T> codec = JsonCodec.of(type);
    assertEquals(document, codec.print(codec.parse(document)));
  }

  @Test
  void oneLevelMoreIsRefusedWhereItBegins() {
    for (int depth : List.of(MAX + 1, MAX + 2, 1_000_000)) {
      var e = assertThrows(JsonParseException.class, () -> Json.parse("[".repeat(depth)));
      assertEquals(MAX + 1, e.column());
      assertTrue(
          e.getMessage().startsWith("nested deeper than " + MAX + " levels"), e.getMessage());
    }
    String objects = "{\"a\":".repeat(MAX + 1);
    assertThrows(JsonParseException.class, () -> Json.parse(objects));
  }

  @Test
  void depthIsCountedDownAgain() {
    String two = nested(2, "[", "]");
    assertEquals(2000, Json.parse("[" + (two + ",").repeat(1999) + two + "]").asList().size());
  }

  @Test
  void noValueIsMadeDeeperThanCanBePrinted() {
    JsonValue deepest = Json.parse(nested(MAX, "[", "]"));
    assertThrows(JsonValueException.class, () -> JsonArray.of(List.of(deepest)));
    assertThrows(JsonValueException.class, () -> JsonObject.of(Map.of("a", deepest)));
    assertThrows(JsonValueException.class, () -> Json.object("a", deepest));
  }

  @Test
  void whatHoldsItselfIsRefused() {
    List<Object> list = new ArrayList<>();
    list.add(list);
    assertThrows(JsonValueException.class, () -> Json.of(list));
    Map<String, Object> map = new HashMap<>();
    map.put("a", List.of(map));
    assertThrows(JsonValueException.class, () -> Json.of(map));
    List<Tree> kids = new ArrayList<>();
    kids.add(new Tree(kids));
    assertThrows(JsonValueException.class, () -> JsonCodec.of(Tree.class).toJson(kids.get(0)));
    assertThrows(JsonValueException.class, () -> Json.of(kids));
  }

  @Test
  void hugeNumbersAreRefusedBeforeAnybodyComputesThem() {
    for (String number : List.of("1e999999999", "-1e-2147483649", "0.4e00669999999999999999")) {
      assertThrows(JsonParseException.class, () -> Json.parse(number), number);
    }
    assertThrows(JsonParseException.class, () -> Json.parse("1".repeat(1001)));
    assertThrows(JsonParseException.class, () -> Json.parse("0." + "1".repeat(999)));
    assertThrows(JsonParseException.class, () -> Json.parse("1".repeat(5_000_000)));
    assertThrows(JsonParseException.class, () -> Json.parse("1e" + "0".repeat(5_000_000)));
  }

  @Test
  void theLargestNumbersAreQuick() {
    String digits = "9".repeat(994) + "e9999";
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          for (String text : List.of(digits, "-" + digits, "1e-9999", "0e9999")) {
            JsonValue number = Json.parse(text);
            for (int i = 0; i < 20; i++) {
              assertEquals(number, Json.parse(text));
              assertNotEquals(number, Json.parse("1"));
              number.hashCode();
              attempt(number::asLong);
              attempt(number::asDouble);
              attempt(() -> JsonCodec.of(BigInteger.class).fromJson(number));
              attempt(() -> JsonCodec.of(BigDecimal.class).fromJson(number));
            }
          }
        });
  }

  private static void attempt(Runnable conversion) {
    try {
      conversion.run();
    } catch (JsonValueException e) {
      assertTrue(e.getMessage().length() < 200, e.getMessage());
    }
  }

  @Test
  void namesOfOneHashStayFast() {
    var document = new StringBuilder("{");
    int names = 1 << 15;
    for (int i = 0; i < names; i++) {
      document.append(i == 0 ? "\"" : ",\"");
      for (int bit = 0; bit < 15; bit++) {
        document.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      document.append("\":1");
    }
    String text = document.append("}").toString();
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          JsonValue object = Json.parse(text);
          assertEquals(names, object.asMap().size());
          object.asMap().keySet().forEach(object::get);
        });
  }

  @Test
  void aLongStringOfEscapesIsLinear() {
    String text = "\\n\\u00e9".repeat(500_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> assertEquals(1_000_000, Json.parse("\"" + text + "\"").asString().length()));
  }

  private static String nested(int depth, String open, String close) {
    return open.repeat(depth) + (open.endsWith(":") ? "0" : "") + close.repeat(depth);
  }

  /** 384 KiB; by default threads have 1024. */
  private static void onASmallStack(Callable<Void> work) throws Exception {
    var task = new FutureTask<>(work);
    var thread = new Thread(null, task, "small stack", 384 * 1024);
    thread.start();
    task.get();
  }
}
