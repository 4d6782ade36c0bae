package dev.redstart.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.event.EventPage;
import dev.redstart.event.EventQuery;
import dev.redstart.event.EventStore;
import dev.redstart.event.RunUpdate;
import dev.redstart.json.Json;
import dev.redstart.redis.EntryId;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.Optional;

/** A page of a run's events as JSON. */
final class RunPage {
  private static final int LIMIT = 1000;

  /** A page has no more than this, or a few events that are larger. */
  private static final int BYTES_MAX = 4 << 20;

  /** Events may be large: so few are read at first, and then as many as should fit. */
  private static final int PORTION_FIRST = 10;

  private static final int PORTION_MAX = 500;

  private final EventStore store;
  private final String runId;
  private final int limit;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private EventQuery query;
  private Optional<EntryId> last = Optional.empty();
  private Optional<RunUpdate.Gap> gap = Optional.empty();
  private int count;

  RunPage(EventStore store, String runId, Query wanted) {
    this.store = store;
    this.runId = runId;
    this.limit = wanted.number("limit", LIMIT, 1, EventQuery.LIMIT_MAX);
    this.query = end(start(wanted.value("start_id").orElse("-")), wanted.value("end_id"));
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
    write("{\"run_id\":" + RunRoutes.json(runId) + ",\"events\":[");
    boolean more = true;
    while (more && count < limit && out.size() < BYTES_MAX) {
      var page = store.page(runId, query.withLimit(portion()));
      gap = count == 0 ? page.gap() : gap;
      add(page);
      more = page.hasMore();
    }
    // To begin with, and not to be left out: where the next page begins.
    var next = last.map(id -> '"' + id.next().toString() + '"').orElse("null");
    write("],\"count\":" + count + ",\"has_more\":" + more + ",\"next_id\":" + next);
    gap.ifPresent(it -> write(",\"gap\":" + RunFeed.json(it)));
    write("}");
    return new Response.Whole(200, Response.JSON, out.toByteArray(), Map.of());
  }

  private int portion() {
    long fitting =
        count == 0 ? PORTION_FIRST : (long) (BYTES_MAX - out.size()) * count / out.size();
    return (int) Math.max(1, Math.min(Math.min(fitting, PORTION_MAX), limit - count));
  }

  private void add(EventPage page) {
    for (var event : page.events()) {
      write(count++ == 0 ? "" : ",");
      out.writeBytes(Json.toBytes(event.toJson()));
    }
    page.next()
        .ifPresent(
            id -> {
              last = page.next();
              query = query.withAfter(id);
            });
  }

  private void write(String text) {
    out.writeBytes(text.getBytes(UTF_8));
  }
}
