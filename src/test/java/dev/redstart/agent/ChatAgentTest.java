package dev.redstart.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import dev.redstart.message.ContentType;
import dev.redstart.message.MessageStatus;
import dev.redstart.message.Role;
import dev.redstart.queue.TaskQueue;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent that asks a model, against a service that does all that services do. */
class ChatAgentTest {
  private static final String KEY = "sk-very-secret-0815";
  private static final Duration SHORT = Duration.ofMillis(200);

  private static ChatOptions options(ChatService service) {
    return ChatOptions.defaults().withBaseUrl(service.url()).withKey(KEY).withModel("small");
  }

  private static Recorder ask(ChatService.Reply reply, Prompt prompt) throws InterruptedException {
    try (var service = ChatService.start(reply)) {
      var answer = new Recorder();
      ChatAgent.of(options(service)).answer(prompt, answer);
      return answer;
    }
  }

  private static Recorder ask(ChatService.Reply reply) throws InterruptedException {
    return ask(reply, Recorder.prompt("Hello"));
  }

  /** What the failure says, behind the name of the place; and what was said before. */
  private static String failure(ChatService.Reply reply, Recorder answer) {
    return failure(reply, answer, Duration.ofSeconds(10));
  }

  private static String failure(ChatService.Reply reply, Recorder answer, Duration limit) {
    try (var service = ChatService.start(reply)) {
      var once = options(service).withAttempts(1);
      var agent = ChatAgent.of(once.withFirstLimit(limit).withSilenceLimit(limit));
      var failure =
          assertThrows(AgentException.class, () -> agent.answer(Recorder.prompt("Hello"), answer));
      assertNoKey(failure);
      assertTrue(failure.getMessage().startsWith(service.place()), failure::getMessage);
      return failure.getMessage().substring(service.place().length());
    }
  }

  private static String failure(ChatService.Reply reply) {
    return failure(reply, new Recorder());
  }

  private static void assertNoKey(Throwable failure) {
    var trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    assertFalse(trace.toString().contains("secret"), trace::toString);
  }

  @Test
  void theAnswerComesInPieces() throws Exception {
    var answer =
        ask(
            line ->
                line.head(200)
                    .data("{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}")
                    .delta("Hello")
                    .delta(" there")
                    .data("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}")
                    .data("{\"choices\":[],\"usage\":{\"total_tokens\":7}}")
                    .done());
    assertEquals("Hello there", answer.text.toString());
  }

  @Test
  void aPieceIsPassedOnBeforeTheNextOneComes() throws Exception {
    var seen = new CountDownLatch(1);
    try (var service =
        ChatService.start(
            line -> {
              line.head(200).delta("a");
              seen.await();
              line.delta("b").delta("c").done();
            })) {
      var answer =
          new Recorder() {
            @Override
            public void text(String delta) {
              super.text(delta);
              seen.countDown();
            }
          };
      ChatAgent.of(options(service)).answer(Recorder.prompt("Hello"), answer);
      assertEquals("text a", answer.lines.get(0));
      assertEquals("abc", answer.text.toString());
    }
  }

  @Test
  void theRequestIsWhatTheServiceExpects() throws Exception {
    var turns =
        List.of(
            new Turn(Role.USER, "1"),
            new Turn(Role.ASSISTANT, "2"),
            new Turn(Role.TOOL, "3"),
            new Turn(Role.USER, "4"));
    try (var service = ChatService.start(line -> line.head(200).done())) {
      var agent = ChatAgent.of(options(service));
      agent.answer(new Prompt(Part.CRITICISE, turns, "a draft", "begun"), new Recorder());
      var request = service.requests.get(0);
      assertTrue(request.startsWith("POST /v1/chat/completions HTTP/1.1\r\n"), request);
      assertTrue(request.contains("Authorization: Bearer " + KEY + "\r\n"), request);
      assertTrue(request.contains("Content-Type: application/json\r\n"), request);
      assertFalse(request.contains("Upgrade"), request);
      var body = Json.parse(request.substring(request.indexOf("\r\n\r\n") + 4));
      assertEquals("small", body.get("model").asString());
      assertTrue(body.get("stream").asBoolean());
      var said =
          body.get("messages").asList().stream()
              .map(it -> it.get("role").asString() + " " + it.get("content").asString())
              .toList();
      assertEquals("system " + Part.CRITICISE.instruction(), said.get(0));
      assertEquals(
          List.of("user 1", "assistant 2", "user 3", "user 4", "user a draft", "assistant begun"),
          said.subList(1, 7));
      assertTrue(said.get(7).startsWith("user Your answer was cut off"), said.get(7));
    }
  }

  @Test
  void withoutAKeyNoneIsSent() throws Exception {
    try (var service = ChatService.start(line -> line.head(200).done())) {
      var options = ChatOptions.defaults().withBaseUrl(service.url() + "/");
      ChatAgent.of(options).answer(Recorder.prompt("Hello"), new Recorder());
      assertFalse(service.requests.get(0).contains("Authorization"));
      assertTrue(service.requests.get(0).startsWith("POST /v1/chat/completions "));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reasoning_content", "reasoning"})
  void reasoningIsThinking(String name) throws Exception {
    var answer =
        ask(
            line ->
                line.head(200)
                    .data("{\"choices\":[{\"delta\":{\"" + name + "\":\"Hm.\"}}]}")
                    .delta("Yes")
                    .done());
    assertEquals(List.of("thinking Hm.", "text Yes"), answer.lines);
  }

  @Test
  void callsOfToolsAreIgnored() throws Exception {
    var answer =
        ask(
            line ->
                line.head(200)
                    .delta("a")
                    .data(
                        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"x\"}]}}]}")
                    .delta("b")
                    .done());
    assertEquals("ab", answer.text.toString());
  }

  @Test
  void linesThatAreNoDataAreIgnored() throws Exception {
    var answer =
        ask(
            line ->
                line.head(200)
                    .raw(": waiting\r\n\r\nevent: x\r\nid: 1\r\nnonsense\r\n\r\n")
                    .raw("data:{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\n\r\n")
                    .raw("data:\n\n")
                    .raw("data: 7\n\ndata: {\"choices\":7}\n\ndata: {\"choices\":[7]}\n\n")
                    .raw("data: [DONE]\r\n"));
    assertEquals("a", answer.text.toString());
  }

  @Test
  void bytesMayComeOneByOne() throws Exception {
    var all = "data: {\"choices\":[{\"delta\":{\"content\":\"é😀\"}}]}\n\ndata: [DONE]\n\n";
    var answer =
        ask(
            line -> {
              line.head(200);
              for (byte each : all.getBytes(StandardCharsets.UTF_8)) {
                line.raw(new byte[] {each});
              }
            });
    assertEquals("é😀", answer.text.toString());
  }

  @Test
  void anAnswerMayEndWithItsReasonOnly() throws Exception {
    var answer =
        ask(
            line ->
                line.head(200)
                    .delta("a")
                    .raw("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}"));
    assertEquals("a", answer.text.toString());
  }

  @Test
  void aLongAnswerComesWhole() throws Exception {
    var answer =
        ask(
            line -> {
              line.head(200);
              for (int i = 0; i < 5000; i++) {
                line.delta("piece " + i + " ");
              }
              line.done();
            });
    assertTrue(answer.text.toString().endsWith("piece 4999 "));
    assertEquals(5000, answer.text.toString().split("piece").length - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void aRefusedKeyIsNotToldAgain(int status) {
    var said = "{\"error\":{\"message\":\"Incorrect API key provided: sk-very*0815\"}}";
    assertEquals(
        "refused the key (" + status + ").",
        failure(line -> line.head(status, said.length()).raw(said)));
  }

  @Test
  void anErrorIsToldInTheServicesWords() {
    assertEquals(
        "answered with the error 429: Rate limit reached",
        failure(line -> line.head(429).raw("{\"error\":{\"message\":\"Rate limit reached\"}}")));
    assertEquals(
        "answered with the error 400: no model ... here",
        failure(line -> line.head(400).raw("{\"error\":\"no model " + KEY + "\\nhere\"}")));
    assertEquals(
        "answered with the error 500.", failure(line -> line.head(500).raw("<h1>Oops</h1>")));
    assertEquals(
        "answered with the error 302.",
        failure(line -> line.raw("HTTP/1.1 302 F\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n")));
    var endless = "{\"error\":\"" + "x".repeat(5000);
    assertEquals("answered with the error 503.", failure(line -> line.head(503).raw(endless)));
    var wordy = "{\"error\":{\"message\":\"" + "x".repeat(300) + "\"}}";
    assertEquals(
        "answered with the error 500: " + "x".repeat(200) + "...",
        failure(line -> line.head(500).raw(wordy)));
  }

  /** Refuses so often, then answers. */
  private static ChatService.Reply busy(int times, String refusal) {
    var refused = new AtomicInteger();
    return line -> {
      if (refused.getAndIncrement() < times) {
        line.raw("HTTP/1.1 " + refusal + "\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
      } else {
        line.head(200).delta("a").done();
      }
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "429 Busy\r\nRetry-After: 0",
        "503 Busy\r\nRetry-After: Sat, 01 Jan 2000 00:00:00 GMT",
        "500 Oops\r\nretry-after: 0"
      })
  void aBusyServiceIsAskedAgain(String refusal) throws Exception {
    assertEquals("a", ask(busy(2, refusal)).text.toString());
  }

  @Test
  void itIsAskedSoOftenAndNoMore() {
    try (var service = ChatService.start(busy(9, "429 Busy\r\nRetry-After: 0"))) {
      assertRefused(service, options(service), "answered with the error 429.");
      assertEquals(3, service.requests.size());
      var once = options(service).withAttempts(1);
      assertRefused(service, once, "answered with the error 429.");
      assertEquals(4, service.requests.size());
    }
  }

  private static void assertRefused(ChatService service, ChatOptions options, String how) {
    var agent = ChatAgent.of(options);
    var failure =
        assertThrows(
            AgentException.class, () -> agent.answer(Recorder.prompt("Hello"), new Recorder()));
    assertEquals(service.place() + how, failure.getMessage());
  }

  @Test
  void theServiceSaysWhenToAskAgain() throws Exception {
    long start = System.nanoTime();
    assertEquals("a", ask(busy(1, "503 Busy\r\nRetry-After: 1")).text.toString());
    assertTrue(System.nanoTime() - start > 900_000_000L, "it was not patient");
    assertEquals(Optional.of(Duration.ofSeconds(7)), Patience.parse("7"));
    assertEquals(Optional.empty(), Patience.parse("soon"));
    assertEquals(Optional.empty(), Patience.parse("-1"));
    var later = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(60);
    var pause = Patience.parse(DateTimeFormatter.RFC_1123_DATE_TIME.format(later)).orElseThrow();
    assertTrue(pause.toSeconds() >= 50 && pause.toSeconds() <= 60, pause + "");
  }

  @Test
  void whatWouldTakeTooLongIsNotWaitedFor() {
    try (var service = ChatService.start(busy(9, "429 Busy\r\nRetry-After: 3600"))) {
      assertRefused(service, options(service), "answered with the error 429.");
      assertEquals(1, service.requests.size());
    }
  }

  @Test
  void whatIsWrongWithTheRequestIsNotAskedAgain() {
    try (var service = ChatService.start(busy(9, "400 Bad\r\nRetry-After: 0"))) {
      assertRefused(service, options(service), "answered with the error 400.");
      assertEquals(1, service.requests.size());
    }
  }

  @Test
  void anAnswerThatHasBegunIsNotBegunAgain() {
    try (var service = ChatService.start(line -> line.head(200).delta("a"))) {
      var cut = "broke off the connection in the middle of its answer.";
      assertRefused(service, options(service), cut);
      assertEquals(1, service.requests.size());
    }
  }

  @Test
  void cancellingEndsThePause() {
    try (var service = ChatService.start(busy(9, "429 Busy\r\nRetry-After: 60"));
        var one = OneAgents.with(ChatAgent.of(options(service)))) {
      var answer = one.ask("Hi");
      Eventually.within(OneAgents.LIMIT, "it is asked", () -> service.requests.size() == 1);
      one.elsewhere().agents.cancel(answer.id());
      assertEquals(MessageStatus.CANCELLED, one.end(answer.id()).status());
      var queue = TaskQueue.of(one.redis, "agent:messages");
      Eventually.within(Duration.ofSeconds(3), "nobody waits", () -> queue.size() == 0);
    }
  }

  @Test
  void anErrorInTheMiddleEndsTheAnswer() {
    var answer = new Recorder();
    assertEquals(
        "ended its answer with an error: overloaded",
        failure(
            line ->
                line.head(200)
                    .raw(
                        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
                            + "data: {\"error\":{\"message\":\"overloaded\"}}\n\n"),
            answer));
    assertEquals("a", answer.text.toString());
  }

  @Test
  void garbageEndsTheAnswer() {
    assertEquals(
        "sent something that is no piece of an answer.",
        failure(line -> line.head(200).delta("a").data("{\"choices\":[{").done()));
    assertEquals(
        "sent something that is no piece of an answer.",
        failure(line -> line.head(200).delta("\\ud83d").done()));
  }

  @Test
  void aLineThatDoesNotEndEndsTheAnswer() {
    assertEquals(
        "sent a line that does not end in the middle of its answer.",
        failure(
            line -> {
              line.head(200).raw("data: ");
              while (true) {
                line.raw("x".repeat(10_000));
              }
            }));
  }

  @Test
  void aConnectionThatIsCutIsToldFromAnEnd() {
    var answer = new Recorder();
    var cut = "broke off the connection in the middle of its answer.";
    assertEquals(cut, failure(line -> line.head(200).delta("a"), answer));
    assertEquals("a", answer.text.toString());
    assertEquals(cut, failure(line -> line.head(200, 1000).delta("a")));
    assertEquals(
        cut,
        failure(
            line ->
                line.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ndata:\r\n")));
  }

  @Test
  void aServiceThatIsSilentIsLeft() throws Exception {
    try (var service =
        ChatService.start(
            line -> {
              line.head(200).delta("a");
              line.awaitLeaving();
              throw new IOException("left");
            })) {
      var agent = ChatAgent.of(options(service).withSilenceLimit(SHORT));
      var failure =
          assertThrows(
              AgentException.class, () -> agent.answer(Recorder.prompt("Hello"), new Recorder()));
      assertEquals(
          service.place() + "was silent for 200 ms in the middle of its answer.",
          failure.getMessage());
      Eventually.within(Duration.ofSeconds(1), "it is left", service.left::isDone);
    }
  }

  @Test
  void aServiceThatDoesNotBeginIsLeft() {
    assertEquals(
        "did not begin to answer within 0.2 s.",
        failure(ChatService.Line::awaitLeaving, new Recorder(), SHORT));
    assertEquals(
        "was silent for 200 ms in the middle of its answer.",
        failure(line -> line.head(200).awaitLeaving(), new Recorder(), SHORT));
  }

  @Test
  void aServiceThatIsNotThereIsSaidToBeSo() throws IOException {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    var options = ChatOptions.defaults().withBaseUrl("http://127.0.0.1:" + port).withKey(KEY);
    var failure =
        assertThrows(
            AgentException.class,
            () -> ChatAgent.of(options).answer(Recorder.prompt("Hello"), new Recorder()));
    assertEquals(
        "The model's service at 127.0.0.1:" + port + " could not be reached (ConnectException).",
        failure.getMessage());
  }

  @Test
  void aMessageGetsTheAnswerWithItsThinking() {
    try (var service =
            ChatService.start(
                line ->
                    line.head(200)
                        .data("{\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm.\"}}]}")
                        .delta("Hello")
                        .delta(" 😀")
                        .done());
        var one = OneAgents.with(ChatAgent.of(options(service)))) {
      var end = one.end(one.ask("Hi").id());
      assertEquals("Hello 😀", end.text());
      assertEquals(ContentType.THINKING, end.contentBlocks().get(0).contentType());
    }
  }

  @Test
  void cancellingClosesTheConnection() {
    try (var service =
            ChatService.start(
                line -> {
                  line.head(200).delta("a");
                  line.awaitLeaving();
                  throw new IOException("left");
                });
        var one = OneAgents.with(ChatAgent.of(options(service)))) {
      var answer = one.ask("Hi");
      Eventually.within(
          OneAgents.LIMIT, "it has begun", () -> one.load(answer.id()).text().equals("a"));
      one.elsewhere().agents.cancel(answer.id());
      Eventually.within(Duration.ofSeconds(1), "it is closed", service.left::isDone);
      assertEquals(MessageStatus.CANCELLED, one.end(answer.id()).status());
    }
  }

  @Test
  void cancellingBeforeTheFirstByteClosesTheConnection() {
    try (var service =
            ChatService.start(
                line -> {
                  line.awaitLeaving();
                  throw new IOException("left");
                });
        var one = OneAgents.with(ChatAgent.of(options(service)))) {
      var answer = one.ask("Hi");
      Eventually.within(OneAgents.LIMIT, "it is asked", () -> service.requests.size() == 1);
      one.elsewhere().agents.cancel(answer.id());
      Eventually.within(Duration.ofSeconds(1), "it is closed", service.left::isDone);
      assertEquals(MessageStatus.CANCELLED, one.end(answer.id()).status());
    }
  }

  @Test
  void theKeyIsInNoMessageAndInNoLog() {
    var logged = new ConcurrentLinkedQueue<String>();
    var root = Logger.getLogger("dev.redstart");
    var before = root.getLevel();
    var handler = listener(logged);
    root.setLevel(Level.ALL);
    root.addHandler(handler);
    try (var service =
            ChatService.start(line -> line.head(400).raw("{\"error\":\"bad key " + KEY + "\"}"));
        var one = OneAgents.with(ChatAgent.of(options(service)))) {
      var end = one.end(one.ask("Hi").id());
      assertEquals(MessageStatus.FAILED, end.status());
      assertTrue(end.error().orElseThrow().endsWith("error 400: bad key ..."));
      assertFalse(end.toJson().toString().contains(KEY));
      assertFalse(logged.toString().contains(KEY), logged::toString);
      assertFalse(options(service).toString().contains(KEY));
    } finally {
      root.removeHandler(handler);
      root.setLevel(before);
    }
  }

  private static Handler listener(ConcurrentLinkedQueue<String> logged) {
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            logged.add(record.getMessage() + " " + record.getThrown());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    handler.setLevel(Level.ALL);
    return handler;
  }
}
