package dev.redstart.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Reads numbers: RFC 8259, section 6. */
final class NumberToken {
  /** So many characters, with or without a minus, always fit into a long. */
  private static final int LONG_LENGTH = 18;

  private NumberToken() {}

  /** {@code number = [ minus ] int [ frac ] [ exp ]}. */
  static JsonNumber read(Cursor in) {
    int start = in.at;
    in.accept('-');
    integer(in);
    int wholeEnd = in.at;
    fraction(in);
    exponent(in);
    int length = in.at - start;
    if (length > JsonNumber.LENGTH_MAX) {
      throw in.fail(start, "a number of more than " + JsonNumber.LENGTH_MAX + " characters");
    }
    boolean small = in.at == wholeEnd && length <= LONG_LENGTH && !isMinusZero(in.bytes, start);
    return small
        ? new JsonNumber(toLong(in.bytes, start, wholeEnd))
        : new JsonNumber(new String(in.bytes, start, length, ISO_8859_1));
  }

  /** {@code int = zero / ( digit1-9 *DIGIT )}. */
  private static void integer(Cursor in) {
    int start = in.at;
    digits(in);
    if (in.bytes[start] == '0' && in.at > start + 1) {
      throw in.fail(start, "a number must not begin with a needless zero");
    }
  }

  /** {@code frac = decimal-point 1*DIGIT}. */
  private static void fraction(Cursor in) {
    if (in.accept('.')) {
      digits(in);
    }
  }

  /** {@code exp = e [ minus / plus ] 1*DIGIT}. */
  private static void exponent(Cursor in) {
    if (in.accept('e') || in.accept('E')) {
      if (!in.accept('-')) {
        in.accept('+');
      }
      int start = in.at;
      digits(in);
      if (magnitude(in.bytes, start, in.at) > JsonNumber.EXPONENT_MAX) {
        throw in.fail(start, "an exponent beyond " + JsonNumber.EXPONENT_MAX);
      }
    }
  }

  private static void digits(Cursor in) {
    if (!isDigit(in.peek())) {
      throw in.unexpected("a digit");
    }
    while (isDigit(in.peek())) {
      in.at++;
    }
  }

  private static boolean isDigit(int b) {
    return b >= '0' && b <= '9';
  }

  /**
   * The exponent, or something above the limit: leading zeros are allowed, so its length says
   * nothing.
   */
  private static int magnitude(byte[] bytes, int from, int to) {
    int magnitude = 0;
    for (int i = from; i < to && magnitude <= JsonNumber.EXPONENT_MAX; i++) {
      magnitude = magnitude * 10 + bytes[i] - '0';
    }
    return magnitude;
  }

  /** Zero has no sign as a long. */
  private static boolean isMinusZero(byte[] bytes, int start) {
    return bytes[start] == '-' && bytes[start + 1] == '0';
  }

  private static long toLong(byte[] bytes, int from, int to) {
    boolean negative = bytes[from] == '-';
    long number = 0;
    for (int i = negative ? from + 1 : from; i < to; i++) {
      number = number * 10 + bytes[i] - '0';
    }
    return negative ? -number : number;
  }
}
