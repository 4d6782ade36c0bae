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

  /** More could be beyond 64 bits. */
  private static final int SAFE_DIGITS = 18;

  /** No number that a plain text could say. */
  private static final long NONE = -3;

  /** As long as hardly any text is: those on their way to a string take no array each. */
  private final byte[] copy = new byte[128];

  private ByteBuffer source;
  private int from;
  private int to;
  private long plain;

  /**
   * Finds the line whose text starts there, one byte after the type. It is read before the buffer
   * changes.
   *
   * @param last where its LF may be at the latest
   * @return false if it does not end before, or not well: then this is still the line before
   */
  boolean find(ByteBuffer in, int start, int last) {
    // Most lines are a number: it is read on the way.
    long value = 0;
    int i = start;
    byte next = '\n';
    while (i < last && (next = in.get(i)) >= '0' && next <= '9') {
      value = 10 * value + (next - '0');
      i++;
    }
    int digits = i - start;
    while (i < last && next != '\r' && next != '\n') {
      next = in.get(++i);
    }
    if (i >= last || next != '\r' || in.get(i + 1) != '\n') {
      return false;
    }
    if (source != in) {
      // It hardly ever is another one, and a garbage collector makes stores dearer than looks.
      source = in;
    }
    from = start;
    to = i;
    plain = digits == size() && isPlain(digits) ? value : NONE;
    return true;
  }

  private boolean isPlain(int digits) {
    return digits == 1 || digits > 1 && digits <= SAFE_DIGITS && source.get(from) != '0';
  }

  /** Where the next line begins, or what this one announces. */
  int end() {
    return to + 2;
  }

  byte type() {
    return source.get(from - 1);
  }

  /** What the text says if it is what {@link #count} takes and not very long; below 0 if not. */
  long plain() {
    return plain;
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
    byte[] bytes = size() <= copy.length ? copy : new byte[size()];
    source.get(from, bytes, 0, size());
    return new String(bytes, 0, size(), StandardCharsets.UTF_8);
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
    if (plain != NONE) {
      return plain;
    }
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
    if (plain != NONE) {
      return plain;
    }
    if (is("-1")) {
      return NULL;
    }
    return is("?") ? STREAMED : count();
  }

  /** What the peer claims will follow: digits only. */
  long count() {
    if (plain != NONE) {
      return plain;
    }
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
