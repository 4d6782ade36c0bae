package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A line for each request. */
class AccessLogTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Logger logger = Logger.getLogger("dev.redstart.http.access");
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    logger.setUseParentHandlers(false);
    logger.addHandler(handler);
  }

  @AfterEach
  void leave() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
    logger.setLevel(null);
  }

  private void assertLogged(String regex) {
    Eventually.within(
        LIMIT, regex, () -> lines.stream().anyMatch(line -> line.matches("127.0.0.1 " + regex)));
  }

  @Test
  void eachRequestIsLoggedWithoutItsQuery() throws Exception {
    try (var site = new Site(ServiceOptions.defaults())) {
      site.get("/things/a%0Ab?access_token=s3cret");
      assertLogged("GET /things/a%0Ab 400 \\d+ ms");
      site.get("/bug");
      assertLogged("GET /bug 500 \\d+ ms");
      try (var raw = site.raw().send("\u001b[2J /things/1 HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
        assertEquals(405, raw.reply().status());
      }
      assertLogged("\\? /things/1 405 \\d+ ms");
      assertTrue(lines.stream().noneMatch(line -> line.contains("s3cret")));
    }
  }

  @Test
  void aStreamIsLoggedAtItsEndWhoeverEndsIt() throws Exception {
    var options = ServiceOptions.defaults().withWriteLimit(Duration.ofMillis(200));
    try (var site = new Site(options);
        var stalled = new RawClient(site.port(), 4096)) {
      stalled.send("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertEquals(200, stalled.head().status());
      for (int i = 0; i < 20; i++) {
        site.told.add("x".repeat(1_000_000));
      }
      assertLogged("GET /feed 200 \\d+ ms");
      assertEquals(1, lines.size());
    }
  }
}
