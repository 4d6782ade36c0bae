package dev.redstart.http;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import dev.redstart.message.ChatSession;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.ContentType;
import dev.redstart.message.Media;
import dev.redstart.message.Message;
import dev.redstart.message.MessageException;
import dev.redstart.message.MessageHead;
import dev.redstart.message.MessageSnapshot;
import dev.redstart.message.MessageStore;
import dev.redstart.message.Role;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.Optional;

/** Sessions and messages, as the seed's API has them. */
final class MessageRoutes {
  private static final Logger LOGGER = System.getLogger("dev.redstart.http");
  private static final String SESSIONS = "/api/v1/sessions";
  private static final String SESSION = SESSIONS + "/{session_id}";
  private static final String MESSAGE = "/api/v1/messages/{message_id}";
  private static final int LIMIT = 50;
  private static final int LIMIT_MAX = 100;

  private final MessageStore store;
  private final Responder responder;

  MessageRoutes(MessageStore store, Responder responder) {
    this.store = store;
    this.responder = responder;
  }

  void addTo(Router router) {
    router
        .add("POST", SESSIONS, checked(this::create))
        .add("GET", SESSION, checked(this::session))
        .add("DELETE", SESSION, checked(this::close))
        .add("POST", SESSION + "/messages", checked(this::send))
        .add("GET", SESSION + "/messages", checked(this::messages))
        .add("GET", MESSAGE, checked(request -> Response.of(message(request).toJson())))
        .add("GET", MESSAGE + "/content/{content_id}", checked(this::content))
        .add(
            "GET",
            SESSION + "/messages/{message_id}/stream",
            Response.EVENTS,
            checked(this::stream));
  }

  /** What the store refuses is told as it says it. */
  private static Handler checked(Handler handler) {
    return request -> {
      try {
        return handler.handle(request);
      } catch (MessageException.Unknown unknown) {
        throw notFound("message");
      } catch (MessageException | IllegalArgumentException refused) {
        throw Refusal.badRequest(refused.getMessage());
      }
    };
  }

  private static Refusal notFound(String what) {
    return new Refusal(404, "NOT_FOUND", "There is no such " + what + ".");
  }

  private Response create(Request request) throws IOException {
    var body = request.json();
    var user = text(body, "user_id");
    var session = store.createSession(user, metadata(body)).toJson();
    return Response.of(
        Json.object(
            "session_id", session.get("session_id"),
            "status", session.get("status"),
            "created_at", session.get("created_at")));
  }

  private static Optional<JsonValue> optional(JsonObject body, String name) {
    return body.tryGet(name).flatMap(JsonValue::tryValue);
  }

  private static JsonObject metadata(JsonObject body) {
    var metadata = optional(body, "metadata");
    if (metadata.isPresent() && metadata.get() instanceof JsonObject object) {
      return object;
    }
    if (metadata.isPresent()) {
      throw Refusal.badRequest("metadata must be an object.");
    }
    return Json.object();
  }

  private ChatSession known(Optional<ChatSession> session) {
    return session.orElseThrow(() -> notFound("session"));
  }

  private Response session(Request request) {
    return Response.of(known(store.session(request.parameter("session_id"))).toJson());
  }

  private Response close(Request request) {
    var closed = known(store.closeSession(request.parameter("session_id")));
    return Response.of(Json.object("session_id", closed.sessionId(), "status", "closed"));
  }

  private Response send(Request request) throws IOException {
    var id = request.parameter("session_id");
    var body = request.json();
    var content =
        text(body, "content").filter(it -> !it.isEmpty()).orElseThrow(() -> missing("content"));
    var type = type(text(body, "type").orElse("text"));
    known(store.session(id));
    var head =
        MessageHead.of(request.id("msg", "question"), id, Role.USER).withMetadata(metadata(body));
    var question = question(head, type, content);
    var answer =
        store.loadOrCreate(
            MessageHead.of(request.id("msg", "answer"), id, Role.ASSISTANT)
                .withParent(head.messageId()));
    hand(question, answer);
    return Response.of(
        Json.object(
            "user_message_id", head.messageId(),
            "assistant_message_id", answer.id(),
            "session_id", id));
  }

  private static Optional<String> text(JsonObject body, String name) {
    var value = optional(body, name);
    if (value.isPresent() && !(value.get() instanceof JsonString)) {
      throw missing(name);
    }
    return value.map(JsonValue::asString);
  }

  private static Refusal missing(String name) {
    return Refusal.badRequest(name + " must be a text, and not empty.");
  }

  private static ContentType type(String name) {
    return Arrays.stream(ContentType.values())
        .filter(type -> type.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> Refusal.badRequest("There is no type of content of this name."));
  }

  /** Media are named by where they are. */
  private MessageSnapshot question(MessageHead head, ContentType type, String content) {
    try {
      if (type == ContentType.TEXT) {
        return store.post(head, content);
      }
      var block =
          type.isMedia()
              ? ContentBlock.of(type, Media.url(content))
              : ContentBlock.of(type, content);
      return store.post(head, "", block.withId(head.messageId() + ".content"));
    } catch (MessageException.Conflict other) {
      throw Request.otherRequest();
    }
  }

  private void hand(MessageSnapshot question, Message answer) {
    if (answer.snapshot().isComplete()) {
      return; // the request was repeated
    }
    try {
      responder.respond(question, answer);
    } catch (RuntimeException e) {
      LOGGER.log(Level.ERROR, "An answer could not be handed over", e);
      answer.fail("There is an error in the service.");
    }
  }

  private Response messages(Request request) {
    var id = request.parameter("session_id");
    int limit = request.query().number("limit", LIMIT, 1, LIMIT_MAX);
    int offset = request.query().number("offset", 0, 0, Integer.MAX_VALUE);
    var messages = store.sessionMessages(id, limit, offset);
    if (messages.isEmpty()) {
      known(store.session(id));
    }
    return Response.of(
        Json.object(
            "session_id", id,
            "messages", messages.stream().map(MessageSnapshot::toJson).toList(),
            "count", messages.size()));
  }

  private MessageSnapshot message(Request request) {
    return store
        .load(request.parameter("message_id"))
        .orElseThrow(() -> notFound("message"))
        .snapshot();
  }

  private Response content(Request request) {
    var id = request.parameter("content_id");
    var block =
        message(request).contentBlocks().stream()
            .filter(it -> it.contentId().equals(id))
            .findFirst()
            .flatMap(it -> it.isApart() ? store.contentBlock(id) : Optional.of(it));
    return Response.of(block.orElseThrow(() -> notFound("content")).toJson());
  }

  /** A browser names the event that it saw last in a header when it comes back by itself. */
  private Response stream(Request request) {
    var last = request.lastEventId().or(() -> request.query().value("last_id")).orElse("0");
    var subscription =
        store.subscribe(request.parameter("session_id"), request.parameter("message_id"), last);
    if (subscription.isEnded()) {
      subscription.close();
      return Response.ofNothing();
    }
    return new Response.Stream(new MessageFeed(subscription));
  }
}
