package dev.redstart.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Makes server-sent events out of the pieces of a chunked body, however small these are. As in the
 * HTML standard an event, and its id, count when they are there to the end.
 */
final class Frames {
  private enum Place {
    SIZE,
    DATA,
    AFTER_DATA,
    END
  }

  private final View view;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final StringBuilder data = new StringBuilder();
  private Place place = Place.SIZE;
  private int left;
  private String name = "";
  private String id;
  private String lastId;

  Frames(View view, String lastId) {
    this.view = view;
    this.id = lastId;
    this.lastId = lastId;
  }

  /** With what the client would come back. */
  String lastId() {
    return lastId;
  }

  boolean isOver() {
    return place == Place.END;
  }

  /** From a buffer that is an array. */
  void take(ByteBuffer bytes) {
    while (bytes.hasRemaining() && place != Place.END) {
      switch (place) {
        case SIZE -> size(bytes.get());
        case DATA -> data(bytes);
        default -> place = bytes.get() == '\n' ? Place.SIZE : Place.AFTER_DATA;
      }
    }
  }

  private void size(byte next) {
    if (next == '\n') {
      place = left == 0 ? Place.END : Place.DATA;
    } else if (next != '\r') {
      left = left * 16 + Character.digit(next, 16);
    }
  }

  private void data(ByteBuffer bytes) {
    int from = bytes.position();
    int end = from + Math.min(left, bytes.remaining());
    for (int i = from; i < end; i++) {
      if (bytes.get(i) == '\n') {
        line.write(bytes.array(), from, i - from);
        take(line.toString(UTF_8));
        line.reset();
        from = i + 1;
      }
    }
    line.write(bytes.array(), from, end - from);
    left -= end - bytes.position();
    bytes.position(end);
    place = left == 0 ? Place.AFTER_DATA : Place.DATA;
  }

  private void take(String text) {
    int colon = text.indexOf(':');
    var field = colon < 0 ? text : text.substring(0, colon);
    var value = colon < 0 ? "" : text.substring(colon + 1);
    value = value.startsWith(" ") ? value.substring(1) : value;
    if (text.isEmpty()) {
      dispatch();
    } else if (field.equals("id")) {
      id = value;
    } else if (field.equals("event")) {
      name = value;
    } else if (field.equals("data")) {
      data.append(value).append('\n');
    }
  }

  private void dispatch() {
    lastId = id;
    if (data.length() > 0) {
      view.take(lastId, name, data.substring(0, data.length() - 1));
    }
    data.setLength(0);
    name = "";
  }
}
