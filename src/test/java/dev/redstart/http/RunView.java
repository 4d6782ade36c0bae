package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import java.util.Map;
import java.util.TreeMap;

/** The events of a run as a client has them, in their order, with what it was told of gaps. */
final class RunView implements View {
  private static final long NOTHING_YET = -1;

  private final Map<Long, String> seen = new TreeMap<>();
  private volatile long sequence;

  /** Before the next event, as the stream has just said. */
  private long lost;

  private long allLost;
  private int ends;
  private int gaps;
  private int cuts;
  private long endNanos;
  private String lastName = "";

  private RunView(long sequence) {
    this.sequence = sequence;
  }

  static RunView fromTheStart() {
    return new RunView(0);
  }

  static RunView fromNow() {
    return new RunView(NOTHING_YET);
  }

  @Override
  public void take(String id, String name, String data) {
    var json = Json.parse(data);
    if (name.equals("close")) {
      assertEquals(1, ends, "ends before the stream is closed");
    } else {
      assertEquals(0, ends, "nothing comes after the end, but " + name + " " + data);
      if (name.equals("gap")) {
        gaps++;
        lost = json.get("lost").asLong();
        assertTrue(lost > 0, "a gap of " + lost);
      } else {
        assertEquals(json.get("id").asString(), id);
        event(name, json);
      }
    }
  }

  private void event(String name, JsonValue json) {
    long number = json.get("sequence").asLong();
    if (sequence != NOTHING_YET) {
      assertEquals(sequence + lost + 1, number, "after " + sequence + ", and a gap of " + lost);
    }
    allLost += lost;
    lost = 0;
    sequence = number;
    lastName = name;
    var event = json.get("event");
    var action = event.get("action").asString();
    assertEquals(name, event.get("category").asString() + "." + action);
    seen.put(number, id(json.get("id").asString(), json.get("data").toString()));
    if (name.matches("lifecycle.(completed|failed|cancelled|abandoned)")) {
      ends++;
      endNanos = System.nanoTime();
    }
  }

  /** An event in short: some are long. */
  static String id(String id, String data) {
    return id + " " + data.length() + " " + data.hashCode();
  }

  /** Whoever comes back is told again, what is lost by then. */
  @Override
  public void cutOff() {
    cuts++;
    lost = 0;
  }

  @Override
  public void over() {
    boolean late = sequence == NOTHING_YET;
    assertEquals(late ? 0 : 1, ends, "ends before there is no more");
  }

  Map<Long, String> seen() {
    return seen;
  }

  String lastName() {
    return lastName;
  }

  /** The number of the last event, which others may ask for, too. */
  long sequence() {
    return sequence;
  }

  /** How many events it was told that are gone. */
  long lost() {
    return allLost;
  }

  int gaps() {
    return gaps;
  }

  int cuts() {
    return cuts;
  }

  long endNanos() {
    return endNanos;
  }

  @Override
  public String toString() {
    return "at event " + sequence + ", cut off " + cuts + " times";
  }
}
