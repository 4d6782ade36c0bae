package dev.redstart.http;

import dev.redstart.a2a.Receiver;
import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import io.a2a.A2A;
import io.a2a.client.Client;
import io.a2a.client.ClientEvent;
import io.a2a.client.MessageEvent;
import io.a2a.client.TaskEvent;
import io.a2a.client.TaskUpdateEvent;
import io.a2a.client.config.ClientConfig;
import io.a2a.client.transport.jsonrpc.JSONRPCTransport;
import io.a2a.client.transport.jsonrpc.JSONRPCTransportConfig;
import io.a2a.spec.A2AClientException;
import io.a2a.spec.AgentCard;
import io.a2a.spec.AgentSkill;
import io.a2a.spec.Artifact;
import io.a2a.spec.DeleteTaskPushNotificationConfigParams;
import io.a2a.spec.GetTaskPushNotificationConfigParams;
import io.a2a.spec.ListTaskPushNotificationConfigParams;
import io.a2a.spec.Message;
import io.a2a.spec.Part;
import io.a2a.spec.PushNotificationAuthenticationInfo;
import io.a2a.spec.PushNotificationConfig;
import io.a2a.spec.Task;
import io.a2a.spec.TaskArtifactUpdateEvent;
import io.a2a.spec.TaskIdParams;
import io.a2a.spec.TaskPushNotificationConfig;
import io.a2a.spec.TaskQueryParams;
import io.a2a.spec.TaskStatus;
import io.a2a.spec.TaskStatusUpdateEvent;
import io.a2a.spec.TextPart;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Does with the official client for Java what src/test/js/scenario.mjs does with others. */
final class OfficialJavaClient {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final AgentCard card;
  private final Client waiting;
  private final Client streaming;
  private final Client immediate;
  private final StringBuilder steps = new StringBuilder();

  OfficialJavaClient(String url) throws Exception {
    card = A2A.getAgentCard(url);
    waiting = client(new ClientConfig.Builder().setStreaming(false).setPolling(false));
    streaming = client(new ClientConfig.Builder().setStreaming(true));
    immediate = client(new ClientConfig.Builder().setStreaming(false).setPolling(true));
  }

  private Client client(ClientConfig.Builder config) throws A2AClientException {
    return Client.builder(card)
        .clientConfig(config.build())
        .withTransport(JSONRPCTransport.class, new JSONRPCTransportConfig())
        .build();
  }

  /** Something that may be refused. */
  @FunctionalInterface
  private interface Work {
    JsonValue outcome() throws Exception;
  }

  private void step(String name, Work work) throws Exception {
    JsonValue outcome;
    try {
      outcome = work.outcome();
    } catch (A2AClientException refused) {
      outcome = Json.object("error", refused.getCause().getClass().getSimpleName());
    }
    steps.append(name).append(": ").append(outcome).append('\n');
  }

  String run() throws Exception {
    var capabilities = card.capabilities();
    step(
        "card",
        () ->
            Json.object(
                "name",
                card.name(),
                "streams",
                capabilities.streaming(),
                "pushes",
                capabilities.pushNotifications()));
    step(
        "extended card",
        () -> Json.of(waiting.getAgentCard().skills().stream().map(AgentSkill::id).toList()));
    var over = conversations();
    cancellation();
    pushes();
    errors(over);
    return steps.toString();
  }

  private Task conversations() throws Exception {
    step("send", () -> Json.of(word(send(waiting, "Hello, WORLD", null))));
    var stream = new Listener();
    step("stream", () -> stream.of(it -> say(it, message("One TWO three", null))));
    var id = stream.first.get().getId();
    step("get", () -> summary(waiting.getTask(new TaskQueryParams(id, 100))));
    step("get without history", () -> summary(waiting.getTask(new TaskQueryParams(id))));
    step("get with some history", () -> summary(waiting.getTask(new TaskQueryParams(id, 2))));
    var asked = task(send(waiting, "ask", null));
    step("ask", () -> Json.of(word(asked)));
    step("ask again", () -> Json.of(word(send(waiting, "ask", asked))));
    step("answer", () -> summary(task(send(waiting, "Yes PLEASE", asked))));
    step("fail", () -> Json.of(word(send(waiting, "fail", null))));
    return waiting.getTask(new TaskQueryParams(id));
  }

  private void cancellation() throws Exception {
    var slow = task(send(immediate, "slow", null));
    step("send immediately", () -> Json.of(word(slow).matches("task (submitted|working)")));
    var id = slow.getId();
    Eventually.within(
        LIMIT, "it works", () -> state(waiting.getTask(new TaskQueryParams(id))).equals("working"));
    var canceled = new CompletableFuture<Task>();
    var stream = new Listener();
    stream.first.thenAccept(task -> canceled.complete(cancel(id)));
    step("subscribe", () -> stream.of(it -> follow(it, id)));
    step("cancel", () -> Json.of(word(canceled.get(LIMIT.toSeconds(), TimeUnit.SECONDS))));
    step("get what was canceled", () -> Json.of(word(waiting.getTask(new TaskQueryParams(id)))));
  }

  private Task cancel(String id) {
    try {
      return waiting.cancelTask(new TaskIdParams(id));
    } catch (A2AClientException refused) {
      throw new AssertionError(refused);
    }
  }

  // ---- pushes

  private void pushes() throws Exception {
    try (var receiver = new Receiver()) {
      var task = task(send(waiting, "ask", null));
      var id = task.getId();
      step("push set", () -> place(set(id, place("p1", receiver)), receiver));
      step(
          "push get",
          () ->
              place(
                  waiting.getTaskPushNotificationConfiguration(
                      new GetTaskPushNotificationConfigParams(id, "p1")),
                  receiver));
      set(id, place("p2", receiver));
      step("push list", () -> Json.of(list(id).stream().map(it -> place(it, receiver)).toList()));
      step("push delete", () -> delete(id));
      step("push delete again", () -> delete(id));
      step("push list after that", () -> Json.of(list(id).size()));
      send(waiting, "Now", task);
      step("pushes", () -> Json.object("last", last(receiver), "headers", headers(receiver)));
      receiver.pushes().clear();
      streaming.sendMessage(message("Later", null), place("p1", receiver), null, null);
      step("pushes of a message", () -> Json.of(last(receiver)));
    }
  }

  private static PushNotificationConfig place(String id, Receiver receiver) {
    return new PushNotificationConfig.Builder()
        .id(id)
        .url(receiver.url())
        .token("to-ken")
        .authenticationInfo(
            new PushNotificationAuthenticationInfo(List.of("Bearer"), "cre-dentials"))
        .build();
  }

  private static JsonValue place(TaskPushNotificationConfig config, Receiver receiver) {
    var it = config.pushNotificationConfig();
    var shown = it.authentication();
    return Json.of(
        it.id()
            + " "
            + it.url().equals(receiver.url())
            + " "
            + it.token()
            + " "
            + String.join(" ", shown.schemes())
            + " "
            + shown.credentials());
  }

  private TaskPushNotificationConfig set(String id, PushNotificationConfig place)
      throws A2AClientException {
    return waiting.setTaskPushNotificationConfiguration(new TaskPushNotificationConfig(id, place));
  }

  private List<TaskPushNotificationConfig> list(String id) throws A2AClientException {
    return waiting.listTaskPushNotificationConfigurations(
        new ListTaskPushNotificationConfigParams(id));
  }

  private JsonValue delete(String id) throws A2AClientException {
    waiting.deleteTaskPushNotificationConfigurations(
        new DeleteTaskPushNotificationConfigParams(id, "p2"));
    return Json.of(null);
  }

  private static String state(Receiver receiver) {
    var pushes = receiver.pushes();
    return pushes.get(pushes.size() - 1).body().get("status").get("state").asString();
  }

  private static String last(Receiver receiver) {
    Eventually.within(LIMIT, "all is pushed", () -> state(receiver).equals("completed"));
    return "task " + state(receiver);
  }

  private static List<String> headers(Receiver receiver) {
    return receiver.pushes().stream()
        .map(
            push ->
                push.header("Authorization")
                    + "; "
                    + push.header("X-A2A-Notification-Token")
                    + "; "
                    + push.header("Content-Type"))
        .distinct()
        .toList();
  }

  // ---- errors

  private void errors(Task over) throws Exception {
    var nobody =
        new Task("nobody", over.getContextId(), over.getStatus(), List.of(), List.of(), null);
    step("get nobody", () -> summary(waiting.getTask(new TaskQueryParams("nobody"))));
    step("cancel nobody", () -> summary(waiting.cancelTask(new TaskIdParams("nobody"))));
    step("cancel what is over", () -> summary(waiting.cancelTask(new TaskIdParams(over.getId()))));
    step("subscribe to nobody", () -> new Listener().of(it -> follow(it, "nobody")));
    step("subscribe to what is over", () -> new Listener().of(it -> follow(it, over.getId())));
    step("send to nobody", () -> Json.of(word(send(waiting, "Hi", nobody))));
    step("send to what is over", () -> Json.of(word(send(waiting, "Hi", over))));
    step("stream to what is over", () -> new Listener().of(it -> say(it, message("Hi", over))));
    step(
        "push get nothing",
        () ->
            place(
                waiting.getTaskPushNotificationConfiguration(
                    new GetTaskPushNotificationConfigParams(over.getId(), "nothing")),
                null));
    step(
        "push to nowhere",
        () -> {
          var place = new PushNotificationConfig.Builder().id("p").url("ftp://localhost/").build();
          return place(set(over.getId(), place), null);
        });
  }

  // ---- words

  private static Message message(String text, Task task) {
    return new Message.Builder()
        .role(Message.Role.USER)
        .parts(new TextPart(text))
        .taskId(task == null ? null : task.getId())
        .contextId(task == null ? null : task.getContextId())
        .build();
  }

  private static ClientEvent send(Client client, String text, Task task) throws Exception {
    var answer = new CompletableFuture<ClientEvent>();
    List<BiConsumer<ClientEvent, AgentCard>> takes =
        List.of((event, card) -> answer.complete(event));
    client.sendMessage(message(text, task), takes, answer::completeExceptionally, null);
    return answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private static Task task(ClientEvent event) {
    return ((TaskEvent) event).getTask();
  }

  private static String word(ClientEvent event) {
    if (event instanceof MessageEvent message) {
      return "message " + text(message.getMessage().getParts());
    }
    if (event instanceof TaskEvent task) {
      return word(task.getTask());
    }
    var update = ((TaskUpdateEvent) event).getUpdateEvent();
    if (update instanceof TaskStatusUpdateEvent status) {
      return words(status.getStatus()) + (status.isFinal() ? " (final)" : "");
    }
    var artifact = (TaskArtifactUpdateEvent) update;
    return (Boolean.TRUE.equals(artifact.isAppend()) ? "+" : "=")
        + text(artifact.getArtifact().parts())
        + (Boolean.TRUE.equals(artifact.isLastChunk()) ? "." : "");
  }

  private static String word(Task task) {
    return "task " + state(task);
  }

  private static String state(Task task) {
    return task.getStatus().state().asString();
  }

  private static String words(TaskStatus status) {
    var said = status.message();
    return (status.state().asString() + " " + (said == null ? "" : text(said.getParts()))).strip();
  }

  private static String text(List<Part<?>> parts) {
    return parts.stream().map(part -> ((TextPart) part).getText()).collect(Collectors.joining());
  }

  private static JsonValue summary(Task task) {
    var artifacts = task.getArtifacts() == null ? List.<Artifact>of() : task.getArtifacts();
    var history = task.getHistory() == null ? List.<Message>of() : task.getHistory();
    return Json.object(
        "state",
        words(task.getStatus()),
        "artifacts",
        artifacts.stream().map(it -> it.name() + ": " + text(it.parts())).toList(),
        "history",
        history.stream().map(it -> text(it.getParts())).toList());
  }

  // ---- streams

  /** Begins to listen. */
  @FunctionalInterface
  private interface Start {
    void with(Listener listener) throws A2AClientException;
  }

  private void say(Listener listener, Message message) throws A2AClientException {
    streaming.sendMessage(message, listener.takes(), listener::end, null);
  }

  private void follow(Listener listener, String id) throws A2AClientException {
    streaming.resubscribe(new TaskIdParams(id), listener.takes(), listener::end, null);
  }

  /** What comes in a stream, up to its end. */
  private static final class Listener {
    final CompletableFuture<Task> first = new CompletableFuture<>();
    private final List<String> words = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    List<BiConsumer<ClientEvent, AgentCard>> takes() {
      return List.of((event, card) -> take(event));
    }

    private void take(ClientEvent event) {
      words.add(word(event));
      if (event instanceof TaskEvent task) {
        first.complete(task.getTask());
      } else if (event instanceof TaskUpdateEvent update
          && update.getUpdateEvent() instanceof TaskStatusUpdateEvent status
          && status.isFinal()) {
        over.complete(null);
      }
    }

    /** The client says nothing at an end in order. */
    void end(Throwable trouble) {
      if (trouble == null) {
        over.complete(null);
      } else {
        over.completeExceptionally(trouble);
      }
    }

    JsonValue of(Start start) throws Exception {
      start.with(this);
      try {
        over.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      } catch (ExecutionException refused) {
        throw new A2AClientException("refused", refused.getCause());
      }
      return Json.of(words);
    }
  }
}
