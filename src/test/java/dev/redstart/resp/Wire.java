package dev.redstart.resp;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Bytes in tests: a string stands for bytes, one for each char. */
final class Wire {
  private Wire() {}

  static byte[] bytes(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  static ByteBuffer heap(byte[] bytes) {
    return ByteBuffer.wrap(bytes);
  }

  static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /** A view into a larger array: an offset that is forgotten somewhere leads to nonsense. */
  private static ByteBuffer view(byte[] bytes) {
    byte[] larger = concat(bytes("nonsense"), bytes, bytes("nonsense"));
    return ByteBuffer.wrap(larger, 8, bytes.length).slice();
  }

  static List<ByteBuffer> everyKind(byte[] bytes) {
    return List.of(
        heap(bytes),
        direct(bytes),
        view(bytes),
        heap(bytes).asReadOnlyBuffer(),
        heap(bytes).order(LITTLE_ENDIAN));
  }

  static List<Reply> read(RespParser parser, ByteBuffer in) {
    List<Reply> frames = new ArrayList<>();
    while (parser.advance(in)) {
      frames.add(parser.reply());
    }
    return frames;
  }

  /** All frames of the bytes, fed in pieces that end at the given positions. */
  static List<Reply> readInPieces(byte[] bytes, int... ends) {
    RespParser parser = new RespParser(RespLimits.defaults());
    List<Reply> frames = new ArrayList<>();
    int start = 0;
    for (int end : ends) {
      frames.addAll(read(parser, ByteBuffer.wrap(bytes, start, end - start)));
      start = end;
    }
    frames.addAll(read(parser, ByteBuffer.wrap(bytes, start, bytes.length - start)));
    return frames;
  }

  static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  /** The bytes as a Java string literal would show them, to be pasted into a test. */
  static String shown(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    for (byte b : bytes) {
      if (b >= ' ' && b <= '~') {
        out.append((char) b);
      } else {
        out.append(b == '\r' ? "\\r" : b == '\n' ? "\\n" : String.format("\\x%02x", b & 0xff));
      }
    }
    return out.toString();
  }
}
