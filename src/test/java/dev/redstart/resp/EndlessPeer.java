package dev.redstart.resp;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The program of a small child JVM: lets parsers with the default limits read endless traffic of
 * many kinds, one after the other, and prints how each ended. Ends with an OutOfMemoryError if a
 * parser takes more than it should.
 */
final class EndlessPeer {
  private EndlessPeer() {}

  /** How it begins, and what follows again and again. */
  static Map<String, String> kinds() {
    String kib = "x".repeat(1024);
    String large = "x".repeat(600 * 1024);
    Map<String, String> kinds = new LinkedHashMap<>();
    kinds.put("*?\r\n", ":1000\r\n");
    kinds.put("~?\r\n", "+simple\r\n");
    kinds.put("%?\r\n", "$1024\r\n" + kib + "\r\n");
    kinds.put("*?\r\n|0\r\n", "|0\r\n:1\r\n");
    kinds.put("*150000\r\n", "*0\r\n");
    kinds.put("*?\r\n*0\r\n", "*?\r\n.\r\n");
    kinds.put("*?\r\n:1\r\n", "*3\r\n*1\r\n*1\r\n*0\r\n$0\r\n\r\n%1\r\n:200\r\n,1.5\r\n");
    kinds.put("*100\r\n", "$614400\r\n" + large + "\r\n");
    kinds.put("*101\r\n", "=614400\r\ntxt:" + large.substring(4) + "\r\n");
    kinds.put("*102\r\n", "!614400\r\n" + large.replace("xxxx", "xx\u00ff\u00ff") + "\r\n");
    kinds.put("*?\r\n+\u00ff\r\n", "+" + "\u00ff".repeat(50_000) + "\r\n");
    kinds.put("*?\r\n(1\r\n", "(" + "7".repeat(2_000) + "\r\n");
    kinds.put("$?\r\n", ";1\r\nx\r\n");
    kinds.put("$?\r\n;1\r\nx\r\n", ";614400\r\n" + large + "\r\n");
    kinds.put("*?\r\n$0\r\n\r\n", "$?\r\n;1024\r\n" + kib + "\r\n;0\r\n");
    kinds.put("$500000000\r\n", large);
    kinds.put("*?\r\n_\r\n", "$8000000\r\n" + "x".repeat(8_000_000) + "\r\n");
    kinds.put("*?\r\n#t\r\n", "$70000\r\n" + "x".repeat(70_000) + "\r\n");
    kinds.put(">10000\r\n", "+" + kib + "\r\n");
    kinds.put("|10000\r\n", "$1024\r\n" + kib + "\r\n");
    kinds.put("+", kib);
    kinds.put("", "|1\r\n+a\r\n+b\r\n");
    kinds.put("*1\r\n", "*?\r\n" + ":1000\r\n".repeat(2000));
    kinds.put("%1\r\n", ">1\r\n" + "$1024\r\n" + kib + "\r\n*?\r\n");
    return kinds;
  }

  /**
   * Without an argument, all kinds; with one, a reply that the limits allow and the heap does not.
   */
  public static void main(String[] args) {
    if (args.length > 0) {
      System.out.println(refusalAfterExhaustion());
      return;
    }
    // A client that still holds the largest reply it could get, while the next one comes.
    Reply held = largest();
    kinds().forEach((beginning, rest) -> System.out.println(refusal(beginning, rest)));
    System.out.println("held " + held.items().size());
  }

  private static String refusalAfterExhaustion() {
    RespParser parser =
        new RespParser(RespLimits.defaults().withReplyBytes(RespLimits.REPLY_BYTES));
    try {
      return feed(parser, "$500000000\r\n", "x".repeat(100_000));
    } catch (OutOfMemoryError e) {
      return "exhausted, then " + feed(parser, "+OK\r\n", "+OK\r\n");
    }
  }

  private static Reply largest() {
    RespParser parser = new RespParser(RespLimits.defaults());
    int count = (int) (RespLimits.defaults().replyBytes() * 9 / 10 / Budget.ELEMENT_BYTES);
    parser.advance(ByteBuffer.wrap(Wire.bytes("*" + count + "\r\n")));
    byte[] item = Wire.bytes(":1000\r\n");
    while (!parser.advance(ByteBuffer.wrap(item))) {}
    return parser.reply();
  }

  private static String refusal(String beginning, String rest) {
    return feed(new RespParser(RespLimits.defaults()), beginning, rest);
  }

  private static String feed(RespParser parser, String beginning, String rest) {
    ByteBuffer endless = ByteBuffer.wrap(Wire.bytes(rest));
    try {
      parser.advance(ByteBuffer.wrap(Wire.bytes(beginning)));
      while (true) {
        parser.advance(endless.hasRemaining() ? endless : endless.rewind());
      }
    } catch (RespException e) {
      return "refused: " + e.getMessage();
    }
  }
}
