package dev.redstart.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Records and what they are made of, there and back. */
class JsonCodecTest {
  private record Point(int x, int y) {}

  private record Numbers(
      byte b, short s, int i, long l, float f, double d, BigInteger whole, BigDecimal exact) {}

  private record Boxes(
      Byte b, Short s, Integer i, Long l, Float f, Double d, Boolean t, Character c) {}

  private record Texts(String s, char c, boolean t, UUID id, URI link) {}

  private record Times(
      Instant at, OffsetDateTime offset, LocalDateTime local, LocalDate day, Duration lasting) {}

  private record Blob(byte[] bytes) {}

  private record Raw(JsonValue any, JsonObject object, JsonArray array, JsonNumber number) {}

  private enum Colour {
    RED,
    @JsonName("dark-green")
    GREEN {
      @Override
      public String toString() {
        return "a constant with a body and a name of its own";
      }
    }
  }

  private record Many(
      List<Point> points,
      Set<String> names,
      Map<String, Point> byName,
      Optional<Point> maybe,
      List<Optional<Integer>> gaps,
      Map<String, List<Colour>> colours) {}

  private record Node(String name, List<Node> kids, Optional<Node> next) {}

  private record Page<T>(List<T> items, Optional<T> best, Map<String, Page<T>> more) {}

  private record Pages(Page<Point> points, Page<Colour> colours) {}

  private record Wild(List<? extends Point> points) {}

  private record Named(
      String contextId, int maxHTTPRetries, String x1, @JsonName("@odd name") String other) {}

  private record Defaults(
      String id,
      @JsonDefault("3") int attempts,
      @JsonDefault("[]") List<Point> points,
      @JsonDefault("\"RED\"") Colour colour,
      @JsonDefault("{\"x\":1,\"y\":2}") Optional<Point> point) {}

  private record Lenient(String id, @JsonRest Map<String, JsonValue> rest, int n) {}

  private record Empty() {}

  private static <T> void comesBack(Class<T> type, T value, String json) {
    JsonCodec<T> codec = JsonCodec.of(type);
    assertEquals(json, codec.print(value));
    assertEquals(value, codec.parse(json));
    assertEquals(value, codec.parse(Bytes.of(json)));
    assertEquals(value, codec.fromJson(codec.toJson(value)));
  }

  @Test
  void aRecordIsAnObject() {
    comesBack(Point.class, new Point(1, -2), "{\"x\":1,\"y\":-2}");
    comesBack(Empty.class, new Empty(), "{}");
    assertEquals(new Point(1, 2), JsonCodec.of(Point.class).parse("{\"y\":2,\"z\":3,\"x\":1.0}"));
  }

  @Test
  void numbersKeepTheirValue() {
    comesBack(
        Numbers.class,
        new Numbers(
            Byte.MIN_VALUE,
            Short.MAX_VALUE,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            0.1f,
            -1.5e300,
            new BigInteger("-123456789012345678901234567890"),
            new BigDecimal("1.10")),
        "{\"b\":-128,\"s\":32767,\"i\":-2147483648,\"l\":9223372036854775807,\"f\":0.1,"
            + "\"d\":-1.5E300,\"whole\":-123456789012345678901234567890,\"exact\":1.10}");
    comesBack(
        Boxes.class,
        new Boxes((byte) 1, (short) 2, 3, 4L, Float.MIN_VALUE, Double.MAX_VALUE, true, '\u20ac'),
        "{\"b\":1,\"s\":2,\"i\":3,\"l\":4,\"f\":1.4E-45,\"d\":1.7976931348623157E308,\"t\":true,"
            + "\"c\":\"\u20ac\"}");
    assertEquals(new BigInteger("12000"), JsonCodec.of(BigInteger.class).parse("1.2e4"));
  }

  @Test
  void textsAreStrings() {
    UUID id = UUID.fromString("0123abcd-0000-4000-8000-00000000000f");
    comesBack(
        Texts.class,
        new Texts(
            "a\"\n\u00e9\ud83d\ude00", '"', false, id, URI.create("https://a.example/b?c=%20")),
        "{\"s\":\"a\\\"\\n\u00e9\ud83d\ude00\",\"c\":\"\\\"\",\"t\":false,"
            + "\"id\":\"0123abcd-0000-4000-8000-00000000000f\","
            + "\"link\":\"https://a.example/b?c=%20\"}");
    assertEquals(id, JsonCodec.of(UUID.class).parse("\"0123ABCD-0000-4000-8000-00000000000F\""));
  }

  @Test
  void timesAreIso8601() {
    comesBack(
        Times.class,
        new Times(
            Instant.parse("2026-01-31T12:00:00.123456Z"),
            OffsetDateTime.parse("2026-01-31T12:00+01:00"),
            LocalDateTime.parse("2026-01-31T12:00:01.5"),
            LocalDate.parse("2026-01-31"),
            Duration.parse("PT1H30M0.25S")),
        "{\"at\":\"2026-01-31T12:00:00.123456Z\",\"offset\":\"2026-01-31T12:00+01:00\","
            + "\"local\":\"2026-01-31T12:00:01.500\",\"day\":\"2026-01-31\","
            + "\"lasting\":\"PT1H30M0.25S\"}");
    assertEquals(
        Instant.parse("2026-01-31T11:00:00Z"),
        JsonCodec.of(Instant.class).parse("\"2026-01-31T12:00:00+01:00\""));
  }

  @Test
  void bytesAreBase64() {
    JsonCodec<Blob> codec = JsonCodec.of(Blob.class);
    byte[] bytes = Bytes.ofHex("00fffb7f80");
    assertEquals("{\"bytes\":\"AP/7f4A=\"}", codec.print(new Blob(bytes)));
    assertArrayEquals(bytes, codec.parse("{\"bytes\":\"AP/7f4A=\"}").bytes());
    assertArrayEquals(new byte[0], codec.parse("{\"bytes\":\"\"}").bytes());
  }

  @Test
  void jsonPassesThrough() {
    comesBack(
        Raw.class,
        new Raw(JsonNull.of(), Json.object("a", 1), Json.array(1, "b"), JsonNumber.of("1e2")),
        "{\"any\":null,\"object\":{\"a\":1},\"array\":[1,\"b\"],\"number\":1e2}");
  }

  @Test
  void containersHoldAnything() {
    Map<String, Point> byName = new LinkedHashMap<>();
    byName.put("z y", new Point(1, 1));
    byName.put("", new Point(2, 2));
    comesBack(
        Many.class,
        new Many(
            List.of(new Point(1, 2)),
            Set.of("a"),
            byName,
            Optional.of(new Point(3, 4)),
            List.of(Optional.of(1), Optional.empty()),
            Map.of("all", List.of(Colour.GREEN, Colour.RED))),
        "{\"points\":[{\"x\":1,\"y\":2}],\"names\":[\"a\"],"
            + "\"byName\":{\"z y\":{\"x\":1,\"y\":1},\"\":{\"x\":2,\"y\":2}},"
            + "\"maybe\":{\"x\":3,\"y\":4},\"gaps\":[1,null],"
            + "\"colours\":{\"all\":[\"dark-green\",\"RED\"]}}");
  }

  @Test
  void anEmptyOptionalIsNoMemberAndNullIsReadAsOne() {
    var nothing = new Many(List.of(), Set.of(), Map.of(), Optional.empty(), List.of(), Map.of());
    String json = "{\"points\":[],\"names\":[],\"byName\":{},\"gaps\":[],\"colours\":{}}";
    comesBack(Many.class, nothing, json);
    String withNull = json.replace("\"gaps\"", "\"maybe\":null,\"gaps\"");
    assertEquals(nothing, JsonCodec.of(Many.class).parse(withNull));
  }

  @Test
  void whatIsReadKeepsItsOrderAndCannotBeChanged() {
    Many many =
        JsonCodec.of(Many.class)
            .parse(
                "{\"points\":[],\"names\":[\"c\",\"a\",\"c\",\"b\"],"
                    + "\"byName\":{\"b\":{\"x\":1,\"y\":2},\"a\":{\"x\":1,\"y\":2}},"
                    + "\"gaps\":[],\"colours\":{}}");
    assertEquals(List.of("c", "a", "b"), List.copyOf(many.names()));
    assertEquals(List.of("b", "a"), List.copyOf(many.byName().keySet()));
    assertThrows(UnsupportedOperationException.class, () -> many.points().add(new Point(0, 0)));
    assertThrows(UnsupportedOperationException.class, () -> many.names().add("d"));
    assertThrows(UnsupportedOperationException.class, () -> many.byName().clear());
  }

  @Test
  void aRecordMayHoldItself() {
    var leaf = new Node("leaf", List.of(), Optional.empty());
    comesBack(
        Node.class,
        new Node("root", List.of(leaf, leaf), Optional.of(leaf)),
        "{\"name\":\"root\",\"kids\":[{\"name\":\"leaf\",\"kids\":[]},"
            + "{\"name\":\"leaf\",\"kids\":[]}],\"next\":{\"name\":\"leaf\",\"kids\":[]}}");
  }

  @Test
  void aRecordMayBeGeneric() {
    var points = new Page<>(List.of(new Point(1, 2)), Optional.<Point>empty(), Map.of());
    var last = new Page<>(List.<Colour>of(), Optional.of(Colour.RED), Map.of());
    var colours = new Page<>(List.of(Colour.GREEN), Optional.<Colour>empty(), Map.of("n", last));
    comesBack(
        Pages.class,
        new Pages(points, colours),
        "{\"points\":{\"items\":[{\"x\":1,\"y\":2}],\"more\":{}},"
            + "\"colours\":{\"items\":[\"dark-green\"],"
            + "\"more\":{\"n\":{\"items\":[],\"best\":\"RED\",\"more\":{}}}}}");
    comesBack(Wild.class, new Wild(List.of(new Point(1, 2))), "{\"points\":[{\"x\":1,\"y\":2}]}");
  }

  @Test
  void namesFollowTheNaming() {
    var named = new Named("c", 1, "x", "o");
    JsonCodec<Named> snake = JsonCodec.of(Named.class).withNaming(Naming.SNAKE_CASE);
    String json = "{\"context_id\":\"c\",\"max_http_retries\":1,\"x1\":\"x\",\"@odd name\":\"o\"}";
    assertEquals(json, snake.print(named));
    assertEquals(named, snake.parse(json));
    comesBack(
        Named.class,
        named,
        "{\"contextId\":\"c\",\"maxHTTPRetries\":1,\"x1\":\"x\",\"@odd name\":\"o\"}");
  }

  @Test
  void snakeCaseSplitsWords() {
    Map<String, String> names =
        Map.of(
            "a",
            "a",
            "id",
            "id",
            "contextId",
            "context_id",
            "TextDelta",
            "text_delta",
            "URL",
            "url",
            "parentURL",
            "parent_url",
            "HTMLPage",
            "html_page",
            "x1",
            "x1",
            "sha256Sum",
            "sha256_sum",
            "already_snake",
            "already_snake");
    names.forEach((java, snake) -> assertEquals(snake, Naming.SNAKE_CASE.of(java)));
  }

  @Test
  void aDefaultStandsForAMissingMember() {
    var point = Optional.of(new Point(1, 2));
    var expected = new Defaults("a", 3, List.of(), Colour.RED, point);
    JsonCodec<Defaults> codec = JsonCodec.of(Defaults.class);
    assertEquals(expected, codec.parse("{\"id\":\"a\"}"));
    assertEquals(
        "{\"id\":\"a\",\"attempts\":3,\"points\":[],\"colour\":\"RED\","
            + "\"point\":{\"x\":1,\"y\":2}}",
        codec.print(expected));
    assertEquals(4, codec.parse("{\"id\":\"a\",\"attempts\":4}").attempts());
  }

  @Test
  void theRestIsKeptAndWrittenBackWhereItStands() {
    JsonCodec<Lenient> codec = JsonCodec.of(Lenient.class);
    Lenient read = codec.parse("{\"z\":[1.50],\"n\":1,\"id\":\"a\",\"y\":null,\"rest\":{}}");
    assertEquals(List.of("z", "y", "rest"), List.copyOf(read.rest().keySet()));
    assertEquals("{\"id\":\"a\",\"z\":[1.50],\"y\":null,\"rest\":{},\"n\":1}", codec.print(read));
    assertEquals(Map.of(), codec.parse("{\"id\":\"a\",\"n\":1}").rest());
    assertThrows(UnsupportedOperationException.class, () -> read.rest().clear());
  }

  @Test
  void anyTypeWithAFormHasACodec() {
    comesBack(String.class, "a", "\"a\"");
    comesBack(Integer.class, 7, "7");
    comesBack(int.class, 7, "7");
    comesBack(Colour.class, Colour.GREEN, "\"dark-green\"");
    comesBack(JsonValue.class, Json.array(1), "[1]");
  }

  @Test
  void aRecordIsAPlainObjectToo() {
    assertEquals("[{\"x\":1,\"y\":2}]", Json.array(new Point(1, 2)).toString());
    assertEquals("{\"at\":{\"x\":1,\"y\":2}}", Json.of(Map.of("at", new Point(1, 2))).toString());
  }

  @Test
  void codecsAreKept() {
    JsonCodec<Point> codec = JsonCodec.of(Point.class);
    assertSame(codec, JsonCodec.of(Point.class));
    assertSame(codec.withNaming(Naming.SNAKE_CASE), codec.withNaming(Naming.SNAKE_CASE));
    assertSame(codec, codec.withNaming(Naming.SNAKE_CASE).withNaming(Naming.CAMEL_CASE));
  }

  private record Contended(Optional<Contended> next, List<Point> points) {}

  @Test
  void manyThreadsMayAskForTheSameNewCodec() throws Exception {
    int threads = 8;
    var barrier = new CyclicBarrier(threads);
    var executor = Executors.newFixedThreadPool(threads);
    String json = "{\"next\":{\"points\":[]},\"points\":[{\"x\":1,\"y\":2}]}";
    Callable<String> task =
        () -> {
          barrier.await();
          JsonCodec<Contended> codec = JsonCodec.of(Contended.class);
          return codec.print(codec.parse(json));
        };
    try {
      for (Future<String> printed : executor.invokeAll(Collections.nCopies(threads, task))) {
        assertEquals(json, printed.get());
      }
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void listsOfEveryKindAreWritten() {
    record Lists(List<String> texts, Set<Integer> numbers) {}
    var list = new ArrayList<>(Arrays.asList("a", "b"));
    assertEquals(
        "{\"texts\":[\"a\",\"b\"],\"numbers\":[]}",
        JsonCodec.of(Lists.class).print(new Lists(list, Collections.emptySet())));
  }
}
