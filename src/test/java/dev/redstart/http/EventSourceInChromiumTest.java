package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.redstart.event.Event;
import dev.redstart.event.RunEnd;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A browser's own EventSource, in a page of another origin, as other people's pages use it. */
@Tag(RedisServer.VISITORS)
class EventSourceInChromiumTest {
  /** Kept, because the JDK forgets loggers that nobody keeps. */
  private static final Logger ACCESS = Logger.getLogger("dev.redstart.http.access");

  /** Collects what a stream brings; closes nothing. */
  private static final String COLLECT =
      """
      window.got = window.got || [];
      const source = new EventSource(arguments[0]);
      window.sources = [...(window.sources || []), source];
      for (const name of arguments[1]) {
        source.addEventListener(name, e => got.push([name, e.lastEventId, e.data]));
      }
      """;

  private static Browser browser;
  private static HttpServer elsewhere;

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Handler counter =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          requests.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private EchoService site;

  @BeforeAll
  static void start() throws IOException {
    elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    elsewhere.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    elsewhere.start();
    browser = Browser.start();
  }

  @AfterAll
  static void quit() {
    browser.close();
    elsewhere.stop(0);
  }

  private static String origin() {
    return "http://127.0.0.1:" + elsewhere.getAddress().getPort();
  }

  @BeforeEach
  void open() {
    ACCESS.setLevel(Level.INFO);
    ACCESS.setUseParentHandlers(false);
    ACCESS.addHandler(counter);
    site = new EchoService(ServiceOptions.defaults().withOrigins(origin()));
    browser.open(origin());
  }

  @AfterEach
  void close() {
    browser.forget();
    site.close();
    ACCESS.removeHandler(counter);
  }

  private void add(int from, int to) {
    for (int i = from; i <= to; i++) {
      site.events.add("123", "llm", "stream", Json.object("content", i + " "));
    }
  }

  private static void collect(String address, String... names) {
    browser.run(COLLECT, address, List.of(names));
  }

  @SuppressWarnings("unchecked")
  private static List<List<String>> got() {
    return (List<List<String>>) browser.run("return window.got");
  }

  private static long count() {
    return (Long) browser.run("return window.got.length");
  }

  /**
   * The example of the documentation of the event store, with another host, as it stands there:
   * what it takes a browser for (there is no {@code process} in one) is made true.
   */
  @Test
  void theExampleOfTheDocumentationWorks() {
    site.events.add("123", "lifecycle", "started", Json.object("task", "测试任务"));
    browser.run(
        """
        window.said = [];
        for (const kind of ['log', 'error']) {
          console[kind] = (...words) => said.push([kind, ...words]);
        }
        window.process = {stdout: {write: text => said.push(['write', text])}};
        """);
    browser.run(EXAMPLE.replace("http://localhost:8082", site.address()));
    browser.eventually("it begins", () -> said().contains("[\"log\",\"运行开始:\",{"));
    assertTrue(said().contains("\"data\":{\"task\":\"测试任务\"}"), said());
    add(1, 3);
    browser.eventually("words", () -> said().contains("[\"write\",\"3 \"]"));
    assertTrue(said().contains("[\"write\",\"1 \"],[\"write\",\"2 \"],[\"write\",\"3 \"]"), said());
    site.events.close("123", RunEnd.COMPLETED, Json.object("result", "done"));
    browser.eventually("it ends", () -> said().contains("[\"log\",\"运行完成:\",{"));
    browser.eventually("it has left", () -> site.followers() == 0);
    assertTrue(!said().contains("[\"error\""), said());
  }

  private static String said() {
    return (String) browser.run("return JSON.stringify(window.said)");
  }

  private static final String EXAMPLE =
      """
      const runId = 123;
      let lastEventId = null;

      function connectSSE() {
        const url = `http://localhost:8082/runs/${runId}/events/stream`;
        const eventSource = new EventSource(url);

        // 监听所有事件类型
        eventSource.onmessage = (e) => {
          lastEventId = e.lastEventId;
          const event = JSON.parse(e.data);
          console.log(`[${event.event.category}.${event.event.action}]`, event.data);
        };

        // 监听特定事件类型
        eventSource.addEventListener('lifecycle.started', (e) => {
          console.log('运行开始:', JSON.parse(e.data));
        });

        eventSource.addEventListener('llm.stream', (e) => {
          const event = JSON.parse(e.data);
          process.stdout.write(event.data.content || '');
        });

        eventSource.addEventListener('lifecycle.completed', (e) => {
          console.log('运行完成:', JSON.parse(e.data));
          eventSource.close();
        });

        // 错误处理和重连
        eventSource.onerror = (e) => {
          console.error('SSE 连接错误');
          eventSource.close();
          // 3秒后重连，携带 Last-Event-ID
          setTimeout(() => reconnect(lastEventId), 3000);
        };
      }

      function reconnect(lastId) {
        const url = `http://localhost:8082/runs/${runId}/events/stream`;
        const eventSource = new EventSource(url, {
          headers: { 'Last-Event-ID': lastId }
        });
        // ... 同上
      }

      connectSSE();
      """;

  /** Its onmessage is for all events, it says, which holds for those without a name. */
  @Test
  void withoutNamesEveryEventIsAMessage() {
    site.events.add("123", "lifecycle", "started", Json.object("task", "t"));
    add(1, 2);
    collect(site.address() + "/runs/123/events/stream?named=false", "message", "close");
    site.events.close("123", RunEnd.COMPLETED);
    browser.eventually("all are there", () -> count() == 5);
    assertEquals("close", got().get(4).get(0));
    assertEquals(
        "lifecycle", Json.parse(got().get(3).get(2)).get("event").get("category").asString());
  }

  /**
   * Cut off in the middle, a browser comes back by itself and misses nothing; after the end it
   * comes once more, hears that there is nothing (204), and never again.
   */
  @Test
  void aBrowserComesBackUntilTheEndAndThenNoMore() throws IOException {
    var session = site.newSession();
    var message = site.message(session, "m1");
    add(1, 10);
    message.appendText("one ");
    try (var proxy = FaultProxy.to(site.port())) {
      var address = "http://127.0.0.1:" + proxy.port();
      var stream = "/api/v1/sessions/" + session + "/messages/m1/stream";
      collect(
          address + "/runs/123/events/stream", "llm.stream", "lifecycle.completed", "gap", "close");
      collect(address + stream, "message_start", "text_delta", "message_end", "snapshot");
      browser.eventually("the beginning", () -> count() == 12);
      proxy.reset();
      add(11, 20);
      message.appendText("two ");
      message.appendText("three");
      message.complete();
      site.events.close("123", RunEnd.COMPLETED);
      browser.eventually("the rest", () -> count() == 27);
      browser.eventually("it gave up", () -> states().equals("2,2"));
      browser.eventually("nobody follows", () -> site.followers() == 0);
    }
    assertRunIsWhole();
    assertEquals("one two three", text());
    for (var path : List.of("/runs/123/events/stream", stream(session))) {
      var lines = requests.stream().filter(line -> line.contains(" " + path + " ")).toList();
      assertEquals(3, lines.size(), requests.toString());
      assertTrue(lines.get(2).contains(" 204 "), lines.toString());
    }
  }

  private static String stream(String session) {
    return "/api/v1/sessions/" + session + "/messages/m1/stream";
  }

  private static Object states() {
    return browser.run("return sources.map(it => it.readyState).join()");
  }

  private void assertRunIsWhole() {
    var numbers = new ArrayList<Long>();
    var ids = new ArrayList<String>();
    for (var event : got()) {
      if (event.get(0).contains(".")) {
        numbers.add(Json.parse(event.get(2)).get("sequence").asLong());
        ids.add(event.get(1));
      }
    }
    assertEquals(LongStream.rangeClosed(1, 21).boxed().toList(), numbers);
    assertEquals(
        site.events.events("123").stream().map(Event::id).map(Object::toString).toList(), ids);
  }

  private static String text() {
    var text = new StringBuilder();
    for (var event : got()) {
      if (event.get(0).equals("text_delta")) {
        text.append(Json.parse(event.get(2)).get("payload").get("delta").asString());
      }
    }
    return text.toString();
  }

  @Test
  void aPageOfAnotherOriginIsNotLetInUnlessItIsListed() {
    site.close();
    site = new EchoService();
    site.events.add("123", "lifecycle", "started");
    collect(site.address() + "/runs/123/events/stream", "lifecycle.started");
    browser.eventually("it is refused", () -> states().equals("2"));
    assertEquals(0, count());
  }
}
