package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.redis.Requests.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestsTest {
  private final Requests requests = new Requests();

  private Request next() {
    return requests.once(request -> request);
  }

  @Test
  void oneAfterTheOtherTheyAreOfOneLineAndCountUp() {
    var first = next();
    assertEquals(new Request(first.line(), first.number() + 1), next());
    assertEquals(new Request(first.line(), first.number() + 2), next());
  }

  @Test
  void oneInsideAnotherIsOfALineOfItsOwn() {
    var lines = new HashSet<String>();
    requests.once(
        outer ->
            requests.once(
                inner -> lines.addAll(List.of(outer.line(), inner.line(), next().line()))));
    assertEquals(3, lines.size());
    for (int i = 0; i < 10; i++) {
      assertTrue(lines.contains(next().line()), "lines are used again");
    }
  }

  @Test
  void aRequestThatFailedIsNeverMadeAgain() {
    var failed = new ArrayList<Request>();
    assertThrows(
        IllegalStateException.class,
        () ->
            requests.once(
                request -> {
                  failed.add(request);
                  throw new IllegalStateException("no reply");
                }));
    assertEquals(new Request(failed.get(0).line(), failed.get(0).number() + 1), next());
  }

  @Test
  void othersHaveOtherLines() {
    assertNotEquals(next().line(), new Requests().once(Request::line));
  }

  @Test
  void threadsNeverShareARequestAndNumbersOfALineOnlyGrow() throws Exception {
    var made = new CopyOnWriteArrayList<List<Request>>();
    var threads =
        IntStream.range(0, 4).mapToObj(t -> new Thread(() -> made.add(many(2000)))).toList();
    threads.forEach(Thread::start);
    for (var thread : threads) {
      thread.join();
    }
    var all = made.stream().flatMap(List::stream).toList();
    assertEquals(8000, new HashSet<>(all).size());
    assertTrue(all.stream().map(Request::line).distinct().count() <= 4);
    for (var ofOne : made) {
      var last = new HashMap<String, Long>();
      for (var request : ofOne) {
        var before = last.put(request.line(), request.number());
        assertTrue(before == null || before < request.number());
      }
    }
  }

  private List<Request> many(int count) {
    return IntStream.range(0, count).mapToObj(i -> next()).toList();
  }
}
