package dev.redstart.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.redstart.resp.Reply;
import dev.redstart.resp.RespLimits;
import dev.redstart.resp.RespParser;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A client that is nothing but a socket. */
final class RawClient implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 5_000;

  private final Socket socket;

  private RawClient(Socket socket) {
    this.socket = socket;
  }

  static RawClient connect(int port) throws IOException {
    return of(new Socket(), port);
  }

  /** Connects a socket of the caller's choice. */
  static RawClient of(Socket socket, int port) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
    return new RawClient(socket);
  }

  RawClient withPatience(Duration time) throws IOException {
    socket.setSoTimeout((int) time.toMillis());
    return this;
  }

  /** Sends a command, its words apart. */
  RawClient say(String... words) throws IOException {
    var command = new StringBuilder("*" + words.length + "\r\n");
    for (var word : words) {
      command.append("$").append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return sayRaw(command.toString());
  }

  RawClient sayRaw(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    return this;
  }

  /** Tells the server that nothing more will come. */
  RawClient finish() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** So many bytes, or fewer if the stream ends. */
  String hear(int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
  }

  /** A whole one, also if it is an error; behind which nothing comes. */
  Reply hearReply() throws IOException {
    var parser = new RespParser(RespLimits.defaults());
    var in = new BufferedInputStream(socket.getInputStream());
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (parser.advance(ByteBuffer.wrap(new byte[] {(byte) next}))) {
        return parser.reply();
      }
    }
    throw new EOFException("the server hung up");
  }

  String hearLine() throws IOException {
    var line = new StringBuilder();
    for (int c = socket.getInputStream().read(); c >= 0 && c != '\n'; ) {
      line.append((char) c);
      c = socket.getInputStream().read();
    }
    return line.toString().stripTrailing();
  }

  /** What one read brings, at most so many bytes. */
  String hearOnce(int lengthMax) throws IOException {
    var bytes = new byte[lengthMax];
    int length = socket.getInputStream().read(bytes);
    return new String(bytes, 0, Math.max(0, length), ISO_8859_1);
  }

  String hearToTheEnd() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
