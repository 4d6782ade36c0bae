package dev.redstart.http;

import dev.redstart.agent.Agents;
import dev.redstart.agent.Workflow;
import dev.redstart.json.Json;
import dev.redstart.json.JsonNumber;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import dev.redstart.message.MessageException;
import dev.redstart.message.MessageStore;
import java.io.IOException;
import java.util.Optional;

/** Tasks for agents, and how to stop what they do. */
final class AgentRoutes {
  private static final int ITERATIONS = 3;

  private final MessageStore store;
  private final Agents agents;

  AgentRoutes(MessageStore store, Agents agents) {
    this.store = store;
    this.agents = agents;
  }

  void addTo(Router router) {
    router
        .add("POST", "/api/v1/sessions/{session_id}/tasks", this::run)
        .add("POST", "/api/v1/messages/{message_id}/cancel", this::cancel);
  }

  private Response run(Request request) throws IOException {
    var id = request.parameter("session_id");
    var body = request.json();
    var description =
        text(body, "task_description")
            .filter(it -> !it.isBlank())
            .orElseThrow(
                () -> Refusal.badRequest("task_description must be a text, and not empty."));
    try {
      var workflow = Workflow.of(text(body, "workflow").orElse("simple"));
      store.session(id).orElseThrow(() -> notFound("session"));
      int iterations = iterations(body);
      var key = request.id("key", "task");
      return Response.of(agents.run(id, workflow, description, iterations, key).toJson());
    } catch (MessageException.Conflict other) {
      throw Request.otherRequest();
    } catch (MessageException | IllegalArgumentException refused) {
      throw Refusal.badRequest(refused.getMessage());
    }
  }

  private static int iterations(JsonObject body) {
    var given = body.tryGet("max_iterations").flatMap(JsonValue::tryValue);
    if (given.isPresent() && !(given.get() instanceof JsonNumber)) {
      throw Refusal.badRequest("max_iterations must be a number.");
    }
    return given.map(AgentRoutes::whole).orElse(ITERATIONS);
  }

  private static int whole(JsonValue number) {
    double value = number.asDouble();
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw Refusal.badRequest("max_iterations must be a whole number.");
    }
    return (int) value;
  }

  private static Optional<String> text(JsonObject body, String name) {
    var given = body.tryGet(name).flatMap(JsonValue::tryValue);
    if (given.isPresent() && !(given.get() instanceof JsonString)) {
      throw Refusal.badRequest(name + " must be a text.");
    }
    return given.map(JsonValue::asString);
  }

  /** Whatever instance works on it hears of it. Of one that has ended, this says how. */
  private Response cancel(Request request) {
    var id = request.parameter("message_id");
    agents.cancel(id);
    var message = store.load(id).orElseThrow(() -> notFound("message"));
    return Response.of(
        Json.object("message_id", id, "status", message.snapshot().status().toString()));
  }

  private static Refusal notFound(String what) {
    return new Refusal(404, "NOT_FOUND", "There is no such " + what + ".");
  }
}
