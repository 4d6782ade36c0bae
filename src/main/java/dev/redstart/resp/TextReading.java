package dev.redstart.resp;

import java.nio.ByteBuffer;

/** What texts say when a number is asked for: RESP2 has no other way to send most numbers. */
final class TextReading {
  private TextReading() {}

  static long integer(Reply reply) {
    byte[] bytes = stringOr("an integer", reply);
    try {
      return Numerals.integer(ByteBuffer.wrap(bytes), 0, bytes.length);
    } catch (NumberFormatException e) {
      throw UnexpectedReplyException.within("an integer", reply);
    }
  }

  static double real(Reply reply) {
    byte[] bytes = stringOr("a double", reply);
    try {
      return Numerals.real(ByteBuffer.wrap(bytes), 0, bytes.length);
    } catch (NumberFormatException e) {
      throw UnexpectedReplyException.within("a double", reply);
    }
  }

  private static byte[] stringOr(String expected, Reply reply) {
    if (reply instanceof Reply.Bulk || reply instanceof Reply.Simple) {
      return reply.bytes();
    }
    throw UnexpectedReplyException.of(expected, reply);
  }

  static String textOrEmpty(Reply reply) {
    boolean text = reply instanceof Reply.Simple || reply instanceof Reply.Bulk;
    return text || reply instanceof Reply.Verbatim ? reply.text() : "";
  }
}
