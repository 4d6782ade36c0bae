package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many leases ended in one round trip. */
class CompleteTest {
  private final OneQueue q = OneQueue.open();

  @AfterEach
  void close() {
    q.close();
  }

  private List<Lease> claimed(int tasks) {
    IntStream.range(0, tasks).forEach(i -> q.queue.push(new Task("t" + i, Json.of(i)), i));
    return q.queue.claim(tasks);
  }

  @Test
  void aBatchIsCompletedTogether() {
    var leases = claimed(3);
    var all = List.of(Settlement.COMPLETED, Settlement.COMPLETED, Settlement.COMPLETED);
    assertEquals(all, q.queue.complete(leases));
    assertEquals(0, q.queue.size());
    assertEquals(3, q.queue.stats().completed());
  }

  @Test
  void whatWasLostIsSaidAndHoldsUpNothing() {
    var leases = claimed(3);
    assertTrue(q.queue.remove("t1"));
    var expected = List.of(Settlement.COMPLETED, Settlement.LOST, Settlement.COMPLETED);
    assertEquals(expected, q.queue.complete(leases));
  }

  @Test
  void ifOneWasEndedBeforeNoneIs() {
    var leases = claimed(3);
    leases.get(2).complete();
    assertThrows(IllegalStateException.class, () -> q.queue.complete(leases));
    assertEquals(2, q.queue.stats().leased());
    q.queue.complete(leases.subList(0, 2));
    assertThrows(IllegalStateException.class, () -> leases.get(0).complete());
    assertEquals(3, q.queue.stats().completed());
  }
}
