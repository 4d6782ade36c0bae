package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Apart;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a parent sends, and what it gathers. */
@Apart
class GatherTest {
  private static final Duration LIMIT = OneSession.LIMIT;
  private static final Duration SHORT = Duration.ofMillis(100);

  private static ReportMessage success(TaskMessage task) {
    return ReportMessage.success(task, task.childId(), Json.of("done"), Duration.ZERO);
  }

  private static ReportMessage failure(TaskMessage task) {
    return ReportMessage.failure(task, task.childId(), "no ink", Duration.ZERO);
  }

  private static String json(Message message) {
    return message.toJson().toString();
  }

  /** As a plain child reports. */
  private static void push(OneSession s, String... reports) {
    for (var report : reports) {
      s.redis.call("RPUSH", s.keys.reports(1), report);
    }
  }

  private static void report(OneSession s, String... ids) {
    for (var id : ids) {
      push(s, json(success(s.task(1, id))));
    }
  }

  private static List<String> reasons(OneSession s) {
    return s.list(s.keys.dead()).stream()
        .map(it -> Json.parse(it).get("reason").asString())
        .toList();
  }

  @Test
  void allIsWhenAllAreThereInTheOrderOfTheIds() {
    try (var s = OneSession.open(1)) {
      s.send(1, "a", "b", "c", "d");
      report(s, "d", "b", "a", "c");
      var gathered = s.parent.gather(List.of("c", "a", "d"), LIMIT);
      assertEquals(List.of("c", "a", "d"), List.copyOf(gathered.reports().keySet()));
      assertTrue(gathered.isComplete());
      assertEquals(Set.of("b"), s.parent.gather(LIMIT).reports().keySet());
    }
  }

  @Test
  void someReportsMayBeEnough() {
    try (var s = OneSession.open(1)) {
      s.send(1, "a", "b", "c");
      report(s, "b");
      long start = System.nanoTime();
      var one = s.parent.gather(List.of("a", "b", "c"), Until.reports(1), LIMIT);
      assertTrue(System.nanoTime() - start < LIMIT.toNanos() / 2, "it waited for all");
      assertEquals(Set.of("b"), one.reports().keySet());
      assertEquals(List.of("a", "c"), List.copyOf(one.missing()));
      report(s, "a", "c");
      var two = s.parent.gather(List.of("c", "a"), Until.reports(7), LIMIT);
      assertEquals(List.of("c", "a"), List.copyOf(two.reports().keySet()));
      assertThrows(IllegalArgumentException.class, () -> Until.reports(0));
    }
  }

  @Test
  void oneFailureMayBeEnough() {
    try (var s = OneSession.open(1)) {
      s.send(1, "a", "b", "c", "d");
      report(s, "a");
      push(s, json(failure(s.task(1, "c"))));
      long start = System.nanoTime();
      var gathered = s.parent.gather(List.of("a", "b", "c", "d"), Until.failure(), LIMIT);
      assertTrue(System.nanoTime() - start < LIMIT.toNanos() / 2, "it waited for all");
      assertFalse(gathered.reports().get("c").isSuccess());
      assertEquals(Set.of("a", "c"), gathered.reports().keySet());
      report(s, "b", "d");
      assertTrue(s.parent.gather(List.of("b", "d"), Until.failure(), LIMIT).isComplete());
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void itEndsAtItsDeadlineAndNotMuchLater(Mode mode) {
    try (var s = OneSession.open(mode, 2)) {
      s.send(1, "a");
      for (int millis : new int[] {-5, 0, 1, 300}) {
        long start = System.nanoTime();
        var gathered = s.parent.gather(Duration.ofMillis(millis));
        long took = (System.nanoTime() - start) / 1_000_000;
        assertEquals(Set.of("a"), gathered.missing());
        assertTrue(took >= millis && took < millis + 350, millis + " ms took " + took);
      }
      report(s, "a");
      assertTrue(s.parent.gather(Duration.ZERO).isComplete(), "even without time it looks once");
    }
  }

  @Test
  void itEndsAtItsDeadlineWhileOtherReportsComeAllTheTime() throws Exception {
    try (var s = OneSession.open(1)) {
      s.send(1, "a");
      var ids = IntStream.range(0, 2_000).mapToObj(i -> "t" + i).toList();
      s.parent.sendAll(ids.stream().map(id -> s.task(1, id)).toList());
      long end = System.nanoTime() + Duration.ofMillis(700).toNanos();
      var noise =
          Background.run(
              () -> {
                for (int i = 0; System.nanoTime() < end; i = (i + 1) % 2_000) {
                  report(s, ids.get(i));
                }
                return true;
              });
      long start = System.nanoTime();
      assertFalse(s.parent.gather(List.of("a"), Duration.ofMillis(300)).isComplete());
      assertTrue(System.nanoTime() - start < Duration.ofMillis(700).toNanos());
      noise.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void forEverIsAllowedAndEndsWhenAllAreThere() {
    try (var s = OneSession.open(1)) {
      s.send(1, "a");
      report(s, "a");
      var forEver = ChronoUnit.FOREVER.getDuration();
      assertTrue(s.parent.gather(forEver).isComplete());
      assertEquals("a", s.child(1).take(forEver).orElseThrow().taskId());
    }
  }

  @Test
  void itEndsWhenTheSessionDoes() throws Exception {
    try (var s = OneSession.open(1)) {
      s.send(1, "a");
      var gathering =
          Background.run(
              () ->
                  assertThrows(SessionException.Unknown.class, () -> s.parent.gather(LIMIT))
                      .getMessage());
      s.sessions.cleanup(s.id());
      assertTrue(gathering.get(5, TimeUnit.SECONDS).contains(s.id()));
      assertEquals(0, s.redis.call(Server.dbSize()));
    }
  }

  @Test
  void theFirstOfTwoReportsOnATaskIsTheOne() {
    try (var s = OneSession.open(1)) {
      s.send(1, "a", "b");
      var first = success(s.task(1, "a"));
      push(s, json(first), json(first), json(failure(s.task(1, "a"))));
      assertEquals(first, s.parent.gather(List.of("a"), LIMIT).reports().get("a"));
      push(s, json(first), json(failure(s.task(1, "a"))));
      report(s, "b");
      assertTrue(s.parent.gather(LIMIT).isComplete());
      assertEquals(List.of("a second report on its task"), reasons(s).stream().distinct().toList());
      assertEquals(4, reasons(s).size());
      assertEquals(2, s.sessions.view(s.id()).tasksReported());
    }
  }

  @Test
  void aPlainReportAfterThatOfOurChildIsADeadLetter() {
    try (var s = OneSession.open(1)) {
      s.send(1, "a");
      s.child(1).run(task -> Json.of("ours"), 1);
      report(s, "a");
      var gathered = s.parent.gather(LIMIT).reports();
      assertEquals("ours", gathered.get("a").result().asString());
      s.parent.gather(List.of("none"), SHORT);
      assertEquals(List.of("a second report on its task"), reasons(s));
    }
  }

  @Test
  void reportsThatNobodyWantsAreDeadLetters() {
    try (var s = OneSession.open(1)) {
      s.send(1, "a");
      report(s, "unknown");
      push(s, json(success(TaskMessage.of("other", 1, "x").withTaskId("a"))));
      push(s, "not json", "", "[]", "{\"type\":\"report\"}", "{\"type\":\"report\",\"task_id\":7}");
      push(s, json(s.task(1, "a")), "[".repeat(2_000));
      report(s, "a");
      var gathered = s.parent.gather(LIMIT);
      assertEquals(s.id(), gathered.reports().get("a").sessionId());
      assertEquals(9, reasons(s).size());
      assertEquals("a report on a task that nobody sent", reasons(s).get(0));
      assertEquals("a report of another session", reasons(s).get(1));
      assertEquals("not a report", reasons(s).get(2));
      assertEquals(List.of(), s.refused());
      assertEquals(0, s.sessions.view(s.id()).reportsWaiting());
    }
  }

  @Test
  void aTaskThatAnotherHasSentIsWantedByNamingIt() {
    try (var s = OneSession.open(1)) {
      s.redis.call("RPUSH", s.keys.tasks(1), json(s.task(1, "plain")));
      s.child(1).run(task -> Json.of("done"), 1);
      assertTrue(s.parent.gather(List.of("plain"), LIMIT).isComplete());
      assertEquals(List.of(), reasons(s));
    }
  }

  /** Reports by their type and task, which cannot be read as one all the same. */
  private static final List<String> UNREADABLE =
      List.of(
          "{\"type\":\"report\",\"task_id\":\"a\",\"child_id\":{}}",
          "{\"type\":\"report\",\"task_id\":\"a\",\"status\":7,\"message_id\":\"m\"}",
          "{\"type\":\"report\",\"task_id\":\"a\",\"metadata\":[],\"status\":\"success\"}");

  @Test
  void anUnreadableReportLeavesItsTaskOpenForAGoodOne() {
    try (var s = OneSession.open(1)) {
      s.send(1, "a");
      for (var bad : UNREADABLE) {
        push(s, bad);
        assertFalse(s.parent.gather(Duration.ZERO).isComplete());
      }
      assertEquals(3, reasons(s).size());
      assertTrue(reasons(s).get(0).startsWith("not a report that can be read"));
      assertEquals(1, s.sessions.view(s.id()).tasksOpen());
      assertEquals(0, s.sessions.view(s.id()).tasksReported());
      report(s, "a");
      assertTrue(s.parent.gather(LIMIT).isComplete());
      assertEquals(3, reasons(s).size());
    }
  }

  @Test
  void aGoodReportRightBehindAnUnreadableOneCounts() {
    for (var bad : UNREADABLE) {
      try (var s = OneSession.open(1)) {
        s.send(1, "a");
        push(s, bad);
        report(s, "a");
        var gathered = s.parent.gather(Duration.ofSeconds(1));
        assertTrue(gathered.isComplete(), () -> bad + ": " + reasons(s));
        assertEquals(1, reasons(s).size());
      }
    }
  }

  @Test
  void whatWasAcknowledgedIsForgottenAndWhatWasNotIsToldToASuccessor() {
    try (var s = OneSession.open(1)) {
      s.send(1, "acknowledged", "read", "waiting", "open");
      report(s, "acknowledged", "read");
      var first = s.parent.gather(List.of("acknowledged", "read"), LIMIT).reports();
      s.parent.acknowledge(List.of("acknowledged", "never heard of"));
      report(s, "waiting");
      var next = s.sessions.parent(s.id());
      var gathered = next.gather(SHORT);
      assertEquals(Set.of("read", "waiting"), gathered.reports().keySet());
      assertEquals(Set.of("open"), gathered.missing());
      assertEquals(first.get("read"), gathered.reports().get("read"));
      report(s, "open");
      assertEquals(Set.of("open"), next.gather(LIMIT).reports().keySet());
      next.acknowledge(List.of("read", "waiting", "open"));
      assertEquals(0, s.sessions.view(s.id()).reportsRead());
      assertTrue(s.sessions.parent(s.id()).gather(Duration.ZERO).reports().isEmpty());
    }
  }

  @Test
  void whatWasHandedOutIsNotHandedOutAgainAfterTrouble() {
    try (var s = OneSession.open(1);
        var proxy = FaultProxy.to(RedisServer.shared().port());
        var redis =
            Redis.connect(RedisOptions.of(proxy.url()).withTimeout(Duration.ofMillis(300)))) {
      s.send(1, "a", "b");
      report(s, "a");
      var parent = Orchestration.of(redis).parent(s.id());
      assertEquals(Set.of("a"), parent.gather(List.of("a"), LIMIT).reports().keySet());
      proxy.both(Fault.DROP);
      assertThrows(RedisException.class, () -> parent.gather(Duration.ofMillis(100)));
      proxy.both(Fault.PASS);
      proxy.cut();
      report(s, "b");
      assertEquals(Set.of("b"), parent.gather(LIMIT).reports().keySet());
      assertTrue(parent.gather(Duration.ZERO).reports().isEmpty());
    }
  }

  @Test
  void manyAreAcknowledgedInOneRoundTripEach() {
    try (var s = OneSession.open(1)) {
      var ids = IntStream.range(0, 250).mapToObj(i -> "t" + i).toList();
      s.parent.sendAll(ids.stream().map(id -> s.task(1, id)).toList());
      s.child(1).run(task -> Json.of(1), 250);
      assertEquals(250, s.parent.gather(LIMIT).reports().size());
      assertEquals(250, s.sessions.view(s.id()).reportsRead());
      s.parent.acknowledge(ids);
      assertEquals(0, s.sessions.view(s.id()).reportsRead());
    }
  }

  @Test
  void aTaskThatIsSentAgainAfterItsReportKeepsNobodyWaiting() {
    try (var s = OneSession.open(1)) {
      var task = s.task(1, "a");
      s.parent.send(task);
      s.child(1).run(it -> Json.of(1), 1);
      assertTrue(s.parent.gather(LIMIT).isComplete());
      s.parent.send(task);
      long start = System.nanoTime();
      s.parent.gather(Duration.ofSeconds(2));
      assertTrue(System.nanoTime() - start < 1_000_000_000L, "it waits for a second report");
    }
  }

  @Test
  void aSuccessorThatSendsAllAgainWaitsForNoReportThatWasAcknowledged() {
    try (var s = OneSession.open(1)) {
      var tasks = List.of(s.task(1, "a"), s.task(1, "b"), s.task(1, "c"));
      s.parent.sendAll(tasks);
      s.child(1).run(it -> Json.of(1), 2);
      assertEquals(2, s.parent.gather(List.of("a", "b"), LIMIT).reports().size());
      s.parent.acknowledge(List.of("a"));
      var next = s.sessions.parent(s.id());
      next.sendAll(tasks);
      assertEquals(List.of("c"), s.waiting(1));
      s.child(1).run(it -> Json.of(1), 1);
      long start = System.nanoTime();
      assertEquals(Set.of("b", "c"), next.gather(Duration.ofSeconds(2)).reports().keySet());
      assertTrue(System.nanoTime() - start < 1_000_000_000L, "it waits for what is forgotten");
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void manyAreSentInBatchesInTheirOrderAndNoneTwice(Mode mode) {
    try (var s = OneSession.open(mode, 3)) {
      var tasks = new ArrayList<TaskMessage>();
      for (int i = 0; i < 1_050; i++) {
        tasks.add(s.task(1 + i % 3, "t" + i));
      }
      s.parent.sendAll(tasks);
      s.parent.sendAll(tasks);
      s.parent.send(tasks.get(7));
      for (int child = 1; child <= 3; child++) {
        int number = child;
        var expected = IntStream.range(0, 350).mapToObj(i -> "t" + (3 * i + number - 1)).toList();
        assertEquals(expected, s.waiting(child));
      }
      assertEquals(1_050, s.sessions.view(s.id()).tasksOpen());
    }
  }

  @Test
  void muchTextIsSentInSmallerBatches() {
    try (var s = OneSession.open(1)) {
      var tasks = new ArrayList<TaskMessage>();
      for (int i = 0; i < 24; i++) {
        int size = i % 3 == 0 ? 1_000_000 : 100_000;
        tasks.add(TaskMessage.of(s.id(), 1, "x".repeat(size)).withTaskId("t" + i));
      }
      s.redis.call("CONFIG", "RESETSTAT");
      s.parent.sendAll(tasks);
      assertEquals(tasks.stream().map(TaskMessage::taskId).toList(), s.waiting(1));
      var calls = Admin.call(s.redis, "INFO", "commandstats").text();
      assertTrue(calls.matches("(?s).*cmdstat_evalsha:calls=1[0-9],.*"), calls);
    }
  }

  @Test
  void aTaskThatIsTooLargeIsRefusedBeforeAnythingIsSent() {
    try (var s = OneSession.open(1)) {
      var tasks = new ArrayList<TaskMessage>();
      IntStream.range(0, 250).forEach(i -> tasks.add(s.task(1, "t" + i)));
      tasks.add(TaskMessage.of(s.id(), 1, "x".repeat(1 << 20)));
      var text =
          assertThrows(IllegalArgumentException.class, () -> s.parent.sendAll(tasks)).getMessage();
      assertTrue(text.contains("1048576"), text);
      var foreign = List.of(s.task(1, "a"), TaskMessage.of("other", 1, "x"));
      assertThrows(IllegalArgumentException.class, () -> s.parent.sendAll(foreign));
      var outOfRange = List.of(s.task(1, "a"), s.task(2, "b"));
      assertThrows(IllegalArgumentException.class, () -> s.parent.sendAll(outOfRange));
      assertEquals(List.of(), s.waiting(1));
      assertEquals(0, s.sessions.view(s.id()).tasksOpen());
      assertTrue(s.parent.gather(Duration.ZERO).isComplete(), "nobody waits for them");
      s.parent.sendAll(List.of());
    }
  }

  @Test
  void severalThreadsSendWhileOneGathers() throws Exception {
    try (var s = OneSession.open(2)) {
      var child = s.child(1);
      var other = s.child(2);
      var runs =
          List.of(child, other).stream().map(it -> Background.run(() -> it.run(t -> Json.of(1))));
      var running = runs.toList();
      var senders = new ArrayList<CompletableFuture<Boolean>>();
      for (int thread = 0; thread < 2; thread++) {
        int number = thread;
        senders.add(Background.run(() -> sendMany(s, number)));
      }
      var seen = new HashSet<String>();
      var sent = CompletableFuture.allOf(senders.toArray(CompletableFuture[]::new));
      while (!sent.isDone()) {
        gather(s, Duration.ofMillis(20), seen);
      }
      sent.get();
      gather(s, LIMIT, seen);
      assertEquals(600, seen.size());
      s.parent.shutdown("over");
      int done = 0;
      for (var run : running) {
        done += run.get(10, TimeUnit.SECONDS).succeeded();
      }
      assertEquals(600, done);
    }
  }

  private static void gather(OneSession s, Duration limit, Set<String> seen) {
    for (var id : s.parent.gather(limit).reports().keySet()) {
      assertTrue(seen.add(id), () -> id + " is handed out twice");
    }
  }

  private static boolean sendMany(OneSession s, int thread) {
    for (int i = 0; i < 300; i += 3) {
      s.parent.send(s.task(1, thread + "-" + i));
      s.parent.sendAll(
          List.of(s.task(1, thread + "-" + (i + 1)), s.task(2, thread + "-" + (i + 2))));
    }
    return true;
  }

  @Test
  void sendingMoreThanTheClientQueuesWaitsForItsTurn() {
    try (var s = OneSession.open(1)) {
      var options = RedisOptions.of(RedisServer.shared().url()).withQueueLimits(2, 100_000);
      try (var redis = Redis.connect(options)) {
        var tasks = IntStream.range(0, 2_000).mapToObj(i -> s.task(1, "t" + i)).toList();
        Orchestration.of(redis).parent(s.id()).sendAll(tasks);
        assertEquals(tasks.stream().map(TaskMessage::taskId).toList(), s.waiting(1));
      }
    }
  }
}
