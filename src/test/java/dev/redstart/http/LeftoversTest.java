package dev.redstart.http;

import dev.redstart.agent.AgentOptions;
import dev.redstart.agent.EchoAgent;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Instances that end in the middle of things give back all that they held. */
class LeftoversTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int READERS = 20;
  private static final AgentOptions OPTIONS =
      AgentOptions.defaults().withLease(Duration.ofSeconds(1)).withGrace(Duration.ZERO);

  @Test
  void threadsSocketsConnectionsAndSubscriptionsAreGivenBack() throws Exception {
    try (var server = RedisServer.start()) {
      endInTheMiddle(server);
      var before = Leftovers.since(server);
      endInTheMiddle(server);
      Eventually.within(LIMIT, "nothing is left", () -> before.areNone());
    }
  }

  /** While an answer is being given to readers, of whom half never read. */
  private static void endInTheMiddle(RedisServer server) throws Exception {
    var readers = new ArrayList<AutoCloseable>();
    try (var a = new Instance(server, OPTIONS);
        var b = new Instance(server, OPTIONS);
        var worker = a.agents.start(EchoAgent.create().withPause(Duration.ofMillis(20)))) {
      var asked = b.ask("a long answer, please, which nobody will hear to its end");
      for (int i = 0; i < READERS; i++) {
        var port = i % 4 < 2 ? a.port() : b.port();
        readers.add(reader(port, asked.stream(), i % 2 == 0));
      }
    } finally {
      for (var reader : readers) {
        reader.close();
      }
    }
  }

  private static AutoCloseable reader(int port, String path, boolean reads) throws Exception {
    if (reads) {
      var source = EventSource.open(port, path);
      source.next();
      return source;
    }
    return new RawClient(port, 4096).send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  }
}
