package dev.redstart.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the message says, and the line and column it points to. */
class JsonPositionTest {
  /** {@code N} is a line feed, {@code R} a carriage return, {@code T} a tab, {@code _} nothing. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          _                  | 1 | 1  | expected a value but found the end of the document
          [1,2               | 1 | 5  | expected ',' or ']' but found the end of the document
          [1,NN              | 3 | 1  | expected a value but found the end of the document
          [1,]               | 1 | 4  | expected a value but found ']'
          {"a":1,N "b" 2}    | 2 | 6  | expected ':' but found '2'
          {"a":1,N,"b":2}    | 2 | 1  | expected a name in double quotes but found ','
          {"a":1 b}          | 1 | 8  | expected ',' or '}' but found 'b'
          {"a":trux}         | 1 | 9  | expected true but found 'x'
          nulL               | 1 | 4  | expected null but found 'L'
          fals               | 1 | 5  | expected false but found the end of the document
          {}NN  x            | 3 | 3  | expected the end of the document but found 'x'
          RNR x              | 2 | 3  | expected a value but found 'x'
          [1,N T01]          | 2 | 3  | a number must not begin with a needless zero
          [-]                | 1 | 3  | expected a digit but found ']'
          [1.]               | 1 | 4  | expected a digit but found ']'
          [1e+]              | 1 | 5  | expected a digit but found ']'
          [1e10000]          | 1 | 4  | an exponent beyond 9999
          "a                 | 1 | 3  | expected '"' at the end of a string but found the end of the document
          "aTb"              | 1 | 3  | U+0009 in a string must be escaped
          "aNb"              | 1 | 3  | U+000A in a string must be escaped
          "a\\x"              | 1 | 4  | expected one of "\\/bfnrtu after a backslash but found 'x'
          "\\                 | 1 | 3  | expected one of "\\/bfnrtu after a backslash but found the end of the document
          "\\u12g4"           | 1 | 6  | expected four hexadecimal digits after \\u but found 'g'
          "ab\\ud800c"        | 1 | 4  | unpaired surrogate
          "\\ud800\\u12"       | 1 | 12 | expected four hexadecimal digits after \\u but found '"'
          {"a":1,N"a":2}     | 2 | 1  | the name "a" comes twice in an object
          {"a":{},"b":{"c":1, "c":2}} | 1 | 21 | the name "c" comes twice in an object
          [é]                | 1 | 2  | expected a value but found U+00E9
          ["é€😀", ?]        | 1 | 9  | expected a value but found '?'
          ["😀",N"😀" x      | 2 | 5  | expected ',' or ']' but found 'x'
          [T]T?              | 1 | 5  | expected the end of the document but found '?'
          """)
  void theMessagePointsToTheProblem(String shown, int line, int column, String problem) {
    String document =
        shown.replace("N", "\n").replace("R", "\r").replace("T", "\t").replace("_", "");
    var e = assertThrows(JsonParseException.class, () -> Json.parse(document));
    assertEquals(problem + " at line " + line + ", column " + column, e.getMessage());
    assertEquals(line, e.line());
    assertEquals(column, e.column());
    var inBytes = assertThrows(JsonParseException.class, () -> Json.parse(Bytes.of(document)));
    assertEquals(e.getMessage(), inBytes.getMessage());
  }

  @Test
  void malformedBytesAreNamedWithTheirOffset() {
    byte[] document = Bytes.ofHex("5b0a22c3a9c328225d"); // [ LF " é C3 ( " ]
    var e = assertThrows(JsonParseException.class, () -> Json.parse(document));
    assertEquals("malformed UTF-8: byte 0xC3 at offset 5 at line 2, column 3", e.getMessage());
  }

  @Test
  void anUnpairedSurrogateInTextIsPointedTo() {
    var e =
        assertThrows(
            JsonParseException.class, () -> Json.parse("[1,\n \"\u00e9\ud83d\ude00\ud83d\"]"));
    assertEquals("unpaired surrogate at line 2, column 5", e.getMessage());
  }

  @Test
  void aByteOrderMarkIsNamed() {
    var e = assertThrows(JsonParseException.class, () -> Json.parse("\ufeff{}"));
    assertEquals(
        "a byte order mark (U+FEFF); JSON must be sent without at line 1, column 1",
        e.getMessage());
  }

  @Test
  void aNameFromAStrangerCannotForgeALineOfALogNorFillIt() {
    String name = "\\n" + "x".repeat(10_000);
    String document = "{\"" + name + "\":1,\"" + name + "\":2}";
    String message =
        assertThrows(JsonParseException.class, () -> Json.parse(document)).getMessage();
    assertEquals(
        "the name \"\\n"
            + "x".repeat(59)
            + "...\" comes twice in an object at line 1, column 10009",
        message);
  }
}
