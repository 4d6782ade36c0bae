package dev.redstart.resp;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * One value sent by a server, in the vocabulary of RESP3 (of which RESP2 is a subset).
 *
 * <p>The accessors declared here are lenient exactly where RESP2 and RESP3 differ: a double arrives
 * as a bulk string in RESP2 and as a double in RESP3, and {@link #real()} reads both. Asked for
 * something the value is not, they throw {@link UnexpectedReplyException}. An error is a value like
 * any other, also inside an array; {@link Error#text()} is its text and never throws.
 *
 * <p>Replies are immutable and safe to share between threads. Byte arrays and lists are handed
 * over, not copied: whoever gives or gets one must not modify it.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">Redis serialization
 *     protocol specification</a>
 */
public sealed interface Reply {

  /** The absence of a value: {@code _}, and in RESP2 {@code $-1} and {@code *-1}. */
  Null NULL = new Null();

  /**
   * The value as text: of a simple string, a bulk string (UTF-8, malformed bytes become U+FFFD), a
   * verbatim string, an integer, a double ({@code 3}, {@code 1.5}, {@code inf}) or a big number.
   *
   * @throws UnexpectedReplyException if the value is none of these
   */
  default String text() {
    throw UnexpectedReplyException.of("a text", this);
  }

  /**
   * The bytes: of a bulk or verbatim string the array itself, of the other values that have a
   * {@link #text()} its UTF-8.
   *
   * @throws UnexpectedReplyException if the value is none of these
   */
  default byte[] bytes() {
    return text().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The value as an integer: an integer, a boolean (0 or 1), a big number that fits, or a simple or
   * bulk string of an optional sign and decimal digits.
   *
   * @throws UnexpectedReplyException if the value is none of these, or beyond 64 bits
   */
  default long integer() {
    return TextReading.integer(this);
  }

  /**
   * The value as a double: a double, an integer, or a simple or bulk string holding a number,
   * {@code inf}, {@code -inf} or {@code nan}.
   *
   * @throws UnexpectedReplyException if the value is none of these
   */
  default double real() {
    return TextReading.real(this);
  }

  /**
   * The value as a boolean: a boolean, or the integer 0 or 1.
   *
   * @throws UnexpectedReplyException if the value is none of these
   */
  default boolean bool() {
    throw UnexpectedReplyException.of("a boolean", this);
  }

  /**
   * The elements of an array, a set, a push or, key, value, key, value and so on, a map.
   *
   * @throws UnexpectedReplyException if the value is none of these
   */
  default List<Reply> items() {
    throw UnexpectedReplyException.of("an array", this);
  }

  /** Whether the value is {@link #NULL}. */
  default boolean isNull() {
    return false;
  }

  /** A short text without line breaks, {@code +OK}; malformed UTF-8 has become U+FFFD. */
  record Simple(String text) implements Reply {
    public Simple {
      Objects.requireNonNull(text, "text");
    }

    @Override
    public String toString() {
      return ReplyText.of(this);
    }
  }

  /** A string of any bytes: {@code $5}. Equal to another one with the same bytes. */
  record Bulk(byte[] bytes) implements Reply {
    public Bulk {
      Objects.requireNonNull(bytes, "bytes");
    }

    @Override
    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bulk that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return ReplyText.of(this);
    }
  }

  /**
   * A text that says how to show it: {@code =15} and {@code txt:...}. Equal by its bytes, too.
   *
   * @param format three printable ASCII characters, such as {@code txt} or {@code mkd}
   * @param bytes what follows the format and its colon
   */
  record Verbatim(String format, byte[] bytes) implements Reply {
    public Verbatim {
      Objects.requireNonNull(bytes, "bytes");
      if (!VerbatimFormat.isValid(Objects.requireNonNull(format, "format"))) {
        throw new IllegalArgumentException("format must be three characters such as txt");
      }
    }

    @Override
    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Verbatim that
          && format.equals(that.format)
          && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return 31 * format.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return ReplyText.of(this);
    }
  }

  /** A whole number of 64 bits: {@code :1}. */
  record Int(long value) implements Reply {
    @Override
    public String text() {
      return Long.toString(value);
    }

    @Override
    public long integer() {
      return value;
    }

    @Override
    public double real() {
      return value;
    }

    @Override
    public boolean bool() {
      return value == 1 || value != 0 && Reply.super.bool();
    }

    @Override
    public String toString() {
      return ReplyText.of(this);
    }
  }

  /** A floating-point number: {@code ,1.5}, {@code ,inf}, {@code ,nan}. */
  record Real(double value) implements Reply {
    @Override
    public String text() {
      return Numerals.text(value);
    }

    @Override
    public double real() {
      return value;
    }

    @Override
    public String toString() {
      return ReplyText.of(this);
    }
  }

  /** True or false: {@code #t}. */
  record Bool(boolean value) implements Reply {
    @Override
    public long integer() {
      return value ? 1 : 0;
    }

    @Override
    public boolean bool() {
      return value;
    }

    @Override
    public String toString() {
      return ReplyText.of(this);
    }
  }

  /** A whole number of any size: {@code (3492890328409238509324850943850943825024385}. */
  record BigNumber(BigInteger value) implements Reply {
    public BigNumber {
      Objects.requireNonNull(value, "value");
    }

    @Override
    public String text() {
      return value.toString();
    }

    @Override
    public long integer() {
      return value.bitLength() < 64 ? value.longValue() : Reply.super.integer();
    }

    @Override
    public String toString() {
      return ReplyText.of(this);
    }
  }

  /** The absence of a value. {@link #NULL} is all that is ever needed of this. */
  record Null() implements Reply {
    @Override
    public boolean isNull() {
      return true;
    }

    @Override
    public String toString() {
      return ReplyText.of(this);
    }
  }

  /** The server's refusal: {@code -ERR why}, or {@code !7} and a text of any characters. */
  record Error(String text) implements Reply {
    public Error {
      Objects.requireNonNull(text, "text");
    }

    @Override
    public byte[] bytes() {
      throw UnexpectedReplyException.of("bytes", this);
    }

    /** The first word, by convention in capitals: {@code ERR}, {@code WRONGTYPE}, {@code MOVED}. */
    public String code() {
      int space = text.indexOf(' ');
      return space < 0 ? text : text.substring(0, space);
    }

    /** What follows the first word; empty if nothing does. */
    public String message() {
      int space = text.indexOf(' ');
      return space < 0 ? "" : text.substring(space + 1);
    }

    @Override
    public String toString() {
      return ReplyText.of(this);
    }
  }

  /** Values in order: {@code *2}. */
  record Array(List<Reply> items) implements Reply {
    public Array {
      Objects.requireNonNull(items, "items");
    }

    @Override
    public String toString() {
      return ReplyText.of(this);
    }
  }

  /** Values of which the server says that none comes twice: {@code ~2}. Not checked here. */
  record Set(List<Reply> items) implements Reply {
    public Set {
      Objects.requireNonNull(items, "items");
    }

    @Override
    public String toString() {
      return ReplyText.of(this);
    }
  }

  /** Keys and values, {@code %1}: key, value, key, value and so on, as on the wire. */
  record Map(List<Reply> items) implements Reply {
    public Map {
      if (Objects.requireNonNull(items, "items").size() % 2 != 0) {
        throw new IllegalArgumentException("items must be an even number, keys and values");
      }
    }

    @Override
    public String toString() {
      return ReplyText.of(this);
    }
  }

  /** A message that nobody asked for: {@code >3}. */
  record Push(List<Reply> items) implements Reply {
    public Push {
      Objects.requireNonNull(items, "items");
    }

    /** The first item, such as {@code message} or {@code invalidate}; empty if it is no text. */
    public String kind() {
      return items.isEmpty() ? "" : TextReading.textOrEmpty(items.get(0));
    }

    @Override
    public String toString() {
      return ReplyText.of(this);
    }
  }

  /**
   * A value to which the server added something on the side: {@code |1}, a key and a value, then
   * the value itself. All accessors of {@link Reply} are those of the value.
   */
  record Attributed(Map attributes, Reply value) implements Reply {
    public Attributed {
      Objects.requireNonNull(attributes, "attributes");
      Objects.requireNonNull(value, "value");
    }

    @Override
    public String text() {
      return value.text();
    }

    @Override
    public byte[] bytes() {
      return value.bytes();
    }

    @Override
    public long integer() {
      return value.integer();
    }

    @Override
    public double real() {
      return value.real();
    }

    @Override
    public boolean bool() {
      return value.bool();
    }

    @Override
    public List<Reply> items() {
      return value.items();
    }

    @Override
    public boolean isNull() {
      return value.isNull();
    }

    @Override
    public String toString() {
      return ReplyText.of(this);
    }
  }
}
