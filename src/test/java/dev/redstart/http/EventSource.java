package dev.redstart.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Reads server-sent events as a browser does, and can be cut off. */
final class EventSource implements AutoCloseable {
  private final RawClient raw;
  private final int status;
  private final Map<String, String> headers;
  private final StringBuilder ahead = new StringBuilder();
  private String lastId;
  private long retryMillis = -1;
  private volatile int comments;
  private boolean over;

  /** An event as a page sees it. */
  record Shown(String id, String name, String data) {}

  private EventSource(int port, byte[] request, String lastId) throws IOException {
    this.raw = new RawClient(port);
    this.lastId = lastId;
    raw.send(request);
    var head = raw.head();
    this.status = head.status();
    this.headers = head.headers();
  }

  static EventSource open(int port, String target) throws IOException {
    return open(port, target, "");
  }

  /** As it does when it was cut off. */
  static EventSource open(int port, String target, String lastId) throws IOException {
    var again = lastId.isEmpty() ? "" : "Last-Event-ID: " + lastId + "\r\n";
    var line = "GET " + target + " HTTP/1.1\r\n";
    var request = line + "Host: localhost\r\nAccept: text/event-stream\r\n" + again + "\r\n";
    return new EventSource(port, request.getBytes(ISO_8859_1), lastId);
  }

  /** As other clients do it; each header is a line. */
  static EventSource post(int port, String target, String json, String... headers)
      throws IOException {
    var body = json.getBytes(UTF_8);
    var lines = new StringBuilder("POST " + target + " HTTP/1.1\r\nHost: localhost\r\n");
    for (var header : headers) {
      lines.append(header).append("\r\n");
    }
    lines.append("Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n");
    var request = new ByteArrayOutputStream();
    request.writeBytes(lines.toString().getBytes(ISO_8859_1));
    request.writeBytes(body);
    return new EventSource(port, request.toByteArray(), "");
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  /** The id with which it would come back. */
  String lastId() {
    return lastId;
  }

  /** The whole body, where it is no stream. */
  String body() throws IOException {
    return raw.body(headers);
  }

  long retryMillis() {
    return retryMillis;
  }

  int comments() {
    return comments;
  }

  /**
   * The next event that is shown.
   *
   * @throws EOFException when there is none, because the stream is over
   */
  Shown next() throws IOException {
    var shown = frame();
    while (shown.isEmpty()) {
      shown = frame();
    }
    return shown.get();
  }

  /** Reads up to the first id, whether there is an event with it or not. */
  String place() throws IOException {
    while (lastId.isEmpty()) {
      frame();
    }
    return lastId;
  }

  private Optional<Shown> frame() throws IOException {
    var name = "message";
    var data = new StringBuilder();
    for (var line = line(); !line.isEmpty(); line = line()) {
      var parts = line.split(": ", 2);
      switch (parts[0]) {
        case "id" -> lastId = parts[1];
        case "event" -> name = parts[1];
        case "data" -> data.append(parts.length > 1 ? parts[1] : "").append('\n');
        case "retry" -> retryMillis = Long.parseLong(parts[1]);
        default -> comments++;
      }
    }
    return data.length() == 0
        ? Optional.empty()
        : Optional.of(new Shown(lastId, name, data.substring(0, data.length() - 1)));
  }

  private String line() throws IOException {
    int end = ahead.indexOf("\n");
    while (end < 0) {
      var chunk = over ? "" : raw.chunk();
      over = over || chunk.isEmpty();
      if (over) {
        throw new EOFException("the stream is over");
      }
      ahead.append(chunk);
      end = ahead.indexOf("\n");
    }
    var line = ahead.substring(0, end);
    ahead.delete(0, end + 1);
    return new String(line.getBytes(ISO_8859_1), UTF_8);
  }

  @Override
  public void close() throws IOException {
    raw.close();
  }
}
