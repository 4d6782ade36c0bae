package dev.redstart.resp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Numbers written in ASCII, strictly: digits where digits belong and nothing else. Everything that
 * is not a number ends in a {@link NumberFormatException}, which callers turn into their own.
 */
final class Numerals {
  /** Up to here, a whole number and a power of ten are exact as doubles, and so is one division. */
  private static final int EXACT_DIGITS = 15;

  private static final double[] TENS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private Numerals() {}

  /**
   * An optional sign and digits. Leading zeros are let through, as the grammar has it and as most
   * clients do (hiredis does not): they carry no other meaning.
   */
  static long integer(ByteBuffer in, int from, int to) {
    boolean negative = at(in, from, to) == '-';
    long value =
        negated(in, afterSign(in, from, to), to, negative ? Long.MIN_VALUE : -Long.MAX_VALUE);
    return negative ? value : -value;
  }

  // Counts downwards, since the smallest long has no positive counterpart.
  private static long negated(ByteBuffer in, int from, int to, long least) {
    digit(in, from, to);
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = digit(in, i, to);
      if (value < least / 10 || value * 10 < least + digit) {
        throw new NumberFormatException("beyond 64 bits");
      }
      value = value * 10 - digit;
    }
    return value;
  }

  /** Digits without a sign or leading zeros, as a length is written by everybody. */
  static long count(ByteBuffer in, int from, int to) {
    if (to - from > 1 && in.get(from) == '0') {
      throw new NumberFormatException("leading zero");
    }
    return -negated(in, from, to, -Long.MAX_VALUE);
  }

  /** A finite decimal number with or without an exponent, or inf, -inf, nan, -nan. */
  static double real(ByteBuffer in, int from, int to) {
    int start = afterSign(in, from, to);
    if (start < to && in.get(start) > '9') {
      return named(ascii(in, from, to));
    }
    int point = afterDigits(in, start, to);
    int end = at(in, point, to) == '.' ? afterDigits(in, point + 1, to) : point;
    if (end == to && to - start <= EXACT_DIGITS) {
      return exact(in, from, start, point, to);
    }
    return inexact(in, from, end, to);
  }

  private static double exact(ByteBuffer in, int from, int start, int point, int to) {
    long digits = 0;
    for (int i = start; i < to; i++) {
      digits = i == point ? digits : digits * 10 + (in.get(i) - '0');
    }
    double value = digits / TENS[Math.max(0, to - point - 1)];
    return in.get(from) == '-' ? -value : value;
  }

  private static double inexact(ByteBuffer in, int from, int end, int to) {
    if (end < to && afterExponent(in, end, to) != to) {
      throw new NumberFormatException("not a double");
    }
    double value = Double.parseDouble(ascii(in, from, to));
    if (Double.isInfinite(value)) {
      throw new NumberFormatException("beyond the range of a double");
    }
    return value;
  }

  private static int afterExponent(ByteBuffer in, int from, int to) {
    if ((at(in, from, to) | 0x20) != 'e') {
      throw new NumberFormatException("not a double");
    }
    return afterDigits(in, afterSign(in, from + 1, to), to);
  }

  private static double named(String name) {
    return switch (name) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan", "-nan" -> Double.NaN;
      default -> throw new NumberFormatException("not a double");
    };
  }

  private static int afterSign(ByteBuffer in, int from, int to) {
    int first = at(in, from, to);
    return first == '-' || first == '+' ? from + 1 : from;
  }

  private static int afterDigits(ByteBuffer in, int from, int to) {
    digit(in, from, to);
    int i = from + 1;
    while (i < to && in.get(i) >= '0' && in.get(i) <= '9') {
      i++;
    }
    return i;
  }

  private static int digit(ByteBuffer in, int index, int to) {
    int digit = at(in, index, to) - '0';
    if (digit < 0 || digit > 9) {
      throw new NumberFormatException("not a digit");
    }
    return digit;
  }

  private static int at(ByteBuffer in, int index, int to) {
    return index < to ? in.get(index) : -1;
  }

  private static String ascii(ByteBuffer in, int from, int to) {
    byte[] bytes = new byte[to - from];
    in.get(from, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** An optional sign and digits, of any length, as text. */
  static String digits(ByteBuffer in, int from, int to) {
    if (afterDigits(in, afterSign(in, from, to), to) != to) {
      throw new NumberFormatException("not a number");
    }
    return ascii(in, from, to);
  }

  /** The shortest way that reads back as the same double and that RESP allows. */
  static String text(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    String text = Double.toString(value).replace('E', 'e');
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
