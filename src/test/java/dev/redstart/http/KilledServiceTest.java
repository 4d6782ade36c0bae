package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.agent.AgentOptions;
import dev.redstart.agent.EchoAgent;
import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * An instance is killed in the middle of an answer, with readers of its own, who come back at
 * another one, and others there: for each it has one end, or goes on.
 */
class KilledServiceTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final int READERS = 50;
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final long WITHIN_MILLIS = LEASE.plusSeconds(1).toMillis();
  private static final Duration PAUSE = Duration.ofMillis(30);
  private static final String QUESTION =
      "one two three four five six seven eight nine ten ".repeat(30);

  static {
    SERVER.cli("FLUSHALL");
  }

  private static final AgentOptions OPTIONS =
      AgentOptions.defaults().withLease(LEASE).withGrace(Duration.ZERO);

  private final Crowd crowd = new Crowd();
  private final Random random = new Random(1);
  private final List<CompletableFuture<Visitor>> readers = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    crowd.close();
  }

  private static ChildJvm child(Duration takeover, String run) {
    return ChildJvm.of(ServiceMain.class)
        .withHeap("128m")
        .start(
            SERVER.url(),
            Long.toString(LEASE.toMillis()),
            Long.toString(takeover.toMillis()),
            Long.toString(PAUSE.toMillis()),
            run);
  }

  private static int port(ChildJvm child) {
    return Integer.parseInt(child.awaitLine("serving ", LIMIT).split(" ")[1]);
  }

  /** Half of them at the instance that is going to die. */
  private <V extends View> List<V> join(
      String path, Supplier<V> views, ChildJvm child, int deadly, int other) {
    var all = new ArrayList<V>();
    for (int i = 0; i < 2 * READERS; i++) {
      boolean first = i % 2 == 0;
      IntSupplier ports = () -> first && child.isAlive() ? deadly : other;
      var view = views.get();
      var own = new Random(random.nextLong());
      var visitor = new Visitor(path, view, Visitor.Temper.EAGER, ports, own);
      readers.add(visitor.end());
      all.add(view);
      crowd.join(visitor, Duration.ZERO);
    }
    return all;
  }

  private void awaitReaders() throws Exception {
    CompletableFuture.allOf(readers.toArray(CompletableFuture[]::new))
        .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void awaitBeginning(List<MessageView> views) {
    Eventually.within(
        LIMIT, "all have some of it", () -> views.stream().allMatch(view -> view.size() > 8));
  }

  @Test
  void anotherInstanceGoesOnAndEachReaderGetsAllOfItOnce() throws Exception {
    try (var other = new Instance(SERVER, OPTIONS);
        var child = child(Duration.ofSeconds(30), "killed1")) {
      int port = port(child);
      var asked = other.ask(QUESTION);
      var views = join(asked.stream(), MessageView::new, child, port, other.port());
      awaitBeginning(views);
      try (var worker = other.agents.start(EchoAgent.create())) {
        long killed = kill(child, other, asked);
        awaitReaders();
        for (var view : views) {
          assertEquals("You said: " + QUESTION.strip(), view.text().strip());
          assertEquals("completed", view.status());
          assertInTime(view.longestSilenceMillis(killed));
        }
      }
    }
  }

  private static long kill(ChildJvm child, Instance other, Instance.Asked asked) throws Exception {
    assertEquals("streaming", other.get(asked.message()).get("status").asString());
    child.kill();
    return System.nanoTime();
  }

  private static void assertInTime(long millis) {
    assertTrue(millis <= WITHIN_MILLIS, "it took " + millis + " ms");
  }

  @Test
  void byChoiceTheAnswerFailsAndEachReaderSeesItsOneEndInTime() throws Exception {
    try (var other = new Instance(SERVER, OPTIONS.withTakeover(Duration.ZERO));
        var child = child(Duration.ZERO, "killed2")) {
      int port = port(child);
      var asked = other.ask(QUESTION);
      var views = join(asked.stream(), MessageView::new, child, port, other.port());
      awaitBeginning(views);
      long killed = kill(child, other, asked);
      awaitReaders();
      var whole = new MessageView().whole(other.get(asked.message()));
      assertEquals("failed", whole.status());
      for (var view : views) {
        assertEquals(whole.state(), view.state());
        assertInTime(view.lastMillisAfter(killed));
      }
    }
  }

  @Test
  void aRunWhoseProducerIsKilledIsAbandonedForEachReaderInTime() throws Exception {
    try (var other = new OneService(SERVER.url());
        var child = child(Duration.ZERO, "killed3")) {
      int port = port(child);
      var views =
          join("/runs/killed3/events/stream", RunView::fromTheStart, child, port, other.port());
      Eventually.within(
          LIMIT, "all have some of it", () -> views.stream().allMatch(it -> it.sequence() > 5));
      child.kill();
      long killed = System.nanoTime();
      awaitReaders();
      for (var view : views) {
        assertEquals("lifecycle.abandoned", view.lastName());
        assertInTime((view.endNanos() - killed) / 1_000_000);
      }
    }
  }
}
