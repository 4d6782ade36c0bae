package dev.redstart.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A client that sends what it is told to, however odd. */
final class RawClient implements AutoCloseable {
  private static final int LIMIT_MILLIS = 10_000;

  private final Socket socket = new Socket();
  private final InputStream in;

  /** What came back; names of headers in lower case. */
  record Reply(int status, Map<String, String> headers, String body) {}

  RawClient(int port) throws IOException {
    this(port, 0);
  }

  /** With a receive buffer of so many bytes, so that a client that does not read is felt soon. */
  RawClient(int port, int bufferBytes) throws IOException {
    if (bufferBytes > 0) {
      socket.setReceiveBufferSize(bufferBytes);
    }
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress("127.0.0.1", port), LIMIT_MILLIS);
    socket.setSoTimeout(LIMIT_MILLIS);
    in = socket.getInputStream();
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Says that nothing more is sent, and goes on reading. */
  RawClient endOfSending() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  Reply get(String target) throws IOException {
    return send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n").reply();
  }

  Reply reply() throws IOException {
    int status = Integer.parseInt(line().split(" ")[1]);
    var headers = headers();
    var body = status == 204 || status == 100 ? "" : body(headers);
    return new Reply(status, headers, body);
  }

  /** The status and headers of a reply whose body comes as it comes. */
  Reply head() throws IOException {
    int status = Integer.parseInt(line().split(" ")[1]);
    return new Reply(status, headers(), "");
  }

  private Map<String, String> headers() throws IOException {
    var headers = new LinkedHashMap<String, String>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      var parts = line.split(": ", 2);
      headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
    }
    return headers;
  }

  /** What comes after the {@link #head}. */
  String body(Map<String, String> headers) throws IOException {
    if (!headers.containsKey("transfer-encoding")) {
      int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
      return exactly(length);
    }
    var all = new StringBuilder();
    for (var chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
      all.append(chunk);
    }
    return all.toString();
  }

  /** A piece of a chunked body, empty at its end. */
  String chunk() throws IOException {
    int size = Integer.parseInt(line(), 16);
    var chunk = exactly(size);
    line();
    return chunk;
  }

  private String exactly(int size) throws IOException {
    var bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("the connection ended after " + bytes.length + " bytes of " + size);
    }
    return new String(bytes, ISO_8859_1);
  }

  String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection ended after " + line.size() + " bytes of a line");
      }
      line.write(c);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  /** Whether the server has ended the connection, after whatever it still sent. */
  boolean isEnded() {
    try {
      while (in.read() >= 0) {
        // What came before the end.
      }
      return true;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
