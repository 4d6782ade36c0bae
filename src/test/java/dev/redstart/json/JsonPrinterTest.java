package dev.redstart.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class JsonPrinterTest {
  @Test
  void everyCharacterComesBack() {
    var all = new StringBuilder();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        String one = Character.toString(c);
        if (c < 0x3000 || c % 0x101 == 0) {
          assertEquals(one, Json.parse(JsonString.of(one).toString()).asString());
        }
        all.append(one);
      }
    }
    JsonString whole = JsonString.of(all.toString());
    assertEquals(all.toString(), Json.parse(whole.toString()).asString());
    assertEquals(all.toString(), Json.parse(Json.toBytes(whole)).asString());
  }

  @Test
  void whatMustBeEscapedIs() {
    assertEquals("\"\\\"\\\\/\"", JsonString.of("\"\\/").toString());
    assertEquals("\"\\b\\f\\n\\r\\t\"", JsonString.of("\b\f\n\r\t").toString());
    assertEquals("\"\\u0000\\u001f\u007f\"", JsonString.of("\u0000\u001f\u007f").toString());
    assertEquals(
        "\"\u2027\\u2028\\u2029\u202a\"", JsonString.of("\u2027\u2028\u2029\u202a").toString());
    assertEquals("{\"a\\nb\":0}", Json.object("a\nb", 0).toString());
    for (char c = 0; c < 0x20; c++) {
      for (byte b : Json.toBytes(JsonString.of("1234567890" + c))) {
        assertTrue(b >= 0x20, "control character " + (int) c + " in " + b);
      }
    }
  }

  /** The text is looked at in eight bytes at a time: each place of an escape is another case. */
  @Test
  void anEscapeIsFoundAtEveryPlace() {
    for (String odd : new String[] {"\"", "\\", "\n", "\u0001", "\u2028", "\u2029"}) {
      for (int before = 0; before < 20; before++) {
        for (int after = 0; after < 20; after++) {
          String text = "x".repeat(before) + odd + "\u00e9" + odd + "y".repeat(after);
          String printed = JsonString.of(text).toString();
          assertEquals(text, Json.parse(printed).asString());
          String escape = JsonString.of(odd).toString().substring(1).replaceFirst("\"$", "");
          assertEquals("\"" + text.replace(odd, escape) + "\"", printed, "escape at " + before);
        }
      }
    }
  }

  @Test
  void bytesAreUtf8() {
    assertArrayEquals(
        Bytes.ofHex("22c3a9e282acf09f988022"),
        Json.toBytes(JsonString.of("\u00e9\u20ac\ud83d\ude00")));
    assertArrayEquals(Bytes.of("{\"a\":[1,null]}"), Json.toBytes(Json.parse("{\"a\":[1,null]}")));
  }

  @Test
  void aBuilderIsAppendedTo() {
    var out = new StringBuilder("data: ");
    Json.append(out, Json.object("a", "\u00e9"));
    assertEquals("data: {\"a\":\"\u00e9\"}", out.toString());
  }

  @Test
  void displayHasALineForEachValue() {
    JsonValue value = Json.parse("{\"a\":[1,{\"b\":null},[]],\"c\":{},\"d\":\"x\"}");
    assertEquals(
        """
        {
          "a": [
            1,
            {
              "b": null
            },
            []
          ],
          "c": {},
          "d": "x"
        }\
        """,
        Json.toDisplayString(value, 2));
    assertEquals("[\n1,\n2\n]", Json.toDisplayString(Json.array(1, 2), 0));
    assertEquals("7", Json.toDisplayString(JsonNumber.of(7), 4));
    assertThrows(IllegalArgumentException.class, () -> Json.toDisplayString(value, -1));
  }
}
