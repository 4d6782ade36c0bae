package dev.redstart.resp;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Replies of all types, the same ones for the same seed. */
final class RandomReplies {
  private static final double[] REALS = {
    0,
    -0.0,
    1,
    -1.5,
    0.1,
    1e15,
    1e16,
    1e-7,
    1e300,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY
  };
  private static final long[] INTS = {0, 1, -1, 127, 128, 1L << 53, Long.MAX_VALUE, Long.MIN_VALUE};
  private static final String[] CHARS = {
    "a", "Z", "0", " ", "é", "€", "\ud83d\ude00", "\t", "\0", "$"
  };

  private final Random random;

  RandomReplies(long seed) {
    random = new Random(seed);
  }

  /** Any reply but a push. */
  Reply next() {
    return next(4);
  }

  Reply.Push nextPush() {
    return new Reply.Push(items(random.nextInt(4), 2));
  }

  private Reply next(int depth) {
    return depth == 0 || random.nextInt(3) > 0 ? scalar() : aggregate(depth - 1);
  }

  private Reply aggregate(int depth) {
    int size = random.nextInt(20) == 0 ? 60 + random.nextInt(80) : random.nextInt(5);
    return switch (random.nextInt(4)) {
      case 0 -> new Reply.Array(items(size, depth));
      case 1 -> new Reply.Set(items(size, depth));
      case 2 -> new Reply.Map(items(2 * size, depth));
      default -> new Reply.Attributed(new Reply.Map(items(2 * (size % 3), depth)), next(depth));
    };
  }

  private List<Reply> items(int size, int depth) {
    List<Reply> items = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      items.add(next(depth));
    }
    return items;
  }

  private Reply scalar() {
    List<Supplier<Reply>> kinds =
        List.of(
            () -> new Reply.Simple(random.nextInt(3) == 0 ? "OK" : text("")),
            () -> new Reply.Error("ERR " + text(random.nextInt(3) == 0 ? "\r\n" : "")),
            () -> new Reply.Bulk(bytes()),
            () -> new Reply.Bulk(text("\r\n").getBytes(StandardCharsets.UTF_8)),
            () -> new Reply.Verbatim(random.nextBoolean() ? "txt" : "mkd", bytes()),
            () -> new Reply.Int(integer()),
            () -> new Reply.Real(real()),
            () -> new Reply.Bool(random.nextBoolean()),
            () -> new Reply.BigNumber(new BigInteger(random.nextInt(400), random)),
            () -> Reply.NULL);
    return kinds.get(random.nextInt(kinds.size())).get();
  }

  private long integer() {
    return random.nextBoolean() ? INTS[random.nextInt(INTS.length)] : random.nextLong();
  }

  private double real() {
    return switch (random.nextInt(3)) {
      case 0 -> REALS[random.nextInt(REALS.length)];
      case 1 -> random.nextInt(2000) / 100.0;
      default -> anyReal();
    };
  }

  // All bit patterns, but one NaN only: RESP has no other.
  private double anyReal() {
    double any = Double.longBitsToDouble(random.nextLong());
    return Double.isNaN(any) ? Double.NaN : any;
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(40) == 0 ? random.nextInt(5000) : random.nextInt(20)];
    random.nextBytes(bytes);
    return bytes;
  }

  private String text(String more) {
    StringBuilder text = new StringBuilder(more);
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(CHARS[random.nextInt(CHARS.length)]);
    }
    return text.toString();
  }
}
