package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How many calls a session makes, and how long the longest of its scripts holds up Redis. */
class CallsTest {
  private static final Duration LIMIT = OneSession.LIMIT;

  private static final long MICROS_MAX = 20_000;

  private static final Pattern CALLS = Pattern.compile("cmdstat_([^:]+):calls=(\\d+)");

  /** What the test itself asks, and what the client says to a new connection. */
  private static final Set<String> OURS =
      Set.of("info", "config|resetstat", "hello", "client|setinfo", "client|setname", "subscribe");

  private RedisServer server;

  /** When the last measurement was over. */
  private long cpuMicros;

  @BeforeEach
  void start() {
    var slow = Long.toString(MICROS_MAX);
    server = RedisServer.start(ServerOptions.plain().withConfig("slowlog-log-slower-than", slow));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /**
   * Commands that came from clients since the last reset; those of scripts are theirs to make, and
   * bear other names but for EXPIRE.
   */
  private static Map<String, Long> calls(OneSession s) {
    var calls = new TreeMap<String, Long>();
    var matcher = CALLS.matcher(Admin.call(s.redis, "INFO", "commandstats").text());
    while (matcher.find()) {
      calls.put(matcher.group(1), Long.parseLong(matcher.group(2)));
    }
    calls.keySet().removeAll(OURS);
    return calls;
  }

  private static void reset(OneSession s) {
    s.redis.call("CONFIG", "RESETSTAT");
  }

  private static List<TaskMessage> tasks(OneSession s, int count, int children) {
    return IntStream.range(0, count).mapToObj(i -> s.task(1 + i % children, "t" + i)).toList();
  }

  private static long scripts(OneSession s) {
    var calls = calls(s);
    return calls.getOrDefault("evalsha", 0L) + calls.getOrDefault("eval", 0L);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void theNumberOfCallsPerTaskIsOneAndAHundredthForTheParent(Mode mode) {
    int count = 1_000;
    var options = SessionOptions.defaults().withChildren(1);
    try (var s = OneSession.on(server.url(), mode, options)) {
      s.parent.sendAll(tasks(s, 1, 1));
      s.child(1).run(task -> Json.of(1), 1);
      s.parent.gather(LIMIT);
      reset(s);
      s.parent.sendAll(tasks(s, count, 1).subList(1, count));
      assertBetween(count / 100, scripts(s), count / 100 + 3, "sending");
      var child = s.child(1);
      reset(s);
      child.run(task -> Json.of(1), count - 1);
      assertBetween(count - 1, scripts(s), count + 5, "taking and reporting");
      assertTrue(calls(s).getOrDefault("blmove", 0L) <= 2, () -> calls(s).toString());
      reset(s);
      assertEquals(count - 1, s.parent.gather(LIMIT).reports().size());
      assertBetween(count / 100, scripts(s), count / 100 + 5, "collecting");
      reset(s);
      s.parent.acknowledge(tasks(s, count, 1).stream().map(TaskMessage::taskId).toList());
      assertEquals(Map.of("hdel", (long) count / 100), calls(s));
    }
  }

  private static void assertBetween(long min, long actual, long max, String what) {
    assertTrue(min <= actual && actual <= max, () -> what + ": " + actual + " calls");
  }

  @Test
  void oneTaskIsOneCallToSendOneToTakeAndOneToReport() {
    try (var s = OneSession.on(server.url(), SessionOptions.defaults().withChildren(1))) {
      var child = s.child(1);
      s.send(1, "before");
      child.report(success(child.take(LIMIT).orElseThrow()));
      reset(s);
      s.send(1, "a");
      assertEquals(1, scripts(s));
      var task = child.take(LIMIT).orElseThrow();
      assertEquals(1, calls(s).get("blmove"));
      child.report(success(task));
      assertEquals(2, scripts(s));
    }
  }

  private static ReportMessage success(TaskMessage task) {
    return ReportMessage.success(task, 1, Json.of("done"), Duration.ZERO);
  }

  @Test
  void idleChildrenMakeTwoCallsAQuarterOfALeaseAndNothingElse() throws Exception {
    int count = 4;
    // Longer than usual here: the server itself looks at the clock ten times a second.
    var lease = Duration.ofMillis(1_600);
    var options = SessionOptions.defaults().withChildren(count).withLease(lease);
    try (var s = OneSession.on(server.url(), Mode.NORMAL, options)) {
      var runs =
          IntStream.rangeClosed(1, count)
              .mapToObj(s::child)
              .map(child -> Background.run(() -> child.run(task -> Json.of(1))))
              .toList();
      Eventually.within(LIMIT, "all wait", () -> blocked(s) == count);
      reset(s);
      long until = System.nanoTime() + lease.toNanos();
      Eventually.within(LIMIT, "a lease passes", () -> System.nanoTime() > until);
      var calls = calls(s);
      System.out.println(count + " idle children in a lease: " + calls);
      // Each sign of life asks for the former one; each look for the dead asks for all of them.
      long signs = calls.get("zscore");
      long looks = calls.getOrDefault("zrange", 0L);
      assertBetween(0, looks, 2, "looking for the dead, one for all");
      assertBetween(count * 2, signs, count * 5, "signs of life");
      assertBetween(signs + looks, scripts(s), signs + looks + 2 * count, "scripts");
      assertBetween(count * 2, calls.get("blmove"), count * 5, "waiting");
      calls.keySet().removeAll(Set.of("evalsha", "eval", "blmove"));
      calls.keySet().removeAll(SCRIPTED);
      assertEquals(Map.of(), calls);
      s.parent.shutdown("over");
      for (var run : runs) {
        run.get(10, TimeUnit.SECONDS);
      }
    }
  }

  /** What beat.lua and recover.lua say for themselves. */
  private static final Set<String> SCRIPTED =
      Set.of(
          "hmget", "hget", "hset", "pttl", "time", "pexpire", "expire", "lindex", "llen", "zscore",
          "zadd", "zrange");

  private static long blocked(OneSession s) {
    var text = Admin.call(s.redis, "INFO", "clients").text();
    return Long.parseLong(text.replaceAll("(?s).*blocked_clients:(\\d+).*", "$1"));
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void noScriptIsLongInALargeSession(Mode mode) {
    int children = 500;
    int count = 10_000;
    var options = SessionOptions.defaults().withChildren(children);
    try (var s = OneSession.on(server.url(), mode, options)) {
      cpuMicros = OneSession.cpuMicros(s.redis);
      for (int child = 1; child <= children; child++) {
        s.joinOnly(child);
      }
      assertShort(s, "opening and joining");
      var tasks = new ArrayList<TaskMessage>();
      for (int i = 0; i < count; i++) {
        tasks.add(s.task(1 + i * 7 % children, "t" + i).withPriority(1 + i % 5));
      }
      s.parent.sendAll(tasks);
      assertShort(s, "sending");
      for (int child = 1; child <= children; child++) {
        s.takeFor(child);
      }
      for (int child = 1; child <= 50; child++) {
        s.endLease(child);
      }
      for (int i = 0; i < 3; i++) {
        s.session.recover();
      }
      assertShort(s, "looking for the dead");
      s.sessions.view(s.id());
      assertShort(s, "viewing");
      s.child(children).run(task -> Json.of(1), 10);
      assertShort(s, "working");
      s.parent.gather(Duration.ofMillis(300));
      assertShort(s, "gathering");
      s.parent.shutdownNow("over");
      assertShort(s, "shutting down");
      s.sessions.cleanup(s.id());
      assertShort(s, "cleaning up");
    }
  }

  /**
   * Of the scripts since the last time, on the average: what Redis' thread has computed is none of
   * others' work, as the time of the slow log is. That says of none only that it was not very long.
   */
  private void assertShort(OneSession s, String what) {
    var longest =
        Admin.call(s.redis, "SLOWLOG", "GET", "-1").items().stream()
            // The test's own commands are none of the session's.
            .filter(entry -> entry.items().get(3).items().get(0).text().startsWith("EVAL"))
            .mapToLong(entry -> entry.items().get(2).integer())
            .max()
            .orElse(0);
    long cpu = OneSession.cpuMicros(s.redis);
    long average = (cpu - cpuMicros) / scripts(s);
    var figures = what + ": " + scripts(s) + " scripts, us: " + average + ", longest " + longest;
    System.out.println(figures);
    assertTrue(average <= MICROS_MAX / 2 && longest <= 50 * MICROS_MAX, figures);
    Admin.call(s.redis, "SLOWLOG", "RESET");
    reset(s);
    cpuMicros = OneSession.cpuMicros(s.redis);
  }
}
