package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.event.Event;
import dev.redstart.event.EventOptions;
import dev.redstart.event.EventStore;
import dev.redstart.json.Json;
import dev.redstart.redis.Redis;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A run that two instances add events to at once. */
final class StormRun {
  private static final List<String> NAMES = List.of("llm stream", "dispatch worker", "system x");

  private final String id;
  private final int dataBytes;
  private final EventStore here;
  private final EventStore there;
  private final Map<Long, String> added = new ConcurrentSkipListMap<>();

  /** There is one event from the beginning, so that readers find the run. */
  StormRun(String id, int kept, int dataBytes, Redis calm, Redis rough) {
    this.id = id;
    this.dataBytes = dataBytes;
    var options = EventOptions.defaults().withKept(kept);
    here = EventStore.of(calm, options);
    there = EventStore.of(rough, options);
    note(here.add(id, "llm", "stream", Json.object("first", id)));
  }

  String path() {
    return "/runs/" + id + "/events";
  }

  String streamPath() {
    return path() + "/stream";
  }

  String closePath() {
    return "/runs/" + id + "/close";
  }

  private void note(Event event) {
    var data = RunView.id(event.id().toString(), event.data().toString());
    assertEquals(null, added.put(event.sequence(), data), "one number for two events");
  }

  void write(boolean rough, int steps, int pauseMillis, Random random) {
    var store = rough ? there : here;
    for (int step = 0; step < steps; step++) {
      var name = NAMES.get(random.nextInt(NAMES.size())).split(" ");
      var text = "😀\n" + step + "x".repeat(dataBytes);
      note(store.add(id, name[0], name[1], Json.object("rough", rough, "text", text)));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(2 * pauseMillis)));
    }
  }

  /** What a reader has is what was added, but for what it was told is gone. */
  void check(RunView view, boolean fromNow) {
    long last = added.size() + 1L;
    view.seen()
        .forEach(
            (sequence, event) -> {
              if (sequence < last) {
                assertEquals(added.get(sequence), event, id + ": event " + sequence);
              }
            });
    if (!fromNow) {
      assertEquals(last, view.sequence());
      assertEquals(last, view.seen().size() + view.lost());
    }
    assertTrue(view.seen().isEmpty() || view.sequence() == last, id + " " + view);
  }
}
