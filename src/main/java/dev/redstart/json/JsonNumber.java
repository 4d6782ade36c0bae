package dev.redstart.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.Objects;

/**
 * A JSON number. It keeps its spelling, of any precision; {@code new BigDecimal(number.toString())}
 * always works. At most 1000 characters, the exponent within -9999 and 9999: so that no conversion
 * can take long, and no {@code 1e999999999} wait for whoever wants its digits.
 */
public final class JsonNumber implements JsonValue {
  /** Turning decimal digits into a binary number takes time quadratic in their count. */
  static final int LENGTH_MAX = 1000;

  /** Beyond decimal128 (6144), and still only 10 000 digits when written out. */
  static final int EXPONENT_MAX = 9999;

  private final long whole;

  /** Empty if the number is spelled as {@code Long.toString(whole)} does it: nearly always. */
  private final String spelling;

  JsonNumber(long whole) {
    this.whole = whole;
    this.spelling = "";
  }

  /** For a spelling that the parser has checked. */
  JsonNumber(String spelling) {
    this.whole = 0;
    this.spelling = spelling;
  }

  /** The number in decimal digits. */
  public static JsonNumber of(long number) {
    return new JsonNumber(number);
  }

  /**
   * The number as {@link Double#toString(double)} spells it.
   *
   * @throws IllegalArgumentException if it is infinite or not a number
   */
  public static JsonNumber of(double number) {
    return of(Double.toString(number));
  }

  /**
   * The number as {@link BigDecimal#toString()} spells it.
   *
   * @throws IllegalArgumentException if that is beyond the limits of this class
   */
  public static JsonNumber of(BigDecimal number) {
    return of(Objects.requireNonNull(number, "number").toString());
  }

  /**
   * The number in this spelling.
   *
   * @throws IllegalArgumentException if it is not a JSON number or is beyond the limits of this
   *     class
   */
  public static JsonNumber of(String spelling) {
    try {
      return new JsonParser(Objects.requireNonNull(spelling, "spelling").getBytes(UTF_8))
          .onlyNumber();
    } catch (JsonParseException e) {
      throw new IllegalArgumentException("not a JSON number: " + e.getMessage(), e);
    }
  }

  @Override
  public int asInt() {
    return (int) within(Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  @Override
  public long asLong() {
    return within(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  @Override
  public double asDouble() {
    double number = spelling.isEmpty() ? whole : Double.parseDouble(spelling);
    if (Double.isInfinite(number)) {
      throw new JsonValueException("expected a double but found " + clipped());
    }
    return number;
  }

  /** The value, exactly, if it is whole and in this range. */
  long within(long min, long max) {
    if (spelling.isEmpty() && whole >= min && whole <= max) {
      return whole;
    }
    BigDecimal exact = decimal();
    if (exact.scale() <= 0
        && exact.compareTo(BigDecimal.valueOf(min)) >= 0
        && exact.compareTo(BigDecimal.valueOf(max)) <= 0) {
      return exact.longValueExact();
    }
    throw new JsonValueException(
        "expected a whole number from " + min + " to " + max + " but found " + clipped());
  }

  /** The value without trailing zeros: equal numbers give equal decimals. */
  BigDecimal decimal() {
    return new BigDecimal(toString()).stripTrailingZeros();
  }

  private String clipped() {
    String text = toString();
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }

  /** Whether the other is a number of the same value, in whatever spelling. */
  @Override
  public boolean equals(Object other) {
    if (!(other instanceof JsonNumber number)) {
      return false;
    }
    return spelling.isEmpty() && number.spelling.isEmpty()
        ? whole == number.whole
        : decimal().equals(number.decimal());
  }

  @Override
  public int hashCode() {
    return decimal().hashCode();
  }

  void print(Utf8Text out) {
    if (spelling.isEmpty()) {
      out.append(whole);
    } else {
      out.append(spelling);
    }
  }

  @Override
  public String toString() {
    return spelling.isEmpty() ? Long.toString(whole) : spelling;
  }
}
