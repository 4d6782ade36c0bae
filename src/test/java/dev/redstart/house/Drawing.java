package dev.redstart.house;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which room may use which. A room may only use rooms that were drawn before it, so there is no
 * drawing with a cycle.
 */
final class Drawing {
  private final Map<String, Set<String>> uses = new LinkedHashMap<>();

  /**
   * The house. Who may use {@code redis} may also use {@code resp}, because replies are part of
   * redis' public signatures. {@code queue} may follow a stream, never the other way round.
   */
  static Drawing ofTheHouse() {
    return new Drawing()
        .room("json")
        .room("resp")
        .room("redis", "resp")
        .room("stream", "redis", "resp", "json")
        .room("queue", "redis", "resp", "json", "stream")
        .room("orchestration", "redis", "resp", "json", "stream", "queue")
        .room("event", "redis", "resp", "json", "stream")
        .room("message", "redis", "resp", "json", "stream")
        .room("a2a", "redis", "resp", "json", "stream")
        .room("agent", "message", "queue", "redis", "json")
        .roomAboveAll("http")
        .roomAboveAll("cli");
  }

  Drawing room(String name, String... used) {
    for (String room : used) {
      if (!uses.containsKey(room)) {
        throw new IllegalArgumentException(name + " uses " + room + ", which is not drawn yet");
      }
    }
    uses.put(name, Set.of(used));
    return this;
  }

  /** May use every room drawn so far. */
  private Drawing roomAboveAll(String name) {
    return room(name, uses.keySet().toArray(String[]::new));
  }

  boolean allows(String from, String to) {
    return from.equals(to) || uses.getOrDefault(from, Set.of()).contains(to);
  }

  List<String> rooms() {
    return new ArrayList<>(uses.keySet());
  }
}
