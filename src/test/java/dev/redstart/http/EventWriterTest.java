package dev.redstart.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Frames as the HTML standard wants them. */
class EventWriterTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Integer> pieces = new ArrayList<>();
  private final EventWriter writer =
      new EventWriter(
          new OutputStream() {
            @Override
            public void write(int b) {
              bytes.write(b);
            }

            @Override
            public void write(byte[] all, int from, int size) {
              pieces.add(size);
              bytes.write(all, from, size);
            }
          },
          new Watch(Thread.currentThread()),
          Duration.ofSeconds(10));

  private String written() throws IOException {
    writer.flush();
    var text = bytes.toString(UTF_8);
    bytes.reset();
    return text;
  }

  private String data(String data) throws IOException {
    writer.event("close", data.getBytes(UTF_8));
    return written();
  }

  @Test
  void anEventHasAnIdANameAndItsData() throws IOException {
    writer.event("5-1", "llm.stream", "{\"a\":\"\u00e9\"}".getBytes(UTF_8));
    assertEquals("id: 5-1\nevent: llm.stream\ndata: {\"a\":\"\u00e9\"}\n\n", written());
    assertEquals(1, writer.events());
  }

  @Test
  void eachLineOfTheDataHasALineOfItsOwn() throws IOException {
    assertEquals("event: close\ndata: a\ndata: b\n\n", data("a\nb"));
    assertEquals("event: close\ndata: a\ndata: b\n\n", data("a\r\nb"));
    assertEquals("event: close\ndata: a\ndata: b\n\n", data("a\rb"));
    assertEquals("event: close\ndata: \ndata: a\ndata: \ndata: \n\n", data("\na\r\n\r"));
    assertEquals("event: close\ndata: \n\n", data(""));
  }

  @Test
  void aNameCannotBringFieldsOfItsOwn() throws IOException {
    writer.event("1-0", "a\ndata: evil\r\u0000b", new byte[0]);
    assertEquals("id: 1-0\nevent: a data: evil  b\ndata: \n\n", written());
  }

  @Test
  void commentsPausesAndPlacesAreNoEvents() throws IOException {
    writer.comment("heartbeat");
    writer.retry(Duration.ofMillis(1500));
    writer.position("7-0");
    assertEquals(": heartbeat\n\nretry: 1500\n\nid: 7-0\n\n", written());
    assertEquals(0, writer.events());
  }

  @Test
  void muchIsWrittenInPiecesThatTheServersBuffersHold() throws IOException {
    for (int i = 0; i < 100; i++) {
      writer.event("1-0", "x", new byte[3000]);
    }
    assertTrue(bytes.size() > 200_000, "much does not wait for a flush");
    writer.flush();
    assertTrue(pieces.stream().allMatch(size -> size <= 4000));
    assertEquals(100 * (8 + 9 + 6 + 3000 + 2), bytes.size());
  }

  @Test
  void silenceIsCountedFromTheLastFlush() throws IOException {
    writer.comment("not yet");
    var before = writer.silence();
    writer.flush();
    assertTrue(writer.silence().compareTo(before.plusSeconds(1)) < 0);
    assertTrue(writer.silence().toNanos() >= 0);
  }
}
