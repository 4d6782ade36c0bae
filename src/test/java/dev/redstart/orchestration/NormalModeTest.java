package dev.redstart.orchestration;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is different in normal mode; and that nothing else is. */
@Apart
class NormalModeTest {
  private static final Duration LIMIT = OneSession.LIMIT;
  private static final SessionOptions NIGHT =
      SessionOptions.defaults().withPrefix("night").withChildren(2);

  @Nested
  class AsToChildren extends ChildTest {
    @Override
    Mode mode() {
      return Mode.NORMAL;
    }
  }

  @Nested
  class AsToTheDead extends DeadChildTest {
    @Override
    Mode mode() {
      return Mode.NORMAL;
    }
  }

  @Nested
  class AsToGarbage extends GarbageTest {
    @Override
    Mode mode() {
      return Mode.NORMAL;
    }
  }

  private static OneSession open(SessionOptions options) {
    return OneSession.open(Mode.NORMAL, options);
  }

  private static void pass(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    Eventually.within(LIMIT, "time passes", () -> System.nanoTime() > until);
  }

  @Test
  void theConfigurationHasTheSeedsFieldsInItsOrder() {
    long before = System.currentTimeMillis();
    try (var s = open(NIGHT)) {
      var expected =
          ("{\"session_id\":\""
                  + s.id()
                  + "\",\"prefix\":\"night-001\",\"max_children\":2,\"created_at\":\""
                  + s.config.createdAt()
                  + "\",\"parent_to_child_lists\":[\"night-001:p2c:1\",\"night-001:p2c:2\"],"
                  + "\"child_to_parent_lists\":[\"night-001:c2p:1\",\"night-001:c2p:2\"],"
                  + "\"status_stream\":\"night-001:status\","
                  + "\"result_stream\":\"night-001:results\","
                  + "\"control_list\":\"night-001:control\",\"monitor_channel\":\"\","
                  + "\"mode\":\"normal\"}")
              .replace("night-001", key("night-001"));
      assertEquals(expected, s.redis.call("GET", key("night-001:config")).text());
      assertEquals(expected, s.config.toJson().toString());
      var words = s.id().split("-");
      assertTrue(Long.parseLong(words[0]) >= before, s.id());
      assertEquals(ProcessHandle.current().pid(), Long.parseLong(words[1]));
      var first = s.history().get(0);
      assertEquals("initialized", first.field("event").orElseThrow());
      assertEquals(s.id(), first.field("session_id").orElseThrow());
      assertEquals("2", first.field("max_children").orElseThrow());
    }
  }

  @Test
  void theDefaultPrefixIsMadeOfProjectAndHost() {
    assertEquals(
        "tower-abcdefghijkl",
        SessionOptions.defaultPrefix(
            Map.of("PROJECT_NAME", "tower", "HOSTNAME", "abcdefghijklmnop")));
    assertEquals("project-pc", SessionOptions.defaultPrefix(Map.of("HOSTNAME", "pc")));
    assertEquals(
        "a_b_c-h_",
        SessionOptions.defaultPrefix(Map.of("PROJECT_NAME", "a b{c", "HOSTNAME", "hé")));
    var nameless = SessionOptions.defaultPrefix(Map.of("PROJECT_NAME", " ", "HOSTNAME", ""));
    assertTrue(nameless.matches("project-[!-~]{1,12}"), nameless);
    try (var s = open(SessionOptions.defaults())) {
      var prefix = SessionOptions.defaultPrefix(System.getenv());
      assertEquals(key(prefix + "-001"), s.config.prefix());
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void itIsFoundByItsIdAndByItsPrefix(Mode mode) {
    try (var s = OneSession.open(mode, 3)) {
      assertEquals(s.config, s.sessions.config(s.id()).orElseThrow());
      assertEquals(s.config, s.sessions.configByPrefix(s.config.prefix()).orElseThrow());
      assertTrue(s.sessions.config("nobody").isEmpty());
      assertTrue(s.sessions.configByPrefix("nobody-001").isEmpty());
      assertTrue(s.sessions.config(s.config.prefix().replaceAll("[{}]", "")).isEmpty());
      assertEquals(s.config, s.sessions.view(s.id()).config());
      s.sessions.cleanup(s.id());
      assertTrue(s.sessions.config(s.id()).isEmpty());
      assertTrue(s.sessions.configByPrefix(s.config.prefix()).isEmpty());
      assertFalse(s.sessions.cleanup(s.id()));
    }
  }

  @Test
  void theLongestNamesAreFoundAgain() {
    var longest = "n".repeat(128);
    try (var s = open(SessionOptions.defaults().withPrefix(longest).withSequence(7))) {
      assertEquals(key(longest + "-007"), s.config.prefix());
      assertEquals(s.config, s.sessions.config(s.id()).orElseThrow());
      assertEquals(s.config, s.sessions.configByPrefix(s.config.prefix()).orElseThrow());
      var summoner =
          s.sessions.initializeSummoner(SessionOptions.defaults().withSessionId(longest));
      assertEquals(summoner, s.sessions.config(longest).orElseThrow());
      assertEquals(summoner, s.sessions.configByPrefix(summoner.prefix()).orElseThrow());
    }
  }

  @Test
  void ofManyThatOpenSessionsAtOnceEachGetsItsOwnNumber() throws Exception {
    try (var s = open(NIGHT);
        var other = Redis.connect(RedisServer.shared().url())) {
      var start = new CountDownLatch(1);
      var opened = new ArrayList<CompletableFuture<SessionConfig>>();
      for (int i = 0; i < 16; i++) {
        var sessions = i % 2 == 0 ? s.sessions : Orchestration.of(other);
        opened.add(
            Background.run(
                () -> {
                  await(start);
                  return sessions.initialize(NIGHT);
                }));
      }
      start.countDown();
      var all = new ArrayList<>(List.of(s.config));
      for (var each : opened) {
        all.add(each.join());
      }
      assertEquals(17, all.stream().map(SessionConfig::sessionId).distinct().count());
      assertEquals(
          IntStream.rangeClosed(1, 17).mapToObj(i -> key("night-%03d".formatted(i))).toList(),
          all.stream().map(SessionConfig::prefix).sorted().toList());
      for (var config : all) {
        assertEquals(config, s.sessions.config(config.sessionId()).orElseThrow());
        s.sessions.cleanup(config.sessionId());
      }
      assertEquals(0, s.redis.call(Server.dbSize()));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  @Test
  void theLowestFreeNumberIsTaken() {
    try (var s = open(NIGHT)) {
      s.sessions.initialize(NIGHT.withSequence(2));
      s.redis.call("SET", key("night-003:config"), "a stranger's");
      assertEquals(key("night-004"), s.sessions.initialize(NIGHT).prefix());
      s.sessions.cleanup(s.id());
      assertEquals(key("night-001"), s.sessions.initialize(NIGHT).prefix());
      assertEquals("a stranger's", s.redis.call("GET", key("night-003:config")).text());
    }
  }

  @Test
  void aNumberThatIsTakenIsRefusedByName() {
    try (var s = open(NIGHT.withSequence(5))) {
      long before = s.redis.call(Server.dbSize());
      var text = refusal(s, NIGHT.withSequence(5));
      assertTrue(text.contains("night-005") && text.contains("127.0.0.1:"), text);
      assertEquals(before, s.redis.call(Server.dbSize()), "it leaves nothing behind");
      for (int wrong : new int[] {-1, 0, 1000}) {
        assertThrows(IllegalArgumentException.class, () -> NIGHT.withSequence(wrong));
      }
    }
  }

  private static String refusal(OneSession s, SessionOptions options) {
    return assertThrows(SessionException.Exists.class, () -> s.sessions.initialize(options))
        .getMessage();
  }

  @Test
  void whenAllNumbersAreTakenItSaysSo() {
    try (var s = open(NIGHT)) {
      for (int i = 2; i <= 999; i++) {
        s.redis.call("SET", key("night-%03d:config".formatted(i)), "taken");
      }
      long before = s.redis.call(Server.dbSize());
      var text = refusal(s, NIGHT);
      assertTrue(text.contains("night-001 to 999"), text);
      assertEquals(before, s.redis.call(Server.dbSize()), "it leaves nothing behind");
      s.redis.call("DEL", key("night-999:config"));
      assertEquals(key("night-999"), s.sessions.initialize(NIGHT).prefix());
    }
  }

  @Test
  void aNameWhoseSessionIsGoneIsNobodysEvenIfItsNumberIsUsedAgain() {
    try (var s = open(NIGHT)) {
      s.redis.call("DEL", key("night-001:config"), key("night-001:state"));
      assertTrue(s.sessions.config(s.id()).isEmpty());
      var next = s.sessions.initialize(NIGHT);
      assertEquals(key("night-001"), next.prefix());
      assertTrue(s.sessions.config(s.id()).isEmpty());
      assertFalse(s.sessions.cleanup(s.id()));
      assertThrows(SessionException.Unknown.class, () -> s.sessions.parent(s.id()));
      assertEquals(next, s.sessions.config(next.sessionId()).orElseThrow());
    }
  }

  @Test
  void whatAnEarlierSessionOfTheNumberLeftIsNotInherited() {
    try (var s = open(NIGHT)) {
      s.redis.call("DEL", key("night-001:config"));
      s.redis.call("RPUSH", key("night-001:p2c:2"), "stale");
      s.redis.call("RPUSH", key("night-001:c2p:1"), "stale");
      s.redis.call("RPUSH", key("night-001:taken:1"), "stale");
      s.sessions.initialize(NIGHT);
      var stale =
          new String[] {key("night-001:p2c:2"), key("night-001:c2p:1"), key("night-001:taken:1")};
      assertEquals(0, s.redis.call(Keys.exists(stale)));
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void itsWholeLifeEveryKeyExpiresAndNothingIsLeft(Mode mode) {
    try (var s = OneSession.open(mode, SessionOptions.defaults().withChildren(3))) {
      s.redis.call("SET", "another", "1", "EX", "3600");
      assertAllExpire(s);
      s.send(1, "a", "b", "c");
      s.send(2, "urgent");
      assertAllExpire(s);
      var child = s.child(1);
      var holding = s.joinOnly(2);
      s.takeFor(2);
      assertAllExpire(s);
      child.report(success(child.take(LIMIT).orElseThrow(), 1));
      assertAllExpire(s);
      s.redis.call("RPUSH", s.keys.tasks(1), "garbage");
      child.take(LIMIT).orElseThrow();
      assertAllExpire(s);
      s.endLease(2);
      s.session.recover();
      assertAllExpire(s);
      assertTrue(holding.beat(true).end().isEmpty(), "it comes back");
      s.redis.call("RPUSH", s.keys.reports(3), "garbage");
      s.parent.gather(List.of("a", "of a stranger"), Duration.ofMillis(30));
      assertAllExpire(s);
      s.parent.acknowledge(List.of("a"));
      s.parent.shutdown("over");
      s.parent.shutdownNow("at once");
      assertAllExpire(s);
      child.close();
      s.joinOnly(1);
      s.joinOnly(2);
      assertAllExpire(s);
      for (int number = 1; number <= 3; number++) {
        s.redis.call("RPUSH", s.keys.reports(number), "too late");
        s.redis.call("RPUSH", s.keys.tasks(number), "too late");
      }
      s.sessions.cleanup(s.id());
      assertEquals(List.of("another"), s.allKeys());
    }
  }

  private static ReportMessage success(TaskMessage task, int child) {
    return ReportMessage.success(task, child, Json.of("done"), Duration.ZERO);
  }

  private static void assertAllExpire(OneSession s) {
    for (var key : s.allKeys()) {
      // -2: gone meanwhile, for a child was told to stop.
      assertNotEquals(-1, s.redis.call("PTTL", key).integer(), key + " does not expire");
    }
  }

  @Test
  void whatNobodyUsesIsGoneAfterItsTimeWithItsName() {
    try (var s = open(NIGHT.withTtl(Duration.ofMillis(300)))) {
      s.send(1, "a", "b");
      s.joinOnly(1);
      s.takeFor(1);
      Eventually.within(LIMIT, "nothing is left", () -> s.redis.call(Server.dbSize()) == 0);
      assertThrows(SessionException.Unknown.class, () -> s.send(1, "c"));
      assertEquals(0, s.redis.call(Server.dbSize()), "an expired session is not half revived");
    }
  }

  @Test
  void itLivesAsLongAsAChildDoesAndSoDoesItsName() {
    try (var s = open(NIGHT.withTtl(Duration.ofMillis(300)))) {
      s.send(2, "for a child that is not there yet");
      s.child(1);
      pass(Duration.ofMillis(800));
      assertEquals(s.config, s.sessions.config(s.id()).orElseThrow());
      assertEquals(1, s.waiting(2).size());
    }
  }

  @Test
  void itLivesAsLongAsItsParentSendsAndSoDoesItsName() {
    try (var s = open(NIGHT.withTtl(Duration.ofMillis(300)))) {
      s.send(2, "once");
      for (int i = 0; i < 8; i++) {
        s.send(1, "t" + i);
        pass(Duration.ofMillis(100));
      }
      assertEquals(s.config, s.sessions.config(s.id()).orElseThrow());
      assertEquals(List.of("once"), s.waiting(2));
    }
  }

  @Test
  void itLivesAsLongAsItsParentWaitsAndSoDoesItsName() {
    try (var s = open(NIGHT.withTtl(Duration.ofMillis(300)))) {
      s.send(2, "once");
      assertFalse(s.parent.gather(Duration.ofMillis(800)).isComplete());
      assertEquals(s.config, s.sessions.config(s.id()).orElseThrow());
      assertEquals(List.of("once"), s.waiting(2));
    }
  }

  @Test
  void eachChildReportsInAListOfItsOwn() {
    try (var s = open(NIGHT)) {
      s.send(1, "a");
      s.send(2, "b");
      s.child(2).run(task -> Json.of(2), 1);
      s.child(1).run(task -> Json.of(1), 1);
      assertEquals(List.of("a"), reportedIn(s, key("night-001:c2p:1")));
      assertEquals(List.of("b"), reportedIn(s, key("night-001:c2p:2")));
      assertTrue(s.parent.gather(LIMIT).isComplete());
      assertEquals(List.of(), reportedIn(s, key("night-001:c2p:2")));
    }
  }

  private static List<String> reportedIn(OneSession s, String list) {
    return s.list(list).stream().map(raw -> ((ReportMessage) Message.parse(raw)).taskId()).toList();
  }

  @Test
  void aReportInPlaceOfAnUnreportedDeathLiesInTheListOfTheDead() {
    try (var s = open(NIGHT.withDeliveries(1))) {
      s.send(2, "a");
      s.joinOnly(2);
      s.takeFor(2);
      s.endLease(2);
      s.session.recover();
      assertEquals(List.of("a"), reportedIn(s, key("night-001:c2p:2")));
      assertEquals("error", s.parent.gather(LIMIT).reports().get("a").status());
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aWaitingParentHasAReportOfOursAtOnce(Mode mode) throws Exception {
    try (var s = OneSession.open(mode, 2)) {
      var child = s.child(2);
      var quickest = Duration.ofHours(1);
      for (int i = 0; i < 3; i++) {
        s.send(2, "t" + i);
        var task = child.take(LIMIT).orElseThrow();
        var took = untilGathered(s, () -> child.report(success(task, 2)));
        quickest = took.compareTo(quickest) < 0 ? took : quickest;
      }
      assertTrue(quickest.toMillis() < 100, "it took " + quickest);
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aWaitingParentHasAPlainReportSoon(Mode mode) throws Exception {
    try (var s = OneSession.open(mode, 2)) {
      s.send(2, "a");
      var raw = success(s.task(2, "a"), 2).toJson().toString();
      var took = untilGathered(s, () -> s.redis.call("RPUSH", s.keys.reports(2), raw));
      assertTrue(took.toMillis() < 500, "it took " + took);
    }
  }

  /** From the report of a task, the only one, until a parent that waits for it has it. */
  private static Duration untilGathered(OneSession s, Runnable report) throws Exception {
    var gathered = Background.run(() -> s.parent.gather(LIMIT));
    Eventually.within(
        LIMIT,
        "the parent waits",
        () -> !Admin.info(s.redis, "clients").get("blocked_clients").equals("0"));
    long start = System.nanoTime();
    report.run();
    assertTrue(gathered.get().isComplete());
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void theWordForTheParentDoesNotPileUp() {
    try (var s = open(NIGHT)) {
      s.send(1, "a", "b", "c");
      s.child(1).run(task -> Json.of(1), 3);
      assertEquals(1, s.list(key("night-001:wake")).size());
      assertTrue(s.parent.gather(LIMIT).isComplete());
    }
  }
}
