package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Apart;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two instances on one Redis are one: what happens on either is seen on both. */
@Apart
class TwoInstancesTest extends ManagerFixture {
  private final List<Redis> clients = new ArrayList<>();
  private final AtomicInteger works = new AtomicInteger();
  private String url = RedisServer.shared().url();

  @Override
  TaskManager make(MessageProcessor processor, TaskOptions options) {
    var redis = Redis.connect(RedisOptions.of(url).withTimeout(Duration.ofSeconds(1)));
    clients.add(redis);
    return RedisTaskManager.of(redis, processor, options);
  }

  @Override
  void clear() {
    try (var redis = Redis.connect(url)) {
      redis.call(Server.flushDb());
    }
  }

  @AfterEach
  @Override
  void end() {
    super.end();
    clients.forEach(Redis::close);
  }

  /** Says ten words, one whenever it may go on, and then ends. */
  private MessageProcessor talking(CountDownLatch... steps) {
    return (request, handle) -> {
      works.incrementAndGet();
      handle.state(TaskState.WORKING);
      for (int i = 0; i < 10; i++) {
        if (i < steps.length) {
          steps[i].await();
        }
        handle.append("a", i + " ");
      }
      handle.state(TaskState.COMPLETED, "done");
    };
  }

  private static MessageProcessor nobody() {
    return (request, handle) -> handle.reply("not me");
  }

  @Test
  void whatHappensOnOneIsSeenOnTheOther() {
    var gate = new CountDownLatch(1);
    var a = open(talking(gate));
    var b = open(nobody());
    var stream = a.onSendMessageStream(ask("go"));
    var first = next(stream);
    var id = ((Task) first.event()).id();
    awaitState(b, id, TaskState.WORKING);
    var others = new ArrayList<CompletableFuture<List<Sequenced>>>();
    for (int i = 0; i < 5; i++) {
      var other = follow(b, id);
      var seen = next(other);
      assertEquals(2, seen.generation());
      others.add(async(() -> rest(other)));
    }
    gate.countDown();
    var events = rest(stream);
    assertEquals(12, events.size());
    for (var other : others) {
      assertEquals(events.subList(1, events.size()), within(other));
    }
    assertEquals(get(a, id), get(b, id));
    assertEquals("0 1 2 3 4 5 6 7 8 9 ", text(get(b, id).artifacts().get(0)));
    assertEquals(1, b.onListTasks(TaskQuery.all().withStatus(TaskState.COMPLETED)).totalSize());
  }

  @Test
  void aReaderThatIsCutOffGoesOnAtTheOther() {
    var managers = List.of(open(talking()), open(nobody()));
    var all = rest(managers.get(0).onSendMessageStream(ask("go")));
    var id = ((Task) all.get(0).event()).id();
    var read = new ArrayList<Sequenced>();
    for (int i = 0; i < all.size(); i++) {
      long place = read.isEmpty() ? 0 : read.get(read.size() - 1).generation();
      try (var stream = managers.get(i % 2).onResubscribe(id, OptionalLong.of(place))) {
        read.add(next(stream));
      }
    }
    assertEquals(all, read);
  }

  @Test
  void aCancelOnOneStopsTheProcessorOnTheOther() {
    var interrupted = new CompletableFuture<Long>();
    var told = new CountDownLatch(1);
    var reached = new CountDownLatch(1);
    var a =
        open(
            (request, handle) -> {
              handle.onCancel(told::countDown);
              handle.state(TaskState.WORKING);
              reached.countDown();
              try {
                new CountDownLatch(1).await();
              } finally {
                interrupted.complete(System.nanoTime());
                assertTrue(handle.isCancelled());
                assertThrows(TaskLostException.class, () -> handle.append("a", "late"));
              }
            });
    var b = open(nobody());
    var task = send(a, askAtOnce("go"));
    await(reached);
    var readers = new ArrayList<CompletableFuture<List<Sequenced>>>();
    for (var manager : List.of(a, a, b, b)) {
      var stream = follow(manager, task.id());
      readers.add(async(() -> rest(stream)));
    }
    long start = System.nanoTime();
    var canceled = b.onCancelTask(task.id());
    assertEquals(TaskState.CANCELED, canceled.state());
    long millis = (within(interrupted) - start) / 1_000_000;
    assertTrue(millis < 1000, "after " + millis + " ms");
    await(told);
    for (var reader : readers) {
      var words = words(within(reader));
      assertEquals("3 CANCELED", words.get(words.size() - 1));
    }
    assertEquals(canceled, get(a, task.id()));
  }

  @Test
  void aTaskThatWaitsGoesOnAtTheOther() {
    MessageProcessor asking =
        (request, handle) -> {
          if (request.task().isEmpty()) {
            handle.state(TaskState.INPUT_REQUIRED, "which?");
          } else {
            handle.state(TaskState.COMPLETED, "so " + texts(handle.history()));
          }
        };
    var a = open(asking);
    var b = open(asking);
    var asked = send(a, ask("one"));
    try (var stream = follow(a, asked.id())) {
      var done = send(b, more(asked, "two"));
      assertEquals("so [one, which?, two]", said(done));
      assertEquals(
          List.of("2 task INPUT_REQUIRED", "3 WORKING", "4 COMPLETED"), words(rest(stream)));
    }
  }

  @Test
  void aMessageThatIsSentToBothIsWorkedOnOnce() {
    var gate = new CountDownLatch(1);
    var a = open(talking(gate));
    var b = open(talking(gate));
    var request = ask("go");
    var answers = new ArrayList<CompletableFuture<SendResult>>();
    for (int i = 0; i < 8; i++) {
      var manager = i % 2 == 0 ? a : b;
      answers.add(async(() -> manager.onSendMessage(request)));
    }
    Eventually.within(LONG, "somebody works", () -> works.get() > 0);
    gate.countDown();
    for (var answer : answers) {
      assertEquals(within(answers.get(0)), within(answer));
    }
    assertEquals(1, works.get());
  }

  @Test
  void whatAnInstanceLeavesHasFailed() {
    var reached = new CountDownLatch(1);
    var a =
        open(
            (request, handle) -> {
              handle.state(TaskState.WORKING);
              reached.countDown();
              new CountDownLatch(1).await();
            });
    var b = open(nobody());
    var task = send(a, askAtOnce("go"));
    await(reached);
    try (var stream = follow(b, task.id())) {
      a.close();
      assertEquals("The agent was stopped.", said(get(b, task.id())));
      var words = words(rest(stream));
      assertEquals("3 FAILED", words.get(words.size() - 1));
    }
  }

  @Test
  void idleInstancesAskNothing() {
    var a = open(talking());
    open(nobody());
    send(a, ask("go"));
    try (var redis = Redis.connect(url)) {
      Eventually.within(
          LONG,
          "nothing is asked for a second",
          () -> {
            long before = calls(redis);
            new CountDownLatch(1).await(1, TimeUnit.SECONDS);
            return calls(redis) == before;
          });
    }
  }

  /** Of scripts, by whomever. */
  private static long calls(Redis redis) {
    var stats = Admin.call(redis, "INFO", "commandstats").text();
    var at = stats.indexOf("cmdstat_evalsha:calls=") + "cmdstat_evalsha:calls=".length();
    return Long.parseLong(stats.substring(at, stats.indexOf(',', at)));
  }

  @Test
  void aMessageIsWorkedOnAlsoIfWhoSentItHeardNothingOfIt() {
    try (var server = RedisServer.start()) {
      url = server.url();
      var manager = open(talking());
      send(manager, ask("warm up, so that the scripts are there"));
      var request = ask("go");
      server.pause();
      assertThrows(RedisException.TimedOut.class, () -> manager.onSendMessage(request));
      server.resume();
      Eventually.within(
          LONG,
          "both are done",
          () ->
              manager.onListTasks(TaskQuery.all().withStatus(TaskState.COMPLETED)).totalSize()
                  == 2);
      assertEquals(TaskState.COMPLETED, send(manager, request).state());
      assertEquals(2, works.get());
      end();
    }
  }

  @Test
  void workGoesOnWhenRedisWasAwayForLessThanALease() {
    try (var server = RedisServer.start(ServerOptions.plain().withAppendOnly())) {
      url = server.url();
      var steps = List.of(new CountDownLatch(1), new CountDownLatch(1), new CountDownLatch(1));
      var a = open(talking(steps.toArray(CountDownLatch[]::new)));
      var b = open(nobody());
      var task = send(a, askAtOnce("go"));
      var stream = follow(b, task.id());
      var following = async(() -> rest(stream));
      var asking = async(() -> b.onResubscribe(task.id(), OptionalLong.of(0)));
      steps.get(0).countDown();
      within(asking).close();
      server.kill();
      steps.get(1).countDown();
      // It is away for longer than a call may take.
      assertThrows(RedisException.class, () -> get(a, task.id()));
      server.restart();
      steps.get(2).countDown();
      var events = within(following);
      assertTrue(
          words(events).get(events.size() - 1).endsWith("COMPLETED"), words(events)::toString);
      assertEquals("0 1 2 3 4 5 6 7 8 9 ", text(get(b, task.id()).artifacts().get(0)));
      end();
    }
  }

  @Test
  void whenRedisWasAwayForLongerTheTaskHasOneEnd() {
    try (var server = RedisServer.start()) {
      url = server.url();
      var options = TaskOptions.defaults().withLease(Duration.ofMillis(400));
      var gate = new CountDownLatch(1);
      var ends = new ConcurrentLinkedQueue<String>();
      var a =
          open(
              options,
              (request, handle) -> {
                handle.state(TaskState.WORKING);
                gate.await();
                try {
                  handle.state(TaskState.COMPLETED);
                  ends.add("COMPLETED");
                } catch (TaskLostException | RedisException lost) {
                  ends.add("FAILED");
                }
              });
      var b = open(options, nobody());
      var task = send(a, askAtOnce("go"));
      var streams = List.of(follow(a, task.id()), follow(b, task.id()));
      server.pause();
      assertThrows(RedisException.class, () -> get(b, task.id()));
      server.resume();
      gate.countDown();
      var last = new ArrayList<String>();
      for (var stream : streams) {
        var words = words(rest(stream));
        last.add(words.get(words.size() - 1));
      }
      assertEquals(last.get(0), last.get(1));
      Eventually.within(LONG, "the processor has returned", () -> !ends.isEmpty());
      var state = get(b, task.id()).state();
      assertTrue(last.get(0).endsWith(state.toString()), last::toString);
      assertEquals(List.of(state.toString()), List.copyOf(ends));
      end();
    }
  }
}
