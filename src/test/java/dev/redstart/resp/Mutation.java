package dev.redstart.resp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages valid traffic. The same seed does the same damage. */
final class Mutation {
  private static final String[] NUMBERS = {
    "-1",
    "-2",
    "0",
    "00",
    "1",
    "2",
    "?",
    "+1",
    "1e3",
    "65536",
    "16777217",
    "536870912",
    "536870913",
    "2147483647",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    ""
  };
  private static final byte[] BYTES = Wire.bytes("+-:$*_#,(!=~%>|;.\r\n019?tf\0\u00ff");

  private final List<byte[]> corpus;
  private final Random random;

  Mutation(List<byte[]> corpus, long seed) {
    this.corpus = corpus;
    random = new Random(seed);
  }

  byte[] next() {
    byte[] bytes = any();
    for (int i = random.nextInt(3); i >= 0; i--) {
      bytes = damaged(bytes);
    }
    return bytes;
  }

  private byte[] any() {
    return corpus.get(random.nextInt(corpus.size()));
  }

  private byte[] damaged(byte[] bytes) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + 1 + random.nextInt(8));
    byte[] head = Arrays.copyOf(bytes, from);
    byte[] range = Arrays.copyOfRange(bytes, from, to);
    byte[] tail = Arrays.copyOfRange(bytes, to, bytes.length);
    return switch (random.nextInt(7)) {
      case 0 -> Wire.concat(head, flipped(range), tail);
      case 1 -> Wire.concat(head, inserted(), range, tail);
      case 2 -> Wire.concat(head, tail);
      case 3 -> Wire.concat(head, range, range, tail);
      case 4 -> head;
      case 5 -> Wire.concat(head, any(), range, tail);
      default -> renumbered(bytes, from);
    };
  }

  private byte[] flipped(byte[] range) {
    byte[] flipped = range.clone();
    if (flipped.length > 0) {
      flipped[0] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private byte[] inserted() {
    return new byte[] {BYTES[random.nextInt(BYTES.length)]};
  }

  private byte[] renumbered(byte[] bytes, int from) {
    int start = from;
    while (start < bytes.length && !isDigit(bytes[start])) {
      start++;
    }
    int end = start;
    while (end < bytes.length && isDigit(bytes[end])) {
      end++;
    }
    byte[] number = Wire.bytes(NUMBERS[random.nextInt(NUMBERS.length)]);
    byte[] tail = Arrays.copyOfRange(bytes, end, bytes.length);
    return Wire.concat(Arrays.copyOf(bytes, start), number, tail);
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** All transcripts, and random replies that are neither trivial nor long. */
  static List<byte[]> corpus() {
    List<byte[]> corpus = new ArrayList<>();
    Transcripts.all().forEach(transcript -> corpus.add(transcript.bytes()));
    for (long seed = 0; seed < 1000; seed++) {
      byte[] spelled = new Spelling(seed).next().bytes();
      if (spelled.length > 40 && spelled.length < 200) {
        corpus.add(spelled);
      }
    }
    return corpus;
  }
}
