package dev.redstart.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.event.EventQuery;
import dev.redstart.event.EventStore;
import dev.redstart.json.Json;
import dev.redstart.redis.EntryId;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.Optional;

/** A page of a run's events as JSON. */
final class RunPage {
  private static final int LIMIT = 1000;

  private final EventStore store;
  private final String runId;
  private final EventQuery query;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  RunPage(EventStore store, String runId, Query wanted) {
    this.store = store;
    this.runId = runId;
    this.query =
        end(start(wanted.value("start_id").orElse("-")), wanted.value("end_id"))
            .withLimit(wanted.number("limit", LIMIT, 1, EventQuery.LIMIT_MAX));
  }

  /** Where it begins, itself included; or after it, with a bracket, as Redis has it. */
  private static EventQuery start(String id) {
    if (id.equals("-")) {
      return EventQuery.all();
    }
    if (id.startsWith("(")) {
      return EventQuery.all().withAfter(RunRoutes.entryId(id.substring(1)));
    }
    var first = RunRoutes.entryId(id);
    // After the one before: so it is noticed if events are gone.
    return first.equals(EntryId.MIN)
        ? EventQuery.all()
        : EventQuery.all().withAfter(first.previous());
  }

  private static EventQuery end(EventQuery query, Optional<String> id) {
    var last = id.orElse("+");
    if (last.equals("+") || last.equals(" ")) { // a plus sign that was not encoded is a space
      return query;
    }
    var parsed = RunRoutes.entryId(last);
    boolean whole = last.indexOf('-') < 0; // all of that millisecond
    return query.withTo(whole ? new EntryId(parsed.millis(), -1) : parsed);
  }

  Response read() {
    var page = store.page(runId, query);
    write("{\"run_id\":" + RunRoutes.json(runId) + ",\"events\":[");
    int count = 0;
    for (var event : page.events()) {
      write(count++ == 0 ? "" : ",");
      out.writeBytes(Json.toBytes(event.toJson()));
    }
    // To begin with, and not to be left out: where the next page begins.
    var next = page.next().map(id -> '"' + id.next().toString() + '"').orElse("null");
    write("],\"count\":" + count + ",\"has_more\":" + page.hasMore() + ",\"next_id\":" + next);
    page.gap().ifPresent(it -> write(",\"gap\":" + RunFeed.json(it)));
    write("}");
    return new Response.Whole(200, Response.JSON, out.toByteArray(), Map.of());
  }

  private void write(String text) {
    out.writeBytes(text.getBytes(UTF_8));
  }
}
