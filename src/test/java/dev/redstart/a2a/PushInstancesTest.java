package dev.redstart.a2a;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.ProxyConnection;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Backoff;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pushes where tasks are worked on by several instances, and some of them die. */
class PushInstancesTest extends ManagerFixture {
  /** Nobody hears by chance, while looking for what has died, that there is something to push. */
  private static final TaskOptions PATIENT = PushMain.options().withLease(LONG.multipliedBy(3));

  private static Redis redis;
  private final Receiver receiver = new Receiver();

  @BeforeAll
  static void connect() {
    redis = Redis.connect(RedisServer.shared().url());
  }

  @AfterAll
  static void disconnect() {
    redis.close();
  }

  @AfterEach
  void stop() {
    receiver.close();
  }

  @Override
  TaskManager make(MessageProcessor processor, TaskOptions options) {
    return RedisTaskManager.of(redis, processor, options);
  }

  @Override
  void clear() {
    redis.call(Server.flushDb());
  }

  private static void nothing(ProcessRequest request, TaskHandle handle) {
    handle.state(TaskState.COMPLETED);
  }

  @Test
  void aMessageBringsItsPlaceAndAllIsPushedThere() {
    var manager =
        open(
            PushMain.options(),
            (request, handle) -> {
              handle.append("a", "one ");
              handle.append("a", "two ");
              handle.state(TaskState.COMPLETED);
            });
    var configuration = SendConfiguration.defaults().withPush(PushConfig.of(receiver.url()));
    send(manager, SendRequest.of(Message.ofUser("go"), configuration));
    receiver.awaitWords(List.of("task SUBMITTED", "one ", "two ", "COMPLETED"));
  }

  @Test
  void whereAPlaceIsSetAndWhoWorksMayBeDifferentInstances() {
    var isSet = new Gate();
    var isQuiet = new Gate();
    var working =
        open(
            PATIENT,
            (request, handle) -> {
              handle.state(TaskState.WORKING);
              isSet.pass();
              handle.append("a", "one ");
              isQuiet.pass();
              // Long enough that nobody is still looking because of what was before.
              new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
              handle.state(TaskState.COMPLETED);
            });
    var other = open(PATIENT, PushInstancesTest::nothing);
    var task = send(working, askAtOnce("go"));
    isSet.awaitArrival();
    other.onPushNotificationSet(task.id(), PushConfig.of(receiver.url()));
    isSet.open();
    receiver.awaitWords(List.of("one "));
    isQuiet.open();
    receiver.awaitWords(List.of("one ", "COMPLETED"));
  }

  @Test
  void aCancellationIsPushed() {
    var gate = new Gate();
    var working =
        open(
            PushMain.options(),
            (request, handle) -> {
              handle.state(TaskState.WORKING);
              gate.pass();
            });
    var task = send(working, askAtOnce("go"));
    gate.awaitArrival();
    working.onPushNotificationSet(task.id(), PushConfig.of(receiver.url()));
    open(PushMain.options(), PushInstancesTest::nothing).onCancelTask(task.id());
    receiver.awaitWords(List.of("CANCELED"));
  }

  private ChildJvm start() {
    return ChildJvm.of(PushMain.class)
        .withHeap("48m")
        .start(RedisServer.shared().url(), receiver.url());
  }

  @Test
  void whatWasDueWhenAnInstanceDiedIsPushedByAnother() {
    receiver.answer(200, 200, 503);
    try (var child = start()) {
      var id = child.awaitLine("task ", LONG).substring("task ".length());
      Eventually.within(
          LONG,
          "the third event is to be tried again",
          () -> redis.call("HGET", key("push:" + id), "state:p").text().equals("2 1 "));
      child.kill();
      open(PushMain.options(), PushInstancesTest::nothing);
      receiver.awaitWords(List.of("task SUBMITTED", "WORKING", "one thing", "FAILED"));
    }
  }

  @Test
  void whatAnInstanceHadInHandWhenItDiedIsPushedByAnother() {
    try (var storage = new RedisTaskStorage(redis, PushMain.options())) {
      storage.commit(started(storage), 2, StorageFixture.status(TaskState.COMPLETED));
      var lease = Duration.ofSeconds(2);
      assertEquals("t", storage.due("dead", lease).orElseThrow().taskId());
      long began = System.nanoTime();
      open(PushMain.options(), PushInstancesTest::nothing);
      receiver.awaitWords(List.of("task SUBMITTED", "WORKING", "COMPLETED"));
      var lasted = Duration.ofNanos(System.nanoTime() - began);
      assertTrue(lasted.compareTo(lease.dividedBy(2)) > 0, lasted::toString);
    }
  }

  @Test
  void connectionsToRedisThatBreakLoseAndReorderNothing() throws Exception {
    var limits =
        new Pusher.Limits(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            new Backoff(Duration.ofMillis(20), Duration.ofMillis(100)));
    try (var storage = new RedisTaskStorage(redis, PATIENT);
        var proxy = FaultProxy.to(RedisServer.shared().port());
        var shaky = Redis.connect(proxy.url());
        var behind = new RedisTaskStorage(shaky, PATIENT);
        var pusher = new Pusher(behind, PATIENT, limits)) {
      var run = started(storage);
      for (int i = 1; i <= 100; i++) {
        var victims = i % 10 == 0 ? proxy.connections() : List.<ProxyConnection>of();
        victims.forEach(each -> each.toClient(Fault.DROP));
        storage.commit(run, i + 1, StorageFixture.append("a", i + " "));
        pusher.wake();
        new CountDownLatch(1).await(i % 10 == 0 ? 20 : 2, TimeUnit.MILLISECONDS);
        victims.forEach(ProxyConnection::reset);
      }
      storage.commit(run, 102, StorageFixture.status(TaskState.COMPLETED));
      Eventually.within(LONG, "all has come", () -> receiver.words().contains("COMPLETED"));
      var numbers = IntStream.rangeClosed(1, 100).mapToObj(i -> i + " ");
      var all = Stream.concat(Stream.of("task SUBMITTED", "WORKING"), numbers);
      // What was delivered just before a connection broke may come twice.
      assertEquals(
          Stream.concat(all, Stream.of("COMPLETED")).toList(),
          receiver.words().stream().distinct().toList());
    }
  }

  private TaskStorage.Run started(TaskStorage storage) {
    var place = PushConfig.of(receiver.url()).withId("p");
    storage.accept(Message.ofUser("go"), "t", "c", "run", Optional.of(place));
    var run = new TaskStorage.Run("t", "c", "run");
    storage.commit(run, 1, StorageFixture.status(TaskState.WORKING));
    return run;
  }
}
