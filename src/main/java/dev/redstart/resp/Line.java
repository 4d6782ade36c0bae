package dev.redstart.resp;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The line that every value starts with, type, text, CR LF, and what its text says. */
final class Line {
  /** The length {@code -1}. */
  static final long NULL = -1;

  /** The length {@code ?}. */
  static final long STREAMED = -2;

  /** Far beyond any key or product of cryptography; converting more takes quadratic time. */
  private static final int DIGITS_MAX = 10_000;

  private ByteBuffer source;
  private int from;
  private int to;

  /** The text lies there, one byte after the type, and is read before the buffer changes. */
  void found(ByteBuffer source, int from, int to) {
    this.source = source;
    this.from = from;
    this.to = to;
  }

  byte type() {
    return source.get(from - 1);
  }

  /** How many bytes the text has. */
  int size() {
    return to - from;
  }

  String text() {
    if (source.hasArray()) {
      return new String(
          source.array(), source.arrayOffset() + from, size(), StandardCharsets.UTF_8);
    }
    byte[] bytes = new byte[size()];
    source.get(from, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  boolean is(String ascii) {
    if (size() != ascii.length()) {
      return false;
    }
    for (int i = 0; i < size(); i++) {
      if (source.get(from + i) != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  long integer() {
    try {
      return Numerals.integer(source, from, to);
    } catch (NumberFormatException e) {
      throw expected("an integer of 64 bits");
    }
  }

  double real() {
    try {
      return Numerals.real(source, from, to);
    } catch (NumberFormatException e) {
      throw expected("a double");
    }
  }

  BigInteger bigNumber() {
    if (size() > DIGITS_MAX) {
      throw expected("a big number of at most " + DIGITS_MAX + " characters");
    }
    try {
      return new BigInteger(Numerals.digits(source, from, to));
    } catch (NumberFormatException e) {
      throw expected("a big number");
    }
  }

  /** A length that may also be {@link #NULL} or {@link #STREAMED}. */
  long length() {
    if (is("-1")) {
      return NULL;
    }
    return is("?") ? STREAMED : count();
  }

  /** What the peer claims will follow: digits only. */
  long count() {
    try {
      return Numerals.count(source, from, to);
    } catch (NumberFormatException e) {
      throw expected("a length");
    }
  }

  void expectEmpty() {
    if (size() != 0) {
      throw expected("nothing");
    }
  }

  /** The complaint that this line holds something else than it should. */
  RespException expected(String what) {
    String found = Shown.bytes(source, from, to);
    return new RespException(
        "expected " + what + " after '" + (char) type() + "' but found " + found);
  }

  /** The complaint that this line should not be here at all. */
  RespException misplaced(String expected) {
    return misplaced(expected, source, from - 1, to);
  }

  static RespException misplaced(String expected, ByteBuffer in, int from, int to) {
    return new RespException("expected " + expected + " but found " + Shown.bytes(in, from, to));
  }
}
