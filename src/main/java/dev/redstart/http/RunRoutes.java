package dev.redstart.http;

import dev.redstart.event.EventException;
import dev.redstart.event.EventStart;
import dev.redstart.event.EventStore;
import dev.redstart.event.RunEnd;
import dev.redstart.event.RunSummary;
import dev.redstart.event.Source;
import dev.redstart.json.Json;
import dev.redstart.json.JsonNumber;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.EntryId;
import java.io.IOException;
import java.util.function.Supplier;

/** The events of runs: pages of them, streams, and, for producers elsewhere, adding. */
final class RunRoutes {
  private static final String RUN = "/runs/{run_id}";

  private static final int LIMIT = 50;
  private static final int LIMIT_MAX = 100;

  private final EventStore store;

  RunRoutes(EventStore store) {
    this.store = store;
  }

  void addTo(Router router) {
    router
        .add("GET", "/runs", this::list)
        .add("GET", RUN + "/events", this::page)
        .add("POST", RUN + "/events", this::add)
        .add("GET", RUN + "/events/stream", Response.EVENTS, this::stream)
        .add("POST", RUN + "/close", this::close);
  }

  private Response list(Request request) {
    var runs = store.runs(request.query().number("limit", LIMIT, 1, LIMIT_MAX));
    return Response.of(
        Json.object("runs", runs.stream().map(RunRoutes::json).toList(), "count", runs.size()));
  }

  private static JsonObject json(RunSummary run) {
    return Json.object(
        "run_id", json(run.runId()),
        "status", run.end().map(RunEnd::action).orElse("running"),
        "events", run.events(),
        "last_event_id", run.newest().toString());
  }

  /** A run id that is a whole number, as the originals have them, is a number. */
  static JsonValue json(String runId) {
    return runId.matches("0|[1-9][0-9]{0,17}") ? JsonNumber.of(runId) : JsonString.of(runId);
  }

  private Response page(Request request) throws IOException {
    var id = known(request);
    var page = new RunPage(store, id, request.query());
    return invalid("INVALID_EVENT_ID", page::read);
  }

  /** The id of a run that has events. */
  private String known(Request request) {
    var id = request.parameter("run_id");
    switch (invalid("INVALID_RUN_ID", () -> store.state(id))) {
      case UNKNOWN -> throw new Refusal(404, "RUN_NOT_FOUND", "There is no such run.");
      case EXPIRED -> throw expired();
      default -> {
        return id;
      }
    }
  }

  private static Refusal expired() {
    return new Refusal(410, "RUN_EXPIRED", "The events of this run are gone.");
  }

  /** What a room does not take for an id. */
  static <T> T invalid(String code, Supplier<T> supplier) {
    try {
      return supplier.get();
    } catch (IllegalArgumentException wrong) {
      throw new Refusal(400, code, wrong.getMessage());
    }
  }

  static EntryId entryId(String text) {
    return invalid("INVALID_EVENT_ID", () -> EntryId.parse(text));
  }

  /**
   * From the first event on, unless it is said where: who comes for the first time misses nothing.
   * The header is newer than the query, which a browser repeats when it comes back.
   */
  private Response stream(Request request) {
    var id = known(request);
    boolean now = fromNow(request.query());
    var last = request.lastEventId().or(() -> request.query().value("last_event_id"));
    boolean named = areNamed(request.query());
    var start =
        last.map(text -> EventStart.after(entryId(text)))
            .orElse(now ? EventStart.NEW : EventStart.START);
    var follower = invalid("INVALID_EVENT_ID", () -> store.follow(id, start));
    if (follower.isEnded()) {
      follower.close();
      return Response.ofNothing();
    }
    var feed = new RunFeed(follower, now && last.isEmpty(), named);
    return new Response.Stream(feed.begin());
  }

  private static boolean fromNow(Query query) {
    var from = query.value("from").orElse("start");
    if (!from.equals("now") && !from.equals("start")) {
      throw Refusal.badRequest("from must be start or now.");
    }
    return from.equals("now");
  }

  /** A browser hears events only by the names that it knows before, or without a name. */
  private static boolean areNamed(Query query) {
    var named = query.value("named").orElse("true");
    if (!named.equals("true") && !named.equals("false")) {
      throw Refusal.badRequest("named must be true or false.");
    }
    return named.equals("true");
  }

  private Response add(Request request) throws IOException {
    var body = request.json();
    var key = request.idempotencyKey();
    return refused(
        () -> {
          var id = request.parameter("run_id");
          var category = body.get("category").asString();
          var action = body.get("action").asString();
          var data = body.tryGet("data").orElse(Json.object());
          var event =
              key.isPresent()
                  ? store.addOnce(key.get(), id, category, action, data, source(body))
                  : store.add(id, category, action, data, source(body));
          return Response.of(201, event.toJson());
        });
  }

  private static Source source(JsonObject body) {
    var source = body.tryGet("source").flatMap(JsonValue::tryValue);
    return new Source(
        part(source.orElse(Json.object()), "agent_id"),
        part(source.orElse(Json.object()), "agent_type"),
        part(source.orElse(Json.object()), "agent_name"),
        part(source.orElse(Json.object()), "team_name"));
  }

  private static String part(JsonValue source, String name) {
    return source.tryGet(name).flatMap(JsonValue::tryValue).map(JsonValue::asString).orElse("");
  }

  private Response close(Request request) throws IOException {
    var body = request.json();
    var id = request.parameter("run_id");
    var status = body.tryGet("status").map(JsonValue::asString).orElse("completed");
    var end = RunEnd.of(status).orElseThrow(() -> badStatus());
    return refused(
        () -> {
          var data = body.tryGet("data").orElse(Json.object());
          var closing = store.close(id, end, data);
          return Response.of(
              Json.object(
                  "run_id", json(id),
                  "status", closing.end().action(),
                  "event_id", closing.id().toString()));
        });
  }

  private static Refusal badStatus() {
    return Refusal.badRequest("status must be completed, failed, cancelled or abandoned.");
  }

  private static Response refused(Supplier<Response> work) {
    try {
      return work.get();
    } catch (EventException.Expired gone) {
      throw expired();
    } catch (EventException.Conflict other) {
      throw Request.otherRequest();
    } catch (EventException closed) {
      throw new Refusal(409, "RUN_CLOSED", closed.getMessage());
    } catch (IllegalArgumentException wrong) {
      throw Refusal.badRequest(wrong.getMessage());
    }
  }
}
