package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.redstart.a2a.TaskStorage.Admission;
import dev.redstart.a2a.TaskStorage.Change;
import dev.redstart.a2a.TaskStorage.Run;
import dev.redstart.harness.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;

/** An empty storage, and words for what tests do with it. */
abstract class StorageFixture {
  static final Duration LONG = Duration.ofSeconds(20);
  static final Duration SHORT = Duration.ofMillis(300);

  /** Each test begins with a new one, with the options' defaults. */
  TaskStorage storage;

  private final List<TaskStorage> opened = new ArrayList<>();

  /** A storage, empty where it is the first of a test; else with the same tasks. */
  abstract TaskStorage make(TaskOptions options);

  /** Forgets all. */
  abstract void clear();

  @BeforeEach
  void begin() {
    clear();
    storage = open(options());
  }

  @AfterEach
  void end() {
    opened.forEach(TaskStorage::close);
  }

  static TaskOptions options() {
    return TaskOptions.defaults();
  }

  TaskStorage open(TaskOptions options) {
    current = options;
    var made = make(options);
    opened.add(made);
    second = null;
    return made;
  }

  private TaskOptions current;
  private TaskStorage second;

  /** Another instance with the same tasks. */
  TaskStorage other() {
    if (second == null) {
      second = make(current);
      opened.add(second);
    }
    return second;
  }

  // ---- runs

  /** A new task {@code t} in the context {@code c}. */
  Run begin(String text) {
    return begin(text, "t", "c", "run");
  }

  Run begin(String text, String taskId, String contextId, String token) {
    var message = Message.ofUser(text).withContext(contextId);
    return run(storage.accept(message, taskId, "unused", token, Optional.empty()), token);
  }

  /** More of a task that is there. */
  Run begin(String text, String taskId, String token) {
    var message = Message.ofUser(text).withTask(taskId);
    return run(storage.accept(message, "unused", "unused", token, Optional.empty()), token);
  }

  static Run run(Admission admission, String token) {
    return new Run(admission.taskId(), admission.contextId(), token);
  }

  static Change status(TaskState state) {
    return new Change.Status(state, Optional.empty());
  }

  static Change status(TaskState state, Message message) {
    return new Change.Status(state, Optional.of(message));
  }

  static Change append(String artifactId, String text) {
    return new Change.Append(artifactId, List.of(Part.text(text)), false);
  }

  static Artifact artifact(String id, String... texts) {
    return Artifact.of(id, Arrays.stream(texts).map(Part::text).toArray(Part[]::new));
  }

  static Message said(String text) {
    return Message.ofAgent(text).withTask("t").withContext("c");
  }

  /** Reaps until that holds. */
  void reapUntil(Eventually.Condition condition) {
    Eventually.within(
        LONG,
        "it was reaped",
        () -> {
          storage.reap();
          return condition.holds();
        });
  }

  // ---- looks

  Task task(String id) {
    return storage.snapshot(id, OptionalInt.empty()).task();
  }

  TaskStorage.Delivery due() {
    return storage.due("pusher", Duration.ofSeconds(10)).orElseThrow();
  }

  static Sequenced next(TaskStream stream) {
    return stream.next(LONG).orElseThrow(() -> new AssertionError("nothing comes"));
  }

  /** Up to the end of the task. */
  List<Sequenced> events(String taskId, long after) {
    try (var stream = storage.follow(taskId, after)) {
      return rest(stream);
    }
  }

  static List<Sequenced> rest(TaskStream stream) {
    var all = new ArrayList<Sequenced>();
    while (!stream.isEnded()) {
      var next = stream.next(LONG);
      next.ifPresent(all::add);
      if (next.isEmpty() && !stream.isEnded()) {
        throw new AssertionError("no end after " + all);
      }
    }
    return all;
  }

  static List<Long> generations(List<Sequenced> events) {
    return events.stream().map(Sequenced::generation).toList();
  }

  static Sequenced last(List<Sequenced> events) {
    return events.get(events.size() - 1);
  }

  static List<String> texts(List<Message> messages) {
    return messages.stream().map(Message::text).toList();
  }

  // ---- refusals

  static void refused(A2AError error, Executable work) {
    assertEquals(error, assertThrows(A2AException.class, work).error());
  }

  static void lost(Executable work) {
    assertThrows(TaskLostException.class, work);
  }

  static <T> CompletableFuture<T> async(Callable<T> work) {
    var result = new CompletableFuture<T>();
    var thread =
        new Thread(
            () -> {
              try {
                result.complete(work.call());
              } catch (Throwable failure) {
                // Whatever it is, the test has to hear of it.
                result.completeExceptionally(failure);
              }
            },
            "storage-test");
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  static boolean isWaiting(String thread) {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(it -> it.getName().equals(thread) && it.getState() == Thread.State.TIMED_WAITING);
  }
}
