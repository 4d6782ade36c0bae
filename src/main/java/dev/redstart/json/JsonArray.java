package dev.redstart.json;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A JSON array. */
public final class JsonArray implements JsonValue {
  private final List<JsonValue> items;
  private final int height;

  JsonArray(JsonValue[] items) {
    this.items = List.of(items);
    this.height = Height.above(items);
  }

  /**
   * An array of these elements; the list is copied.
   *
   * @throws JsonValueException if the array would have more than {@link Json#DEPTH_MAX} levels
   */
  public static JsonArray of(List<? extends JsonValue> items) {
    return new JsonArray(Objects.requireNonNull(items, "items").toArray(JsonValue[]::new));
  }

  @Override
  public Optional<JsonValue> tryGet(int index) {
    return index >= 0 && index < items.size() ? Optional.of(items.get(index)) : Optional.empty();
  }

  @Override
  public List<JsonValue> asList() {
    return items;
  }

  int height() {
    return height;
  }

  /** Whether the other is an array of equal elements in the same order. */
  @Override
  public boolean equals(Object other) {
    return other instanceof JsonArray array && items.equals(array.items);
  }

  @Override
  public int hashCode() {
    return items.hashCode();
  }

  @Override
  public String toString() {
    return JsonPrinter.compact(this).toString();
  }
}
