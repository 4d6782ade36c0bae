package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every task manager does: messages, and what comes of them. */
abstract class TaskManagerContract extends ManagerFixture {
  private static final MessageProcessor UPPER =
      (request, handle) -> {
        handle.state(TaskState.WORKING);
        handle.append("a", request.message().text().toUpperCase());
        handle.append("a", "!");
        handle.state(TaskState.COMPLETED, "done");
      };

  /** Nobody listens there. */
  private static final String PLACE = "http://127.0.0.1:9/x";

  private static final MessageProcessor HELLO = (request, handle) -> handle.reply("hello");

  /** Asks once, then says what it was told. */
  private static final MessageProcessor ASKING =
      (request, handle) -> {
        if (request.task().isEmpty()) {
          handle.state(TaskState.INPUT_REQUIRED, "which one?");
        } else {
          handle.state(TaskState.COMPLETED, "so " + request.message().text());
        }
      };

  // ---- waiting for what comes of a message

  @Test
  void aMessageIsWaitedForUntilItsTaskIsOver() {
    var manager = open(UPPER);
    var task = send(manager, ask("hello"));
    assertEquals(TaskState.COMPLETED, task.state());
    assertEquals("done", said(task));
    assertEquals("HELLO!", text(task.artifacts().get(0)));
    assertEquals(List.of("hello"), texts(task.history()));
    assertEquals(task, get(manager, task.id()));
    var message = task.status().message().orElseThrow();
    assertEquals(Role.AGENT, message.role());
    assertEquals(Optional.of(task.id()), message.taskId());
    assertEquals(Optional.of(task.contextId()), message.contextId());
  }

  @Test
  void anAnswerNeedsNoTask() {
    var manager = open(HELLO);
    var reply = (Message) manager.onSendMessage(SendRequest.of(inContext("hi", "c")));
    assertEquals("hello", reply.text());
    assertEquals(Role.AGENT, reply.role());
    assertEquals(Optional.of("c"), reply.contextId());
    assertEquals(Optional.empty(), reply.taskId());
    assertEquals(0, manager.onListTasks(TaskQuery.all()).totalSize());
  }

  private static Message inContext(String text, String contextId) {
    return Message.ofUser(text).withContext(contextId);
  }

  @Test
  void whoDoesNotWaitGetsWhatIsThereFirst() {
    var gate = new Gate();
    var manager =
        open(
            (request, handle) -> {
              handle.build(Json.object("k", 1));
              gate.pass();
              handle.state(TaskState.COMPLETED);
            });
    var task = send(manager, askAtOnce("hello"));
    assertEquals(TaskState.SUBMITTED, task.state());
    assertEquals(Json.object("k", 1), task.metadata());
    gate.open();
    awaitState(manager, task.id(), TaskState.COMPLETED);
    var replying = open(HELLO);
    assertEquals("hello", ((Message) replying.onSendMessage(askAtOnce("hi"))).text());
  }

  @Test
  void aMessageIsWaitedForUntilTheTaskWaitsForItsClient() {
    var manager = open(ASKING);
    var asked = send(manager, ask("one"));
    assertEquals(TaskState.INPUT_REQUIRED, asked.state());
    assertEquals("which one?", said(asked));
    var done = send(manager, more(asked, "that one"));
    assertEquals(asked.id(), done.id());
    assertEquals(TaskState.COMPLETED, done.state());
    assertEquals("so that one", said(done));
    assertEquals(List.of("one", "which one?", "that one"), texts(done.history()));
  }

  @Test
  void thereIsAnEndToWaiting() {
    var gate = new Gate();
    var manager =
        open(
            TaskOptions.defaults().withMaxWait(Duration.ofSeconds(1)),
            (request, handle) -> {
              if (request.message().text().equals("say")) {
                handle.state(TaskState.WORKING);
              }
              gate.pass();
              handle.state(TaskState.COMPLETED);
            });
    assertEquals(TaskState.WORKING, send(manager, ask("say")).state());
    var silent = ask("do not");
    refused(A2AError.INTERNAL_ERROR, () -> manager.onSendMessage(silent));
    gate.open();
    assertEquals(TaskState.COMPLETED, send(manager, silent).state());
  }

  @Test
  void aTaskComesWithAsMuchOfItsHistoryAsIsWanted() {
    var manager = open(ASKING);
    var none = SendConfiguration.defaults().withHistoryLength(0);
    var task = send(manager, SendRequest.of(Message.ofUser("one"), none));
    assertEquals(List.of(), task.history());
    var request = SendRequest.of(Message.ofUser("two").withTask(task.id()), none);
    try (var stream = manager.onSendMessageStream(request)) {
      assertEquals(List.of(), ((Task) next(stream).event()).history());
    }
    awaitState(manager, task.id(), TaskState.COMPLETED);
    assertEquals(List.of(), manager.onGetTask(task.id(), OptionalInt.of(0)).history());
    var two = manager.onGetTask(task.id(), OptionalInt.of(2));
    assertEquals(List.of("which one?", "two"), texts(two.history()));
    assertEquals(3, get(manager, task.id()).history().size());
    refused(A2AError.INVALID_PARAMS, () -> manager.onGetTask(task.id(), OptionalInt.of(-1)));
    var one = SendConfiguration.defaults().withHistoryLength(0).withReturnImmediately();
    var first = send(manager, SendRequest.of(Message.ofUser("three"), one));
    assertEquals(List.of(), first.history());
  }

  // ---- streams

  @Test
  void aStreamBeginsWithTheTaskAndEndsWithIt() {
    var manager = open(UPPER);
    try (var stream = manager.onSendMessageStream(ask("hello"))) {
      assertEquals(
          List.of("1 task SUBMITTED", "2 WORKING", "3 a=HELLO", "4 a+!", "5 COMPLETED"),
          words(rest(stream)));
      assertEquals(Optional.empty(), stream.next(LONG));
    }
  }

  @Test
  void aStreamOfAnAnswerHasOneMessage() {
    var manager = open(HELLO);
    try (var stream = manager.onSendMessageStream(ask("hi"))) {
      assertEquals(List.of("0 message hello"), words(rest(stream)));
    }
  }

  @Test
  void aStreamOfAMessageEndsWhereTheTaskWaits() {
    var manager = open(ASKING);
    Task task;
    try (var stream = manager.onSendMessageStream(ask("one"))) {
      var events = rest(stream);
      assertEquals(List.of("1 task SUBMITTED", "2 INPUT_REQUIRED"), words(events));
      task = (Task) events.get(0).event();
    }
    try (var stream = manager.onSendMessageStream(more(task, "two"))) {
      assertEquals(List.of("3 task WORKING", "4 COMPLETED"), words(rest(stream)));
    }
  }

  @Test
  void aSubscriptionGoesOnWhileTheTaskWaits() {
    var manager = open(ASKING);
    var task = send(manager, ask("one"));
    try (var stream = follow(manager, task.id())) {
      assertEquals("2 task INPUT_REQUIRED", words(List.of(next(stream))).get(0));
      assertEquals(Optional.empty(), stream.next(SHORT));
      assertFalse(stream.isEnded());
      send(manager, more(task, "two"));
      assertEquals(List.of("3 WORKING", "4 COMPLETED"), words(rest(stream)));
    }
  }

  @Test
  void aSubscriptionGoesOnWhereAnotherWasCutOff() {
    var manager = open(UPPER);
    var whole = rest(manager.onSendMessageStream(ask("hello")));
    var id = ((Task) whole.get(0).event()).id();
    for (int seen = 0; seen < whole.size(); seen++) {
      try (var stream = manager.onResubscribe(id, OptionalLong.of(seen))) {
        assertEquals(whole.subList(seen, whole.size()), rest(stream));
      }
    }
    refused(
        A2AError.UNSUPPORTED_OPERATION,
        () -> manager.onResubscribe(id, OptionalLong.of(whole.size())));
    refused(A2AError.UNSUPPORTED_OPERATION, () -> follow(manager, id));
    refused(A2AError.UNSUPPORTED_OPERATION, () -> manager.onResubscribe(id, OptionalLong.of(99)));
  }

  @Test
  void aPlaceThatNeverWasIsAnsweredByTheTask() {
    var manager = open(ASKING);
    var task = send(manager, ask("one"));
    try (var stream = manager.onResubscribe(task.id(), OptionalLong.of(99))) {
      assertEquals(new Sequenced(2, task), next(stream));
    }
    try (var stream = manager.onResubscribe(task.id(), OptionalLong.of(-1))) {
      assertEquals("1 task SUBMITTED", words(List.of(next(stream))).get(0));
    }
  }

  @Test
  void allWhoFollowSeeTheSameAndNobodyDisturbsTheOthers() {
    var gate = new Gate();
    var manager =
        open(
            (request, handle) -> {
              handle.state(TaskState.WORKING);
              gate.pass();
              for (int i = 0; i < 100; i++) {
                handle.append("a", "x" + i);
              }
              handle.state(TaskState.COMPLETED);
            });
    var task = send(manager, askAtOnce("go"));
    gate.awaitArrival();
    awaitState(manager, task.id(), TaskState.WORKING);
    var readers = new ArrayList<CompletableFuture<List<Sequenced>>>();
    for (int i = 0; i < 5; i++) {
      var stream = follow(manager, task.id());
      readers.add(async(() -> rest(stream)));
    }
    try (var leaving = follow(manager, task.id())) {
      next(leaving);
      gate.open();
      next(leaving);
    }
    var events = within(readers.get(0));
    assertEquals(102, events.size());
    for (var reader : readers) {
      assertEquals(events, within(reader));
    }
  }

  @Test
  void whoWaitsIsWokenByClose() {
    var gate = new Gate();
    var manager = open((request, handle) -> gate.pass());
    var stream = manager.onSendMessageStream(ask("go"));
    var waiting = async(() -> stream.next(LONG));
    Eventually.within(LONG, "it is waiting", () -> StorageFixture.isWaiting("manager-test"));
    stream.close();
    assertEquals(Optional.empty(), within(waiting));
    assertThrows(IllegalStateException.class, () -> stream.next(LONG));
  }

  // ---- the same message again

  @Test
  void aMessageThatComesTwiceIsWorkedOnOnce() {
    var gate = new Gate();
    var works = new AtomicInteger();
    var manager =
        open(
            (request, handle) -> {
              works.incrementAndGet();
              gate.pass();
              UPPER.process(request, handle);
            });
    var request = ask("hello");
    var first = async(() -> manager.onSendMessage(request));
    gate.awaitArrival();
    var second = async(() -> manager.onSendMessage(request));
    var stream = manager.onSendMessageStream(request);
    gate.open();
    var task = within(first);
    assertEquals(task, within(second));
    assertEquals(5, rest(stream).size());
    assertEquals(task, manager.onSendMessage(request));
    try (var late = manager.onSendMessageStream(request)) {
      assertEquals(List.of(new Sequenced(5, (Task) task)), rest(late));
    }
    assertEquals(1, works.get());
  }

  @Test
  void anAnswerIsGivenAgain() {
    var works = new AtomicInteger();
    var manager = open((request, handle) -> handle.reply("number " + works.incrementAndGet()));
    var request = ask("hi");
    assertEquals(manager.onSendMessage(request), manager.onSendMessage(request));
    assertEquals(1, rest(manager.onSendMessageStream(request)).size());
    assertEquals(1, works.get());
  }

  @Test
  void theIdOfAnotherMessageIsRefused() {
    var manager = open(HELLO);
    var message = Message.ofUser("hi");
    manager.onSendMessage(SendRequest.of(message));
    refused(
        A2AError.INVALID_PARAMS,
        () -> manager.onSendMessage(SendRequest.of(withId(message.messageId(), "ho"))));
  }

  private static Message withId(String id, String... texts) {
    var parts = List.of(texts).stream().map(Part::text).toList();
    return new Message(
        id,
        Optional.empty(),
        Optional.empty(),
        Role.USER,
        parts,
        Json.object(),
        List.of(),
        List.of());
  }

  // ---- refusals

  @Test
  void whatCannotBeDoneIsRefused() {
    var manager = open(ASKING);
    refused(A2AError.TASK_NOT_FOUND, () -> get(manager, "nobody"));
    refused(A2AError.TASK_NOT_FOUND, () -> manager.onCancelTask("nobody"));
    refused(A2AError.TASK_NOT_FOUND, () -> follow(manager, "nobody"));
    var stray = SendRequest.of(Message.ofUser("hi").withTask("nobody"));
    refused(A2AError.TASK_NOT_FOUND, () -> manager.onSendMessage(stray));
    refused(A2AError.INVALID_PARAMS, () -> get(manager, "x".repeat(257)));
    refused(A2AError.INVALID_PARAMS, () -> manager.onSendMessage(SendRequest.of(withId("m"))));
    refused(A2AError.INVALID_PARAMS, () -> manager.onSendMessage(SendRequest.of(withId("", "x"))));
    var task = send(manager, ask("one"));
    var strange = Message.ofUser("two").withTask(task.id()).withContext("another");
    refused(A2AError.INVALID_PARAMS, () -> manager.onSendMessage(SendRequest.of(strange)));
    assertEquals(TaskState.COMPLETED, send(manager, more(task, "two")).state());
    refused(A2AError.UNSUPPORTED_OPERATION, () -> manager.onSendMessage(more(task, "three")));
    refused(A2AError.TASK_NOT_CANCELABLE, () -> manager.onCancelTask(task.id()));
  }

  @Test
  void aTaskThatIsWorkedOnTakesNoMessage() {
    var gate = new Gate();
    var manager =
        open(
            (request, handle) -> {
              handle.state(TaskState.WORKING);
              gate.pass();
              handle.state(TaskState.COMPLETED);
            });
    var task = send(manager, askAtOnce("one"));
    refused(A2AError.UNSUPPORTED_OPERATION, () -> manager.onSendMessage(more(task, "two")));
  }

  @Test
  void moreMessagesThanAllowedAreRefusedBeforeAnythingIsStored() {
    var gate = new Gate();
    var begun = new CountDownLatch(2);
    var manager =
        open(
            TaskOptions.defaults().withMaxRuns(2),
            (request, handle) -> {
              begun.countDown();
              gate.pass();
              handle.state(TaskState.COMPLETED);
            });
    var first = async(() -> manager.onSendMessage(ask("one")));
    var second = async(() -> manager.onSendMessage(ask("two")));
    await(begun);
    var third = ask("three");
    refused(A2AError.BUSY, () -> manager.onSendMessageStream(third));
    gate.open();
    within(first);
    within(second);
    // The processors may still be about to leave.
    Eventually.within(LONG, "there is a place", () -> manager.onSendMessage(third) != null);
    assertEquals(TaskState.COMPLETED, send(manager, third).state());
    assertEquals(3, manager.onListTasks(TaskQuery.all()).totalSize());
  }

  // ---- what a processor is told

  @Test
  void aProcessorIsToldAllThatItNeeds() {
    var seen = new ConcurrentLinkedQueue<ProcessRequest>();
    var histories = new ConcurrentLinkedQueue<List<String>>();
    var manager =
        open(
            (request, handle) -> {
              seen.add(request);
              histories.add(texts(handle.history()));
              assertEquals(request.message().taskId(), Optional.of(handle.taskId()));
              assertEquals(request.message().contextId(), Optional.of(handle.contextId()));
              ASKING.process(request, handle);
            });
    var configuration = SendConfiguration.defaults().withHistoryLength(7);
    var message = inContext("one", "c");
    var task = send(manager, new SendRequest(message, configuration, Json.object("who", "me")));
    rest(manager.onSendMessageStream(more(task, "two")));
    var first = seen.poll();
    assertEquals(message.withTask(task.id()), first.message());
    assertEquals(Optional.empty(), first.task());
    assertEquals(configuration, first.configuration());
    assertEquals(Json.object("who", "me"), first.metadata());
    assertFalse(first.isStreaming());
    var second = seen.poll();
    assertEquals(Optional.of(task), second.task());
    assertTrue(second.isStreaming());
    send(manager, SendRequest.of(inContext("three", "c")));
    assertEquals(List.of("one"), histories.poll());
    assertEquals(List.of("one", "which one?", "two"), histories.poll());
    assertEquals(List.of("one", "which one?", "two", "so two", "three"), histories.poll());
  }

  // ---- lists and pushes

  @Test
  void tasksAreListed() {
    var manager = open(UPPER);
    for (int i = 0; i < 3; i++) {
      send(manager, SendRequest.of(inContext("hi " + i, "c" + i % 2)));
    }
    assertEquals(3, manager.onListTasks(TaskQuery.all()).totalSize());
    assertEquals(2, manager.onListTasks(TaskQuery.all().withContext("c0")).tasks().size());
  }

  @Test
  void placesToPushToAreKept() {
    var manager = open(TaskOptions.defaults().withInternalPushes(), ASKING);
    var task = send(manager, ask("one"));
    var given = manager.onPushNotificationSet(task.id(), PushConfig.of(PLACE));
    var id = given.id().orElseThrow();
    assertEquals(given, manager.onPushNotificationGet(task.id(), id));
    assertEquals(List.of(given), manager.onPushNotificationList(task.id()));
    manager.onPushNotificationDelete(task.id(), id);
    manager.onPushNotificationDelete(task.id(), id);
    refused(A2AError.TASK_NOT_FOUND, () -> manager.onPushNotificationGet(task.id(), id));
    refused(A2AError.TASK_NOT_FOUND, () -> manager.onPushNotificationList("nobody"));
    for (var url :
        List.of("", "x", "ftp://example.com", "file:///etc/passwd", "http://", "http:x")) {
      var wrong = PushConfig.of(url);
      refused(A2AError.INVALID_PARAMS, () -> manager.onPushNotificationSet(task.id(), wrong));
      var request =
          SendRequest.of(Message.ofUser("hi"), SendConfiguration.defaults().withPush(wrong));
      refused(A2AError.INVALID_PARAMS, () -> manager.onSendMessage(request));
    }
  }

  @Test
  void aMessageMayBringAPlaceToPushTo() {
    var manager = open(TaskOptions.defaults().withInternalPushes(), UPPER);
    var place = PushConfig.of(PLACE);
    var task =
        send(
            manager,
            SendRequest.of(Message.ofUser("hi"), SendConfiguration.defaults().withPush(place)));
    var kept = manager.onPushNotificationList(task.id());
    assertEquals(1, kept.size());
    assertEquals(place.withId(kept.get(0).id().orElseThrow()), kept.get(0));
  }

  @Test
  void withoutPushesNobodyGetsOne() {
    var manager = open(TaskOptions.defaults().withoutPushes(), UPPER);
    var place = PushConfig.of(PLACE).withId("p");
    var request =
        SendRequest.of(Message.ofUser("hi"), SendConfiguration.defaults().withPush(place));
    var none = A2AError.PUSH_NOTIFICATION_NOT_SUPPORTED;
    refused(none, () -> manager.onSendMessage(request));
    refused(none, () -> manager.onPushNotificationSet("t", place));
    refused(none, () -> manager.onPushNotificationGet("t", "p"));
    refused(none, () -> manager.onPushNotificationList("t"));
    refused(none, () -> manager.onPushNotificationDelete("t", "p"));
    assertEquals(0, manager.onListTasks(TaskQuery.all()).totalSize());
  }
}
