package dev.redstart.agent;

import dev.redstart.json.Json;
import dev.redstart.json.JsonArray;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import dev.redstart.message.Role;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/**
 * An agent that asks a language model behind an OpenAI-compatible service: {@code POST
 * /chat/completions} with {@code "stream": true}. The reasoning that some models show is the
 * answer's thinking; calls of tools are ignored, for none are offered.
 *
 * <p>It needs the module {@code java.net.http}, which the rest of this library does not: on the
 * module path, say {@code requires java.net.http} or {@code --add-modules java.net.http}.
 *
 * <p>A service that has too much to do (429), or is in trouble (5xx), is asked again, when it says
 * or after some seconds, as the options allow; never when it has begun to answer.
 *
 * <p>When the service cannot be reached, refuses, is silent for too long or breaks off, the answer
 * fails with a sentence that says so; it never has the key in it. Cancelling closes the connection.
 */
public final class ChatAgent implements Agent {
  private static final int OK = 200;

  /** What is read of an error. */
  private static final int ERROR_CHARS_MAX = 2000;

  private static final String GO_ON =
      "Your answer was cut off there. Go on exactly where it ends. Repeat nothing of it, and say"
          + " nothing else.";

  private final ChatOptions options;
  private final HttpClient client;

  private ChatAgent(ChatOptions options) {
    this.options = options;
    // Version 2 would be tried by an upgrade that some servers stumble over; and to end one answer
    // is simple when it has the connection for itself. No redirects: the key is for this host.
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(options.connectLimit())
            .build();
  }

  /** An agent that asks the service of these options. */
  public static ChatAgent of(ChatOptions options) {
    return new ChatAgent(Objects.requireNonNull(options, "options"));
  }

  /** As {@link ChatOptions#fromEnvironment}. */
  public static ChatAgent fromEnvironment() {
    return of(ChatOptions.fromEnvironment());
  }

  @Override
  public void answer(Prompt prompt, Answer answer) throws InterruptedException {
    var patience = new Patience(options);
    for (var pause = ask(prompt, answer, patience); pause.isPresent(); ) {
      TimeUnit.NANOSECONDS.sleep(pause.get().toNanos());
      pause = ask(prompt, answer, patience);
    }
  }

  /** After what pause to ask again; empty if there was an answer. */
  private Optional<Duration> ask(Prompt prompt, Answer answer, Patience patience)
      throws InterruptedException {
    try (var lines = new ChatLines()) {
      var response = send(request(prompt, patience.left()));
      response.body().subscribe(lines);
      if (response.statusCode() != OK) {
        var pause = patience.pause(response.statusCode(), response.headers());
        if (pause.isEmpty()) {
          throw refusal(response.statusCode(), lines);
        }
        return pause;
      }
      pass(lines, answer);
      return Optional.empty();
    } catch (ChatLines.BrokenException broken) {
      throw failure(broken.getMessage() + " in the middle of its answer.");
    }
  }

  private HttpRequest request(Prompt prompt, Duration limit) {
    var body = Json.object("model", options.model(), "stream", true, "messages", messages(prompt));
    var request =
        HttpRequest.newBuilder(options.endpoint())
            .timeout(limit)
            .header("Content-Type", "application/json")
            .header("Accept", "text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(Json.toBytes(body)));
    options.key().ifPresent(key -> request.header("Authorization", "Bearer " + key));
    return request.build();
  }

  private static List<JsonObject> messages(Prompt prompt) {
    var messages = new ArrayList<JsonObject>();
    messages.add(message("system", prompt.part().instruction()));
    prompt.turns().forEach(turn -> messages.add(message(role(turn), turn.text())));
    if (!prompt.material().isEmpty()) {
      messages.add(message("user", prompt.material()));
    }
    if (!prompt.begun().isEmpty()) {
      messages.add(message("assistant", prompt.begun()));
      messages.add(message("user", GO_ON));
    }
    return messages;
  }

  private static String role(Turn turn) {
    if (turn.role() == Role.ASSISTANT || turn.role() == Role.AGENT) {
      return "assistant";
    }
    // The result of a tool would have to name its call.
    return turn.role() == Role.SYSTEM ? "system" : "user";
  }

  private static JsonObject message(String role, String content) {
    return Json.object("role", role, "content", content);
  }

  private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(HttpRequest request)
      throws InterruptedException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofPublisher());
    } catch (HttpConnectTimeoutException slow) {
      throw failure("could not be reached within " + seconds(options.connectLimit()) + ".");
    } catch (HttpTimeoutException slow) {
      throw failure("did not begin to answer within " + seconds(options.firstLimit()) + ".");
    } catch (IOException trouble) {
      throw failure("could not be reached (" + trouble.getClass().getSimpleName() + ").");
    }
  }

  private static String seconds(Duration time) {
    return time.toMillis() / 1000.0 + " s";
  }

  private AgentException failure(String what) {
    return new AgentException(
        "The model's service at " + options.endpoint().getRawAuthority() + " " + what);
  }

  /** Says why, as far as the service does. About keys it may say too much. */
  private AgentException refusal(int status, ChatLines lines)
      throws InterruptedException, ChatLines.BrokenException {
    if (status == 401 || status == 403) {
      return failure("refused the key (" + status + ").");
    }
    var body = new StringBuilder();
    for (var line = next(lines, true); line.isPresent(); line = next(lines, false)) {
      body.append(line.get()).append('\n');
      if (body.length() > ERROR_CHARS_MAX) {
        break;
      }
    }
    var said = parse(body.toString()).flatMap(ChatAgent::error).map(this::harmless).orElse("");
    return failure("answered with the error " + status + (said.isEmpty() ? "." : ": " + said));
  }

  private Optional<String> next(ChatLines lines, boolean first)
      throws InterruptedException, ChatLines.BrokenException {
    return lines.next(first ? options.firstLimit() : options.silenceLimit());
  }

  private static Optional<JsonValue> parse(String json) {
    try {
      return Optional.of(Json.parse(json));
    } catch (JsonParseException garbage) {
      return Optional.empty();
    }
  }

  private static Optional<JsonValue> member(JsonValue json, String name) {
    return json instanceof JsonObject object
        ? object.tryGet(name).flatMap(JsonValue::tryValue)
        : Optional.empty();
  }

  private static Optional<String> text(JsonValue json, String name) {
    return member(json, name).filter(JsonString.class::isInstance).map(JsonValue::asString);
  }

  /** Some put the message of an error into an object, some do not. */
  private static Optional<String> error(JsonValue json) {
    return member(json, "error")
        .map(error -> text(error, "message").or(() -> text(json, "error")).orElse("no reason"));
  }

  private String harmless(String said) {
    var clean = said.replaceAll("\\p{Cntrl}+", " ").strip();
    var known = options.key();
    clean = known.isPresent() ? clean.replace(known.get(), "...") : clean;
    return clean.length() <= 200 ? clean : clean.substring(0, 200) + "...";
  }

  /** Passes on what comes, until it is said that it was all. */
  private void pass(ChatLines lines, Answer answer)
      throws InterruptedException, ChatLines.BrokenException {
    boolean finished = false;
    for (var line = next(lines, true); line.isPresent(); line = next(lines, false)) {
      var data = line.get().startsWith("data:") ? line.get().substring(5).strip() : "";
      if (data.equals("[DONE]")) {
        finished = true;
        break;
      }
      if (!data.isEmpty()) {
        finished |= take(data, answer);
      }
    }
    if (!finished) {
      throw new ChatLines.BrokenException("broke off the connection");
    }
  }

  /** Whether this piece is the last one. */
  private boolean take(String data, Answer answer) {
    var json =
        parse(data).orElseThrow(() -> failure("sent something that is no piece of an answer."));
    error(json)
        .ifPresent(
            said -> {
              throw failure("ended its answer with an error: " + harmless(said));
            });
    boolean finished = false;
    for (var choice : choices(json)) {
      var delta = member(choice, "delta");
      var thought =
          delta.flatMap(it -> text(it, "reasoning_content").or(() -> text(it, "reasoning")));
      thought.filter(it -> !it.isEmpty()).ifPresent(answer::thinking);
      var content = delta.flatMap(it -> text(it, "content"));
      content.filter(it -> !it.isEmpty()).ifPresent(answer::text);
      finished |= text(choice, "finish_reason").isPresent();
    }
    return finished;
  }

  /** One was asked for; a piece with figures has none. */
  private static List<JsonValue> choices(JsonValue json) {
    return member(json, "choices")
        .filter(JsonArray.class::isInstance)
        .map(JsonValue::asList)
        .orElse(List.of());
  }
}
