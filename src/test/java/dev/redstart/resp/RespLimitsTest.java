package dev.redstart.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RespLimitsTest {
  private static final RespLimits DEFAULTS = RespLimits.defaults();

  private static List<Reply> read(RespLimits limits, String wire) {
    return Wire.read(new RespParser(limits), Wire.heap(Wire.bytes(wire)));
  }

  private static String refused(RespLimits limits, String wire) {
    return assertThrows(RespException.class, () -> read(limits, wire), wire).getMessage();
  }

  private static void reads(RespLimits limits, String wire) {
    assertEquals(1, read(limits, wire).size(), wire);
  }

  @Test
  void theDefaultsAreTheConstantsAndAShareOfTheHeap() {
    assertEquals(RespLimits.DEPTH, DEFAULTS.depth());
    assertEquals(RespLimits.BULK_BYTES, DEFAULTS.bulkBytes());
    assertEquals(RespLimits.ELEMENTS, DEFAULTS.elements());
    assertEquals(RespLimits.LINE_BYTES, DEFAULTS.lineBytes());
    long share = Runtime.getRuntime().maxMemory() / RespLimits.HEAP_SHARE;
    assertEquals(Math.min(RespLimits.REPLY_BYTES, share), DEFAULTS.replyBytes());
  }

  @Test
  void aLimitIsAtLeastOneAndTheMessageNamesIt() {
    List<Supplier<RespLimits>> wrong =
        List.of(
            () -> DEFAULTS.withDepth(0),
            () -> DEFAULTS.withDepth(1001),
            () -> DEFAULTS.withBulkBytes(0),
            () -> DEFAULTS.withElements(-1),
            () -> DEFAULTS.withLineBytes(0),
            () -> DEFAULTS.withReplyBytes(0));
    List<String> names =
        List.of("depth", "depth", "bulkBytes", "elements", "lineBytes", "replyBytes");
    for (int i = 0; i < wrong.size(); i++) {
      Throwable refusal = assertThrows(IllegalArgumentException.class, wrong.get(i)::get);
      assertTrue(refusal.getMessage().startsWith(names.get(i) + " must be from 1 to "));
    }
  }

  @Test
  void depthCountsAggregatesAndAttributes() {
    RespLimits limits = DEFAULTS.withDepth(3);
    reads(limits, "*1\r\n*1\r\n*1\r\n:1\r\n");
    refused(limits, "*1\r\n*1\r\n*1\r\n*0\r\n");
    refused(limits, "*1\r\n%1\r\n:1\r\n~?\r\n*0\r\n");
    reads(limits, "|0\r\n|0\r\n|0\r\n:1\r\n");
    assertEquals(
        "aggregates are nested deeper than the limit of 3 (RespLimits.withDepth)",
        refused(limits, "|0\r\n|0\r\n|0\r\n|0\r\n"));
  }

  @Test
  void bulkBytesBoundEveryKindOfString() {
    RespLimits limits = DEFAULTS.withBulkBytes(5);
    reads(limits, "$5\r\nhello\r\n");
    reads(limits, "!5\r\nERR a\r\n");
    reads(limits, "=5\r\ntxt:a\r\n");
    reads(limits, "$?\r\n;4\r\nhell\r\n;1\r\no\r\n;0\r\n");
    refused(limits, "$6\r\n");
    refused(limits, "!6\r\n");
    refused(limits, "=6\r\n");
    refused(limits, "$?\r\n;4\r\nhell\r\n;2\r\n");
    refused(limits, "$9223372036854775807\r\n");
    assertEquals(
        "a string claims 9223372036854775807 bytes, more than the limit of 5"
            + " (RespLimits.withBulkBytes)",
        refused(limits, "$?\r\n;4\r\nhell\r\n;9223372036854775807\r\n"));
  }

  @Test
  void elementsBoundEveryKindOfAggregate() {
    RespLimits limits = DEFAULTS.withElements(3);
    reads(limits, "*3\r\n:1\r\n:2\r\n:3\r\n");
    reads(limits, "*?\r\n:1\r\n:2\r\n:3\r\n.\r\n");
    reads(limits, "%1\r\n:1\r\n:2\r\n");
    for (String tooMany : List.of("*4", "~4", ">4", "%2", "|2", "*9223372036854775807")) {
      refused(limits, tooMany + "\r\n");
    }
    refused(limits, "*?\r\n:1\r\n:2\r\n:3\r\n:4\r\n");
    refused(limits, "%?\r\n:1\r\n:2\r\n:3\r\n:4\r\n");
    refused(limits, "%9223372036854775807\r\n");
  }

  @Test
  void lineBytesBoundTheTextOfALineWholeOrInPieces() {
    RespLimits limits = DEFAULTS.withLineBytes(4);
    reads(limits, "+four\r\n");
    reads(limits, "-four\r\n");
    assertEquals(
        "the line \"+five\" is longer than the limit of 4 bytes (RespLimits.withLineBytes)",
        refused(limits, "+five5\r\n"));
    RespParser parser = new RespParser(limits);
    for (byte b : Wire.bytes("+four\r")) {
      parser.advance(Wire.heap(new byte[] {b}));
    }
    assertTrue(parser.advance(Wire.heap(new byte[] {'\n'})));
    Wire.read(parser, Wire.heap(Wire.bytes("+four")));
    assertThrows(RespException.class, () -> parser.advance(Wire.heap(new byte[] {'5'})));
  }

  @Test
  void replyBytesBoundAllValuesOfOneFrameTogether() {
    RespLimits limits = DEFAULTS.withReplyBytes(2000);
    reads(limits, "$1000\r\n" + "x".repeat(1000) + "\r\n");
    refused(limits, "$2000\r\n");
    refused(limits, "*2\r\n$1000\r\n" + "x".repeat(1000) + "\r\n$1000\r\n");
    refused(limits, "*42\r\n");
    refused(limits, "*?\r\n" + ":1\r\n".repeat(42));
    refused(limits, "*?\r\n" + "*0\r\n".repeat(12));
    refused(limits, "+" + "x".repeat(1000) + "\r\n");
    refused(limits, "(" + "9".repeat(2000) + "\r\n");
    assertEquals(
        "the reply would take more than the limit of 2000 bytes of heap:"
            + " raise RespLimits.withReplyBytes, or ask for less at once",
        refused(limits, "|20\r\n" + "+k\r\n+v\r\n".repeat(20) + "*1\r\n"));
  }

  @Test
  void theNextFrameStartsWithAFreshBudget() {
    RespLimits limits = DEFAULTS.withReplyBytes(2000);
    String wire = "*?\r\n" + ":1\r\n".repeat(30) + ".\r\n$1900\r\n" + "x".repeat(1900) + "\r\n";
    assertEquals(20, read(limits, wire.repeat(10)).size());
  }

  @Test
  void aPushInsideAnArrayGivesBackWhatItTook() {
    RespLimits limits = DEFAULTS.withReplyBytes(2000);
    String push = ">1\r\n$1000\r\n" + "x".repeat(1000) + "\r\n";
    String wire = "*10\r\n" + push.repeat(5) + ":1\r\n".repeat(10);
    assertEquals(6, read(limits, wire).size());
    refused(limits, "*20\r\n" + push);
  }

  @Test
  void theRoomForCopiesIsGivenBackWhenTheStringIsComplete() {
    RespLimits limits = DEFAULTS.withReplyBytes(1_000_000);
    String bulk = "$390000\r\n" + "x".repeat(390_000) + "\r\n";
    reads(limits, "*2\r\n" + bulk + bulk);
    String first = "$?\r\n;300000\r\n" + "x".repeat(300_000) + "\r\n;0\r\n";
    String second = "$?\r\n;200000\r\n" + "x".repeat(200_000) + "\r\n;0\r\n";
    reads(limits, "*2\r\n" + first + second);
    refused(limits, "*2\r\n" + second + first);
  }

  @Test
  void theRoomForCopiesIsClaimedWithTheLength() {
    RespLimits limits = DEFAULTS.withReplyBytes(1_000_000);
    refused(limits, "$700000\r\n");
    refused(limits, "=500000\r\n");
    refused(limits, "!170000\r\n");
    refused(limits, "$?\r\n;340000\r\n");
  }

  @Test
  void theLongestStringOfRedisFitsIntoTheDefaultOfALargeHeap() {
    RespParser parser = new RespParser(DEFAULTS.withReplyBytes(RespLimits.REPLY_BYTES));
    Wire.read(parser, Wire.heap(Wire.bytes("$536870912\r\nbegin")));
    Wire.read(parser, Wire.heap(Wire.bytes("and more")));
  }
}
