package dev.redstart.http;

import dev.redstart.a2a.StreamEvent;
import dev.redstart.a2a.TaskStream;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;

/** What happens to a task of an agent, for one reader. The events have no names, only ids. */
final class TaskFeed implements Feed {
  private final TaskStream stream;
  private final Function<StreamEvent, JsonObject> frame;
  private volatile boolean closed;

  TaskFeed(TaskStream stream, Function<StreamEvent, JsonObject> frame) {
    this.stream = stream;
    this.frame = frame;
  }

  @Override
  public boolean next(EventWriter out, Duration wait) throws IOException {
    try {
      var next = stream.next(wait);
      if (next.isPresent()) {
        write(next.get().generation(), next.get().event(), out);
        out.flush();
      }
      return !stream.isEnded();
    } catch (IllegalStateException e) {
      if (closed) {
        return true;
      }
      throw e;
    }
  }

  private void write(long generation, StreamEvent event, EventWriter out) throws IOException {
    var json = Json.toBytes(frame.apply(event));
    if (generation > 0) {
      out.event(Long.toString(generation), "", json);
    } else {
      out.event("", json);
    }
  }

  @Override
  public void close() {
    closed = true;
    stream.close();
  }
}
