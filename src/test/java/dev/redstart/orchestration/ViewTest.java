package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a session looks like from outside. */
class ViewTest {
  private static final Duration LIMIT = OneSession.LIMIT;

  private static SessionView view(OneSession s) {
    return s.sessions.view(s.id());
  }

  private static ChildView child(OneSession s, int number) {
    return view(s).children().get(number - 1);
  }

  private static ReportMessage success(TaskMessage task, int child) {
    return ReportMessage.success(task, child, Json.of("done"), Duration.ZERO);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aNewSessionIsEmpty(Mode mode) {
    try (var s = OneSession.open(mode, 3)) {
      var view = view(s);
      assertEquals(s.config, view.config());
      assertEquals(3, view.children().size());
      for (int number = 1; number <= 3; number++) {
        assertEquals(
            new ChildView(number, ChildView.State.ABSENT, 0, Optional.empty()), child(s, number));
      }
      assertEquals(List.of(0L, 0L, 0L, 0L, 0L), counts(view));
      var apart = Duration.between(view.time(), Instant.now()).abs();
      assertTrue(apart.compareTo(Duration.ofSeconds(5)) < 0, "the same machine: " + apart);
      assertTrue(view.ttl().compareTo(s.redis.options().ttl()) <= 0, view.ttl().toString());
      assertTrue(view.ttl().compareTo(s.redis.options().ttl().minusSeconds(60)) > 0);
    }
  }

  private static List<Long> counts(SessionView view) {
    return List.of(
        view.reportsWaiting(),
        view.reportsRead(),
        view.tasksOpen(),
        view.tasksReported(),
        view.deadLetters());
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aTaskIsCountedWhereItIs(Mode mode) {
    try (var s = OneSession.open(mode, 2)) {
      s.send(1, "a", "b");
      s.send(2, "c");
      assertEquals(List.of(0L, 0L, 3L, 0L, 0L), counts(view(s)));
      assertEquals(2, child(s, 1).waiting());
      var child = s.child(1);
      var task = child.take(LIMIT).orElseThrow();
      assertEquals(new ChildView(1, ChildView.State.ALIVE, 1, Optional.of("a")), child(s, 1));
      child.report(success(task, 1));
      assertEquals(List.of(1L, 0L, 2L, 1L, 0L), counts(view(s)));
      assertEquals(Optional.empty(), child(s, 1).taskId());
      s.child(2).run(it -> Json.of(1), 1);
      assertEquals(List.of(2L, 0L, 1L, 2L, 0L), counts(view(s)));
      s.parent.gather(List.of("a"), LIMIT);
      assertEquals(List.of(0L, 2L, 1L, 2L, 0L), counts(view(s)));
      s.parent.acknowledge(List.of("a"));
      s.redis.call("RPUSH", s.keys.reports(2), "garbage");
      s.parent.gather(List.of("b"), Duration.ofMillis(10));
      assertEquals(List.of(0L, 1L, 1L, 2L, 1L), counts(view(s)));
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aChildIsAbsentAliveLostOrStopped(Mode mode) {
    try (var s = OneSession.open(mode, 4)) {
      s.joinOnly(1);
      var lost = s.joinOnly(2);
      s.send(2, "held", "waiting");
      s.takeFor(2);
      s.endLease(2);
      s.child(3).close();
      assertEquals(states("ALIVE LOST STOPPED ABSENT"), states(s));
      assertEquals(new ChildView(2, ChildView.State.LOST, 1, Optional.of("held")), child(s, 2));
      s.session.recover();
      assertEquals(states("ALIVE LOST STOPPED ABSENT"), states(s));
      assertEquals(new ChildView(2, ChildView.State.LOST, 0, Optional.empty()), child(s, 2));
      assertEquals(2, child(s, 1).waiting());
      lost.beat(true);
      s.joinOnly(3);
      assertEquals(states("ALIVE ALIVE ALIVE ABSENT"), states(s));
      lost.leave(new byte[0]);
      assertEquals(states("ALIVE STOPPED ALIVE ABSENT"), states(s));
    }
  }

  private static List<ChildView.State> states(String words) {
    return List.of(words.split(" ")).stream().map(ChildView.State::valueOf).toList();
  }

  private static List<ChildView.State> states(OneSession s) {
    return view(s).children().stream().map(ChildView::state).toList();
  }

  @Test
  void whatIsHeldAndIsNoTaskHasNoId() {
    try (var s = OneSession.open(1)) {
      s.joinOnly(1);
      s.redis.call("RPUSH", s.keys.tasks(1), "garbage");
      s.takeFor(1);
      assertEquals(new ChildView(1, ChildView.State.ALIVE, 0, Optional.empty()), child(s, 1));
      assertEquals(List.of(), s.parent.heldBy(1));
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void lookingChangesNothingAndKeepsNothingAlive(Mode mode) {
    try (var s = OneSession.open(mode, 3)) {
      s.send(1, "a", "b", "c");
      s.joinOnly(1);
      s.takeFor(1);
      s.joinOnly(2);
      s.endLease(2);
      s.redis.call("RPUSH", s.keys.reports(1), "garbage");
      s.parent.gather(List.of("a"), Duration.ofMillis(10));
      s.allKeys().forEach(key -> s.redis.call(Keys.expire(key, Duration.ofMinutes(5))));
      var before = everything(s);
      for (int i = 0; i < 3; i++) {
        view(s);
        s.sessions.config(s.id()).orElseThrow();
        s.sessions.configByPrefix(s.config.prefix()).orElseThrow();
        s.parent.heldBy(1);
      }
      assertEquals(before, everything(s));
      for (var key : s.allKeys()) {
        long left = s.redis.call("PTTL", key).integer();
        assertTrue(left > 0 && left <= 300_000, key + " was renewed: " + left);
      }
    }
  }

  private static Map<String, String> everything(OneSession s) {
    var all = new TreeMap<String, String>();
    for (var key : s.allKeys()) {
      all.put(key, Base64.getEncoder().encodeToString(s.redis.call("DUMP", key).bytes()));
    }
    return all;
  }

  @Test
  void aSessionThatOnlySomebodyLooksAtExpires() {
    var options = SessionOptions.defaults().withChildren(1).withTtl(Duration.ofMillis(400));
    try (var s = OneSession.open(options)) {
      long start = System.nanoTime();
      assertThrows(
          SessionException.Unknown.class,
          () -> {
            while (System.nanoTime() - start < LIMIT.toNanos()) {
              view(s);
            }
          });
      Eventually.within(LIMIT, "all is gone", () -> s.redis.call(Server.dbSize()) == 0);
    }
  }

  @Test
  void anUnknownSessionIsNamed() {
    try (var s = OneSession.open(1)) {
      var text =
          assertThrows(SessionException.Unknown.class, () -> s.sessions.view("nobody"))
              .getMessage();
      assertTrue(text.contains("nobody"), text);
    }
  }
}
