package dev.redstart.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.ProxyConnection;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Replies that never arrive: nothing is doubled. */
class LostReplyTest {
  private static final int SCALE = Integer.getInteger("redstart.chaos", 1);

  @Test
  void anEventWhoseReplyIsLostIsNotDoubled() throws Exception {
    try (var direct = Runs.open();
        var proxy = FaultProxy.to(RedisServer.shared().port());
        var runs = Runs.on(proxy.url(), EventOptions.defaults())) {
      runs.add(1, 1);
      var lossy = lose(proxy);
      var adding = Runs.async(() -> runs.store.add("1", "llm", "stream", Runs.number(2)));
      Eventually.within(Runs.LONG, "it is there", () -> direct.store.length("1") == 2);
      // It is answered as it was, whatever has come since.
      direct.store.close("1", RunEnd.COMPLETED);
      lossy.forEach(ProxyConnection::reset);
      assertEquals(direct.store.events("1").get(1), adding.get(10, TimeUnit.SECONDS));
      assertEquals(3, direct.store.length("1"));
      assertThrows(EventException.Closed.class, () -> runs.add(3, 3));
    }
  }

  @Test
  void anEndWhoseReplyIsLostIsStillTheFirst() throws Exception {
    try (var direct = Runs.open();
        var proxy = FaultProxy.to(RedisServer.shared().port());
        var runs = Runs.on(proxy.url(), EventOptions.defaults())) {
      runs.add(1, 1);
      var lossy = lose(proxy);
      var closing = Runs.async(() -> runs.store.close("1", RunEnd.FAILED));
      Eventually.within(
          Runs.LONG, "it is closed", () -> direct.store.state("1") == RunState.CLOSED);
      lossy.forEach(ProxyConnection::reset);
      var last = direct.store.events("1").get(1);
      assertEquals(new Closing(last.id(), RunEnd.FAILED, true), closing.get(10, TimeUnit.SECONDS));
      assertFalse(direct.store.close("1", RunEnd.FAILED).isFirst());
      assertEquals(2, direct.store.length("1"));
    }
  }

  @Test
  void throughConnectionsThatBreakAtRandomEachEventIsAddedOnce() {
    Seeds.check(LostReplyTest::breakAtRandom);
  }

  /** Nothing arrives any more on the connections that there are, until they are reset. */
  private static List<ProxyConnection> lose(FaultProxy proxy) {
    var lossy = proxy.connections();
    lossy.forEach(connection -> connection.toClient(Fault.DROP));
    return lossy;
  }

  private static void breakAtRandom(long seed) throws Exception {
    var random = new Random(seed);
    int each = 150 * SCALE;
    try (var direct = Runs.open();
        var proxy = FaultProxy.to(RedisServer.shared().port());
        var runs = Runs.on(proxy.url(), EventOptions.defaults().withKept(100_000))) {
      var added = new CopyOnWriteArrayList<Event>();
      var writers = new ArrayList<CompletableFuture<Boolean>>();
      for (int i = 0; i < 4; i++) {
        long first = (long) i * each;
        writers.add(
            Runs.async(
                () -> {
                  for (int n = 0; n < each; n++) {
                    added.add(runs.store.add("1", "llm", "stream", Runs.number(first + n)));
                  }
                  return true;
                }));
      }
      var all = CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new));
      while (!all.isDone()) {
        int before = added.size();
        Eventually.within(Runs.LONG, "it goes on", () -> all.isDone() || added.size() > before + 5);
        if (random.nextInt(4) == 0) {
          lose(proxy);
          // Long enough for replies to be lost, unless it is just connecting.
          new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
        }
        proxy.reset();
      }
      all.get(1, TimeUnit.SECONDS);
      var events = direct.store.events("1");
      assertEquals(Runs.numbers(1, 4 * each), Runs.sequencesOf(events));
      added.sort((a, b) -> a.id().compareTo(b.id()));
      assertEquals(List.copyOf(added), events);
    }
  }
}
