package dev.redstart.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One command over a plain socket in RESP2, for looking at a server without the client under test.
 */
final class RawCommand {

  private static final int PATIENCE_MILLIS = 5_000;

  private RawCommand() {}

  /**
   * The reply as {@code redis-cli} would print it to a file: the text, one line per element of an
   * array, "(nil)" for none.
   *
   * @throws AssertionError if the server replies with an error
   * @throws IOException if it does not reply within five seconds
   */
  static String run(int port, Optional<String> password, List<String> words) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      var in = new BufferedInputStream(socket.getInputStream());
      if (password.isPresent()) {
        send(socket.getOutputStream(), List.of("AUTH", password.get()));
        reply(in, "AUTH");
      }
      send(socket.getOutputStream(), words);
      return reply(in, words.get(0));
    }
  }

  private static void send(OutputStream out, List<String> words) throws IOException {
    out.write(
        words.stream()
            .map(word -> "$" + word.getBytes(UTF_8).length + "\r\n" + word + "\r\n")
            .collect(Collectors.joining("", "*" + words.size() + "\r\n", ""))
            .getBytes(UTF_8));
  }

  private static String reply(InputStream in, String command) throws IOException {
    var line = line(in);
    var rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+', ':' -> rest;
      case '$' -> rest.equals("-1") ? "(nil)" : bulk(in, Integer.parseInt(rest));
      case '*' -> rest.equals("-1") ? "(nil)" : array(in, Integer.parseInt(rest), command);
      default -> throw new RefusedCommand(command, line);
    };
  }

  private static String array(InputStream in, int length, String command) throws IOException {
    var items = new String[length];
    for (int i = 0; i < length; i++) {
      items[i] = reply(in, command);
    }
    return String.join("\n", items);
  }

  private static String bulk(InputStream in, int length) throws IOException {
    var bytes = in.readNBytes(length + 2);
    if (bytes.length < length + 2) {
      throw new EOFException("the server hung up in the middle of a reply");
    }
    return new String(bytes, 0, length, UTF_8);
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server hung up");
      }
      line.append((char) c);
    }
    return line.toString().stripTrailing();
  }
}
