package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.a2a.TaskStorage.Admission;
import dev.redstart.a2a.TaskStorage.Change;
import dev.redstart.a2a.TaskStorage.Delivery;
import dev.redstart.a2a.TaskStorage.Run;
import dev.redstart.harness.Eventually;
import dev.redstart.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** What every storage of tasks does: lists, what is to be pushed, ids, and what has expired. */
abstract class TaskListContract extends StorageFixture {
  private static final Duration LEASE = Duration.ofSeconds(10);

  private void build(int count) {
    for (int i = 0; i < count; i++) {
      var run = begin("hello", "t" + i, "c" + i % 3, "run");
      storage.commit(run, 1, append("a", "x"));
      if (i % 2 == 0) {
        storage.commit(run, 2, status(TaskState.COMPLETED, said("done")));
      }
    }
  }

  private List<Task> walk(TaskQuery query, int size, IntConsumer betweenPages) {
    var all = new ArrayList<Task>();
    var page = storage.list(query.withPage(size, ""));
    for (int i = 1; !page.nextPageToken().isEmpty(); i++) {
      all.addAll(page.tasks());
      assertTrue(page.tasks().size() <= size && i < 100, "page " + i);
      betweenPages.accept(i);
      page = storage.list(query.withPage(size, page.nextPageToken()));
    }
    all.addAll(page.tasks());
    return all;
  }

  // ---- lists

  @Test
  void theNewestStatusComesFirst() {
    build(30);
    var all = storage.list(TaskQuery.all());
    assertEquals(30, all.totalSize());
    assertEquals("", all.nextPageToken());
    var order =
        Comparator.comparing((Task task) -> task.status().timestamp())
            .thenComparing(Task::id)
            .reversed();
    assertEquals(all.tasks().stream().sorted(order).toList(), all.tasks());
    assertEquals(30, all.tasks().stream().map(Task::id).distinct().count());
  }

  @Test
  void aListIsOfOneContextOrOneState() {
    build(30);
    var completed = TaskQuery.all().withStatus(TaskState.COMPLETED);
    assertEquals(15, storage.list(completed).totalSize());
    assertEquals(15, storage.list(TaskQuery.all().withStatus(TaskState.SUBMITTED)).totalSize());
    assertEquals(0, storage.list(TaskQuery.all().withStatus(TaskState.WORKING)).totalSize());
    assertEquals(10, storage.list(TaskQuery.all().withContext("c1")).totalSize());
    var both = storage.list(completed.withContext("c1"));
    assertEquals(5, both.tasks().size());
    assertTrue(both.tasks().stream().allMatch(it -> it.contextId().equals("c1")));
    assertTrue(both.tasks().stream().allMatch(it -> it.state() == TaskState.COMPLETED));
    assertEquals(0, storage.list(TaskQuery.all().withContext("nobody")).totalSize());
  }

  @Test
  void pagesHaveEachTaskOnce() {
    build(25);
    var all = storage.list(TaskQuery.all()).tasks();
    for (int size : List.of(1, 7, 24, 25, 26)) {
      assertEquals(all, walk(TaskQuery.all(), size, it -> {}));
    }
    var first = storage.list(TaskQuery.all().withPage(5, ""));
    assertEquals(25, first.totalSize());
  }

  @Test
  void pagesStayRightWhileTasksChange() {
    build(24);
    var before = storage.list(TaskQuery.all()).tasks();
    var changed = new HashMap<String, Integer>();
    var walked =
        walk(
            TaskQuery.all(),
            5,
            page -> {
              // One that was seen, the last of the page too, and one that is to come.
              for (int at : List.of(5 * page - 1, 5 * page - 3, 5 * page + 2)) {
                if (at < before.size()
                    && before.get(at).state() == TaskState.SUBMITTED
                    && changed.putIfAbsent(before.get(at).id(), page) == null) {
                  storage.cancel(before.get(at).id());
                }
              }
              begin("new", "new" + page, "c", "run");
              storage.commit(new Run("new" + page, "c", "run"), 1, status(TaskState.WORKING));
            });
    assertTrue(changed.size() > 2);
    var ids = walked.stream().map(Task::id).toList();
    assertEquals(ids.size(), ids.stream().distinct().count(), ids.toString());
    var unchanged = before.stream().map(Task::id).filter(id -> !changed.containsKey(id)).toList();
    assertEquals(unchanged, ids.stream().filter(unchanged::contains).toList());
  }

  @Test
  void aListSaysAsMuchAsItIsAskedFor() {
    build(2);
    var plain = storage.list(TaskQuery.all()).tasks();
    assertEquals(List.of(), plain.get(0).history());
    assertEquals(List.of(), plain.get(0).artifacts());
    var full =
        new TaskQuery(
            Optional.empty(),
            Optional.empty(),
            10,
            Optional.empty(),
            OptionalInt.of(1),
            Optional.empty(),
            true);
    for (var task : storage.list(full).tasks()) {
      assertEquals(1, task.history().size());
      assertEquals(List.of(artifact("a", "x")), task.artifacts());
    }
  }

  @Test
  void aListBeginsAtAMoment() {
    build(10);
    var all = storage.list(TaskQuery.all()).tasks();
    var moment = all.get(3).status().timestamp();
    var wanted = all.stream().filter(it -> !it.status().timestamp().isBefore(moment)).toList();
    var query = since(moment);
    assertEquals(wanted, storage.list(query).tasks());
    assertEquals(wanted.size(), storage.list(query).totalSize());
    assertEquals(wanted, walk(query, 1, it -> {}));
    var later = since(moment.plusNanos(1));
    var newer = all.stream().filter(it -> it.status().timestamp().isAfter(moment)).toList();
    assertEquals(newer, storage.list(later).tasks());
  }

  private static TaskQuery since(Instant moment) {
    return new TaskQuery(
        Optional.empty(),
        Optional.empty(),
        50,
        Optional.empty(),
        OptionalInt.empty(),
        Optional.of(moment),
        false);
  }

  @Test
  void aTokenThatWasTamperedWithIsRefused() {
    build(5);
    var query = TaskQuery.all();
    var token = storage.list(query.withPage(2, "")).nextPageToken();
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i) == 'A' ? 'B' : 'A';
      var other = token.substring(0, i) + c + token.substring(i + 1);
      refused(A2AError.INVALID_PARAMS, () -> storage.list(query.withPage(2, other)));
    }
    for (var other : List.of("x", "!", "\u00e9", token + "A", token.substring(1), "AAAA" + token)) {
      refused(A2AError.INVALID_PARAMS, () -> storage.list(query.withPage(2, other)));
    }
    refused(
        A2AError.INVALID_PARAMS, () -> storage.list(query.withContext("c1").withPage(2, token)));
    assertEquals(3, storage.list(query.withPage(3, token)).tasks().size());
  }

  // ---- places to push to

  private static PushConfig place(String id) {
    return PushConfig.of("http://" + id + "/").withId(id);
  }

  @Test
  void placesToPushToAreKept() {
    var run = begin("hello");
    refused(A2AError.TASK_NOT_FOUND, () -> storage.setPush("t", place("p")));
    refused(A2AError.TASK_NOT_FOUND, () -> storage.pushes("t"));
    refused(A2AError.TASK_NOT_FOUND, () -> storage.push("t", "p"));
    refused(A2AError.TASK_NOT_FOUND, () -> storage.deletePush("t", "p"));
    storage.commit(run, 1, status(TaskState.WORKING));
    assertEquals(List.of(), storage.pushes("t"));
    var full =
        new PushConfig(
            Optional.of("b"),
            "https://x/y",
            Optional.of("secret"),
            Optional.of(new PushConfig.Authentication("Bearer", "abc")),
            ProtocolVersion.V0_3);
    storage.setPush("t", full);
    storage.setPush("t", place("a"));
    assertEquals(Optional.of(full), other().push("t", "b"));
    assertEquals(List.of(place("a"), full), other().pushes("t"));
    storage.setPush("t", place("b"));
    assertEquals(List.of(place("a"), place("b")), storage.pushes("t"));
    storage.deletePush("t", "a");
    storage.deletePush("t", "a");
    assertEquals(Optional.empty(), storage.push("t", "a"));
    assertEquals(List.of(place("b")), storage.pushes("t"));
  }

  private Delivery take(String token) {
    return storage.due(token, LEASE).orElseThrow();
  }

  private boolean isQuiet() {
    return storage.due("quiet", LEASE).isEmpty();
  }

  @Test
  void aMessageBringsItsPlaceAndAllEventsGoThere() {
    var message = Message.ofUser("hello");
    storage.accept(message, "t", "c", "run", Optional.of(place("p")));
    assertTrue(isQuiet());
    var run = new Run("t", "c", "run");
    storage.commit(run, 1, status(TaskState.WORKING));
    var delivery = take("me");
    assertEquals(place("p"), delivery.config());
    assertEquals("t", delivery.taskId());
    assertEquals("me", delivery.token());
    assertEquals(0, delivery.attempts());
    assertEquals(List.of(1L, 2L), generations(delivery.events()));
    assertTrue(delivery.events().get(0).event() instanceof Task);
    assertTrue(isQuiet(), "somebody has it in hand");
    storage.settle(delivery, 2, Optional.empty());
    assertTrue(isQuiet(), "all was sent");
    storage.commit(run, 2, status(TaskState.COMPLETED));
    var last = take("me");
    assertEquals(List.of(3L), generations(last.events()));
    storage.settle(last, 3, Optional.empty());
    assertTrue(isQuiet());
  }

  @Test
  void anAnswerWithoutATaskIsNotPushed() {
    storage.accept(Message.ofUser("hello"), "t", "c", "run", Optional.of(place("p")));
    storage.commit(new Run("t", "c", "run"), 1, new Change.Reply(said("hi")));
    assertTrue(isQuiet());
  }

  @Test
  void aPlaceGetsWhatComesAfterIt() {
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING));
    storage.setPush("t", place("p"));
    assertTrue(isQuiet());
    storage.commit(run, 2, append("a", "x"));
    // What is under way goes to the new address.
    var moved = PushConfig.of("http://elsewhere/").withId("p");
    storage.setPush("t", moved);
    var delivery = take("me");
    assertEquals(moved, delivery.config());
    assertEquals(List.of(3L), generations(delivery.events()));
    storage.deletePush("t", "p");
    storage.settle(delivery, 0, Optional.of(Duration.ofMillis(1)));
    assertTrue(isQuiet());
    storage.commit(run, 3, append("a", "y"));
    assertTrue(isQuiet());
  }

  @Test
  void whatDidNotArriveIsTriedAgainLater() {
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING));
    storage.setPush("t", place("p"));
    storage.commit(run, 2, append("a", "x"));
    storage.commit(run, 3, append("a", "y"));
    var first = take("me");
    assertEquals(List.of(3L, 4L), generations(first.events()));
    storage.settle(first, 2, Optional.of(Duration.ofHours(1)));
    assertTrue(isQuiet(), "not before its time");
    assertTrue(storage.untilDue().compareTo(Duration.ofSeconds(1)) <= 0);
    storage.commit(run, 4, append("a", "z"));
    assertTrue(isQuiet(), "another event does not hurry it");
  }

  @Test
  void attemptsAreCountedUntilSomethingArrives() {
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING));
    storage.setPush("t", place("p"));
    storage.commit(run, 2, append("a", "x"));
    storage.commit(run, 3, append("a", "y"));
    for (int attempts = 0; attempts < 3; attempts++) {
      var delivery = soon("me");
      assertEquals(attempts, delivery.attempts());
      storage.settle(delivery, 2, Optional.of(Duration.ofMillis(1)));
    }
    storage.settle(soon("me"), 3, Optional.of(Duration.ofMillis(1)));
    var delivery = soon("me");
    assertEquals(1, delivery.attempts());
    assertEquals(List.of(4L), generations(delivery.events()));
    // Given up, and what came meanwhile with it.
    storage.commit(run, 4, append("a", "z"));
    storage.settle(delivery, 3, Optional.empty());
    assertTrue(isQuiet());
    storage.commit(run, 5, append("a", "z"));
    var fresh = take("me");
    assertEquals(0, fresh.attempts());
    assertEquals(List.of(6L), generations(fresh.events()));
  }

  private Delivery soon(String token) {
    var found = new ArrayList<Delivery>();
    Eventually.within(
        LONG,
        "something is due",
        () -> {
          storage.due(token, LEASE).ifPresent(found::add);
          return !found.isEmpty();
        });
    return found.get(0);
  }

  @Test
  void aDeliveryWhoseHolderDiedIsAnothersAndTheDeadChangeNothing() {
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING));
    storage.setPush("t", place("p"));
    storage.commit(run, 2, append("a", "x"));
    var dead = storage.due("dead", Duration.ofMillis(50)).orElseThrow();
    var alive = soon("alive");
    assertEquals(dead.events(), alive.events());
    storage.settle(dead, 3, Optional.empty());
    storage.commit(run, 3, append("a", "y"));
    assertTrue(isQuiet(), "the other one has it in hand");
    storage.settle(alive, 3, Optional.empty());
    storage.settle(alive, 3, Optional.empty());
    assertEquals(List.of(4L), generations(take("me").events()));
  }

  @Test
  void oneHoldsSeveralDeliveries() {
    for (int i = 0; i < 5; i++) {
      var message = Message.ofUser("hello");
      storage.accept(message, "t" + i, "c", "run", Optional.of(place("p")));
      storage.commit(new Run("t" + i, "c", "run"), 1, status(TaskState.COMPLETED));
    }
    var taken = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      assertTrue(storage.untilDue().compareTo(Duration.ofMillis(1)) < 0);
      taken.add((i % 2 == 0 ? storage : other()).due("me", LEASE).orElseThrow().taskId());
    }
    assertEquals(5, taken.stream().distinct().count());
    assertTrue(isQuiet());
  }

  @Test
  void theTaskIsPushedWhereItsEventsAreGone() {
    storage = open(options().withMaxEvents(1));
    var run = begin("hello");
    storage.commit(run, 1, status(TaskState.WORKING));
    storage.setPush("t", place("p"));
    for (int i = 2; i <= 400; i++) {
      storage.commit(run, i, append("a", "x"));
    }
    var delivery = take("me");
    assertEquals(new Sequenced(401, task("t")), delivery.events().get(0));
    storage.settle(delivery, 401, Optional.empty());
    assertTrue(isQuiet());
  }

  // ---- ids and expiry

  @Test
  void anIdMayBeAnyTextOf256Bytes() {
    var ids = List.of(" ", "{a}:b", "}{", "\u00e9\ud83d\ude00 \"\\", "x".repeat(256));
    for (var id : ids) {
      var message =
          new Message(
              id,
              Optional.of(id),
              Optional.empty(),
              Role.USER,
              List.of(Part.text(id)),
              Json.object(),
              List.of(),
              List.of());
      storage.accept(message, id, "c", "run", Optional.empty());
      var run = new Run(id, id, "run");
      storage.commit(run, 1, append(id, id));
      storage.setPush(id, PushConfig.of("http://x").withId(id));
      assertEquals(Map.of(run, true), storage.renew(List.of(run)));
      storage.commit(run, 2, status(TaskState.COMPLETED, said(id)));
      assertEquals(List.of(artifact(id, id)), task(id).artifacts());
      assertEquals(3, events(id, 0).size());
      assertEquals(2, storage.conversation(id).size());
      assertEquals(1, storage.list(TaskQuery.all().withContext(id)).totalSize());
      assertEquals(
          id, due().events().get(0).event() instanceof TaskStatusUpdate it ? it.taskId() : "");
    }
  }

  @Test
  void otherIdsAreRefused() {
    begin("hello");
    for (var id : List.of("", "x".repeat(257), "\u00e9".repeat(129), "a\nb", "\u0000", "\ud83d")) {
      var message = Message.ofUser("hello");
      refused(A2AError.INVALID_PARAMS, () -> storage.snapshot(id, OptionalInt.empty()));
      refused(A2AError.INVALID_PARAMS, () -> storage.cancel(id));
      refused(A2AError.INVALID_PARAMS, () -> storage.conversation(id));
      refused(A2AError.INVALID_PARAMS, () -> storage.follow(id, 0));
      refused(A2AError.INVALID_PARAMS, () -> storage.list(TaskQuery.all().withContext(id)));
      refused(
          A2AError.INVALID_PARAMS,
          () -> storage.accept(message.withContext(id), "t2", "c", "r", Optional.empty()));
      refused(
          A2AError.INVALID_PARAMS,
          () -> storage.accept(message.withTask(id), "t2", "c", "r", Optional.empty()));
      refused(A2AError.INVALID_PARAMS, () -> storage.push("t", id));
    }
  }

  @Test
  void whatHasExpiredIsForgotten() {
    storage = open(options().withExpiration(SHORT).withLease(Duration.ofMillis(100)));
    var message = Message.ofUser("hello");
    storage.accept(message, "t", "c", "run", Optional.empty());
    storage.commit(new Run("t", "c", "run"), 1, status(TaskState.COMPLETED));
    var stream = storage.follow("t", 2);
    Eventually.within(
        LONG,
        "it is forgotten",
        () -> {
          storage.reap();
          return storage.conversation("c").isEmpty()
              && storage.list(TaskQuery.all()).totalSize() == 0;
        });
    refused(A2AError.TASK_NOT_FOUND, () -> storage.snapshot("t", OptionalInt.empty()));
    assertEquals(Optional.empty(), stream.next(LONG));
    assertTrue(stream.isEnded());
    lost(() -> storage.commit(new Run("t", "c", "run"), 2, status(TaskState.WORKING)));
    refused(A2AError.TASK_NOT_FOUND, () -> storage.snapshot("t", OptionalInt.empty()));
    assertEquals(
        new Admission.Begun("t2", "c2", Optional.empty(), 0),
        storage.accept(message, "t2", "c2", "run2", Optional.empty()));
  }
}
