package dev.redstart.a2a;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Takes pushes, remembers them, and answers as it is told; 200 otherwise. */
public final class Receiver implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int NO_BODY = -1;

  private final List<Push> pushes = new CopyOnWriteArrayList<>();
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  /** What came; the status is what it was answered. */
  public record Push(
      String path, com.sun.net.httpserver.Headers headers, JsonValue body, int status) {
    public String header(String name) {
      return headers.getFirst(name);
    }
  }

  /** Status 0: none at all. */
  private record Answer(int status, String name, String value) {}

  public Receiver() {
    this(0);
  }

  Receiver(int port) {
    letTheServiceSaySettings();
    try {
      server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** To be called before a server of the JDK's is made: it reads its settings once in a JVM. */
  static void letTheServiceSaySettings() {
    try {
      Class.forName("dev.redstart.http.WebServer");
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  public String url() {
    return url("/hook");
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /** The next ones. */
  Receiver answer(int... statuses) {
    for (int status : statuses) {
      answers.add(new Answer(status, "", ""));
    }
    return this;
  }

  Receiver answer(int status, String name, String value) {
    answers.add(new Answer(status, name, value));
    return this;
  }

  /** Says nothing to the next one. */
  Receiver hang() {
    return answer(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    var body = Json.parse(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    var answer = answers.poll();
    var said = answer == null ? new Answer(200, "", "") : answer;
    pushes.add(
        new Push(
            exchange.getRequestURI().toString(),
            exchange.getRequestHeaders(),
            body,
            said.status()));
    if (said.status() == 0) {
      awaitEnd();
      return;
    }
    if (!said.name().isEmpty()) {
      exchange.getResponseHeaders().add(said.name(), said.value());
    }
    exchange.sendResponseHeaders(said.status(), NO_BODY);
    exchange.close();
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** All, those that were refused too. */
  public List<Push> pushes() {
    return pushes;
  }

  List<Push> await(int count) {
    Eventually.within(LIMIT, count + " pushes have come", () -> pushes.size() >= count);
    return pushes;
  }

  /** What was taken, in a word each. */
  List<String> words() {
    return pushes.stream().filter(it -> it.status() / 100 == 2).map(it -> word(it)).toList();
  }

  private static String word(Push push) {
    var event = WireCodec.of(ProtocolVersion.V1_0).readEvent(push.body());
    if (event instanceof TaskStatusUpdate update) {
      return update.status().state().toString();
    }
    return event instanceof TaskArtifactUpdate update
        ? ManagerFixture.text(update.artifact())
        : "task " + ((Task) event).state();
  }

  void awaitWords(List<String> words) {
    Eventually.within(
        LIMIT, "all has come in order", () -> words().equals(words) || failed(words, words()));
  }

  private static boolean failed(List<String> expected, List<String> actual) {
    throw new AssertionError("expected " + expected + " but there is " + actual);
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
