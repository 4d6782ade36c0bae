package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.a2a.TaskStorage.Run;
import dev.redstart.harness.Eventually;
import dev.redstart.redis.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How pushes are delivered, wherever the tasks are kept. */
abstract class PusherContract extends StorageFixture {
  private static final Pusher.Limits FAST =
      new Pusher.Limits(
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(8),
          new Backoff(Duration.ofMillis(20), Duration.ofSeconds(2)));

  private static final TaskOptions OPTIONS = TaskOptions.defaults().withInternalPushes();

  final Receiver receiver = new Receiver();
  private final List<Pusher> pushers = new ArrayList<>();

  @AfterEach
  void stop() {
    pushers.forEach(Pusher::close);
    receiver.close();
  }

  private Pusher push() {
    return push(storage, OPTIONS);
  }

  private Pusher push(TaskStorage storage, TaskOptions options) {
    var pusher = new Pusher(storage, options, FAST);
    pushers.add(pusher);
    pusher.wake();
    return pusher;
  }

  private Run task(String id, PushConfig config) {
    var message = Message.ofUser("hello");
    storage.accept(message, id, "c", "run", Optional.of(config.withId("p")));
    var run = new Run(id, "c", "run");
    storage.commit(run, 1, status(TaskState.WORKING));
    // As managers do.
    pushers.forEach(Pusher::wake);
    return run;
  }

  private void say(Run run, int from, int to) {
    for (int i = from; i <= to; i++) {
      storage.commit(run, i, append("a", i + " "));
      pushers.forEach(Pusher::wake);
    }
  }

  private static List<String> words(int from, int to, String... before) {
    var numbers = IntStream.rangeClosed(from, to).mapToObj(i -> i + " ");
    return Stream.concat(Stream.of(before), numbers).toList();
  }

  /** Until there is nothing more to deliver. */
  private void awaitQuiet() {
    Eventually.within(
        LONG,
        "nothing is to be pushed",
        () -> storage.untilDue().compareTo(Duration.ofSeconds(2)) > 0);
  }

  @Test
  void eventsArriveInOrderWithTokenAndAuthorization() {
    push();
    var place =
        PushConfig.of(receiver.url("/hook?id=1"))
            .withToken("to-ken")
            .withAuthentication("Bearer", "se.cret");
    var run = task("t", place);
    say(run, 2, 120);
    receiver.awaitWords(words(2, 120, "task SUBMITTED", "WORKING"));
    for (var push : receiver.pushes()) {
      assertEquals("/hook?id=1", push.path());
      assertEquals("Bearer se.cret", push.header("Authorization"));
      assertEquals("to-ken", push.header("X-A2A-Notification-Token"));
      assertEquals("application/a2a+json", push.header("Content-Type"));
      assertEquals("127.0.0.1:" + receiver.port(), push.header("Host"));
    }
  }

  @Test
  void withoutTokenAndAuthorizationThereAreNoSuchHeaders() {
    push();
    task("t", PushConfig.of(receiver.url()));
    var push = receiver.await(2).get(0);
    assertFalse(push.headers().containsKey("Authorization"));
    assertFalse(push.headers().containsKey("X-A2A-Notification-Token"));
  }

  @Test
  void whatIsRefusedComesAgainBeforeWhatFollows() {
    receiver.answer(200, 503, 500, 404, 429);
    push();
    var run = task("t", PushConfig.of(receiver.url()));
    say(run, 2, 4);
    receiver.awaitWords(words(2, 4, "task SUBMITTED", "WORKING"));
    assertEquals(9, receiver.pushes().size());
  }

  @Test
  void aReceiverThatHangsIsAskedAgain() {
    receiver.hang();
    push();
    task("t", PushConfig.of(receiver.url()));
    receiver.awaitWords(List.of("task SUBMITTED", "WORKING"));
    assertEquals(3, receiver.pushes().size());
  }

  @Test
  void aReceiverThatHangsStopsNoOther() {
    try (var slow = new Receiver()) {
      IntStream.range(0, 4).forEach(i -> slow.hang());
      IntStream.range(0, 4).forEach(i -> task("s" + i, PushConfig.of(slow.url())));
      push();
      slow.await(4);
      long began = System.nanoTime();
      task("t", PushConfig.of(receiver.url()));
      receiver.await(2);
      assertTrue(System.nanoTime() - began < FAST.step().toNanos(), "it had to wait");
    }
  }

  @Test
  void aReceiverSaysWhenToComeBack() {
    receiver.answer(503, "Retry-After", "1");
    push();
    task("t", PushConfig.of(receiver.url()));
    receiver.await(1);
    long began = System.nanoTime();
    receiver.awaitWords(List.of("task SUBMITTED", "WORKING"));
    long millis = (System.nanoTime() - began) / 1_000_000;
    assertTrue(millis > 900, "after " + millis + " ms");
  }

  @Test
  void redirectsAreNotFollowed() {
    try (var other = new Receiver()) {
      receiver.answer(302, "Location", other.url());
      push();
      task("t", PushConfig.of(receiver.url()));
      receiver.awaitWords(List.of("task SUBMITTED", "WORKING"));
      assertEquals(List.of(), other.pushes());
    }
  }

  @Test
  void aReceiverThatWasAwayGetsAllInOrder() {
    var place = PushConfig.of(receiver.url());
    receiver.close();
    push();
    var run = task("t", place);
    say(run, 2, 30);
    try (var back = new Receiver(receiver.port())) {
      say(run, 31, 40);
      back.awaitWords(words(2, 40, "task SUBMITTED", "WORKING"));
    }
  }

  @Test
  void aReceiverThatIsGoneForGoodIsLeftAlone() {
    receiver.answer(410);
    var run = task("t", PushConfig.of(receiver.url()));
    push();
    receiver.await(1);
    awaitQuiet();
    assertEquals(1, receiver.pushes().size());
    say(run, 2, 2);
    receiver.awaitWords(List.of("2 "));
  }

  @Test
  void whatNeverArrivesIsGivenUpAndNoSecretIsLogged() {
    var log = new Log();
    receiver.answer(500, 500, 500);
    var options = OPTIONS.withPushAttempts(3);
    push(storage, options);
    var place =
        PushConfig.of(receiver.url("/SECRET1?k=SECRET2"))
            .withToken("SECRET3")
            .withAuthentication("Basic", "SECRET4");
    task("t", place);
    Eventually.within(LONG, "it is said", () -> log.text().contains("given up"));
    log.close();
    assertTrue(log.text().contains("WARNING"), log.text());
    assertTrue(log.text().contains("HTTP 500"), log.text());
    assertTrue(log.text().contains("127.0.0.1"), log.text());
    assertFalse(log.text().contains("SECRET"), log.text());
    assertFalse(place.withId("p").toString().contains("SECRET"), place.toString());
  }

  /** All that is logged. */
  private static final class Log extends Handler {
    private final Logger logger = Logger.getLogger("dev.redstart");
    private final Level before = logger.getLevel();
    private final StringBuffer text = new StringBuffer();

    Log() {
      setLevel(Level.ALL);
      setFormatter(new SimpleFormatter());
      logger.addHandler(this);
      logger.setLevel(Level.ALL);
      logger.setUseParentHandlers(false);
    }

    String text() {
      return text.toString();
    }

    @Override
    public void publish(LogRecord entry) {
      text.append(getFormatter().format(entry));
    }

    @Override
    public void flush() {
      // It is written at once.
    }

    @Override
    public void close() {
      logger.removeHandler(this);
      logger.setLevel(before);
      logger.setUseParentHandlers(true);
    }
  }

  @Test
  void aReceiverOfTheOldVersionGetsTheTaskAsItIs() {
    var any = PushConfig.of(receiver.url());
    var place =
        new PushConfig(
            any.id(), any.url(), any.token(), any.authentication(), ProtocolVersion.V0_3);
    var run = task("t", place);
    say(run, 2, 3);
    storage.commit(run, 4, status(TaskState.COMPLETED));
    push();
    var push = receiver.await(1).get(0);
    awaitQuiet();
    assertEquals("application/json", push.header("Content-Type"));
    assertEquals(WireCodec.of(ProtocolVersion.V0_3).write(task("t")), push.body());
    assertEquals(1, receiver.pushes().size(), "nothing is said twice");
  }

  @Test
  void nothingIsPushedInside() {
    task("t", PushConfig.of(receiver.url()));
    var log = new Log();
    push(storage, TaskOptions.defaults().withPushAttempts(1));
    Eventually.within(LONG, "it is said", () -> log.text().contains("internal"));
    log.close();
    awaitQuiet();
    assertEquals(List.of(), receiver.pushes());
  }

  @Test
  void whatAnInstanceHadInHandWhenItClosedIsDeliveredByAnother() {
    receiver.hang();
    var pusher = push();
    task("t", PushConfig.of(receiver.url()));
    receiver.await(1);
    long began = System.nanoTime();
    pusher.close();
    push(other(), OPTIONS);
    receiver.awaitWords(List.of("task SUBMITTED", "WORKING"));
    assertTrue(System.nanoTime() - began < FAST.lease().toNanos() / 2, "it had to wait");
  }

  @Test
  void twoInstancesDeliverEachEventOnceAndInOrder() {
    push();
    push(other(), OPTIONS);
    var run = task("t", PushConfig.of(receiver.url()));
    for (int i = 2; i <= 100; i++) {
      say(run, i, i);
    }
    receiver.awaitWords(words(2, 100, "task SUBMITTED", "WORKING"));
  }

  @Test
  void nothingRunsAfterItsEnd() {
    receiver.hang();
    var pusher = push();
    task("t", PushConfig.of(receiver.url()));
    receiver.await(1);
    pusher.close();
    Eventually.within(
        LONG,
        "its threads have ended",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("redstart-a2a-push")));
  }
}
