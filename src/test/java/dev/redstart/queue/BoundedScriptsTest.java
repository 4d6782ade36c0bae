package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.json.Json;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * However much waits, and however much has come to its time at once, no script holds up Redis.
 * {@code -Dredstart.chaos=10} makes it ten times larger. The figures are printed.
 */
class BoundedScriptsTest {
  private static final int SCALE = Math.min(10, Integer.getInteger("redstart.chaos", 1));
  private static final int WAITING = 100_000 * SCALE;

  /** Of each kind: leases that are over, and tasks that are due. */
  private static final int DUE = 20_000 * Math.min(5, SCALE);

  private static final int STEP = 100;
  private static final long MICROS_MAX = 5000;

  /** As if the time of all members had come. In pieces, for it is a script itself. */
  private static final String BRING_FORWARD =
      """
      local late = redis.call('ZRANGEBYSCORE', KEYS[1], '(1', '+inf', 'LIMIT', 0, 1000)
      for _, member in ipairs(late) do
        redis.call('ZADD', KEYS[1], 1, member)
      end
      return #late
      """;

  private RedisServer server;
  private Redis redis;
  private QueueKeys keys;
  private TaskQueue queue;

  @BeforeEach
  void start() {
    var slow = Long.toString(MICROS_MAX);
    server = RedisServer.start(ServerOptions.plain().withConfig("slowlog-log-slower-than", slow));
    redis = Redis.connect(server.url());
    keys = QueueKeys.of("jobs");
    queue = TaskQueue.of(redis, "jobs");
  }

  @AfterEach
  void stop() {
    redis.close();
    server.close();
  }

  @Test
  void noScriptIsLongAndTheNumberOfKeysIsFixed() {
    assertShort("pushing", pushes("waiting", WAITING, 5));
    pushes("held", DUE, 1).forEach(Runnable::run);
    assertShort("claiming", Stream.generate(() -> settling(STEP)).limit(DUE / STEP));
    pushLater();
    assertEquals(WAITING, queue.stats().ready());
    bringForward(keys.leased());
    bringForward(keys.scheduled());
    takeWhatIsDue();
    assertShort("completing and claiming", completions(50));
    assertShort("looking", looks());
    long used = redis.call(Server.dbSize());
    assertTrue(used <= keys.all().size(), () -> used + " keys");
    assertShort("clearing", Stream.of(queue::clear));
    assertEquals(0, redis.call(Server.dbSize()));
  }

  private void pushLater() {
    var later = IntStream.range(0, DUE).mapToObj(i -> Push.of(task("later" + i)).withScore(2));
    queue.push(later.map(push -> push.withDelay(Duration.ofHours(1))).toList());
  }

  private void bringForward(String sortedSet) {
    long moved;
    do {
      moved = redis.call("EVAL", BRING_FORWARD, "1", sortedSet).integer();
    } while (moved > 0);
  }

  private void takeWhatIsDue() {
    assertShort("taking what is due", Stream.generate(() -> settling(0)).limit(DUE / STEP - 1));
    assertEquals(STEP, queue.stats().leased(), "each took so many that were over, and no more");
    assertEquals(STEP, queue.stats().scheduled(), "each took so many that were due, and no more");
    settling(0).run();
    assertEquals(WAITING + 2 * DUE, queue.stats().ready());
  }

  /** Each takes new leases, and ends those of the one before with a result and a new task. */
  private Stream<Runnable> completions(int rounds) {
    var held = new AtomicReference<>(List.<Ending>of());
    Runnable round =
        () -> {
          var full = new StoredQueue.Round("", held.get(), STEP, false);
          var leases = queue.leases().settle(full, Insistence.none()).leases();
          assertEquals(STEP, leases.size());
          held.set(leases.stream().map(this::completion).toList());
        };
    return Stream.generate(() -> round).limit(rounds);
  }

  private Ending completion(Lease lease) {
    var next = Push.of(task("after " + lease.task().id())).withScore(3);
    var done = Outcome.done(Json.of("result")).then(next);
    return Ending.of(lease, done, queue.leases().options());
  }

  private Stream<Runnable> looks() {
    return Stream.of(
        () -> queue.range(5, 6, TaskQueue.PAGE_MAX),
        () -> queue.list(TaskState.LEASED, TaskQueue.PAGE_MAX),
        () -> queue.stats(),
        () -> queue.get("waiting" + WAITING / 2),
        () -> queue.cancel("waiting" + WAITING / 2),
        () -> queue.remove("waiting" + WAITING / 3),
        () -> queue.push(task("waiting" + WAITING / 4), 9));
  }

  /** The leases are not renewed. */
  private Runnable settling(int wanted) {
    var round = new StoredQueue.Round("", List.of(), wanted, false);
    return () -> queue.leases().queue().settle(round, Insistence.none());
  }

  private static Task task(String id) {
    return new Task(id, Json.of(1));
  }

  private Stream<Runnable> pushes(String prefix, int count, double score) {
    return IntStream.range(0, count / STEP).mapToObj(i -> () -> push(prefix + i, score));
  }

  private void push(String prefix, double score) {
    var tasks = IntStream.range(0, STEP).mapToObj(i -> task(prefix + "-" + i));
    queue.push(tasks.map(task -> Push.of(task).withScore(score)).toList());
  }

  /**
   * A busy machine only ever adds to what a script takes, by a cold cache or a page that has to be
   * found, so a quarter of them says what their work is; what the longest may take is generous.
   */
  private void assertShort(String what, Stream<Runnable> scripts) {
    Admin.call(redis, "SLOWLOG", "RESET");
    var micros = scripts.mapToLong(this::micros).sorted().toArray();
    long quarter = micros[micros.length / 4];
    long median = micros[micros.length / 2];
    long longest = micros[micros.length - 1];
    var figures =
        "%s: %d scripts, us: quarter %d, median %d, longest %d; %d in the slow log"
            .formatted(what, micros.length, quarter, median, longest, slow());
    System.out.println(figures);
    assertTrue(quarter <= MICROS_MAX && longest <= 10 * MICROS_MAX, figures);
  }

  /** How many took too long, other processes' work included. */
  private long slow() {
    return Admin.call(redis, "SLOWLOG", "LEN").integer();
  }

  private long micros(Runnable script) {
    long before = micros();
    script.run();
    return micros() - before;
  }

  /** What Redis' thread has computed: unlike the time of the slow log, it is not others' work. */
  private long micros() {
    var cpu = Admin.info(redis, "cpu");
    return Stream.of("used_cpu_user_main_thread", "used_cpu_sys_main_thread")
        .mapToLong(name -> (long) (Double.parseDouble(cpu.get(name)) * 1e6))
        .sum();
  }
}
