package dev.redstart.resp;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What comes over the wire, and what it means. */
final class Transcripts {
  /** Bytes, one for each char, and the frames they are. */
  record Transcript(String wire, List<Reply> frames) {
    byte[] bytes() {
      return Wire.bytes(wire);
    }

    @Override
    public String toString() {
      return Wire.shown(bytes());
    }
  }

  private static final List<Transcript> ALL = new ArrayList<>();

  private Transcripts() {}

  static List<Transcript> all() {
    return ALL;
  }

  private static void add(String wire, Reply... frames) {
    ALL.add(new Transcript(wire, List.of(frames)));
  }

  static Reply ok() {
    return simple("OK");
  }

  static Reply.Simple simple(String text) {
    return new Reply.Simple(text);
  }

  static Reply.Bulk bulk(String text) {
    return new Reply.Bulk(text.getBytes(StandardCharsets.UTF_8));
  }

  static Reply.Error error(String text) {
    return new Reply.Error(text);
  }

  static Reply.Int integer(long value) {
    return new Reply.Int(value);
  }

  static Reply.Real real(double value) {
    return new Reply.Real(value);
  }

  static Reply.Verbatim verbatim(String format, String text) {
    return new Reply.Verbatim(format, text.getBytes(StandardCharsets.UTF_8));
  }

  static Reply.BigNumber big(String digits) {
    return new Reply.BigNumber(new BigInteger(digits));
  }

  static Reply.Array array(Reply... items) {
    return new Reply.Array(List.of(items));
  }

  static Reply.Set set(Reply... items) {
    return new Reply.Set(List.of(items));
  }

  static Reply.Map map(Reply... items) {
    return new Reply.Map(List.of(items));
  }

  static Reply.Push push(Reply... items) {
    return new Reply.Push(List.of(items));
  }

  static Reply.Attributed attributed(Reply.Map attributes, Reply value) {
    return new Reply.Attributed(attributes, value);
  }

  static {
    simpleStringsAndErrors();
    integers();
    bulkStrings();
    nulls();
    doubles();
    booleansAndBigNumbers();
    longErrorsAndVerbatimStrings();
    aggregates();
    attributes();
    pushes();
    streams();
  }

  private static void simpleStringsAndErrors() {
    add("+OK\r\n", ok());
    add("+PONG\r\n", simple("PONG"));
    add("+QUEUED\r\n", simple("QUEUED"));
    add("+OL\r\n", simple("OL"));
    add("+\r\n", simple(""));
    add("+two words\r\n", simple("two words"));
    add("+caf\u00c3\u00a9\r\n", simple("café"));
    add("+bad \u00ff byte\r\n", simple("bad \ufffd byte"));
    add("-ERR unknown command 'foo'\r\n", error("ERR unknown command 'foo'"));
    add("-LOADING\r\n", error("LOADING"));
    add("-\r\n", error(""));
    add("+a\r\n+b\r\n-c\r\n", simple("a"), simple("b"), error("c"));
  }

  private static void integers() {
    add(":0\r\n", integer(0));
    add(":127\r\n", integer(127));
    add(":128\r\n", integer(128));
    add(":-1\r\n", integer(-1));
    add(":+5\r\n", integer(5));
    add(":-0\r\n", integer(0));
    add(":007\r\n", integer(7));
    add(":9223372036854775807\r\n", integer(Long.MAX_VALUE));
    add(":-9223372036854775808\r\n", integer(Long.MIN_VALUE));
  }

  private static void bulkStrings() {
    add("$5\r\nhello\r\n", bulk("hello"));
    add("$0\r\n\r\n", bulk(""));
    add("$2\r\n\r\n\r\n", bulk("\r\n"));
    add("$11\r\n$5\r\nhello\r\n\r\n", bulk("$5\r\nhello\r\n"));
    add("$5\r\ncaf\u00c3\u00a9\r\n", bulk("café"));
    add("$3\r\n\u0000\u00ff\u0080\r\n", new Reply.Bulk(new byte[] {0, -1, -128}));
    add("$10\r\n0123456789\r\n", bulk("0123456789"));
  }

  private static void nulls() {
    add("_\r\n", Reply.NULL);
    add("$-1\r\n", Reply.NULL);
    add("*-1\r\n", Reply.NULL);
    add("*3\r\n$-1\r\n*-1\r\n_\r\n", array(Reply.NULL, Reply.NULL, Reply.NULL));
  }

  private static void doubles() {
    add(",1.5\r\n", real(1.5));
    add(",10\r\n", real(10));
    add(",0\r\n", real(0));
    add(",-0\r\n", real(-0.0));
    add(",-0.5\r\n", real(-0.5));
    add(",+3.25\r\n", real(3.25));
    add(",0.1\r\n", real(0.1));
    add(",123456789012345\r\n", real(123456789012345.0));
    add(",0.30000000000000004\r\n", real(0.1 + 0.2));
    add(",3.1415926535897931\r\n", real(Math.PI));
    add(",1e3\r\n", real(1000));
    add(",1E+20\r\n", real(1e20));
    add(",-1.5e-5\r\n", real(-1.5e-5));
    add(",4.9e-324\r\n", real(Double.MIN_VALUE));
    add(",1.7976931348623157e308\r\n", real(Double.MAX_VALUE));
    add(",inf\r\n", real(Double.POSITIVE_INFINITY));
    add(",-inf\r\n", real(Double.NEGATIVE_INFINITY));
    add(",nan\r\n", real(Double.NaN));
    add(",-nan\r\n", real(Double.NaN));
  }

  private static void booleansAndBigNumbers() {
    add("#t\r\n", new Reply.Bool(true));
    add("#f\r\n", new Reply.Bool(false));
    add("(0\r\n", big("0"));
    add("(-42\r\n", big("-42"));
    add("(+42\r\n", big("42"));
    add(
        "(3492890328409238509324850943850943825024385\r\n",
        big("3492890328409238509324850943850943825024385"));
  }

  private static void longErrorsAndVerbatimStrings() {
    add("!21\r\nSYNTAX invalid syntax\r\n", error("SYNTAX invalid syntax"));
    add("!8\r\nERR a\r\nb\r\n", error("ERR a\r\nb"));
    add("!0\r\n\r\n", error(""));
    add("=15\r\ntxt:Some string\r\n", verbatim("txt", "Some string"));
    add("=4\r\nmkd:\r\n", verbatim("mkd", ""));
    add("=8\r\ntxt:a\r\nb\r\n", verbatim("txt", "a\r\nb"));
  }

  private static void aggregates() {
    add("*0\r\n", array());
    add("*2\r\n$3\r\nfoo\r\n$3\r\nbar\r\n", array(bulk("foo"), bulk("bar")));
    add(
        "*3\r\n:1\r\n*2\r\n+a\r\n*0\r\n:2\r\n",
        array(integer(1), array(simple("a"), array()), integer(2)));
    add("*1\r\n*1\r\n*1\r\n*0\r\n", array(array(array(array()))));
    add("*2\r\n-ERR no\r\n+OK\r\n", array(error("ERR no"), ok()));
    add("~2\r\n+a\r\n#t\r\n", set(simple("a"), new Reply.Bool(true)));
    add("~0\r\n", set());
    add(
        "%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n_\r\n",
        map(simple("a"), integer(1), simple("b"), array(Reply.NULL)));
    add("%0\r\n", map());
    add(
        "%1\r\n*1\r\n:1\r\n%1\r\n:2\r\n:3\r\n",
        map(array(integer(1)), map(integer(2), integer(3))));
    add("*1\r\n=5\r\ntxt:a\r\n:7\r\n", array(verbatim("txt", "a")), integer(7));
  }

  private static void attributes() {
    add("|1\r\n+ttl\r\n:60\r\n$1\r\na\r\n", attributed(map(simple("ttl"), integer(60)), bulk("a")));
    add("|0\r\n+OK\r\n", attributed(map(), ok()));
    add(
        "*3\r\n:1\r\n|1\r\n+k\r\n+v\r\n:2\r\n:3\r\n",
        array(integer(1), attributed(map(simple("k"), simple("v")), integer(2)), integer(3)));
    add(
        "|1\r\n+k\r\n|1\r\n+x\r\n+y\r\n+v\r\n*1\r\n:1\r\n",
        attributed(
            map(simple("k"), attributed(map(simple("x"), simple("y")), simple("v"))),
            array(integer(1))));
    add(
        "|1\r\n+a\r\n+b\r\n|1\r\n+c\r\n+d\r\n+OK\r\n",
        attributed(map(simple("a"), simple("b")), attributed(map(simple("c"), simple("d")), ok())));
    add("|1\r\n+a\r\n+b\r\n*0\r\n", attributed(map(simple("a"), simple("b")), array()));
    add(
        "|1\r\n+a\r\n+b\r\n-ERR no\r\n",
        attributed(map(simple("a"), simple("b")), error("ERR no")));
  }

  private static void pushes() {
    Reply.Push message = push(simple("message"), simple("ch"), bulk("hi"));
    String wire = ">3\r\n+message\r\n+ch\r\n$2\r\nhi\r\n";
    add(wire, message);
    add(">0\r\n", push());
    add("+OK\r\n" + wire + ":1\r\n", ok(), message, integer(1));
    // redis#8935: Redis 6 sent a push in the middle of a transaction's array.
    add("*2\r\n:1\r\n" + wire + ":2\r\n", message, array(integer(1), integer(2)));
    add("*1\r\n" + wire + ":2\r\n", message, array(integer(2)));
    add("*1\r\n*1\r\n" + wire + wire + ":2\r\n", message, message, array(array(integer(2))));
    add("%1\r\n+k\r\n" + wire + ":2\r\n", message, map(simple("k"), integer(2)));
    add(
        "|1\r\n+k\r\n:1\r\n" + wire + "+OK\r\n",
        message,
        attributed(map(simple("k"), integer(1)), ok()));
    add(
        "|1\r\n+k\r\n" + wire + ":1\r\n+OK\r\n",
        message,
        attributed(map(simple("k"), integer(1)), ok()));
    add("*?\r\n:1\r\n" + wire + ".\r\n", message, array(integer(1)));
    add(">2\r\n+a\r\n" + wire + "+b\r\n", message, push(simple("a"), simple("b")));
    add(
        ">1\r\n|1\r\n+k\r\n:1\r\n+a\r\n",
        push(attributed(map(simple("k"), integer(1)), simple("a"))));
  }

  private static void streams() {
    add("$?\r\n;4\r\nHell\r\n;5\r\no wor\r\n;2\r\nld\r\n;0\r\n", bulk("Hello world"));
    add("$?\r\n;0\r\n", bulk(""));
    add("$?\r\n;2\r\n\r\n\r\n;0\r\n:1\r\n", bulk("\r\n"), integer(1));
    add("*2\r\n$?\r\n;1\r\na\r\n;0\r\n$1\r\nb\r\n", array(bulk("a"), bulk("b")));
    add("*?\r\n:1\r\n:2\r\n.\r\n", array(integer(1), integer(2)));
    add("*?\r\n.\r\n", array());
    add("~?\r\n+a\r\n.\r\n", set(simple("a")));
    add(
        "%?\r\n+a\r\n:1\r\n+b\r\n:2\r\n.\r\n",
        map(simple("a"), integer(1), simple("b"), integer(2)));
    add("%?\r\n.\r\n", map());
    add("*1\r\n*?\r\n*?\r\n.\r\n~0\r\n.\r\n", array(array(array(), set())));
    add("|1\r\n+k\r\n+v\r\n*?\r\n.\r\n", attributed(map(simple("k"), simple("v")), array()));
    add(
        "*?\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n:7\r\n:8\r\n:9\r\n.\r\n",
        array(
            integer(1),
            integer(2),
            integer(3),
            integer(4),
            integer(5),
            integer(6),
            integer(7),
            integer(8),
            integer(9)));
  }
}
