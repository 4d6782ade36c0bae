package dev.redstart.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Sealed hierarchies: the tag says which record it is. */
class JsonCodecSealedTest {
  private sealed interface Part permits TextPart, FilePart, Group {}

  private record TextPart(String text) implements Part {}

  @JsonName("blob")
  private record FilePart(String name, @JsonRest Map<String, JsonValue> rest) implements Part {}

  private record Group(List<Part> parts, Optional<TextPart> title) implements Part {}

  private record Holder(Part part, TextPart plain) {}

  @JsonTag("kind")
  private sealed interface Shape permits Round, Square {}

  private sealed interface Round extends Shape permits Circle, Ellipse {}

  private record Circle(double radius) implements Round {}

  private record Ellipse(double a, double b) implements Round {}

  private record Square(double side) implements Shape {}

  private final JsonCodec<Part> parts = JsonCodec.of(Part.class);

  private void comesBack(Part part, String json) {
    assertEquals(json, parts.print(part));
    assertEquals(part, parts.parse(json));
  }

  @Test
  void theTagComesFirst() {
    comesBack(new TextPart("a"), "{\"type\":\"textPart\",\"text\":\"a\"}");
    comesBack(new FilePart("f", Map.of()), "{\"type\":\"blob\",\"name\":\"f\"}");
    assertEquals(new TextPart("a"), parts.parse("{\"text\":\"a\",\"type\":\"textPart\"}"));
  }

  @Test
  void theTagFollowsTheNaming() {
    JsonCodec<Part> snake = parts.withNaming(Naming.SNAKE_CASE);
    assertEquals("{\"type\":\"text_part\",\"text\":\"a\"}", snake.print(new TextPart("a")));
    assertEquals("{\"type\":\"blob\",\"name\":\"f\"}", snake.print(new FilePart("f", Map.of())));
  }

  @Test
  void hierarchiesMayHoldThemselves() {
    comesBack(
        new Group(
            List.of(new TextPart("a"), new Group(List.of(), Optional.empty())),
            Optional.of(new TextPart("t"))),
        "{\"type\":\"group\",\"parts\":[{\"type\":\"textPart\",\"text\":\"a\"},"
            + "{\"type\":\"group\",\"parts\":[]}],\"title\":{\"text\":\"t\"}}");
  }

  @Test
  void aRecordThatIsDeclaredAsItselfHasNoTag() {
    JsonCodec<Holder> codec = JsonCodec.of(Holder.class);
    var holder = new Holder(new TextPart("a"), new TextPart("b"));
    String json = "{\"part\":{\"type\":\"textPart\",\"text\":\"a\"},\"plain\":{\"text\":\"b\"}}";
    assertEquals(json, codec.print(holder));
    assertEquals(holder, codec.parse(json));
  }

  @Test
  void theTagIsNotPartOfTheRest() {
    comesBack(
        new FilePart("f", Map.of("size", JsonNumber.of(1))),
        "{\"type\":\"blob\",\"name\":\"f\",\"size\":1}");
    var e =
        assertThrows(
            JsonValueException.class,
            () -> parts.print(new FilePart("f", Map.of("type", JsonNull.of()))));
    assertEquals("$.rest: the member \"type\" comes twice", e.getMessage());
  }

  @Test
  void sealedInterfacesMayBeNested() {
    JsonCodec<Shape> shapes = JsonCodec.of(Shape.class);
    JsonCodec<Round> rounds = JsonCodec.of(Round.class);
    assertEquals("{\"kind\":\"circle\",\"radius\":1.5}", shapes.print(new Circle(1.5)));
    assertEquals(new Square(2), shapes.parse("{\"kind\":\"square\",\"side\":2}"));
    assertEquals("{\"type\":\"ellipse\",\"a\":1.0,\"b\":2.0}", rounds.print(new Ellipse(1, 2)));
    assertThrows(JsonValueException.class, () -> rounds.parse("{\"type\":\"square\",\"side\":2}"));
  }

  @Test
  void aWrongTagIsNamedWithItsPathAndWhatWasExpected() {
    assertRefused("$.type: is missing", "{\"text\":\"a\"}");
    assertRefused("$.type: expected a string but found a number", "{\"type\":1}");
    assertRefused(
        "$.type: expected one of [blob, group, textPart] but found \"TextPart\"",
        "{\"type\":\"TextPart\",\"text\":\"a\"}");
    assertRefused("$: expected an object but found an array", "[]");
    assertRefused("$.text: is missing", "{\"type\":\"textPart\"}");
    assertRefused(
        "$.parts[1].type: is missing",
        "{\"type\":\"group\",\"parts\":[{\"type\":\"textPart\",\"text\":\"\"},{}]}");
  }

  private void assertRefused(String message, String json) {
    var e = assertThrows(JsonValueException.class, () -> parts.parse(json));
    assertEquals(message, e.getMessage());
  }
}
