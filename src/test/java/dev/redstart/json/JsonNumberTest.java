package dev.redstart.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonNumberTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "-0.0, 0",
    "0e5, 0",
    "7, 7",
    "7.0, 7",
    "7.000, 7",
    "70e-1, 7",
    "0.7e1, 7",
    "7e0, 7",
    "7E+0, 7",
    "1.23e2, 123",
    "1e18, 1000000000000000000",
    "999999999999999999, 999999999999999999",
    "-999999999999999999, -999999999999999999",
    "1000000000000000000, 1000000000000000000",
    "9223372036854775807, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808",
    "9223372036854775807.00, 9223372036854775807",
    "922337203685477580.7e1, 9223372036854775807"
  })
  void asLongIsExact(String spelling, long expected) {
    assertEquals(expected, Json.parse(spelling).asLong());
    assertEquals(spelling, Json.parse(spelling).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "-9223372036854775809",
        "9223372036854775807.5",
        "92233720368547758070",
        "1e19",
        "1e9999",
        "0.5",
        "-0.1",
        "1e-1",
        "1e-9999",
        "123456789012345678.9"
      })
  void asLongRefusesWhatIsNoLong(String spelling) {
    var e = assertThrows(JsonValueException.class, () -> Json.parse(spelling).asLong());
    assertEquals(
        "$: expected a whole number from -9223372036854775808 to 9223372036854775807 but found "
            + spelling,
        e.getMessage());
  }

  @Test
  void asIntIsExactToo() {
    assertEquals(Integer.MAX_VALUE, Json.parse("2147483647").asInt());
    assertEquals(Integer.MIN_VALUE, Json.parse("-2147483648").asInt());
    assertEquals(2_000_000_000, Json.parse("2e9").asInt());
    for (String wrong : List.of("2147483648", "-2147483649", "3e9", "0.5", "1e9999")) {
      assertThrows(JsonValueException.class, () -> Json.parse(wrong).asInt(), wrong);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "1, 1.0",
    "0.1, 0.1",
    "1e308, 1e308",
    "1.7976931348623157e308, 1.7976931348623157e308",
    "4.9e-324, 4.9e-324",
    "1e-400, 0.0",
    "1e-9999, 0.0",
    "9007199254740993, 9007199254740992.0",
    "9223372036854775807, 9223372036854775807.0",
    "0.1000000000000000055511151231257827, 0.1"
  })
  void asDoubleIsTheNearest(String spelling, double expected) {
    assertEquals(expected, Json.parse(spelling).asDouble());
  }

  @Test
  void asDoubleKeepsTheSignOfZero() {
    assertEquals(-0.0, Json.parse("-0").asDouble());
    assertEquals(-0.0, Json.parse("-0.0").asDouble());
    assertEquals(-0.0, Json.parse("-1e-400").asDouble());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e309", "-1e309", "1.8e308", "1e9999"})
  void asDoubleRefusesWhatWouldBeInfinite(String spelling) {
    assertThrows(JsonValueException.class, () -> Json.parse(spelling).asDouble());
  }

  @Test
  void factoriesSpellAsJavaDoes() {
    assertEquals("7", JsonNumber.of(7).toString());
    assertEquals("-9223372036854775808", JsonNumber.of(Long.MIN_VALUE).toString());
    assertEquals("9223372036854775807", JsonNumber.of(Long.MAX_VALUE).toString());
    assertEquals("0.1", JsonNumber.of(0.1).toString());
    assertEquals("1.0E10", JsonNumber.of(1e10).toString());
    assertEquals("-0.0", JsonNumber.of(-0.0).toString());
    assertEquals("1.10", JsonNumber.of(new BigDecimal("1.10")).toString());
    assertEquals("1E+3", JsonNumber.of(new BigDecimal("1E3")).toString());
    assertEquals("1e5", JsonNumber.of("1e5").toString());
  }

  @Test
  void whatIsNoNumberIsNotMade() {
    for (double wrong : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, 1.0 / 0}) {
      assertThrows(IllegalArgumentException.class, () -> JsonNumber.of(wrong));
    }
    for (String wrong : List.of("", " 1", "1 ", "01", "+1", "0x1", "NaN", "1f", "\"1\"", "[1]")) {
      assertThrows(IllegalArgumentException.class, () -> JsonNumber.of(wrong), wrong);
    }
    BigDecimal huge = new BigDecimal(BigInteger.ONE, -1_000_000);
    assertThrows(IllegalArgumentException.class, () -> JsonNumber.of(huge));
    BigDecimal long1001 = new BigDecimal("1".repeat(1001));
    assertThrows(IllegalArgumentException.class, () -> JsonNumber.of(long1001));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1.0",
    "1, 10e-1",
    "1, 1E0",
    "0, -0",
    "0, 0.00",
    "0, 0e9999",
    "100, 1e2",
    "-2.50, -25e-1",
    "9223372036854775808, 9.223372036854775808e18",
    "1e9999, 10e9998"
  })
  void numbersOfTheSameValueAreEqual(String one, String other) {
    assertEquals(Json.parse(one), Json.parse(other));
    assertEquals(Json.parse(one).hashCode(), Json.parse(other).hashCode());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2",
    "1, -1",
    "1, 1.0000000000000000000000000001",
    "0.1, 0.1000000000000000055511151231257827",
    "9007199254740993, 9007199254740992",
    "1e9999, 1e9998"
  })
  void numbersOfOtherValueAreNotEqual(String one, String other) {
    assertNotEquals(Json.parse(one), Json.parse(other));
  }
}
