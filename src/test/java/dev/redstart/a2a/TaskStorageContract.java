package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.a2a.TaskStorage.Admission;
import dev.redstart.a2a.TaskStorage.Change;
import dev.redstart.a2a.TaskStorage.Run;
import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every storage of tasks does: runs, and what is seen of them. */
abstract class TaskStorageContract extends StorageFixture {
  // ---- messages

  @Test
  void aMessageBeginsARunAndNoTask() {
    var message = Message.ofUser("hello");
    var begun = storage.accept(message, "t", "c", "run", Optional.empty());
    assertEquals(new Admission.Begun("t", "c", Optional.empty(), 0), begun);
    refused(A2AError.TASK_NOT_FOUND, () -> storage.snapshot("t", OptionalInt.empty()));
    refused(A2AError.TASK_NOT_FOUND, () -> storage.cancel("t"));
    refused(A2AError.TASK_NOT_FOUND, () -> begin("more", "t", "run2"));
    assertEquals(List.of(), storage.list(TaskQuery.all()).tasks());
    assertEquals(List.of(message.withTask("t").withContext("c")), storage.conversation("c"));
  }

  @Test
  void aMessageStaysInTheContextThatItNames() {
    var message = Message.ofUser("hello").withContext("mine");
    var begun = storage.accept(message, "t", "c", "run", Optional.empty());
    assertEquals("mine", begun.contextId());
    assertEquals(List.of(message.withTask("t")), storage.conversation("mine"));
    assertEquals(List.of(), storage.conversation("c"));
  }

  @Test
  void aMessageThatComesTwiceIsKnown() {
    var message = Message.ofUser("hello");
    var begun = storage.accept(message, "t", "c", "run", Optional.empty());
    // Its reply was lost: the same call once more.
    assertEquals(begun, storage.accept(message, "t", "c", "run", Optional.empty()));
    assertEquals(begun, other().accept(message, "t", "c", "run", Optional.empty()));
    var known = new Admission.Known("t", "c");
    assertEquals(known, other().accept(message, "t2", "c2", "run2", Optional.empty()));
    var filled = message.withTask("t").withContext("c");
    assertEquals(known, storage.accept(filled, "t2", "c2", "run2", Optional.empty()));
    storage.commit(new Run("t", "c", "run"), 1, status(TaskState.COMPLETED));
    assertEquals(known, storage.accept(message, "t", "c", "run", Optional.empty()));
    assertEquals(1, storage.conversation("c").size());
    refused(A2AError.TASK_NOT_FOUND, () -> storage.snapshot("t2", OptionalInt.empty()));
  }

  @Test
  void theIdOfAnotherMessageIsRefused() {
    var message = Message.ofUser("hello");
    storage.accept(message, "t", "c", "run", Optional.empty());
    var other = Message.ofUser("hullo");
    var disguised =
        new Message(
            message.messageId(),
            other.contextId(),
            other.taskId(),
            other.role(),
            other.parts(),
            other.metadata(),
            other.extensions(),
            other.referenceTaskIds());
    refused(
        A2AError.INVALID_PARAMS,
        () -> storage.accept(disguised, "t2", "c2", "run2", Optional.empty()));
    refused(
        A2AError.INVALID_PARAMS,
        () -> storage.accept(message.withContext("d"), "t2", "c2", "run2", Optional.empty()));
    assertEquals(1, storage.conversation("c").size());
  }

  // ---- commits

  @Test
  void aTaskIsBuiltGoesOnAndEnds() {
    var run = begin("hello");
    var heard = storage.conversation("c").get(0);
    assertEquals(1, storage.commit(run, 1, new Change.Build(Json.object("k", 1))));
    var working = said("on it");
    assertEquals(2, storage.commit(run, 2, status(TaskState.WORKING, working)));
    assertEquals(3, storage.commit(run, 3, new Change.Set(artifact("a", "one"), false)));
    assertEquals(4, storage.commit(run, 4, append("a", "two")));
    var done = said("done");
    assertEquals(5, storage.commit(run, 5, status(TaskState.COMPLETED, done)));

    var snapshot = storage.snapshot("t", OptionalInt.empty());
    var task = snapshot.task();
    assertEquals(5, snapshot.generation());
    assertFalse(snapshot.isWorkedOn());
    assertEquals(TaskState.COMPLETED, task.state());
    assertEquals(Optional.of(done), task.status().message());
    assertEquals(List.of(heard, working), task.history());
    assertEquals(List.of(artifact("a", "one", "two")), task.artifacts());
    assertEquals(Json.object("k", 1), task.metadata());
    assertEquals(List.of(heard, working, done), storage.conversation("c"));

    var events = events("t", 0);
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), generations(events));
    var first = (Task) events.get(0).event();
    assertEquals(TaskState.SUBMITTED, first.state());
    assertEquals(List.of(heard), first.history());
    assertEquals(task.metadata(), first.metadata());
    var second = (TaskStatusUpdate) events.get(1).event();
    assertEquals(Optional.of(working), second.status().message());
    assertEquals(
        new TaskArtifactUpdate("t", "c", artifact("a", "one"), false, false, Json.object()),
        events.get(2).event());
    assertEquals(
        new TaskArtifactUpdate("t", "c", artifact("a", "two"), true, false, Json.object()),
        events.get(3).event());
    assertEquals(
        new TaskStatusUpdate("t", "c", task.status(), Json.object()), last(events).event());
    assertFalse(task.status().timestamp().isBefore(first.status().timestamp()));
  }

  @Test
  void allButAReplyBuildTheTaskFirst() {
    var changes =
        List.of(
            status(TaskState.WORKING), new Change.Set(artifact("a", "x"), true), append("a", "x"));
    for (int i = 0; i < changes.size(); i++) {
      var run = begin("hello", "t" + i, "c" + i, "run");
      assertEquals(2, storage.commit(run, 1, changes.get(i)));
      assertEquals(2, storage.commit(run, 2, new Change.Build(Json.object("k", 1))));
      var snapshot = storage.snapshot(run.taskId(), OptionalInt.empty());
      assertEquals(2, snapshot.generation());
      assertTrue(snapshot.isWorkedOn());
      assertEquals(Json.object(), snapshot.task().metadata());
    }
  }

  @Test
  void aReplyLeavesNoTask() {
    var run = begin("hello");
    var reply = said("hi");
    assertEquals(0, storage.commit(run, 1, new Change.Reply(reply)));
    assertEquals(0, storage.commit(run, 1, new Change.Reply(reply)));
    assertEquals(List.of(new Sequenced(0, reply)), events("t", 0));
    refused(A2AError.TASK_NOT_FOUND, () -> storage.snapshot("t", OptionalInt.empty()));
    refused(A2AError.TASK_NOT_FOUND, () -> storage.cancel("t"));
    assertEquals(reply, storage.conversation("c").get(1));
    assertEquals(2, storage.conversation("c").size());
    lost(() -> storage.commit(run, 2, status(TaskState.WORKING)));
    assertEquals(0, storage.list(TaskQuery.all()).totalSize());
  }

  @Test
  void aTaskIsNotAnsweredByAReply() {
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING));
    assertThrows(
        IllegalStateException.class, () -> storage.commit(run, 2, new Change.Reply(said("hi"))));
    assertEquals(3, storage.commit(run, 2, status(TaskState.COMPLETED)));
  }

  @Test
  void aRepeatedCommitIsDoneOnce() {
    var run = begin("hello");
    assertEquals(2, storage.commit(run, 1, append("a", "x")));
    assertEquals(2, other().commit(run, 1, append("a", "x")));
    assertEquals(3, storage.commit(run, 5, status(TaskState.COMPLETED, said("done"))));
    assertEquals(3, other().commit(run, 5, status(TaskState.COMPLETED, said("done"))));
    var snapshot = storage.snapshot("t", OptionalInt.empty());
    assertEquals(List.of(artifact("a", "x")), snapshot.task().artifacts());
    assertEquals(3, snapshot.generation());
    assertEquals(2, storage.conversation("c").size());
  }

  @Test
  void aStragglerIsNotTaken() {
    var run = begin("hello");
    storage.commit(run, 2, append("a", "x"));
    var refusal =
        assertThrows(RuntimeException.class, () -> storage.commit(run, 1, append("a", "y")));
    assertNotEquals(TaskLostException.class, refusal.getClass());
    assertEquals(List.of(artifact("a", "x")), task("t").artifacts());
  }

  @Test
  void nothingIsTakenFromAStranger() {
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING));
    lost(() -> storage.commit(new Run("t", "c", "other"), 2, status(TaskState.COMPLETED)));
    lost(() -> storage.commit(new Run("nobody", "c", "run"), 1, status(TaskState.COMPLETED)));
    assertEquals(TaskState.WORKING, task("t").state());
  }

  @Test
  void nothingFollowsATerminalState() {
    for (var state : TaskState.values()) {
      if (state.isTerminal()) {
        var run = begin("hello", state.name(), "c", "run");
        storage.commit(run, 1, status(state));
        lost(() -> storage.commit(run, 2, status(TaskState.WORKING)));
        lost(() -> storage.commit(run, 2, append("a", "x")));
        refused(A2AError.TASK_NOT_CANCELABLE, () -> storage.cancel(state.name()));
        refused(A2AError.UNSUPPORTED_OPERATION, () -> begin("more", state.name(), "run2"));
        assertEquals(state, task(state.name()).state());
        assertEquals(2, events(state.name(), 0).size());
      }
    }
  }

  @Test
  void aCanceledTaskTakesNothing() {
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING, said("on it")));
    var canceled = other().cancel("t");
    assertEquals(TaskState.CANCELED, canceled.state());
    assertEquals(Optional.empty(), canceled.status().message());
    assertEquals(2, canceled.history().size());
    assertEquals(canceled, task("t"));
    lost(() -> storage.commit(run, 2, status(TaskState.COMPLETED)));
    assertEquals(Map.of(run, false), storage.renew(List.of(run)));
    refused(A2AError.TASK_NOT_CANCELABLE, () -> storage.cancel("t"));
    var last = (TaskStatusUpdate) last(events("t", 2)).event();
    assertEquals(canceled.status(), last.status());
  }

  @Test
  void ofACancelAndACompletionOneWins() throws Exception {
    for (int i = 0; i < 40; i++) {
      var id = "t" + i;
      var run = begin("hello", id, "c", "run");
      storage.commit(run, 1, status(TaskState.WORKING));
      var completing = wins(() -> storage.commit(run, 2, status(TaskState.COMPLETED)));
      var canceling = wins(() -> other().cancel(id));
      boolean completed = completing.get(10, TimeUnit.SECONDS);
      assertNotEquals(completed, canceling.get(10, TimeUnit.SECONDS));
      var state = completed ? TaskState.COMPLETED : TaskState.CANCELED;
      assertEquals(state, task(id).state());
      assertEquals(List.of(1L, 2L, 3L), generations(events(id, 0)));
    }
  }

  private static CompletableFuture<Boolean> wins(Runnable work) {
    return async(
        () -> {
          try {
            work.run();
            return true;
          } catch (TaskLostException | A2AException tooLate) {
            return false;
          }
        });
  }

  // ---- more messages

  @Test
  void aTaskThatWaitsGoesOnWithTheNextMessage() {
    var run = begin("hello");
    var heard = storage.conversation("c").get(0);
    var question = said("which one?");
    storage.commit(run, 1, append("a", "x"));
    storage.commit(run, 2, status(TaskState.INPUT_REQUIRED, question));
    lost(() -> storage.commit(run, 3, status(TaskState.COMPLETED)));
    assertFalse(storage.snapshot("t", OptionalInt.empty()).isWorkedOn());
    var before = task("t");

    var answer = Message.ofUser("that one").withTask("t");
    var begun = other().accept(answer, "x", "y", "run2", Optional.empty());
    assertEquals(new Admission.Begun("t", "c", Optional.of(before), 4), begun);
    assertEquals(begun, storage.accept(answer, "x", "y", "run2", Optional.empty()));
    var answered = answer.withContext("c");
    assertEquals(List.of(heard, question, answered), task("t").history());
    assertEquals(List.of(heard, question, answered), storage.conversation("c"));
    assertEquals(TaskState.WORKING, task("t").state());
    assertEquals(Optional.empty(), task("t").status().message());
    assertEquals(
        new TaskStatusUpdate("t", "c", task("t").status(), Json.object()),
        next(storage.follow("t", 3)).event());

    lost(() -> storage.commit(run, 4, status(TaskState.COMPLETED)));
    // Numbers begin anew with each run.
    assertEquals(5, storage.commit(new Run("t", "c", "run2"), 1, status(TaskState.COMPLETED)));
    assertEquals(
        new Admission.Known("t", "c"), storage.accept(answer, "x", "y", "run3", Optional.empty()));
  }

  @Test
  void onlyATaskThatWaitsTakesAMessage() {
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING));
    refused(A2AError.UNSUPPORTED_OPERATION, () -> begin("more", "t", "run2"));
    storage.commit(run, 2, status(TaskState.AUTH_REQUIRED));
    refused(A2AError.TASK_NOT_FOUND, () -> begin("more", "nobody", "run2"));
    var strange = Message.ofUser("more").withTask("t").withContext("d");
    refused(
        A2AError.INVALID_PARAMS, () -> storage.accept(strange, "x", "y", "run2", Optional.empty()));
    assertEquals(List.of(), storage.conversation("d"));
    begin("more", "t", "run2");
    refused(A2AError.UNSUPPORTED_OPERATION, () -> begin("and more", "t", "run3"));
  }

  // ---- artifacts

  @Test
  void chunksOfAnArtifactAreMerged() {
    var run = begin("hello");
    storage.commit(run, 1, append("b", "b1"));
    storage.commit(run, 2, new Change.Set(artifact("a", "a1").withName("name"), false));
    storage.commit(run, 3, append("a", "a2"));
    storage.commit(run, 4, append("b", "b2"));
    storage.commit(run, 5, append("a", "a3"));
    var merged = artifact("a", "a1", "a2", "a3").withName("name");
    assertEquals(List.of(artifact("b", "b1", "b2"), merged), task("t").artifacts());
    storage.commit(run, 6, new Change.Set(artifact("b", "new"), true));
    storage.commit(run, 7, append("b", "newer"));
    assertEquals(List.of(artifact("b", "new", "newer"), merged), task("t").artifacts());
    storage.commit(run, 8, status(TaskState.COMPLETED));
    // Clients ignore more of an artifact that they do not know.
    var more =
        events("t", 1).stream()
            .flatMap(
                it -> it.event() instanceof TaskArtifactUpdate update ? Stream.of(update) : null)
            .map(TaskArtifactUpdate::append)
            .toList();
    assertEquals(List.of(false, false, true, true, true, false, true), more);
  }

  @Test
  void partsAreKeptAsTheyAre() {
    var parts =
        List.of(
            Part.text(""),
            Part.text("\"\\\u0001\u00e9\ud83d\ude00"),
            Part.data(Json.parse("{\"empty\":[],\"none\":{},\"big\":12345678901234567890.10}")),
            Part.raw(new byte[] {0, -1}, "x/y").withFilename("f"),
            Part.url("http://x/y?z=\u00fc", "text/plain"));
    var run = begin("hello");
    storage.commit(run, 1, new Change.Append("a", parts, false));
    storage.commit(run, 2, new Change.Append("a", parts, true));
    var all = new ArrayList<>(parts);
    all.addAll(parts);
    assertEquals(all, task("t").artifacts().get(0).parts());
    var message = Message.of(Role.AGENT, parts.toArray(Part[]::new));
    storage.commit(run, 3, status(TaskState.COMPLETED, message));
    assertEquals(Optional.of(message), task("t").status().message());
    assertEquals(message, storage.conversation("c").get(1));
  }

  // ---- history

  @Test
  void historyIsBoundedAndTheNewestStay() {
    storage = open(options().withMaxHistoryLength(3));
    var run = begin("hello");
    for (int i = 1; i <= 5; i++) {
      storage.commit(run, i, status(TaskState.WORKING, said("m" + i)));
    }
    assertEquals(List.of("m2", "m3", "m4"), texts(task("t").history()));
    assertEquals(List.of("m3", "m4", "m5"), texts(storage.conversation("c")));
    var two = storage.snapshot("t", OptionalInt.of(2));
    assertEquals(List.of("m3", "m4"), texts(two.task().history()));
    assertEquals(List.of(), storage.snapshot("t", OptionalInt.of(0)).task().history());
    assertEquals(3, storage.snapshot("t", OptionalInt.of(99)).task().history().size());
  }

  @Test
  void aConversationHasAllItsTasks() {
    var first = begin("one", "t1", "c", "run");
    storage.commit(first, 1, status(TaskState.COMPLETED, said("1")));
    var second = begin("two", "t2", "c", "run");
    storage.commit(second, 1, new Change.Reply(said("2")));
    assertEquals(List.of("one", "1", "two", "2"), texts(storage.conversation("c")));
    assertEquals(List.of(), storage.conversation("nobody"));
  }

  // ---- leases

  @Test
  void whoIsSilentForTooLongHasLostItsTask() {
    storage = open(options().withLease(Duration.ofMillis(100)));
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING));
    var stream = other().follow("t", 2);
    reapUntil(() -> task("t").state() == TaskState.FAILED);
    var last = (TaskStatusUpdate) next(stream).event();
    assertEquals(task("t").status(), last.status());
    var message = last.status().message().orElseThrow();
    assertEquals(Role.AGENT, message.role());
    assertFalse(message.text().isEmpty());
    assertEquals(Map.of(run, false), storage.renew(List.of(run)));
    lost(() -> storage.commit(run, 2, status(TaskState.COMPLETED)));
    assertEquals(List.of(1L, 2L, 3L), generations(events("t", 0)));
  }

  @Test
  void aMessageWhoseRunDiedBeforeItSaidAnythingMayComeAgain() {
    storage = open(options().withLease(Duration.ofMillis(100)));
    var message = Message.ofUser("hello");
    var begun = storage.accept(message, "t", "c", "run", Optional.empty());
    var stream = storage.follow("t", 0);
    var again = new Admission.Begun("t2", "c", Optional.empty(), 0);
    reapUntil(() -> storage.conversation("c").isEmpty());
    assertEquals(Map.of(run(begun, "run"), false), storage.renew(List.of(run(begun, "run"))));
    assertEquals(Optional.empty(), stream.next(LONG));
    assertTrue(stream.isEnded());
    var repeated = message.withContext("c");
    assertEquals(again, storage.accept(repeated, "t2", "c2", "run2", Optional.empty()));
    assertEquals(List.of(repeated.withTask("t2")), storage.conversation("c"));
  }

  @Test
  void whoGivesSignsOfLifeKeepsItsTask() {
    storage = open(options().withLease(Duration.ofMillis(300)));
    var run = begin("hello", "t", "c", "run");
    var silent = begin("hello", "t2", "c", "run");
    storage.commit(run, 1, status(TaskState.WORKING));
    storage.commit(silent, 1, status(TaskState.WORKING));
    reapUntil(
        () -> {
          assertEquals(Map.of(run, true), other().renew(List.of(run)));
          return task("t2").state() == TaskState.FAILED;
        });
    assertEquals(TaskState.WORKING, task("t").state());
    var stranger = new Run("t", "c", "other");
    assertEquals(
        Map.of(run, true, silent, false, stranger, false),
        storage.renew(List.of(run, silent, stranger)));
    assertEquals(3, storage.commit(run, 2, status(TaskState.COMPLETED)));
  }

  @Test
  void manyLeasesAreRenewedAtOnce() {
    var runs = new ArrayList<Run>();
    for (int i = 0; i < 250; i++) {
      runs.add(begin("hello", "t" + i, "c", "run" + i));
    }
    var renewed = storage.renew(runs);
    assertEquals(runs, List.copyOf(renewed.keySet()));
    assertFalse(renewed.containsValue(false));
    assertEquals(Map.of(), storage.renew(List.of()));
  }

  // ---- following

  @Test
  void aFollowerGoesOnWhereItWas() {
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING));
    storage.commit(run, 2, append("a", "x"));
    var stream = other().follow("t", 1);
    assertEquals(2, next(stream).generation());
    assertEquals(3, next(stream).generation());
    assertEquals(Optional.empty(), stream.next(Duration.ofMillis(20)));
    assertFalse(stream.isEnded());
    storage.commit(run, 3, status(TaskState.INPUT_REQUIRED));
    assertEquals(4, next(stream).generation());
    assertFalse(stream.isEnded());
    begin("more", "t", "run2");
    assertEquals(5, next(stream).generation());
    storage.cancel("t");
    assertEquals(6, next(stream).generation());
    assertTrue(stream.isEnded());
    assertEquals(Optional.empty(), stream.next(LONG));
    stream.close();
    assertThrows(IllegalStateException.class, () -> stream.next(LONG));
  }

  @Test
  void aFollowerOfAnUnbuiltTaskWaitsForIt() throws Exception {
    var run = begin("hello");
    var stream = other().follow("t", 0);
    var waiting = async(() -> next(stream));
    storage.commit(run, 1, new Change.Build(Json.object()));
    assertEquals(1, waiting.get(10, TimeUnit.SECONDS).generation());
  }

  @Test
  void aFollowerOfNothingIsAtItsEnd() {
    var stream = storage.follow("nobody", 0);
    assertEquals(Optional.empty(), stream.next(LONG));
    assertTrue(stream.isEnded());
  }

  @Test
  void whoIsInterruptedLosesNothing() {
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING));
    for (int round = 0; round < 2; round++) {
      long reached = storage.snapshot("t", OptionalInt.empty()).generation();
      var stream = storage.follow("t", round == 0 ? 0 : reached);
      if (round == 0) {
        assertEquals(
            List.of(1L, 2L), List.of(next(stream).generation(), next(stream).generation()));
      }
      Thread.currentThread().interrupt();
      assertThrows(CancellationException.class, () -> stream.next(LONG));
      assertTrue(Thread.interrupted());
      storage.commit(run, reached, append("a", "x"));
      assertEquals(reached + 1, next(stream).generation());
    }
  }

  @Test
  void whoWaitsIsWokenByClose() throws Exception {
    begin("hello");
    var stream = storage.follow("t", 0);
    var waiting = async(() -> stream.next(LONG));
    Eventually.within(LONG, "it is waiting", () -> isWaiting("storage-test"));
    stream.close();
    assertEquals(Optional.empty(), waiting.get(5, TimeUnit.SECONDS));
  }

  @Test
  void theTaskComesFirstWhereEventsAreGone() {
    storage = open(options().withMaxEvents(1));
    var run = begin("hello");
    for (int i = 1; i <= 400; i++) {
      storage.commit(run, i, append("a", "x"));
    }
    var stream = storage.follow("t", 1);
    var first = next(stream);
    assertEquals(new Sequenced(401, task("t")), first);
    storage.commit(run, 401, status(TaskState.COMPLETED));
    assertEquals(402, next(stream).generation());
    assertTrue(stream.isEnded());
    var late = storage.follow("t", 1);
    assertEquals(new Sequenced(402, task("t")), next(late));
    assertTrue(late.isEnded());
    assertEquals(Optional.empty(), late.next(LONG));
  }

  @Test
  void allFollowersSeeTheSame() throws Exception {
    var run = begin("hello");
    var readers = new ArrayList<CompletableFuture<List<Sequenced>>>();
    for (int i = 0; i < 4; i++) {
      var from = i % 2 == 0 ? storage : other();
      readers.add(async(() -> rest(from.follow("t", 0))));
    }
    for (int i = 1; i <= 200; i++) {
      (i % 2 == 0 ? storage : other()).commit(run, i, append("a", "x" + i));
    }
    storage.commit(run, 201, status(TaskState.COMPLETED));
    var all = events("t", 0);
    assertEquals(202, all.size());
    for (var reader : readers) {
      assertEquals(all, reader.get(20, TimeUnit.SECONDS));
    }
  }
}
