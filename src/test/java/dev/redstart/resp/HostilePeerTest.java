package dev.redstart.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Claims and floods: what a peer may cost us, whatever it says and however long it says it. */
class HostilePeerTest {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * 1024;

  /** What a large heap would give; the numbers must not depend on the machine. */
  private static final RespLimits ROOMY =
      RespLimits.defaults().withReplyBytes(RespLimits.REPLY_BYTES);

  /** What a heap of 16 MiB would give. */
  private static final RespLimits TIGHT = RespLimits.defaults().withReplyBytes(4 * MIB);

  /** Feeds the claim, then nothing. It must not be believed. */
  private static void assertCostsNothing(String claim) {
    RespParser parser = new RespParser(ROOMY);
    ByteBuffer in = Wire.heap(Wire.bytes(claim));
    long allocated = Allocation.bytesOf(() -> assertFalse(parser.advance(in)));
    assertTrue(allocated < 128 * KIB, claim + " allocated " + allocated);
  }

  private static String refusedAtOnce(RespLimits limits, String claim) {
    refuse(limits, claim); // once for nothing: it loads classes
    String[] message = new String[1];
    long allocated = Allocation.bytesOf(() -> message[0] = refuse(limits, claim));
    assertTrue(allocated < 64 * KIB, claim + " allocated " + allocated);
    return message[0];
  }

  private static String refuse(RespLimits limits, String claim) {
    RespParser parser = new RespParser(limits);
    ByteBuffer in = Wire.heap(Wire.bytes(claim));
    return assertThrows(RespException.class, () -> Wire.read(parser, in), claim).getMessage();
  }

  /** Feeds the beginning and then the rest again and again until the parser has enough. */
  private static String flood(RespLimits limits, String beginning, String rest, long allocatedMax) {
    RespParser parser = new RespParser(limits);
    byte[] again = Wire.bytes(rest.repeat(Math.max(1, 8 * KIB / rest.length())));
    AtomicLong before = new AtomicLong(Allocation.bytes());
    RespException refusal =
        assertThrows(
            RespException.class,
            () -> {
              Wire.read(parser, Wire.heap(Wire.bytes(beginning)));
              while (Allocation.bytes() - before.get() < allocatedMax) {
                parser.advance(ByteBuffer.wrap(again));
              }
            },
            Wire.shown(Wire.bytes(beginning + rest))
                + " took more than "
                + allocatedMax
                + " bytes");
    return refusal.getMessage();
  }

  @Test
  void aClaimWithinTheLimitsAllocatesAlmostNothing() {
    assertCostsNothing("$536870912\r\n");
    assertCostsNothing("=268435456\r\ntxt:");
    assertCostsNothing("!134217728\r\nERR");
    assertCostsNothing("*16777216\r\n");
    assertCostsNothing("~16777216\r\n");
    assertCostsNothing("%8388608\r\n");
    assertCostsNothing(">16777216\r\n");
    assertCostsNothing("|8388608\r\n");
    assertCostsNothing("$?\r\n;268435456\r\n");
    assertCostsNothing("$536870912\r\nfour");
  }

  @Test
  void allocationFollowsWhatHasCome() {
    RespParser parser = new RespParser(ROOMY);
    parser.advance(Wire.heap(Wire.bytes("$536870912\r\n")));
    ByteBuffer piece = ByteBuffer.allocate(64 * KIB);
    long before = Allocation.bytes();
    for (long sent = piece.capacity(); sent <= 8 * MIB; sent += piece.capacity()) {
      parser.advance(piece.clear());
      long allocated = Allocation.bytes() - before;
      assertTrue(allocated < 8 * sent + 64 * KIB, sent + " bytes came, allocated " + allocated);
    }
  }

  @Test
  void aClaimBeyondALimitIsRefusedBeforeAnythingComes() {
    assertTrue(refusedAtOnce(ROOMY, "*1000000000\r\n").contains("1000000000 elements"));
    assertTrue(refusedAtOnce(ROOMY, "%1000000000\r\n").contains("1000000000 elements"));
    assertTrue(refusedAtOnce(ROOMY, ">1000000000\r\n").contains("1000000000 elements"));
    assertTrue(refusedAtOnce(ROOMY, "|1000000000\r\n").contains("1000000000 elements"));
    assertTrue(refusedAtOnce(ROOMY, "$536870913\r\n").contains("536870913 bytes"));
    assertTrue(refusedAtOnce(ROOMY, "$2147483648\r\n").contains("2147483648 bytes"));
    assertTrue(refusedAtOnce(ROOMY, "$9223372036854775807\r\n").contains("9223372036854775807"));
    assertTrue(refusedAtOnce(ROOMY, "$9223372036854775808\r\n").contains("a length"));
    assertTrue(refusedAtOnce(ROOMY, "*9223372036854775807\r\n").contains("9223372036854775807"));
    assertTrue(refusedAtOnce(ROOMY, "%9223372036854775807\r\n").contains("9223372036854775807"));
    assertTrue(refusedAtOnce(ROOMY, "%4611686018427387905\r\n").contains("4611686018427387905"));
    assertTrue(refusedAtOnce(ROOMY, "*99999999999999999999\r\n").contains("a length"));
  }

  @Test
  void aClaimBeyondTheBudgetIsRefusedBeforeAnythingComes() {
    String budget = "more than the limit of 4194304 bytes of heap";
    assertTrue(refusedAtOnce(TIGHT, "$16777216\r\n").contains(budget));
    assertTrue(refusedAtOnce(TIGHT, "$536870912\r\n").contains(budget));
    assertTrue(refusedAtOnce(TIGHT, "*16777216\r\n").contains(budget));
    assertTrue(refusedAtOnce(TIGHT, "%8388608\r\n").contains(budget));
    assertTrue(refusedAtOnce(TIGHT, "*50000\r\n*50000\r\n").contains(budget));
  }

  @Test
  void claimsInsideClaimsAddUp() {
    assertTrue(refusedAtOnce(ROOMY, "*16777216\r\n".repeat(2)).contains("bytes of heap"));
    assertTrue(refusedAtOnce(TIGHT, "*3000\r\n".repeat(128)).contains("bytes of heap"));
    assertTrue(refusedAtOnce(TIGHT, "*1\r\n".repeat(129)).contains("nested deeper than"));
    assertTrue(refusedAtOnce(TIGHT, "*?\r\n".repeat(129)).contains("nested deeper than"));
    assertTrue(refusedAtOnce(TIGHT, "|1\r\n".repeat(129)).contains("nested deeper than"));
    assertTrue(refusedAtOnce(TIGHT, ">1\r\n".repeat(129)).contains("nested deeper than"));
    assertTrue(refusedAtOnce(TIGHT, "|0\r\n".repeat(129)).contains("nested deeper than"));
    assertTrue(
        refusedAtOnce(TIGHT, "|1\r\n+a\r\n+b\r\n".repeat(129)).contains("nested deeper than"));
  }

  @Test
  void aLineWithoutEndIsRefused() {
    for (String type : "+ - : $ * _ # , ( ! = ~ % > | ; .".split(" ")) {
      String message = flood(TIGHT, type, "1", MIB);
      assertTrue(
          message.endsWith("is longer than the limit of 65536 bytes (RespLimits.withLineBytes)"));
    }
  }

  @Test
  void aStringOfPiecesWithoutEndIsRefused() {
    assertTrue(flood(TIGHT, "$?\r\n", ";1\r\na\r\n", 16 * MIB).contains("bytes of heap"));
    assertTrue(flood(TIGHT, "*9\r\n$?\r\n", ";1\r\na\r\n", 16 * MIB).contains("bytes of heap"));
    RespLimits small = TIGHT.withBulkBytes(100_000);
    String message = flood(small, "$?\r\n", ";1\r\na\r\n", MIB);
    assertEquals(
        "a string claims 100001 bytes, more than the limit of 100000 (RespLimits.withBulkBytes)",
        message);
  }

  @Test
  void anAggregateWithoutEndIsRefused() {
    for (String start :
        new String[] {"*?\r\n", "~?\r\n", "%?\r\n", "*1\r\n*?\r\n", "|1\r\n*?\r\n"}) {
      for (String rest :
          new String[] {
            ":1\r\n",
            ":1000\r\n",
            "+OK\r\n",
            "+longer\r\n",
            "_\r\n",
            "#t\r\n",
            ",1.5\r\n",
            "(1\r\n",
            "$0\r\n\r\n",
            "$-1\r\n",
            "$9\r\n123456789\r\n",
            "*0\r\n",
            "*?\r\n.\r\n",
            "%0\r\n",
            "*1\r\n*1\r\n*0\r\n",
            "-ERR\r\n",
            "!3\r\nERR\r\n",
            "=4\r\ntxt:\r\n",
            "|0\r\n:1\r\n"
          }) {
        assertTrue(flood(TIGHT, start, rest, 16 * MIB).contains("bytes of heap"), start + rest);
      }
    }
  }

  @Test
  void millionsOfEmptyAggregatesAreRefused() {
    RespLimits limits = RespLimits.defaults().withReplyBytes(50 * MIB);
    assertTrue(flood(limits, "*1000000\r\n", "*0\r\n", 64 * MIB).contains("bytes of heap"));
    assertTrue(flood(limits, "%500000\r\n", "%0\r\n", 64 * MIB).contains("bytes of heap"));
    assertTrue(flood(ROOMY, "*16777216\r\n", "*0\r\n", 1024 * MIB).contains("bytes of heap"));
  }

  @Test
  void attributesWithoutEndAreRefused() {
    assertTrue(flood(TIGHT, "", "|1\r\n+a\r\n+b\r\n", MIB).contains("nested deeper"));
    assertTrue(flood(TIGHT, "", "|1\r\n+a\r\n", MIB).contains("nested deeper"));
    assertTrue(flood(TIGHT, "|100000\r\n", "+attribute\r\n", 16 * MIB).contains("bytes of heap"));
    assertTrue(
        flood(TIGHT, "*?\r\n", "|1\r\n+a\r\n+b\r\n:1\r\n", 16 * MIB).contains("bytes of heap"));
  }

  @Test
  void endlessPushesInsideAnArrayCostNoMoreThanOne() {
    RespParser parser = new RespParser(TIGHT);
    parser.advance(Wire.heap(Wire.bytes("*2\r\n:1\r\n")));
    byte[] push = Wire.bytes(">2\r\n+invalidate\r\n*1\r\n$1000\r\n" + "k".repeat(1000) + "\r\n");
    for (int i = 0; i < 50_000; i++) {
      assertTrue(parser.advance(ByteBuffer.wrap(push)));
    }
    assertTrue(parser.advance(Wire.heap(Wire.bytes(":2\r\n"))));
    assertEquals(2, parser.reply().items().size());
  }

  @Test
  void aNumberOfTenThousandDigitsIsReadAndALongerOneRefused() {
    String digits = "9".repeat(10_000);
    assertEquals(digits, Wire.readInPieces(Wire.bytes("(" + digits + "\r\n")).get(0).text());
    assertTrue(
        refuse(TIGHT, "(" + digits + "9\r\n")
            .startsWith("expected a big number of at most 10000 characters"));
  }

  @Test
  void theDeepestReplyCanBeComparedAndShownOnASmallStack() throws InterruptedException {
    byte[] wire = Wire.bytes("*1\r\n".repeat(127) + "|1\r\n+k\r\n+v\r\n:1\r\n");
    Reply one = Wire.readInPieces(wire).get(0);
    Reply other = Wire.readInPieces(wire).get(0);
    AtomicLong equal = new AtomicLong(-1);
    Runnable compare =
        () ->
            equal.set(
                one.equals(other)
                        && one.hashCode() == other.hashCode()
                        && one.toString().length() > 0
                    ? 1
                    : 0);
    Thread thread = new Thread(null, compare, "small stack", 512 * KIB);
    thread.start();
    thread.join();
    assertEquals(1, equal.get());
  }
}
