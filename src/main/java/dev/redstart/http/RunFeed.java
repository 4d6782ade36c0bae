package dev.redstart.http;

import dev.redstart.event.EventFollower;
import dev.redstart.event.RunUpdate;
import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;

/** The events of a run, for one reader. */
final class RunFeed implements Feed {
  private static final byte[] CLOSED =
      Json.toBytes(frame(Json.object("message", "Stream closed"), "close"));

  private final EventFollower follower;
  private final boolean named;
  private boolean tellsPlace;
  private Optional<RunUpdate> first = Optional.empty();
  private volatile boolean closed;

  /**
   * @param tellsPlace whether the reader is told where it is before there is an event: it knows no
   *     id with which to come back
   * @param named whether events have the name of what they are, or that of all
   */
  RunFeed(EventFollower follower, boolean tellsPlace, boolean named) {
    this.follower = follower;
    this.tellsPlace = tellsPlace;
    this.named = named;
  }

  /**
   * Reads for the first time, on the thread of the request: while Redis is away there is still a
   * status that says so, and the stack of that call is not kept for as long as the stream goes on.
   */
  RunFeed begin() {
    try {
      first = follower.next(Duration.ZERO);
      return this;
    } catch (RuntimeException e) {
      follower.close();
      throw e;
    }
  }

  @Override
  public boolean next(EventWriter out, Duration wait) throws IOException {
    if (tellsPlace && first.isEmpty()) {
      out.position(follower.cursor().toString());
      out.flush();
    }
    tellsPlace = false;
    try {
      var update = first.isPresent() ? first : follower.next(wait);
      first = Optional.empty();
      if (update.isPresent()) {
        write(update.get(), out);
        out.flush();
      }
      return !(update.isPresent() && update.get() instanceof RunUpdate.Ended);
    } catch (IllegalStateException e) {
      if (closed) {
        return true;
      }
      throw e;
    }
  }

  private void write(RunUpdate update, EventWriter out) throws IOException {
    if (update instanceof RunUpdate.Added added) {
      var event = added.event();
      var name = named ? event.category() + "." + event.action() : "message";
      out.event(event.id().toString(), name, Json.toBytes(event.toJson()));
    } else if (update instanceof RunUpdate.Gap gap) {
      out.event("gap", Json.toBytes(frame(json(gap), "gap")));
    } else {
      out.event("close", CLOSED);
    }
  }

  /** How many events are gone before the next one, if that is known. */
  static JsonObject json(RunUpdate.Gap gap) {
    return Json.object("lost", gap.lost().isPresent() ? gap.lost().getAsLong() : null);
  }

  /** Also in the form of an event: some readers take each frame for one, whatever its name. */
  private static JsonObject frame(JsonObject facts, String action) {
    var members = new LinkedHashMap<>(facts.asMap());
    members.put("event", Json.object("category", "system", "action", action));
    members.put("data", facts);
    return JsonObject.of(members);
  }

  @Override
  public void close() {
    closed = true;
    follower.close();
  }
}
