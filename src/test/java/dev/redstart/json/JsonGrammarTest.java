package dev.redstart.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 8259 by examples: what is JSON and what it says, and what is not JSON. */
class JsonGrammarTest {
  /** A document, and its compact form. */
  private static final List<Arguments> ACCEPTED =
      List.of(
          // values at the top
          sameAs("null"),
          sameAs("true"),
          sameAs("false"),
          sameAs("\"\""),
          sameAs("\"a\""),
          sameAs("0"),
          sameAs("{}"),
          sameAs("[]"),
          // space, in all places where it may be, and in all its four forms
          form(" null", "null"),
          form("null ", "null"),
          form("\t\r\n null\t\r\n ", "null"),
          form("[ ]", "[]"),
          form("{ }", "{}"),
          form("[\n1\t,\r2 ]", "[1,2]"),
          form("{ \"a\" : 1 , \"b\" : 2 }", "{\"a\":1,\"b\":2}"),
          // arrays
          sameAs("[1]"),
          sameAs("[1,2,3]"),
          sameAs("[[],[[]],{}]"),
          sameAs("[null,true,false,0,\"\",[],{}]"),
          sameAs("[[[[[[[[[[]]]]]]]]]]"),
          // objects
          sameAs("{\"\":0}"),
          sameAs("{\"a\":1}"),
          sameAs("{\"b\":1,\"a\":2}"),
          sameAs("{\"a\":{\"a\":{\"a\":{}}}}"),
          sameAs("{\"a\":[],\"A\":[]}"),
          form("{\"\\u0061\":1}", "{\"a\":1}"),
          sameAs("{\"a b\":1,\"a\\\"b\":2}"),
          sameAs("{\"title\":\"\\\"quoted\\\"\"}"),
          // numbers
          sameAs("-0"),
          sameAs("-1"),
          sameAs("10"),
          sameAs("1234567890"),
          sameAs("999999999999999999"),
          sameAs("9223372036854775807"),
          sameAs("-9223372036854775808"),
          sameAs("9223372036854775808"),
          sameAs("123456789012345678901234567890"),
          sameAs("0.0"),
          sameAs("-0.0"),
          sameAs("0.1"),
          sameAs("1.50"),
          sameAs("3.141592653589793238462643383279"),
          sameAs("1e0"),
          sameAs("1E0"),
          sameAs("1e+2"),
          sameAs("1e-2"),
          sameAs("1.5E+2"),
          sameAs("0e1"),
          sameAs("0e+1"),
          sameAs("1e00002"),
          sameAs("1e9999"),
          sameAs("1e-9999"),
          sameAs("-1e-9999"),
          sameAs("[1,-2,3.5,-4e2]"),
          // strings: each escape
          sameAs("\"\\\"\""),
          sameAs("\"\\\\\""),
          form("\"\\/\"", "\"/\""),
          sameAs("\"\\b\\f\\n\\r\\t\""),
          form("\"\\u0041\"", "\"A\""),
          form("\"\\u0022\\u005c\"", "\"\\\"\\\\\""),
          form("\"\\u005C\\u005c\"", "\"\\\\\\\\\""),
          sameAs("\"\\u0000\""),
          sameAs("\"\\u001f\""),
          form("\"\\u001F\"", "\"\\u001f\""),
          form("\"\\u000a\"", "\"\\n\""),
          form("\"\\u00e9\"", "\"\u00e9\""),
          form("\"\\u20AC\"", "\"\u20ac\""),
          form("\"\\uffff\"", "\"\uffff\""),
          form("\"\\ud83d\\ude00\"", "\"\ud83d\ude00\""),
          form("\"\\uD83D\\uDE00\"", "\"\ud83d\ude00\""),
          form("\"\\ud800\\udc00\"", "\"\ud800\udc00\""),
          form("\"\\udbff\\udfff\"", "\"\udbff\udfff\""),
          form("\"a\\u0062c\\u0064\"", "\"abcd\""),
          sameAs("\"\\u2028\\u2029\""),
          form("\"\u2028\u2029\"", "\"\\u2028\\u2029\""),
          // strings: what stands for itself
          sameAs("\"'\""),
          sameAs("\"/\""),
          sameAs("\"\u007f\""),
          sameAs("\"\u0080\""),
          sameAs("\"\u00e9\u07ff\u0800\ud7ff\ue000\ufffd\uffff\""),
          sameAs("\"\ud83d\ude00\ud800\udc00\udbff\udfff\""),
          sameAs("\"{}[],:\""),
          sameAs("\"/* no comment */ // neither\""),
          sameAs("\"null\""),
          sameAs("\"1e5\""),
          sameAs("\"x\ufeffy\""),
          // strings around the eight bytes that are looked at together
          sameAs("\"1234567\""),
          sameAs("\"12345678\""),
          sameAs("\"123456789\""),
          sameAs("\"1234567\\n\""),
          sameAs("\"12345678\\n\""),
          sameAs("\"123456789012345\\\"7\""),
          sameAs("\"1234567\u00e9890\""),
          sameAs("\"12345678\u20ac0123456789\""));

  static List<Arguments> accepted() {
    return ACCEPTED;
  }

  private static Arguments sameAs(String document) {
    return form(document, document);
  }

  private static Arguments form(String document, String compact) {
    return Arguments.of(document, compact);
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void isJson(String document, String compact) {
    assertEquals(compact, Json.parse(document).toString());
    assertEquals(compact, Json.parse(document.toCharArray()).toString());
    assertEquals(compact, Json.parse(Bytes.of(document)).toString());
  }

  private static final List<String> REFUSED =
      List.of(
          // nothing, and not enough
          "",
          " ",
          "\n",
          "[",
          "{",
          "\"",
          "-",
          "t",
          "nul",
          "[1",
          "[1,",
          "[\"a\"",
          "[\"a",
          "{\"a\"",
          "{\"a\":",
          "{\"a\":1",
          "{\"a\":1,",
          "\"\\",
          "\"\\u",
          "\"\\u00",
          "\"\\u000",
          "\"a\\\"",
          // too much
          "1 2",
          "null null",
          "{}{}",
          "[]]",
          "{}}",
          "[],",
          "\"a\"\"b\"",
          "true//",
          "1#",
          "{}\u0000",
          // words
          "True",
          "TRUE",
          "nulll",
          "truefalse",
          "fals",
          "undefined",
          "None",
          "NaN",
          "Infinity",
          "-Infinity",
          "nan",
          "a",
          // structure
          "]",
          "}",
          ",",
          ":",
          "[,]",
          "[1,]",
          "[,1]",
          "[1,,2]",
          "[1 2]",
          "[1:2]",
          "[1}",
          "{1}",
          "[\"a\":1]",
          "{]",
          "{,}",
          "{\"a\":1,}",
          "{,\"a\":1}",
          "{\"a\":1,,\"b\":2}",
          "{\"a\"}",
          "{\"a\":}",
          "{\"a\" 1}",
          "{\"a\"::1}",
          "{\"a\":1 \"b\":2}",
          "{\"a\":1;\"b\":2}",
          "{a:1}",
          "{'a':1}",
          "{1:1}",
          "{null:1}",
          "{[]:1}",
          "{\"a\",1}",
          // duplicate names
          "{\"a\":1,\"a\":2}",
          "{\"a\":1,\"a\":1}",
          "{\"a\":1,\"b\":2,\"\\u0061\":3}",
          "{\"\":1,\"\":2}",
          "[{\"x\":{\"a\":1,\"a\":2}}]",
          // comments and other languages
          "/**/1",
          "1/**/",
          "// x\n1",
          "# x\n1",
          "(1)",
          "<1>",
          "[1;2]",
          "'a'",
          "`a`",
          // space that is none
          "\u000b1",
          "\f1",
          "\u00a01",
          "\u20281",
          "\u30001",
          "1\u0085",
          "[\u00a0]",
          // byte order marks
          "\ufeff",
          "\ufeff1",
          "\ufeff{}",
          "{}\ufeff",
          "\ufffe1",
          // numbers
          "+1",
          "--1",
          "-+1",
          "- 1",
          "01",
          "00",
          "-01",
          "-00",
          "0123",
          "1.",
          ".1",
          "-.1",
          "-1.",
          "1..2",
          "1.2.3",
          "1.e1",
          "0.e1",
          "1e",
          "1E",
          "1e+",
          "1e-",
          "1e+-1",
          "1e1.5",
          "1ee1",
          "1e 1",
          "1 e1",
          "0x1",
          "0b1",
          "1_000",
          "1,000",
          "1L",
          "1f",
          "1d",
          "1a",
          "0xFF",
          "1e10000",
          "1e-10000",
          "1e99999999999999999999",
          "0e10000",
          "\uff11",
          "\u0661",
          "[-]",
          "[1e]",
          "[0.]",
          // escapes
          "\"\\a\"",
          "\"\\v\"",
          "\"\\0\"",
          "\"\\'\"",
          "\"\\x41\"",
          "\"\\U0041\"",
          "\"\\ \"",
          "\"\\\n\"",
          "\"\\\u00e9\"",
          "\"\\u004\"",
          "\"\\u00g0\"",
          "\"\\u 041\"",
          "\"\\u+041\"",
          "\"\\u\uff10041\"",
          "\"\\u{41}\"",
          // surrogates
          "\"\\ud800\"",
          "\"\\udc00\"",
          "\"\\ud800x\"",
          "\"\\ud800\\n\"",
          "\"\\ud800\\u\"",
          "\"\\ud800\\u0041\"",
          "\"\\ud800\\ud800\"",
          "\"\\ud800\\ud800\\udc00\"",
          "\"\\udc00\\ud800\"",
          "\"\\udbff\"",
          "{\"\\ud800\":1}",
          // control characters
          "\"\u0000\"",
          "\"\u0001\"",
          "\"\u001f\"",
          "\"a\nb\"",
          "\"a\tb\"",
          "\"a\rb\"",
          "\"12345678\u000112345678\"",
          "\u0000",
          "[\u0000]",
          "[\u007f]");

  static List<String> refused() {
    return REFUSED;
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isNotJson(String document) {
    assertThrows(JsonParseException.class, () -> Json.parse(document));
    assertThrows(JsonParseException.class, () -> Json.parse(document.toCharArray()));
    assertThrows(JsonParseException.class, () -> Json.parse(Bytes.of(document)));
  }

  /** Bytes in hexadecimal, between two quotation marks. */
  static List<String> malformedUtf8() {
    return List.of(
        "80", // a sequence cannot begin like this
        "bf",
        "c0",
        "c1",
        "f5",
        "f8",
        "ff",
        "c080", // overlong
        "c1bf",
        "e08080",
        "e09fbf",
        "f0808080",
        "f08fbfbf",
        "eda080", // surrogates
        "edbfbf",
        "f4908080", // beyond U+10FFFF
        "f7bfbfbf",
        "c3", // cut off
        "e282",
        "e2",
        "f09f98",
        "f09f",
        "f0",
        "c328", // not followed by what must follow
        "c3c3",
        "e228a1",
        "e28228",
        "f0288080",
        "f0908028",
        "31323334353637e9", // Latin-1, behind seven bytes of ASCII
        "3132333435363738e9");
  }

  @ParameterizedTest
  @MethodSource("malformedUtf8")
  void malformedUtf8IsRefused(String hex) {
    byte[] document = Bytes.ofHex("22" + hex + "22");
    var e = assertThrows(JsonParseException.class, () -> Json.parse(document));
    int offset = 1;
    while (document[offset] >= 0) {
      offset++;
    }
    assertTrue(e.getMessage().startsWith("malformed UTF-8: byte 0x"), e.getMessage());
    assertTrue(e.getMessage().contains(" at offset " + offset + " at line 1"), e.getMessage());
    byte[] cut = Bytes.ofHex("22" + hex);
    assertThrows(JsonParseException.class, () -> Json.parse(cut));
    byte[] outside = Bytes.ofHex("5b" + hex + "5d");
    assertThrows(JsonParseException.class, () -> Json.parse(outside));
  }

  @Test
  void anUnpairedSurrogateInTextIsRefusedThoughItBecomesAQuestionMarkInUtf8() {
    for (String half :
        List.of("\ud800", "\udc00", "x\udbff", "\udfff\ud800", "\ud800\ud800\udc00")) {
      assertThrows(JsonParseException.class, () -> Json.parse("\"" + half + "\""), half);
      assertThrows(JsonParseException.class, () -> Json.parse("[\"?\",\"" + half + "?\"]"), half);
    }
    assertEquals("\ud83d\ude00?", Json.parse("\"\ud83d\ude00?\"").asString());
  }
}
