package dev.redstart.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What does not fit: which exception, and with which path. */
class JsonCodecErrorTest {
  private enum Level {
    LOW,
    HIGH
  }

  private record Part(String text, int n) {}

  private record All(
      Optional<Byte> b,
      Optional<Short> s,
      Optional<Integer> i,
      Optional<Long> l,
      Optional<Float> f,
      Optional<Double> d,
      Optional<Boolean> t,
      Optional<Character> c,
      Optional<BigInteger> whole,
      Optional<BigDecimal> exact,
      Optional<Instant> at,
      Optional<Duration> lasting,
      Optional<UUID> id,
      Optional<URI> link,
      Optional<byte[]> bytes,
      Optional<Level> level,
      Optional<JsonObject> object,
      Optional<List<Part>> parts,
      Optional<Map<String, Part>> byName) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [] | $: expected an object but found an array
          {"b":300} | $.b: expected a whole number from -128 to 127 but found 300
          {"b":-129} | $.b: expected a whole number from -128 to 127 but found -129
          {"b":1.5} | $.b: expected a whole number from -128 to 127 but found 1.5
          {"b":"1"} | $.b: expected a number but found a string
          {"s":32768} | $.s: expected a whole number from -32768 to 32767 but found 32768
          {"i":2147483648} | $.i: expected a whole number from -2147483648 to 2147483647 but found 2147483648
          {"i":true} | $.i: expected a number but found a boolean
          {"l":9223372036854775808} | $.l: expected a whole number from -9223372036854775808 to 9223372036854775807 but found 9223372036854775808
          {"l":1e9999} | $.l: expected a whole number from -9223372036854775808 to 9223372036854775807 but found 1e9999
          {"f":1e39} | $.f: expected a float but found a number beyond its range
          {"f":"1"} | $.f: expected a number but found a string
          {"d":-1e309} | $.d: expected a double but found -1e309
          {"t":0} | $.t: expected a boolean but found a number
          {"c":"ab"} | $.c: expected a string of one char but found 2
          {"c":""} | $.c: expected a string of one char but found 0
          {"whole":0.5} | $.whole: expected a whole number but found a fraction
          {"whole":[]} | $.whole: expected a number but found an array
          {"exact":"1"} | $.exact: expected a number but found a string
          {"at":"yesterday"} | $.at: expected an instant such as 2026-01-31T12:00:00Z but found another text
          {"at":1} | $.at: expected a string but found a number
          {"lasting":"1s"} | $.lasting: expected a duration such as PT1M30S but found another text
          {"lasting":"PT9999999999999999H"} | $.lasting: expected a duration such as PT1M30S but found another text
          {"id":"1-1-1-1-1"} | $.id: expected a UUID of 32 hexadecimal digits in five groups but found another text
          {"link":"a b"} | $.link: expected a URI but found another text
          {"bytes":"AP/7f"} | $.bytes: expected bytes in base64 but found another text
          {"bytes":"-_-_"} | $.bytes: expected bytes in base64 but found another text
          {"level":"low"} | $.level: expected one of [LOW, HIGH] but found "low"
          {"level":1} | $.level: expected a string but found a number
          {"object":[]} | $.object: expected an object but found an array
          {"parts":{}} | $.parts: expected an array but found an object
          {"parts":[{"text":"a","n":1},{"n":1}]} | $.parts[1].text: is missing
          {"parts":[{"text":"a","n":1},null]} | $.parts[1]: expected an object but found null
          {"parts":[{"text":7,"n":1}]} | $.parts[0].text: expected a string but found a number
          {"parts":[{"text":null,"n":1}]} | $.parts[0].text: expected a string but found null
          {"parts":[{"text":"a"}]} | $.parts[0].n: is missing
          {"parts":[{"text":"a","n":null}]} | $.parts[0].n: expected a number but found null
          {"byName":[]} | $.byName: expected an object but found an array
          {"byName":{"k":{"text":"a"}}} | $.byName.k.n: is missing
          {"byName":{"a b":{"text":"a","n":1.5}}} | $.byName["a b"].n: expected a whole number from -2147483648 to 2147483647 but found 1.5
          """)
  void whatIsReadIsCheckedAndThePathSaysWhere(String json, String message) {
    JsonCodec<All> codec = JsonCodec.of(All.class);
    assertEquals(
        message, assertThrows(JsonValueException.class, () -> codec.parse(json)).getMessage());
  }

  @Test
  void whatIsNoJsonIsAnotherException() {
    JsonCodec<Part> codec = JsonCodec.of(Part.class);
    assertThrows(JsonParseException.class, () -> codec.parse("{"));
    assertThrows(JsonParseException.class, () -> codec.parse(new byte[] {(byte) 0xFF}));
  }

  private record Positive(int n) {
    Positive {
      if (n <= 0) {
        throw new IllegalArgumentException("n must be positive, but is " + n);
      }
    }
  }

  private record Positives(List<Positive> all) {}

  private record Explosive(String text) {
    Explosive {
      throw new StackOverflowError("not ours to catch");
    }
  }

  private record Shy(String text) {
    @Override
    public String text() {
      throw new IllegalStateException("not now");
    }
  }

  @Test
  void whatAConstructorRefusesHasAPathAndACause() {
    JsonCodec<Positives> codec = JsonCodec.of(Positives.class);
    var e =
        assertThrows(
            JsonValueException.class, () -> codec.parse("{\"all\":[{\"n\":1},{\"n\":0}]}"));
    assertEquals("$.all[1]: is refused by Positive: n must be positive, but is 0", e.getMessage());
    assertEquals("$.all[1]", e.path());
    assertInstanceOf(IllegalArgumentException.class, e.getCause());
  }

  @Test
  void errorsOfTheMachinePassThrough() {
    JsonCodec<Explosive> codec = JsonCodec.of(Explosive.class);
    assertThrows(StackOverflowError.class, () -> codec.parse("{\"text\":\"a\"}"));
  }

  @Test
  void whatAnAccessorThrowsHasAPathAndACause() {
    JsonCodec<Shy> codec = JsonCodec.of(Shy.class);
    var e = assertThrows(JsonValueException.class, () -> codec.print(new Shy("a")));
    assertEquals("$.text: cannot be read from the record: not now", e.getMessage());
    assertInstanceOf(IllegalStateException.class, e.getCause());
  }

  private record Written(
      Optional<String> text,
      List<String> list,
      Map<String, Double> map,
      @JsonRest Map<String, JsonValue> rest) {}

  private static Written written(List<String> list, Map<String, Double> map) {
    return new Written(Optional.empty(), list, map, Map.of());
  }

  @Test
  void whatCannotBeWrittenHasAPath() {
    String absent = "is null in Java; an Optional says that it may be absent";
    assertUnwritable("$.text: " + absent, new Written(null, List.of(), Map.of(), Map.of()));
    assertUnwritable("$.list: " + absent, written(null, Map.of()));
    assertUnwritable("$.list[1]: " + absent, written(Arrays.asList("a", null), Map.of()));
    assertUnwritable("$.map.k: " + absent, written(List.of(), Collections.singletonMap("k", null)));
    assertUnwritable(
        "$.map: has a key that is null or has an unpaired surrogate",
        written(List.of(), Collections.singletonMap(null, 1.0)));
    assertUnwritable(
        "$.map: has a key that is null or has an unpaired surrogate",
        written(List.of(), Map.of("\ud83d", 1.0)));
    assertUnwritable(
        "$.list[0]: text has half of a character (an unpaired surrogate) at index 1",
        written(List.of("a\ud83d"), Map.of()));
    var e = unwritable(written(List.of(), Map.of("k", Double.NaN)));
    assertTrue(e.getMessage().startsWith("$.map.k: not a JSON number"), e.getMessage());
    var rest = new HashMap<String, JsonValue>();
    rest.put("list", JsonNull.of());
    assertUnwritable(
        "$.rest: the member \"list\" comes twice",
        new Written(Optional.empty(), List.of(), Map.of(), rest));
  }

  private static void assertUnwritable(String message, Written value) {
    assertEquals(message, unwritable(value).getMessage());
  }

  private static JsonValueException unwritable(Written value) {
    return assertThrows(JsonValueException.class, () -> JsonCodec.of(Written.class).toJson(value));
  }

  private record Dated(Inner inner) {
    private record Inner(List<Date> dates) {}
  }

  private record IntKeys(Map<Integer, String> map) {}

  private record RawList(@SuppressWarnings("rawtypes") List list) {}

  private record AnyThing(Object any) {}

  private record Strings(String[] strings) {}

  private record Generic<T>(T value) {}

  private record Twins(@JsonName("a") int x, int a) {}

  private record TwoRests(
      @JsonRest Map<String, JsonValue> one, @JsonRest Map<String, JsonValue> two) {}

  private record WrongRest(@JsonRest Map<String, String> rest) {}

  private record NoJsonDefault(@JsonDefault("{") int n) {}

  private record WrongDefault(@JsonDefault("\"a\"") int n) {}

  private enum Same {
    @JsonName("B")
    A,
    B
  }

  private sealed interface WithEnum permits Only {}

  private enum Only implements WithEnum {
    ONE
  }

  private sealed interface Tagged permits HasType {}

  private record HasType(String type) implements Tagged {}

  private sealed interface SameTags permits One, Two {}

  private record One() implements SameTags {}

  @JsonName("one")
  private record Two() implements SameTags {}

  @Test
  void aTypeWithoutAFormIsRefusedAtOnceAndTheMessageSaysWhich() {
    String noForm = "JSON has no form for ";
    assertNoCodec("Dated.inner: Inner.dates: " + noForm + "java.util.Date;", Dated.class);
    assertNoCodec("IntKeys.map: " + noForm + "java.util.Map;", IntKeys.class);
    assertNoCodec("RawList.list: " + noForm + "java.util.List;", RawList.class);
    assertNoCodec("AnyThing.any: " + noForm + "java.lang.Object;", AnyThing.class);
    assertNoCodec("Strings.strings: " + noForm + "java.lang.String[];", Strings.class);
    assertNoCodec("Generic.value: " + noForm + "T;", Generic.class);
    assertNoCodec(noForm + "java.util.List;", List.class);
    assertNoCodec(Twins.class.getName() + " has two components named \"a\"", Twins.class);
    assertNoCodec(TwoRests.class.getName() + " has more than one @JsonRest", TwoRests.class);
    assertNoCodec("WrongRest.rest: @JsonRest is for a Map<String, JsonValue>", WrongRest.class);
    assertNoCodec("@JsonDefault of n is not JSON: expected a name", NoJsonDefault.class);
    assertNoCodec("@JsonDefault of n: $: expected a number but found a string", WrongDefault.class);
    assertNoCodec(Same.class.getName() + " has two constants named \"B\"", Same.class);
    assertNoCodec(Only.class.getName() + " is part of a sealed hierarchy, but is", WithEnum.class);
    assertNoCodec(HasType.class.getName() + " has a component named as the tag", Tagged.class);
    assertNoCodec(Two.class.getName() + " has the tag \"one\", which another", SameTags.class);
  }

  /** Both are records of the JDK: one in a package of its own, one public and exported. */
  @Test
  void aHiddenRecordIsRefusedWithWhatToDoAndAPublicOneIsNot() throws Exception {
    Class<?> hidden = Class.forName("sun.nio.ch.IOUtil$LinkedRunnable");
    assertNoCodec(
        "sun.nio.ch.IOUtil$LinkedRunnable is hidden from Redstart; make it public in an exported"
            + " package, or write \"opens sun.nio.ch to dev.redstart\" into its module-info.java",
        hidden);
    Class<?> exported = Class.forName("jdk.net.UnixDomainPrincipal");
    assertNoCodec("UnixDomainPrincipal.user: JSON has no form for java.nio.file", exported);
  }

  private static void assertNoCodec(String message, Class<?> type) {
    var e = assertThrows(IllegalArgumentException.class, () -> JsonCodec.of(type));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }
}
