package dev.redstart.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/**
 * Writes Server-Sent Events, as the HTML standard has them (section 9.2). What is written leaves at
 * {@link #flush}, or when there is much of it; a client that does not read holds up the writer, for
 * the limit at most. One thread at a time.
 */
final class EventWriter {
  /** What is collected before it is written all the same. */
  private static final int BATCH_BYTES = 64 << 10;

  /** In smaller pieces than the buffers of the JDK's server, which never shrink again. */
  private static final int PIECE_BYTES = 4000;

  private final OutputStream out;
  private Watch watch;
  private final Duration limit;
  private ByteArrayOutputStream batch = new ByteArrayOutputStream(0);
  private long lastNanos = System.nanoTime();
  private long events;

  EventWriter(OutputStream out, Watch watch, Duration limit) {
    this.out = out;
    this.watch = watch;
    this.limit = limit;
  }

  /** From now on by another thread. */
  void handTo(Watch watch) {
    this.watch = watch;
  }

  /**
   * @param id what a client names when it comes back
   * @param name kept on one line; empty for none, which a browser takes for "message"
   * @param data UTF-8, of any number of lines
   */
  void event(String id, String name, byte[] data) throws IOException {
    line("id", id);
    event(name, data);
  }

  /** The client keeps the id that it had before. */
  void event(String name, byte[] data) throws IOException {
    if (!name.isEmpty()) {
      line("event", name);
    }
    data(data);
    end();
    events++;
  }

  /** No event, but the client knows where it is. */
  void position(String id) throws IOException {
    line("id", id);
    end();
  }

  /** How long the client should wait before it comes back. */
  void retry(Duration pause) throws IOException {
    line("retry", Long.toString(pause.toMillis()));
    end();
  }

  /** What no client shows. */
  void comment(String text) throws IOException {
    line("", text);
    end();
  }

  private void line(String field, String value) {
    // A line feed here, as from a stranger's name of an event, would begin a field of its own.
    var words = value.codePoints().anyMatch(Character::isISOControl) ? printable(value) : value;
    write((field + ": " + words + '\n').getBytes(UTF_8));
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  /** A line of its own for each line: a client puts them together again. */
  private void data(byte[] data) {
    int start = 0;
    for (int i = 0; i <= data.length; i++) {
      if (i == data.length || data[i] == '\n' || data[i] == '\r') {
        write("data: ".getBytes(UTF_8));
        batch.write(data, start, i - start);
        batch.write('\n');
        boolean pair = i + 1 < data.length && data[i] == '\r' && data[i + 1] == '\n';
        i += pair ? 1 : 0;
        start = i + 1;
      }
    }
  }

  private void write(byte[] bytes) {
    batch.write(bytes, 0, bytes.length);
  }

  private void end() throws IOException {
    batch.write('\n');
    if (batch.size() >= BATCH_BYTES) {
      flush();
    }
  }

  /**
   * @throws IOException if the client is gone, or did not read for longer than the limit
   */
  void flush() throws IOException {
    var bytes = batch.toByteArray();
    // Not reset: followers are many, and most of them have nothing to say.
    batch = new ByteArrayOutputStream(0);
    int at = 0;
    do {
      int size = Math.min(PIECE_BYTES, bytes.length - at);
      piece(bytes, at, size);
      at += size;
    } while (at < bytes.length);
    lastNanos = System.nanoTime();
  }

  private void piece(byte[] bytes, int from, int size) throws IOException {
    watch.begin(limit);
    try {
      out.write(bytes, from, size);
      out.flush();
    } finally {
      watch.end();
    }
  }

  /** For how long nothing has left. */
  Duration silence() {
    return Duration.ofNanos(System.nanoTime() - lastNanos);
  }

  /** How many have been written. */
  long events() {
    return events;
  }
}
