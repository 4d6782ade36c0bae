package dev.redstart.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.event.RunUpdate.Added;
import dev.redstart.harness.Apart;
import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Producers in processes of their own that really die, or are stopped for too long. */
@Apart
class KilledProducersTest {
  private static final int SCALE = Integer.getInteger("redstart.chaos", 1);
  private static final Duration LEASE = Duration.ofMillis(900);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static ChildJvm start(String run) {
    var child =
        ChildJvm.of(ProducerMain.class)
            .withHeap("48m")
            .start(RedisServer.shared().url(), run, Long.toString(LEASE.toMillis()));
    child.awaitLine("opened", LIMIT);
    return child;
  }

  @Test
  void aProducerThatIsKilledIsOneEndForAllReadersWithinASecondOfItsLease() throws Exception {
    try (var runs = Runs.open()) {
      for (int i = 0; i < 1 + SCALE / 2; i++) {
        var run = "run-" + i;
        var ends = new ArrayList<CompletableFuture<List<RunUpdate>>>();
        try (var child = start(run)) {
          for (int n = 0; n < 20; n++) {
            var follower = runs.store.follow(run, EventStart.START);
            ends.add(Runs.async(() -> Runs.takeAll(follower)));
          }
          child.kill();
          long start = System.nanoTime();
          CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
          long millis = (System.nanoTime() - start) / 1_000_000;
          assertTrue(millis < LEASE.toMillis() + 1000, "after " + millis + " ms");
        }
        int events = (int) runs.store.length(run);
        for (var end : ends) {
          var updates = end.get();
          assertEquals(Runs.numbers(1, events), Runs.sequences(updates));
          assertEquals("abandoned", ((Added) updates.get(events - 1)).event().action());
        }
      }
    }
  }

  @Test
  void aProducerThatWasStoppedForTooLongIsRefusedWhenItGoesOn() {
    try (var runs = Runs.open();
        var child = start("1");
        var follower = runs.store.follow("1", EventStart.START)) {
      child.pause();
      var updates = Runs.takeAll(follower);
      assertEquals("abandoned", ((Added) updates.get(updates.size() - 1)).event().action());
      child.resume();
      var said = child.awaitLine("refused", LIMIT);
      assertTrue(said.contains("the run 1 has ended (abandoned)"), said);
      assertEquals(0, child.awaitExit(LIMIT));
      assertEquals(updates.size(), runs.store.length("1"));
    }
  }
}
