package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.redstart.harness.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;

/** Task managers, and words for what tests do with them. */
abstract class ManagerFixture {
  static final Duration LONG = Duration.ofSeconds(20);
  static final Duration SHORT = Duration.ofMillis(50);

  private final List<TaskManager> opened = new ArrayList<>();
  private final List<Gate> gates = new ArrayList<>();

  /** With the tasks of those that were made before in the same test. */
  abstract TaskManager make(MessageProcessor processor, TaskOptions options);

  /** Forgets all. */
  abstract void clear();

  @BeforeEach
  void begin() {
    clear();
  }

  @AfterEach
  void end() {
    gates.forEach(Gate::open);
    opened.forEach(TaskManager::close);
  }

  TaskManager open(MessageProcessor processor) {
    return open(TaskOptions.defaults(), processor);
  }

  TaskManager open(TaskOptions options, MessageProcessor processor) {
    var made = make(processor, options);
    opened.add(made);
    return made;
  }

  /** Where a processor waits until the test lets it go on; shut at first. */
  final class Gate {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);
    private final AtomicInteger interrupts = new AtomicInteger();

    Gate() {
      gates.add(this);
    }

    void pass() throws InterruptedException {
      reached.countDown();
      opened.await();
    }

    /** However often it is interrupted. */
    void passDeaf() {
      reached.countDown();
      while (true) {
        try {
          opened.await();
          return;
        } catch (InterruptedException deaf) {
          interrupts.incrementAndGet();
        }
      }
    }

    /** Of all that were deaf to them. */
    int interrupts() {
      return interrupts.get();
    }

    void awaitArrival() {
      await(reached);
    }

    void open() {
      opened.countDown();
    }
  }

  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(LONG.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("not in time");
      }
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  // ---- requests

  static SendRequest ask(String text) {
    return SendRequest.of(Message.ofUser(text));
  }

  static SendRequest askAtOnce(String text) {
    return SendRequest.of(
        Message.ofUser(text), SendConfiguration.defaults().withReturnImmediately());
  }

  static SendRequest more(Task task, String text) {
    return SendRequest.of(Message.ofUser(text).withTask(task.id()));
  }

  /** The task that comes of a message. */
  static Task send(TaskManager manager, SendRequest request) {
    return (Task) manager.onSendMessage(request);
  }

  static Task get(TaskManager manager, String taskId) {
    return manager.onGetTask(taskId, OptionalInt.empty());
  }

  static TaskStream follow(TaskManager manager, String taskId) {
    return manager.onResubscribe(taskId, OptionalLong.empty());
  }

  static Task awaitState(TaskManager manager, String taskId, TaskState state) {
    Eventually.within(LONG, "the task is " + state, () -> get(manager, taskId).state() == state);
    return get(manager, taskId);
  }

  // ---- streams

  static Sequenced next(TaskStream stream) {
    return stream.next(LONG).orElseThrow(() -> new AssertionError("nothing comes"));
  }

  static List<Sequenced> rest(TaskStream stream) {
    var all = new ArrayList<Sequenced>();
    while (!stream.isEnded()) {
      var next = stream.next(LONG);
      next.ifPresent(all::add);
      if (next.isEmpty() && !stream.isEnded()) {
        throw new AssertionError("no end after " + words(all));
      }
    }
    return all;
  }

  /** Each event in a word. */
  static List<String> words(List<Sequenced> events) {
    return events.stream().map(it -> it.generation() + " " + word(it.event())).toList();
  }

  private static String word(StreamEvent event) {
    if (event instanceof Task task) {
      return "task " + task.state();
    }
    if (event instanceof TaskStatusUpdate update) {
      return update.status().state().toString();
    }
    return event instanceof TaskArtifactUpdate update
        ? update.artifact().artifactId() + (update.append() ? "+" : "=") + text(update.artifact())
        : "message " + ((Message) event).text();
  }

  static String text(Artifact artifact) {
    return String.join("", artifact.parts().stream().flatMap(it -> it.text().stream()).toList());
  }

  static String said(Task task) {
    return task.status().message().orElseThrow().text();
  }

  static List<String> texts(List<Message> messages) {
    return messages.stream().map(Message::text).toList();
  }

  // ---- refusals

  static void refused(A2AError error, Executable work) {
    assertEquals(error, assertThrows(A2AException.class, work).error());
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
            "manager-test");
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  static <T> T within(CompletableFuture<T> future) {
    try {
      return future.get(LONG.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception trouble) {
      throw new AssertionError(trouble);
    }
  }
}
