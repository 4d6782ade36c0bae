package dev.redstart.orchestration;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Server;
import dev.redstart.redis.Strings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The life of a session: how it begins, goes on and ends. */
class SessionTest {
  private static final SessionOptions NAMED =
      SessionOptions.defaults().withSessionId("night-1").withChildren(2);

  @Test
  void theConfigurationHasTheSeedsFieldsInItsOrder() {
    try (var s = OneSession.open(NAMED)) {
      var expected =
          ("{\"session_id\":\"night-1\",\"prefix\":\"summoner:night-1\",\"max_children\":2,"
                  + "\"created_at\":\""
                  + s.config.createdAt()
                  + "\",\"parent_to_child_lists\":[\"summoner:night-1:tasks:1\","
                  + "\"summoner:night-1:tasks:2\"],"
                  + "\"child_to_parent_lists\":[\"summoner:night-1:reports\"],"
                  + "\"status_stream\":\"summoner:night-1:status\","
                  + "\"result_stream\":\"summoner:night-1:results\","
                  + "\"control_list\":\"summoner:night-1:control\","
                  + "\"monitor_channel\":\"summoner:night-1:monitor\",\"mode\":\"summoner\"}")
              .replace("summoner:night-1", key("summoner:night-1"));
      assertEquals(expected, s.redis.call("GET", key("summoner:night-1:config")).text());
      assertEquals(expected, s.config.toJson().toString());
      assertTrue(s.config.createdAt().matches("[\\d-]{10}T[\\d:]{8}[+-]\\d{4}"));
      assertEquals(s.config, s.sessions.config("night-1").orElseThrow());
    }
  }

  @Test
  void withoutAnIdItGetsAUuid() {
    try (var s = OneSession.open(1)) {
      assertTrue(s.id().matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), s.id());
    }
  }

  @Test
  void openingIsToldOnTheStatusStreamAndTheMonitorChannel() {
    try (var s = OneSession.open(1);
        var heard = s.redis.subscribe(key("summoner:night-1:monitor"))) {
      var config = s.sessions.initializeSummoner(NAMED);
      var notice = heard.next(OneSession.LIMIT).orElseThrow();
      assertEquals(
          Json.object(
                  "event",
                  "initialized",
                  "session_id",
                  "night-1",
                  "max_children",
                  2,
                  "created_at",
                  config.createdAt())
              .toString(),
          ((Notice.Message) notice).text());
      var entry = s.redis.call("XRANGE", config.statusStream(), "-", "+").items().get(0);
      assertEquals(
          List.of(
              "event",
              "initialized",
              "mode",
              "summoner",
              "session_id",
              "night-1",
              "max_children",
              "2",
              "created_at",
              config.createdAt()),
          entry.items().get(1).items().stream().map(field -> field.text()).toList());
    }
  }

  @Test
  void everyKeyHasATimeToLiveAtEveryMoment() {
    try (var s = OneSession.open(2)) {
      assertAllExpire(s);
      s.send(1, "a", "b");
      assertAllExpire(s);
      var child = s.child(1);
      var task = child.take(OneSession.LIMIT).orElseThrow();
      assertAllExpire(s);
      child.report(ReportMessage.success(task, 1, Json.of("done"), Duration.ZERO));
      assertAllExpire(s);
      s.redis.call("RPUSH", s.keys.tasks(1), "garbage");
      child.take(OneSession.LIMIT).orElseThrow();
      assertAllExpire(s);
      s.parent.gather(List.of("a"), OneSession.LIMIT);
      s.redis.call("RPUSH", s.keys.tasks(2), "made by a stranger");
      s.session.recover();
      assertAllExpire(s);
      child.close();
      assertAllExpire(s);
    }
  }

  private static void assertAllExpire(OneSession s) {
    for (var key : s.allKeys()) {
      assertTrue(s.redis.call("PTTL", key).integer() > 0, key + " does not expire");
    }
  }

  @Test
  void useKeepsAllOfItAlive() {
    try (var s = OneSession.open(2)) {
      s.send(1, "a");
      s.send(2, "b");
      var old = Duration.ofMinutes(10);
      s.allKeys().forEach(key -> s.redis.call(Keys.expire(key, old)));
      s.send(1, "c");
      s.session.recover();
      for (var key : s.allKeys()) {
        assertTrue(s.redis.call("PTTL", key).integer() > old.toMillis(), key + " is not renewed");
      }
    }
  }

  @Test
  void oneSendRenewsTheSessionsOwnKeys() {
    try (var s = OneSession.open(2)) {
      s.allKeys().forEach(key -> s.redis.call(Keys.expire(key, Duration.ofMinutes(10))));
      s.send(1, "c");
      for (var key : s.allKeys()) {
        assertTrue(s.redis.call("PTTL", key).integer() > 3_000_000, key + " is not renewed");
      }
    }
  }

  @Test
  void whatNobodyUsesIsGoneAfterItsTime() {
    var options = SessionOptions.defaults().withChildren(2).withTtl(Duration.ofMillis(300));
    try (var s = OneSession.open(options)) {
      s.send(1, "a", "b");
      s.joinOnly(1);
      s.takeFor(1);
      Eventually.within(
          OneSession.LIMIT, "nothing is left", () -> s.redis.call(Server.dbSize()) == 0);
      assertThrows(SessionException.Unknown.class, () -> s.send(1, "c"));
      assertEquals(0, s.redis.call(Server.dbSize()), "an expired session is not half revived");
    }
  }

  @Test
  void itLivesAsLongAsAChildDoesEvenAnIdleOne() {
    var options = SessionOptions.defaults().withChildren(3).withTtl(Duration.ofMillis(500));
    try (var s = OneSession.open(options)) {
      s.send(3, "for a child that is not there yet");
      s.child(1);
      long until = System.nanoTime() + 1_500_000_000L;
      Eventually.within(OneSession.LIMIT, "time passes", () -> System.nanoTime() > until);
      assertTrue(s.sessions.config(s.id()).isPresent());
      assertEquals(List.of("for a child that is not there yet"), s.waiting(3));
    }
  }

  @Test
  void nobodyWaitsForATaskThatWasNotSent() {
    try (var s = OneSession.open(1)) {
      s.sessions.cleanup(s.id());
      assertThrows(SessionException.Unknown.class, () -> s.parent.send(1, "x"));
      assertThrows(SessionException.Unknown.class, () -> s.parent.gather(OneSession.LIMIT));
    }
  }

  @Test
  void whatIsNoConfigurationIsToldWithItsKey() {
    try (var s = OneSession.open(1)) {
      for (var wrong : List.of("", "{", "[]", "{\"session_id\":\"x\"}")) {
        s.redis.call("SET", key("summoner:x:config"), wrong);
        var text =
            assertThrows(SessionException.Unreadable.class, () -> s.sessions.config("x"))
                .getMessage();
        assertTrue(
            text.startsWith("the key " + key("summoner:x:config") + " holds no session: "), text);
      }
    }
  }

  @Test
  void cleanupLeavesNoKey() {
    try (var s = OneSession.open(3)) {
      s.redis.call(Strings.set("another", "key"));
      s.send(1, "a", "b");
      s.send(3, "c");
      var child = s.child(1);
      child.take(OneSession.LIMIT).orElseThrow();
      s.redis.call("RPUSH", s.keys.reports(1), "garbage");
      s.parent.gather(List.of("b"), Duration.ofMillis(1));
      assertTrue(s.sessions.cleanup(s.id()));
      assertEquals(List.of("another"), s.allKeys());
      assertFalse(s.sessions.cleanup(s.id()));
    }
  }

  @Test
  void cleanupIsToldOnTheMonitorChannel() {
    try (var s = OneSession.open(1);
        var heard = s.redis.subscribe(s.config.monitorChannel())) {
      s.sessions.cleanup(s.id());
      var notice = (Notice.Message) heard.next(OneSession.LIMIT).orElseThrow();
      var message = Json.parse(notice.text());
      assertEquals("cleanup", message.get("event").asString());
      assertEquals(s.id(), message.get("session_id").asString());
    }
  }

  @Test
  void nothingWritesToASessionThatIsGone() {
    try (var s = OneSession.open(2)) {
      var holding = s.joinOnly(1);
      var task = s.task(1, "a");
      s.sessions.cleanup(s.id());
      var report = ReportMessage.success(task, 1, Json.of(1), Duration.ZERO);
      assertEquals(Verdict.SESSION_GONE, holding.report(new byte[] {1}, report, false).verdict());
      assertEquals(Child.End.SESSION_GONE, holding.beat(true).end().orElseThrow());
      holding.leave(new byte[0]);
      s.session.bury(s.keys.reports(1), new byte[] {1}, "reason");
      assertFalse(s.session.recover());
      assertThrows(SessionException.Unknown.class, () -> ChildSession.join(s.session, 1));
      assertThrows(SessionException.Unknown.class, () -> s.parent.send(1, "x"));
      assertThrows(SessionException.Unknown.class, () -> s.parent.shutdown("over"));
      assertEquals(0, s.redis.call(Server.dbSize()));
    }
  }

  @Test
  void ofManyThatOpenItAtOnceOneWins() throws Exception {
    try (var s = OneSession.open(1)) {
      var executor = Executors.newFixedThreadPool(8);
      var start = new CountDownLatch(1);
      var tries =
          IntStream.range(0, 8).mapToObj(i -> executor.submit(() -> wins(s, start))).toList();
      start.countDown();
      int won = 0;
      for (var attempt : tries) {
        won += attempt.get() ? 1 : 0;
      }
      executor.shutdown();
      assertEquals(1, won);
    }
  }

  private static boolean wins(OneSession s, CountDownLatch start) throws InterruptedException {
    start.await();
    try {
      s.sessions.initializeSummoner(NAMED);
      return true;
    } catch (SessionException.Exists taken) {
      assertTrue(taken.getMessage().contains("night-1"), taken.getMessage());
      return false;
    }
  }

  @Test
  void whatAnEarlierSessionOfTheNameLeftIsNotInherited() {
    try (var s = OneSession.open(1)) {
      s.redis.call("RPUSH", key("summoner:night-1:tasks:2"), "stale");
      s.redis.call("RPUSH", key("summoner:night-1:reports"), "stale");
      s.sessions.initializeSummoner(NAMED);
      assertEquals(
          0,
          s.redis.call(
              Keys.exists(key("summoner:night-1:tasks:2"), key("summoner:night-1:reports"))));
    }
  }

  @Test
  void anUnknownSessionIsNamed() {
    try (var s = OneSession.open(1)) {
      assertTrue(s.sessions.config("nobody").isEmpty());
      for (Runnable use :
          List.<Runnable>of(
              () -> s.sessions.parent("nobody"), () -> s.sessions.child("nobody", 1))) {
        var text = assertThrows(SessionException.Unknown.class, use::run).getMessage();
        assertTrue(text.contains("no session nobody at " + s.redis.options().address()), text);
      }
    }
  }

  @Test
  void aChildOutOfRangeIsToldTheRange() {
    try (var s = OneSession.open(3)) {
      for (int number : new int[] {-1, 0, 4}) {
        for (Runnable use :
            List.<Runnable>of(
                () -> s.sessions.child(s.id(), number),
                () -> s.parent.send(number, "x"),
                () -> s.parent.heldBy(number),
                () -> s.parent.shutdown(number, "x"))) {
          var text = assertThrows(IllegalArgumentException.class, use::run).getMessage();
          assertTrue(text.contains("must be 1 to 3") && text.contains("was " + number), text);
        }
      }
    }
  }

  @Test
  void wrongOptionsAreRefusedByName() {
    var options = SessionOptions.defaults();
    for (var id : List.of("", "a b", "a{b}", "é", "x".repeat(129))) {
      var text =
          assertThrows(IllegalArgumentException.class, () -> options.withSessionId(id))
              .getMessage();
      assertTrue(text.startsWith("sessionId:"), text);
    }
    assertThrows(IllegalArgumentException.class, () -> options.withChildren(0));
    assertThrows(IllegalArgumentException.class, () -> options.withChildren(501));
    assertThrows(IllegalArgumentException.class, () -> options.withLease(Duration.ofMillis(199)));
    assertThrows(IllegalArgumentException.class, () -> options.withTtl(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> options.withDeliveries(0));
  }

  @Test
  void aNumberIsWrittenInTheDigitsOfTheSeedWhateverTheLocale() {
    var night = SessionOptions.defaults().withPrefix("night");
    var before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try (var s = OneSession.open(Mode.NORMAL, night)) {
      assertEquals(key("night-001"), s.config.prefix());
      assertEquals(s.config, s.sessions.config(s.id()).orElseThrow());
      assertEquals(
          key("night-012"),
          s.sessions.initialize(night.withSequence(12)).prefix(),
          "as it is asked for");
    } finally {
      Locale.setDefault(before);
    }
  }
}
