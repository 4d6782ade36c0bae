package dev.redstart.harness;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads commands the way clients send them: arrays of bulk strings. */
final class CommandReader {

  // Far more than a test sends; less than the heap.
  private static final int LENGTH_MAX = 256 << 20;

  private final InputStream in;

  CommandReader(InputStream in) {
    this.in = in;
  }

  /**
   * The next command, or nothing at the end of the stream.
   *
   * @throws AssertionError if the client sent something else
   */
  Optional<List<byte[]>> next() throws IOException {
    int first = in.read();
    if (first < 0) {
      return Optional.empty();
    }
    int count = length('*', first);
    var words = new ArrayList<byte[]>();
    for (int i = 0; i < count; i++) {
      words.add(bulk());
    }
    return Optional.of(words);
  }

  private byte[] bulk() throws IOException {
    int length = length('$', in.read());
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    if (in.read() != '\r' || in.read() != '\n') {
      throw new AssertionError(
          "the client sent a word without CRLF after its " + length + " bytes");
    }
    return bytes;
  }

  private int length(char sigil, int first) throws IOException {
    var line = line(first);
    if (!line.matches("\\" + sigil + "\\d{1,9}\r") || Integer.parseInt(digits(line)) > LENGTH_MAX) {
      throw new AssertionError("the client sent no command: expected " + sigil + ", got " + line);
    }
    return Integer.parseInt(digits(line));
  }

  private static String digits(String line) {
    return line.substring(1, line.length() - 1);
  }

  // Bounded: what is no command may have no line feed for a long time.
  private String line(int first) throws IOException {
    var line = new StringBuilder();
    for (int c = first; c != '\n' && line.length() < 40; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      line.append((char) c);
    }
    return line.toString();
  }
}
