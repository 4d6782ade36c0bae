package dev.redstart.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JsonValueTest {
  private static final JsonValue JSON =
      Json.parse("{\"parts\":[{\"text\":\"hi\"},{\"text\":7}],\"none\":null,\"yes\":true}");

  @Test
  void valuesAreReachedByNameAndIndex() {
    assertEquals("hi", JSON.get("parts").get(0).get("text").asString());
    assertEquals(7, JSON.get("parts").get(1).get("text").asInt());
    assertTrue(JSON.get("yes").asBoolean());
    assertEquals(2, JSON.get("parts").asList().size());
    assertEquals(List.of("parts", "none", "yes"), List.copyOf(JSON.asMap().keySet()));
  }

  @Test
  void whatIsMissingIsEmptyOrThrows() {
    assertEquals(Optional.empty(), JSON.tryGet("other"));
    assertEquals(Optional.empty(), JSON.get("parts").tryGet(2));
    assertEquals(Optional.empty(), JSON.get("parts").tryGet(-1));
    assertEquals(Optional.of(JsonNull.of()), JSON.tryGet("none"));
    assertMessage("$.other: is missing", () -> JSON.get("other"));
    assertMessage("$[2]: is missing", () -> JSON.get("parts").get(2));
    assertMessage("$[-1]: is missing", () -> JSON.get("parts").get(-1));
  }

  @Test
  void tryValueIsEmptyForNull() {
    assertEquals(Optional.empty(), JSON.get("none").tryValue());
    assertEquals(Optional.of(JsonBoolean.of(true)), JSON.get("yes").tryValue());
  }

  @Test
  void eachConversionIsForOneKind() {
    Map<String, Function<JsonValue, Object>> conversions = new LinkedHashMap<>();
    conversions.put("an object", JsonValue::asMap);
    conversions.put("an array", JsonValue::asList);
    conversions.put("a string", JsonValue::asString);
    conversions.put("a number", JsonValue::asLong);
    conversions.put("a boolean", JsonValue::asBoolean);
    Map<String, JsonValue> values = new LinkedHashMap<>();
    values.put("an object", Json.object());
    values.put("an array", Json.array());
    values.put("a string", JsonString.of("1"));
    values.put("a number", JsonNumber.of(1));
    values.put("a boolean", JsonBoolean.of(true));
    values.put("null", JsonNull.of());
    conversions.forEach(
        (wanted, conversion) ->
            values.forEach(
                (found, value) -> {
                  if (wanted.equals(found)) {
                    conversion.apply(value);
                  } else {
                    String problem = "$: expected " + wanted + " but found " + found;
                    assertMessage(problem, () -> conversion.apply(value));
                  }
                }));
    assertMessage("$: expected a number but found a string", () -> JsonString.of("1").asInt());
    assertMessage("$: expected a number but found null", () -> JsonNull.of().asDouble());
    assertMessage("$: expected an object but found an array", () -> Json.array().get("a"));
    assertMessage("$: expected an array but found an object", () -> Json.object().get(0));
    assertMessage("$: expected an object but found null", () -> JsonNull.of().tryGet("a"));
    assertMessage("$: expected an array but found a boolean", () -> JSON.get("yes").tryGet(0));
  }

  @Test
  void pathsQuoteOddNames() {
    assertMessage("$[\"\"]: is missing", () -> JSON.get(""));
    assertMessage("$[\"a b\"]: is missing", () -> JSON.get("a b"));
    assertMessage("$[\"a.b\"]: is missing", () -> JSON.get("a.b"));
    assertMessage("$[\"\\n\\\"\"]: is missing", () -> JSON.get("\n\""));
    assertMessage("$.a-b_1: is missing", () -> JSON.get("a-b_1"));
    assertMessage("$[\"" + "x".repeat(60) + "...\"]: is missing", () -> JSON.get("x".repeat(99)));
  }

  @Test
  void objectsKeepTheirOrderButCompareWithoutIt() {
    Map<String, JsonValue> map = new LinkedHashMap<>();
    map.put("b", JsonNumber.of(1));
    map.put("a", JsonNumber.of(2));
    JsonObject object = JsonObject.of(map);
    assertEquals("{\"b\":1,\"a\":2}", object.toString());
    assertEquals(Json.parse("{\"a\":2,\"b\":1.0}"), object);
    assertEquals(Json.parse("{\"a\":2,\"b\":1.0}").hashCode(), object.hashCode());
    assertNotEquals(Json.parse("{\"a\":2}"), object);
    assertNotEquals(Json.parse("{\"a\":2,\"c\":1}"), object);
    assertNotEquals(Json.parse("[1,2]"), Json.parse("[2,1]"));
  }

  @Test
  void valuesOfOtherKindsAreNotEqual() {
    List<JsonValue> values =
        Json.parse("[\"1\",1,true,null,[],{},\"\",false,[1],{\"1\":1}]").asList();
    for (JsonValue one : values) {
      for (JsonValue other : values) {
        assertEquals(one == other, one.equals(other), one + " and " + other);
      }
    }
  }

  @Test
  void whatWasGivenIsCopiedAndWhatIsReturnedCannotBeChanged() {
    Map<String, JsonValue> map = new HashMap<>(Map.of("a", JsonNull.of()));
    List<JsonValue> list = new ArrayList<>(List.of(JsonNull.of()));
    JsonObject object = JsonObject.of(map);
    JsonArray array = JsonArray.of(list);
    map.clear();
    list.clear();
    assertEquals("{\"a\":null}", object.toString());
    assertEquals("[null]", array.toString());
    Map<String, JsonValue> members = object.asMap();
    assertThrows(UnsupportedOperationException.class, () -> members.put("b", JsonNull.of()));
    assertThrows(UnsupportedOperationException.class, () -> members.remove("a"));
    assertThrows(UnsupportedOperationException.class, members::clear);
    assertThrows(
        UnsupportedOperationException.class,
        () -> members.entrySet().iterator().next().setValue(JsonBoolean.of(true)));
    assertThrows(UnsupportedOperationException.class, () -> array.asList().remove(0));
    byte[] document = Bytes.of("[\"abc\"]");
    JsonValue parsed = Json.parse(document);
    Arrays.fill(document, (byte) 'x');
    assertEquals("[\"abc\"]", parsed.toString());
  }

  @Test
  void theMapOfAnObjectIsAMapAtEverySize() {
    for (int size : new int[] {0, 1, 2, 11, 12, 13, 14, 100}) {
      Map<String, JsonValue> expected = new LinkedHashMap<>();
      IntStream.range(0, size).forEach(i -> expected.put("name" + i, JsonNumber.of(i)));
      for (JsonValue object :
          List.of(JsonObject.of(expected), Json.parse(Json.of(expected) + ""))) {
        Map<String, JsonValue> members = object.asMap();
        assertEquals(expected, members);
        assertEquals(members, expected);
        assertEquals(expected.hashCode(), members.hashCode());
        assertEquals(List.copyOf(expected.keySet()), List.copyOf(members.keySet()));
        assertEquals(List.copyOf(expected.values()), List.copyOf(members.values()));
        expected.forEach((name, value) -> assertSame(members.get(name), object.get(name)));
        assertNull(members.get("name" + size));
        assertFalse(members.containsKey("name" + size));
        assertEquals(Optional.empty(), object.tryGet("name" + size));
      }
    }
  }

  @Test
  void aNameThatComesTwiceIsFoundAtEverySize() {
    for (int size : new int[] {1, 2, 11, 12, 13, 100}) {
      var document = new StringBuilder("{");
      IntStream.range(0, size).forEach(i -> document.append("\"n" + i + "\":0,"));
      for (int repeated : new int[] {0, size / 2, size - 1}) {
        String text = document + "\"n" + repeated + "\":1,\"n0\":2}";
        var e = assertThrows(JsonParseException.class, () -> Json.parse(text), text);
        assertEquals(document.length() + 1, e.column());
      }
    }
  }

  @Test
  void plainObjectsBecomeValues() {
    assertEquals("null", Json.of(null).toString());
    assertEquals("\"a\"", Json.of("a").toString());
    assertEquals("true", Json.of(true).toString());
    assertEquals("[1,2,3,4]", Json.array(1, 2L, (short) 3, (byte) 4).toString());
    assertEquals("[0.5,0.1]", Json.array(0.5, 0.1f).toString());
    assertEquals(
        "[12345678901234567890,1.10]",
        Json.array(new BigInteger("12345678901234567890"), new BigDecimal("1.10")).toString());
    assertEquals(
        "{\"a\":[1,{\"b\":null}]}", Json.of(Map.of("a", Arrays.asList(1, nullAt("b")))).toString());
    assertEquals("[\"x\"]", Json.of(Set.of("x")).toString());
    assertSame(JSON, Json.of(JSON));
    assertEquals("\"1970-01-01T00:00:00Z\"", Json.of(Instant.EPOCH).toString());
    assertEquals("\"SECONDS\"", Json.of(TimeUnit.SECONDS).toString());
    assertEquals(
        "{\"id\":7,\"tags\":[\"a\"]}", Json.object("id", 7, "tags", List.of("a")).toString());
    assertEquals("{}", Json.object().toString());
    assertEquals("[null]", Json.array((Object) null).toString());
  }

  private static Map<String, Object> nullAt(String name) {
    Map<String, Object> map = new HashMap<>();
    map.put(name, null);
    return map;
  }

  @Test
  void whatHasNoFormInJsonIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Json.of(new Object()));
    assertThrows(IllegalArgumentException.class, () -> Json.of(List.of(new Date())));
    assertThrows(JsonValueException.class, () -> Json.of(Double.NaN));
    assertThrows(JsonValueException.class, () -> Json.of(Float.POSITIVE_INFINITY));
    assertThrows(JsonValueException.class, () -> Json.of("\ud83d"));
    assertThrows(IllegalArgumentException.class, () -> Json.of(Map.of(1, 2)));
    assertThrows(IllegalArgumentException.class, () -> Json.of(nullAt(null)));
    assertThrows(IllegalArgumentException.class, () -> Json.object("a"));
    assertThrows(IllegalArgumentException.class, () -> Json.object(1, "a"));
    assertThrows(IllegalArgumentException.class, () -> Json.object("a", 1, "a", 2));
    assertThrows(IllegalArgumentException.class, () -> Json.object("\ude00", 1));
    assertThrows(IllegalArgumentException.class, () -> JsonString.of("a\ud83d"));
    assertThrows(
        IllegalArgumentException.class, () -> JsonObject.of(Map.of("\ud83d", JsonNull.of())));
  }

  @Test
  void nullIsRefusedWithTheNameOfTheArgument() {
    assertNamed("text", () -> Json.parse((String) null));
    assertNamed("text", () -> Json.parse((char[]) null));
    assertNamed("utf8", () -> Json.parse((byte[]) null));
    assertNamed("value", () -> Json.toBytes(null));
    assertNamed("value", () -> Json.toDisplayString(null, 2));
    assertNamed("text", () -> JsonString.of(null));
    assertNamed("spelling", () -> JsonNumber.of((String) null));
    assertNamed("number", () -> JsonNumber.of((BigDecimal) null));
    assertNamed("items", () -> JsonArray.of(null));
    assertNamed("members", () -> JsonObject.of(null));
    assertNamed("name", () -> JSON.tryGet(null));
    assertNamed("name", () -> JSON.get(null));
    assertNamed("type", () -> JsonCodec.of(null));
    assertNamed("naming", () -> JsonCodec.of(String.class).withNaming(null));
    assertNamed("value", () -> JsonCodec.of(String.class).toJson(null));
    assertNamed("json", () -> JsonCodec.of(String.class).fromJson(null));
    assertThrows(NullPointerException.class, () -> JsonArray.of(Arrays.asList(JSON, null)));
    Map<String, JsonValue> holed = new HashMap<>();
    holed.put("a", null);
    assertThrows(NullPointerException.class, () -> JsonObject.of(holed));
  }

  private static void assertNamed(String argument, Runnable call) {
    var e = assertThrows(NullPointerException.class, call::run);
    assertEquals(argument, e.getMessage());
  }

  private static void assertMessage(String expected, Runnable call) {
    var e = assertThrows(JsonValueException.class, call::run);
    assertEquals(expected, e.getMessage());
    assertTrue(expected.startsWith(e.path() + ": "));
  }
}
