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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What becomes of a processor, and of its task, whatever happens to either. */
abstract class TaskRunContract extends ManagerFixture {
  private static final TaskOptions QUICK = TaskOptions.defaults().withLease(Duration.ofMillis(600));

  // ---- whoever asks may leave

  @Test
  void workGoesOnWhenWhoAskedIsInterrupted() throws Exception {
    var gate = new Gate();
    var handles = new AtomicReference<TaskHandle>();
    var manager =
        open(
            (request, handle) -> {
              handles.set(handle);
              handle.state(TaskState.WORKING);
              gate.pass();
              handle.append("a", "x");
              handle.state(TaskState.COMPLETED);
            });
    var ends = new ConcurrentLinkedQueue<Throwable>();
    Runnable work =
        () ->
            ends.add(assertThrows(RuntimeException.class, () -> manager.onSendMessage(ask("hi"))));
    var asking = new Thread(work);
    asking.start();
    gate.awaitArrival();
    var waiting = List.of(Thread.State.TIMED_WAITING, Thread.State.WAITING);
    Eventually.within(LONG, "it waits", () -> waiting.contains(asking.getState()));
    asking.interrupt();
    asking.join(LONG.toMillis());
    assertEquals(1, ends.size());
    gate.open();
    var task = awaitState(manager, handles.get().taskId(), TaskState.COMPLETED);
    assertEquals("x", text(task.artifacts().get(0)));
  }

  @Test
  void workGoesOnWhenWhoFollowsLeaves() {
    var gate = new Gate();
    var manager =
        open(
            (request, handle) -> {
              handle.state(TaskState.WORKING);
              gate.pass();
              handle.state(TaskState.COMPLETED);
            });
    String id;
    try (var stream = manager.onSendMessageStream(ask("hi"))) {
      id = ((Task) next(stream).event()).id();
    }
    gate.open();
    awaitState(manager, id, TaskState.COMPLETED);
  }

  // ---- processors that fail

  @Test
  void aProcessorThatThrowsHasFailedAndItsWordsAreNotTold() {
    var manager =
        open(
            (request, handle) -> {
              switch (request.message().text()) {
                case "at once" -> throw new IllegalStateException("secret");
                case "later" -> {
                  handle.append("a", "x");
                  throw new Exception("secret");
                }
                default -> throw new StackOverflowError("secret");
              }
            });
    for (var text : List.of("at once", "later", "error")) {
      var task = send(manager, ask(text));
      assertEquals(TaskState.FAILED, task.state());
      assertEquals("The agent failed.", said(task));
      assertEquals(text.equals("later") ? 1 : 0, task.artifacts().size());
    }
  }

  @Test
  void aProcessorThatLeavesItsTaskOpenHasFailed() {
    var manager =
        open(
            (request, handle) -> {
              switch (request.message().text()) {
                case "build" -> handle.build(Json.object());
                case "work" -> handle.state(TaskState.WORKING, "wait");
                case "append" -> handle.append("a", "x");
                default -> {}
              }
            });
    for (var text : List.of("build", "work", "append", "nothing")) {
      var task = send(manager, ask(text));
      assertEquals(TaskState.FAILED, task.state());
      assertEquals("The agent ended without a result.", said(task));
    }
  }

  @Test
  void whatHappensAfterTheEndOfTheTaskChangesNothing() {
    var manager =
        open(
            (request, handle) -> {
              if (request.message().text().equals("reply")) {
                handle.reply("hello");
              } else {
                handle.state(TaskState.valueOf(request.message().text()));
              }
              throw new IllegalStateException("too late");
            });
    for (var state : List.of("COMPLETED", "REJECTED", "INPUT_REQUIRED", "CANCELED")) {
      assertEquals(TaskState.valueOf(state), send(manager, ask(state)).state());
    }
    assertEquals("hello", ((Message) manager.onSendMessage(ask("reply"))).text());
  }

  @Test
  void anInterruptedThreadStillSaysHowItEnded() {
    var manager =
        open(
            (request, handle) -> {
              handle.state(TaskState.WORKING);
              Thread.currentThread().interrupt();
            });
    for (int i = 0; i < 5; i++) {
      assertEquals(TaskState.FAILED, send(manager, ask("hi")).state());
    }
  }

  // ---- handles

  @Test
  void aHandleIsOfNoUseWhenTheProcessorHasReturned() {
    var handles = new ConcurrentLinkedQueue<TaskHandle>();
    var manager =
        open(
            (request, handle) -> {
              handles.add(handle);
              handle.state(TaskState.valueOf(request.message().text()));
              assertThrows(TaskLostException.class, () -> handle.append("a", "x"));
              assertThrows(TaskLostException.class, () -> handle.reply("x"));
              assertFalse(handle.isCancelled());
            });
    for (var state : List.of("COMPLETED", "AUTH_REQUIRED")) {
      var task = send(manager, ask(state));
      var handle = handles.poll();
      assertThrows(TaskLostException.class, () -> handle.state(TaskState.WORKING));
      assertThrows(TaskLostException.class, () -> handle.build(Json.object()));
      assertThrows(TaskLostException.class, () -> handle.reply("late"));
      assertEquals(task, get(manager, task.id()));
    }
  }

  @Test
  void anAnswerIsTheOnlyThingThatIsSaid() {
    var manager =
        open(
            (request, handle) -> {
              if (request.message().text().equals("reply")) {
                handle.reply("one");
                assertThrows(TaskLostException.class, () -> handle.reply("two"));
                assertThrows(TaskLostException.class, () -> handle.state(TaskState.WORKING));
              } else {
                handle.state(TaskState.WORKING);
                assertThrows(IllegalStateException.class, () -> handle.reply("two"));
                handle.state(TaskState.COMPLETED);
              }
            });
    assertEquals("one", ((Message) manager.onSendMessage(ask("reply"))).text());
    assertEquals(TaskState.COMPLETED, send(manager, ask("task")).state());
  }

  @Test
  void nothingIsSaidWithoutContent() {
    var manager =
        open(
            (request, handle) -> {
              assertThrows(
                  IllegalArgumentException.class, () -> handle.append("a", List.of(), true));
              assertThrows(
                  IllegalArgumentException.class, () -> handle.artifact(Artifact.of("a"), true));
              assertThrows(
                  IllegalArgumentException.class, () -> handle.reply(Message.of(Role.AGENT)));
              handle.state(TaskState.COMPLETED);
            });
    var task = send(manager, ask("hi"));
    assertEquals(TaskState.COMPLETED, task.state());
    assertEquals(List.of(), task.artifacts());
  }

  @Test
  void manyThreadsMaySpeakForOneProcessor() {
    var manager =
        open(
            (request, handle) -> {
              var speakers = new ArrayList<CompletableFuture<Integer>>();
              for (int i = 0; i < 8; i++) {
                var name = "a" + i;
                speakers.add(
                    async(
                        () -> {
                          for (int n = 0; n < 25; n++) {
                            handle.append(name, n + " ");
                          }
                          return 0;
                        }));
              }
              speakers.forEach(ManagerFixture::within);
              handle.state(TaskState.COMPLETED);
            });
    var task = send(manager, ask("hi"));
    assertEquals(8, task.artifacts().size());
    for (var artifact : task.artifacts()) {
      assertEquals(25, artifact.parts().size());
      assertTrue(text(artifact).startsWith("0 1 2 3 "), text(artifact));
    }
  }

  // ---- leases

  @Test
  void aSilentProcessorKeepsItsTaskForAsLongAsItLikes() {
    var gate = new Gate();
    var manager =
        open(
            QUICK.withExpiration(Duration.ofSeconds(1)),
            (request, handle) -> {
              handle.state(TaskState.WORKING);
              gate.pass();
              handle.state(TaskState.COMPLETED);
            });
    var task = send(manager, askAtOnce("hi"));
    try (var stream = follow(manager, task.id())) {
      next(stream);
      while (!(stream.next(Duration.ofMillis(1500)).isEmpty())) {
        // The state WORKING comes, and then nothing for longer than a task or a lease lasts.
      }
      assertFalse(stream.isEnded());
      gate.open();
      assertTrue(words(rest(stream)).get(0).endsWith("COMPLETED"));
    }
  }

  // ---- cancelling

  /** Works until it is told to stop. */
  private final class Endless implements MessageProcessor {
    private final Gate gate = new Gate();
    private final AtomicInteger interrupts = new AtomicInteger();
    private final ConcurrentLinkedQueue<Thread> actions = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<TaskHandle> stopped = new CompletableFuture<>();

    @Override
    public void process(ProcessRequest request, TaskHandle handle) {
      handle.onCancel(() -> actions.add(Thread.currentThread()));
      handle.onCancel(
          () -> {
            throw new IllegalStateException("not our concern");
          });
      handle.state(TaskState.WORKING);
      try {
        gate.pass();
      } catch (InterruptedException told) {
        interrupts.incrementAndGet();
        assertTrue(handle.isCancelled());
        handle.onCancel(() -> actions.add(Thread.currentThread()));
        assertThrows(TaskLostException.class, () -> handle.append("a", "late"));
        assertThrows(TaskLostException.class, () -> handle.state(TaskState.COMPLETED));
        assertFalse(Thread.currentThread().isInterrupted());
      }
      stopped.complete(handle);
    }
  }

  @Test
  void aCanceledTaskIsOverAndItsProcessorIsTold() {
    var endless = new Endless();
    var manager = open(endless);
    var task = send(manager, askAtOnce("hi"));
    endless.gate.awaitArrival();
    var follower = follow(manager, task.id());
    var following = async(() -> rest(follower));
    var canceled = manager.onCancelTask(task.id());
    assertEquals(TaskState.CANCELED, canceled.state());
    var handle = within(endless.stopped);
    assertEquals(List.of("3 CANCELED"), words(last(within(following))));
    assertThrows(TaskLostException.class, () -> handle.append("a", "very late"));
    assertEquals(canceled, get(manager, task.id()));
    assertEquals(1, endless.interrupts.get());
    Eventually.within(LONG, "both actions ran", () -> endless.actions.size() == 2);
    assertTrue(endless.actions.stream().noneMatch(it -> it.getName().contains("run")));
    refused(A2AError.TASK_NOT_CANCELABLE, () -> manager.onCancelTask(task.id()));
    assertEquals(2, endless.actions.size());
  }

  private static List<Sequenced> last(List<Sequenced> events) {
    return events.subList(events.size() - 1, events.size());
  }

  @Test
  void whoWaitsForAMessageHearsThatItsTaskIsCanceled() {
    var endless = new Endless();
    var manager = open(endless);
    var asking = async(() -> send(manager, ask("hi")));
    endless.gate.awaitArrival();
    var id = manager.onListTasks(TaskQuery.all()).tasks().get(0).id();
    manager.onCancelTask(id);
    assertEquals(TaskState.CANCELED, within(asking).state());
  }

  @Test
  void aTaskThatWaitsIsCanceledToo() {
    var manager = open((request, handle) -> handle.state(TaskState.INPUT_REQUIRED));
    var task = send(manager, ask("hi"));
    try (var stream = follow(manager, task.id())) {
      manager.onCancelTask(task.id());
      assertEquals(List.of("2 task INPUT_REQUIRED", "3 CANCELED"), words(rest(stream)));
    }
    var more = more(task, "more");
    refused(A2AError.UNSUPPORTED_OPERATION, () -> manager.onSendMessage(more));
  }

  @Test
  void whatIsNotBuiltCannotBeCanceled() {
    var gate = new Gate();
    var ids = new CompletableFuture<String>();
    var manager =
        open(
            (request, handle) -> {
              ids.complete(handle.taskId());
              gate.pass();
              handle.reply("hello");
            });
    var asking = async(() -> manager.onSendMessage(ask("hi")));
    refused(A2AError.TASK_NOT_FOUND, () -> manager.onCancelTask(within(ids)));
    refused(A2AError.TASK_NOT_FOUND, () -> follow(manager, within(ids)));
    gate.open();
    assertEquals("hello", ((Message) within(asking)).text());
  }

  @Test
  void aProcessorThatIsLeavingIsNotInterruptedByItsOwnEnd() {
    var gate = new Gate();
    var interrupted = new AtomicInteger();
    var manager =
        open(
            QUICK,
            (request, handle) -> {
              handle.onCancel(interrupted::incrementAndGet);
              handle.state(TaskState.valueOf(request.message().text()));
              try {
                gate.pass();
              } catch (InterruptedException unexpected) {
                interrupted.incrementAndGet();
              }
              assertFalse(handle.isCancelled());
            });
    for (var state : List.of("COMPLETED", "INPUT_REQUIRED")) {
      send(manager, ask(state));
    }
    // Meanwhile, another one keeps the signs of life going.
    var other = async(() -> manager.onSendMessage(ask("WORKING")));
    assertThrows(TimeoutException.class, () -> other.get(1, TimeUnit.SECONDS));
    assertEquals(0, interrupted.get());
    gate.open();
    within(other);
    assertEquals(0, interrupted.get());
  }

  // ---- the end

  @Test
  void closingTellsAllAndWhoDoesNotListenFails() throws Exception {
    var deaf = new Gate();
    var ready = new CountDownLatch(4);
    var actions = new AtomicInteger();
    MessageProcessor processor =
        (request, handle) -> {
          handle.onCancel(actions::incrementAndGet);
          handle.state(TaskState.WORKING);
          ready.countDown();
          if (request.message().text().equals("deaf")) {
            deaf.passDeaf();
            return;
          }
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException told) {
            assertTrue(handle.isCancelled());
            if (request.message().text().equals("tidy")) {
              handle.append("a", "all there is");
              handle.state(TaskState.COMPLETED);
            } else {
              throw told;
            }
          }
        };
    var manager = open(processor);
    var waiting = new ArrayList<CompletableFuture<Task>>();
    for (var text : List.of("tidy", "sudden", "deaf")) {
      waiting.add(async(() -> send(manager, ask(text))));
    }
    var canceled = send(manager, askAtOnce("deaf"));
    await(ready);
    manager.onCancelTask(canceled.id());
    var streams = new ArrayList<TaskStream>();
    for (var task : manager.onListTasks(TaskQuery.all().withStatus(TaskState.WORKING)).tasks()) {
      streams.add(follow(manager, task.id()));
    }
    long start = System.nanoTime();
    manager.close();
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    assertTrue(millis > 1500 && millis < 5000, "after " + millis + " ms");
    assertEquals(TaskState.COMPLETED, within(waiting.get(0)).state());
    assertEquals("The agent was stopped.", said(within(waiting.get(1))));
    assertEquals(TaskState.FAILED, within(waiting.get(1)).state());
    assertEquals("The agent was stopped.", said(within(waiting.get(2))));
    assertEquals(4, actions.get());
    assertEquals(2, deaf.interrupts());
    streams.forEach(stream -> assertTrue(stream.isEnded()));
    streams.forEach(TaskStream::close);
    assertThrows(IllegalStateException.class, () -> manager.onSendMessage(ask("hi")));
    assertThrows(IllegalStateException.class, () -> get(manager, "t"));
    manager.close();
    deaf.open();
  }

  @Test
  void nothingIsLeftAfterTheEnd() {
    var endless = new Endless();
    var manager = open(endless);
    send(manager, askAtOnce("hi"));
    endless.gate.awaitArrival();
    end();
    Eventually.within(
        LONG,
        "no thread is left",
        () -> {
          assertEquals(List.of(), threads());
          return true;
        });
  }

  /** Where threads are virtual, nobody knows them. */
  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("redstart-a2a"))
        .toList();
  }
}
