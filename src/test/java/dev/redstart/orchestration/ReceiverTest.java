package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Receiving from plain lists. */
@Apart
class ReceiverTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration BRIEF = Duration.ofMillis(50);
  private static final String DEAD = "{list}:dead";

  private static final String TASK = TaskMessage.of("s", 1, "x").toJson().toString();
  private static final String REPORT =
      ReportMessage.timeout(TaskMessage.of("s", 1, "x"), 1, Duration.ZERO).toJson().toString();
  private static final String SHUTDOWN = ShutdownMessage.of("s", 1, "over").toJson().toString();

  private final Redis redis = Redis.connect(RedisServer.shared().url());
  private final Receiver receiver = Receiver.of(redis);

  @BeforeEach
  void empty() {
    redis.call(Server.flushDb());
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private void push(String list, String... messages) {
    redis.call(Lists.pushRight(list, messages));
  }

  private List<String> list(String key) {
    return redis.call(Lists.range(key, 0, -1));
  }

  /** Returns when a blocking command waits at the server. */
  private void awaitBlocked(int clients) {
    Eventually.within(
        LIMIT,
        clients + " clients wait",
        () ->
            Admin.call(redis, "INFO", "clients")
                .text()
                .contains("blocked_clients:" + clients + "\r"));
  }

  private static <T> T in(CompletableFuture<T> future) throws Exception {
    return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private static void assertTook(Duration least, Duration most, Runnable work) {
    long start = System.nanoTime();
    work.run();
    var took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(took.compareTo(least) >= 0 && took.compareTo(most) < 0, "took " + took);
  }

  @Test
  void aMessageIsReceivedAsTextAndAsWhatItSays() {
    push("list", TASK, "Hello, World!");
    var first = receiver.receive(LIMIT, "list").orElseThrow();
    assertEquals("list", first.list());
    assertEquals(TASK, first.raw());
    assertEquals(Message.parse(TASK), first.message());
    assertTrue(first.timestamp().matches("\\d{4}-.*[+-]\\d{4}"), first.timestamp());
    assertEquals(1, first.index());
    assertEquals(
        List.of("index", "list", "message", "timestamp"),
        List.copyOf(first.toJson().asMap().keySet()));
    assertEquals(TASK, first.toJson().get("message").asString());
    var second = receiver.receive(LIMIT, "list").orElseThrow();
    assertEquals(1, second.index());
    assertInstanceOf(UnknownMessage.class, second.message());
  }

  @Test
  void bytesThatAreNoTextAreReceived() {
    redis.call(Lists.pushRight("list", new byte[] {'a', (byte) 0xff, 0, '\r', '\n'}));
    var received = receiver.receive(LIMIT, "list").orElseThrow();
    assertEquals("a\ufffd\0\r\n", received.raw());
    assertEquals(received.raw(), received.toJson().get("message").asString());
  }

  @Test
  void ofSeveralListsTheFirstThatHasSomethingIsServed() {
    // On a cluster, lists that are asked for together share a slot.
    var tag = RedisServer.isCluster() ? "{list}:" : "";
    var lists = new String[] {tag + "first", tag + "second", tag + "third"};
    push(lists[1], "b");
    push(lists[2], "c");
    assertEquals(lists[1], receiver.receive(LIMIT, lists).get().list());
    assertEquals(lists[2], receiver.receive(LIMIT, lists).get().list());
    assertEquals(Optional.empty(), receiver.receive(BRIEF, lists));
  }

  @Test
  void zeroIsForEver() throws Exception {
    List<Supplier<Boolean>> calls =
        List.of(
            () -> receiver.receive(Duration.ZERO, "list").isPresent(),
            () -> receiver.receiveTask(Duration.ZERO, "list").isPresent(),
            () -> receiver.awaitShutdown(Duration.ZERO, "list").isPresent());
    var messages = List.of("x", TASK, SHUTDOWN);
    for (int i = 0; i < calls.size(); i++) {
      var call = Background.run(calls.get(i));
      awaitBlocked(1);
      push("list", messages.get(i));
      assertTrue(in(call));
    }
  }

  @Test
  void manyAreReceivedUntilThereAreEnoughOrNoneComes() {
    push("list", "a", "b", "c");
    var two = receiver.receiveMany(2, LIMIT, "list");
    assertEquals(List.of("a", "b"), two.stream().map(Received::raw).toList());
    assertEquals(List.of(1, 2), two.stream().map(Received::index).toList());
    var rest = receiver.receiveMany(2, BRIEF, "list");
    assertEquals(List.of("c"), rest.stream().map(Received::raw).toList());
    assertTook(
        BRIEF,
        Duration.ofMillis(900),
        () -> assertEquals(List.of(), receiver.receiveMany(2, BRIEF, "list")));
  }

  @Test
  void whatWasReceivedBeforeTroubleIsNotLost() throws Exception {
    push("list", "a", "b");
    var many = Background.run(() -> receiver.receiveMany(3, LIMIT, "list"));
    awaitBlocked(1);
    Admin.call(redis, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    assertEquals(List.of("a", "b"), in(many).stream().map(Received::raw).toList());
    redis.call("SET", "text", "x");
    assertThrows(RedisException.Rejected.class, () -> receiver.receiveMany(3, LIMIT, "text"));
  }

  @Test
  void iterationEndsWhenNoneComes() {
    push("list", "a", "b", "c");
    var all = new ArrayList<String>();
    for (var received : receiver.receiveAll(BRIEF, "list")) {
      all.add(received.index() + received.raw());
    }
    assertEquals(List.of("1a", "2b", "3c"), all);
    var iterator = receiver.receiveAll(BRIEF, "list").iterator();
    assertFalse(iterator.hasNext());
    push("list", "late");
    assertFalse(iterator.hasNext());
    assertThrows(NoSuchElementException.class, iterator::next);
    assertEquals("late", receiver.receiveAll(BRIEF, "list").iterator().next().raw());
  }

  @Test
  void aTaskIsReceivedAndWhatIsNoneGoesToTheDeadLetters() {
    push("list", "not json", "", "{\"type\":\"control\"}", "[".repeat(5000), REPORT);
    redis.call(Lists.pushRight("list", new byte[] {(byte) 0xff}));
    push("list", TASK, "behind");
    var task = receiver.receiveTask(LIMIT, "list").orElseThrow();
    assertEquals(Message.parse(TASK), task);
    assertEquals(List.of("behind"), list("list"));
    var letters = list(DEAD).stream().map(Json::parse).toList();
    assertEquals(6, letters.size());
    assertEquals("not json", letters.get(0).get("message").asString());
    assertEquals("list", letters.get(0).get("list").asString());
    assertTrue(letters.get(0).get("reason").asString().startsWith("not a task: not JSON: "));
    assertTrue(letters.get(2).get("reason").asString().startsWith("not a task: $.type: "));
    assertEquals(REPORT, letters.get(4).get("message").asString());
    assertEquals("not a task", letters.get(4).get("reason").asString());
    assertEquals("/w==", letters.get(5).get("message_base64").asString());
  }

  @Test
  void deadLettersLiveAsLongAsTheClientSays() {
    var options = RedisOptions.of(RedisServer.shared().url()).withTtl(Duration.ofMinutes(5));
    try (var other = Redis.connect(options)) {
      push("{eu}:list", "x");
      Receiver.of(other).receiveReport(BRIEF, "{eu}:list");
      long left = redis.call("PTTL", "{eu}:list:dead").integer();
      assertTrue(left > 290_000 && left <= 300_000, "PTTL " + left);
    }
  }

  @Test
  void aReportIsReceivedAndAShutdownIsNone() {
    push("list", TASK, SHUTDOWN, REPORT);
    assertEquals(Message.parse(REPORT), receiver.receiveReport(LIMIT, "list").orElseThrow());
    assertEquals(
        List.of("not a report", "not a report"),
        list(DEAD).stream().map(it -> Json.parse(it).get("reason").asString()).toList());
  }

  @Test
  void whoWaitsForATaskHearsOfAShutdownAndLeavesItThere() throws Exception {
    push("list", "garbage", SHUTDOWN, TASK);
    assertEquals(Optional.empty(), receiver.receiveTask(LIMIT, "list"));
    assertEquals(List.of(SHUTDOWN, TASK), list("list"));
    assertEquals(Optional.empty(), receiver.receiveTask(LIMIT, "list"));
    assertEquals("over", receiver.awaitShutdown(LIMIT, "list").orElseThrow().reason());
    assertTrue(receiver.receiveTask(LIMIT, "list").isPresent());
    var waiting = Background.run(() -> receiver.receiveTask(Duration.ZERO, "list"));
    awaitBlocked(1);
    push("list", SHUTDOWN);
    assertEquals(Optional.empty(), in(waiting));
    assertEquals(List.of(SHUTDOWN), list("list"));
  }

  @Test
  void theTimeoutIsForAllThatACallDoes() throws Exception {
    var stop = new AtomicBoolean();
    var stream =
        Background.run(
            () -> {
              while (!stop.get()) {
                push("list", "garbage");
                redis.call("BLPOP", "never", "0.02");
              }
              return true;
            });
    assertTook(
        Duration.ofMillis(300),
        Duration.ofSeconds(2),
        () -> assertEquals(Optional.empty(), receiver.receiveTask(Duration.ofMillis(300), "list")));
    assertTook(
        Duration.ofMillis(300),
        Duration.ofSeconds(2),
        () -> receiver.awaitShutdown(Duration.ofMillis(300), "list"));
    stop.set(true);
    assertTrue(in(stream));
  }

  @Test
  void aTimeoutEndsAlsoInTheMiddleOfGarbage() {
    int many = 30_000;
    push("list", Collections.nCopies(many, "x").toArray(String[]::new));
    assertEquals(Optional.empty(), receiver.receiveTask(BRIEF, "list"));
    int left = list("list").size();
    assertTrue(left > 0 && left < many, "left " + left);
    assertEquals(many - left, list(DEAD).size());
  }

  @Test
  void aConnectionThatBreaksWhileATaskIsAwaitedLosesNone() throws Exception {
    try (var proxy = FaultProxy.to(RedisServer.shared().port());
        var client = Redis.connect(proxy.url())) {
      var waiting = Background.run(() -> Receiver.of(client).receiveTask(LIMIT, "list"));
      awaitBlocked(1);
      proxy.reset();
      push("list", TASK);
      assertEquals(Message.parse(TASK), in(waiting).orElseThrow());
    }
  }

  @Test
  void aTaskIsReceivedByOneReceiverOnly() throws Exception {
    var tasks = IntStream.range(0, 300).mapToObj(i -> "t" + i).toList();
    for (var id : tasks) {
      push("list", TaskMessage.of("s", 1, "x").withTaskId(id).toJson().toString());
    }
    List<CompletableFuture<List<String>>> receivers =
        IntStream.range(0, 4).mapToObj(i -> Background.run(this::drain)).toList();
    var received = new ArrayList<String>();
    for (var each : receivers) {
      received.addAll(in(each));
    }
    assertEquals(tasks.size(), received.size());
    assertEquals(new HashSet<>(tasks), new HashSet<>(received));
    assertEquals(List.of(), list(DEAD));
  }

  private List<String> drain() {
    var ids = new ArrayList<String>();
    var task = receiver.receiveTask(BRIEF, "list");
    while (task.isPresent()) {
      ids.add(task.get().taskId());
      task = receiver.receiveTask(BRIEF, "list");
    }
    return ids;
  }

  @Test
  void awaitingAShutdownLeavesEverythingElseAsItIs() throws Exception {
    var odd = "{\"type\":\"shutdown\",\"graceful\":\"maybe\"}";
    var talk = TaskMessage.of("s", 1, "describe \"type\":\"shutdown\"").toJson().toString();
    push("list", TASK, "garbage shutdown", odd, talk);
    assertEquals(Optional.empty(), receiver.awaitShutdown(BRIEF, "list"));
    var waiting = Background.run(() -> receiver.awaitShutdown(Duration.ZERO, "list"));
    push("list", SHUTDOWN, TASK, SHUTDOWN);
    assertEquals(Message.parse(SHUTDOWN), in(waiting).orElseThrow());
    assertEquals(List.of(TASK, "garbage shutdown", odd, talk, TASK, SHUTDOWN), list("list"));
    assertEquals(0, redis.call("EXISTS", DEAD).integer());
  }

  @Test
  void aShutdownIsLookedForAmongTheFirstThousand() {
    push("list", Collections.nCopies(1000, "x").toArray(String[]::new));
    push("list", SHUTDOWN);
    assertEquals(Optional.empty(), receiver.awaitShutdown(BRIEF, "list"));
    redis.call(Lists.popLeft("list"));
    assertTrue(receiver.awaitShutdown(BRIEF, "list").isPresent());
    assertEquals(999, list("list").size());
  }

  @Test
  void whileAShutdownIsAwaitedTheServerHasLittleToDo() {
    push("list", TASK);
    redis.call("CONFIG", "RESETSTAT");
    receiver.awaitShutdown(Duration.ofMillis(500), "list");
    var stats = Admin.call(redis, "INFO", "commandstats").text();
    long looks =
        stats
            .lines()
            .filter(line -> line.startsWith("cmdstat_llen:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
            .sum();
    assertTrue(looks >= 1 && looks <= 8, looks + " looks in half a second");
  }

  @Test
  void aWaitingReceiverIsInterrupted() throws Exception {
    push("tasks", TASK);
    List<Supplier<Object>> calls =
        List.of(
            () -> receiver.receive(Duration.ZERO, "list"),
            () -> receiver.receiveTask(Duration.ZERO, "list"),
            () -> receiver.awaitShutdown(Duration.ZERO, "list"),
            () -> receiver.awaitShutdown(Duration.ZERO, "tasks"));
    for (var call : calls) {
      var flag = new CompletableFuture<Boolean>();
      var thread =
          new Thread(
              () -> {
                assertThrows(RedisException.Interrupted.class, call::get);
                flag.complete(Thread.currentThread().isInterrupted());
              });
      thread.start();
      Eventually.within(
          LIMIT,
          "it waits",
          () ->
              Arrays.stream(thread.getStackTrace())
                  .anyMatch(frame -> frame.getMethodName().equals("parkNanos")));
      thread.interrupt();
      assertTrue(in(flag), "the flag is set again");
    }
    awaitBlocked(0);
    push("list", TASK);
    assertTrue(receiver.receiveTask(LIMIT, "list").isPresent());
    assertEquals(List.of(TASK), list("tasks"));
  }

  @Test
  void aKeyThatIsNoListIsRefused() {
    redis.call("SET", "text", "x");
    List<Supplier<Object>> calls =
        List.of(
            () -> receiver.receive(BRIEF, "text"),
            () -> receiver.receiveAll(BRIEF, "text").iterator().hasNext(),
            () -> receiver.receiveReport(BRIEF, "text"),
            () -> receiver.awaitShutdown(BRIEF, "text"));
    for (var call : calls) {
      var refused = assertThrows(RedisException.Rejected.class, call::get);
      assertTrue(refused.getMessage().contains("WRONGTYPE"), refused.getMessage());
    }
    push("list", "garbage");
    redis.call("SET", DEAD, "x");
    assertThrows(RedisException.Rejected.class, () -> receiver.receiveTask(BRIEF, "list"));
    assertEquals(List.of("garbage"), list("list"));
  }

  @Test
  void whatNobodyCanMeanIsRefusedAtOnce() {
    Map<String, Runnable> nulls =
        Map.of(
            "redis", () -> Receiver.of(null),
            "timeout", () -> receiver.awaitShutdown(null, "list"),
            "lists", () -> receiver.receive(BRIEF, (String[]) null),
            "list", () -> receiver.receiveTask(BRIEF, null));
    nulls.forEach(
        (name, call) ->
            assertEquals(name, assertThrows(NullPointerException.class, call::run).getMessage()));
    List<Runnable> wrong =
        List.of(
            () -> receiver.receive(BRIEF),
            () -> receiver.receive(BRIEF, "list", " "),
            () -> receiver.receive(Duration.ofMillis(-1), "list"),
            () -> receiver.receiveMany(0, BRIEF, "list"),
            () -> receiver.receiveAll(Duration.ofMillis(-1), "list"),
            () -> receiver.receiveReport(BRIEF, ""),
            () -> receiver.receiveTask(BRIEF, "half{brace"),
            () -> receiver.awaitShutdown(BRIEF, ""));
    for (var call : wrong) {
      assertThrows(IllegalArgumentException.class, call::run);
    }
  }
}
