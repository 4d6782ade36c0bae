package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.redstart.harness.Eventually;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/** What meets by chance only, made to meet: a storage whose answers the test holds back. */
@Execution(CONCURRENT)
class TaskEngineTest extends ManagerFixture {
  private static final TaskOptions QUICK = TaskOptions.defaults().withLease(Duration.ofMillis(600));

  /** Does something around a call of the storage. */
  private interface Around {
    Object call(Method method, Object[] arguments, Call call) throws Throwable;
  }

  private interface Call {
    Object make() throws Throwable;
  }

  private final AtomicReference<Around> around =
      new AtomicReference<>((method, arguments, call) -> call.make());
  private final AtomicInteger wakes = new AtomicInteger();

  @Override
  TaskManager make(MessageProcessor processor, TaskOptions options) {
    var memory = new MemoryTaskStorage(options);
    var storage =
        (TaskStorage)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {TaskStorage.class},
                (proxy, method, arguments) ->
                    around.get().call(method, arguments, () -> invoke(memory, method, arguments)));
    var pushes =
        new Pushes() {
          @Override
          public void wake() {
            wakes.incrementAndGet();
          }

          @Override
          public void close() {
            wakes.set(-1);
          }
        };
    return new TaskEngine(storage, processor, options, pushes) {};
  }

  private static Object invoke(TaskStorage memory, Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(memory, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }

  @Override
  void clear() {
    // Each manager has its own memory.
  }

  /** Ends its task, and then waits to be interrupted. */
  private MessageProcessor lingering(Gate gate, AtomicInteger told) {
    return (request, handle) -> {
      handle.onCancel(told::incrementAndGet);
      handle.state(TaskState.WORKING);
      handle.state(TaskState.COMPLETED);
      try {
        gate.pass();
      } catch (InterruptedException interrupted) {
        told.incrementAndGet();
      }
    };
  }

  private static boolean isCompletion(Method method, Object[] arguments) {
    return method.getName().equals("commit")
        && arguments[2] instanceof TaskStorage.Change.Status status
        && status.state() == TaskState.COMPLETED;
  }

  @Test
  void whileAChangeIsUnderWayASignOfLifeDecidesNothing() {
    var gate = new Gate();
    var told = new AtomicInteger();
    var beats = new AtomicInteger();
    var done = new CountDownLatch(1);
    around.set(
        (method, arguments, call) -> {
          var answer = call.make();
          if (isCompletion(method, arguments)) {
            done.countDown();
            Eventually.within(LONG, "two signs of life were answered", () -> beats.get() > 2);
          } else if (method.getName().equals("renew") && done.getCount() == 0) {
            beats.incrementAndGet();
          }
          return answer;
        });
    var manager = open(QUICK, lingering(gate, told));
    assertEquals(TaskState.COMPLETED, send(manager, ask("hi")).state());
    gate.awaitArrival();
    assertEquals(0, told.get());
  }

  @Test
  void aSignOfLifeThatIsAnsweredAfterTheEndDecidesNothing() {
    var gate = new Gate();
    var told = new AtomicInteger();
    var asked = new CountDownLatch(1);
    var answered = new CountDownLatch(2);
    around.set(
        (method, arguments, call) -> {
          if (isCompletion(method, arguments)) {
            await(asked);
          }
          if (method.getName().equals("renew")) {
            asked.countDown();
            gate.awaitArrival();
            answered.countDown();
          }
          return call.make();
        });
    var manager =
        open(
            QUICK,
            (request, handle) -> {
              if (request.message().text().equals("linger")) {
                lingering(gate, told).process(request, handle);
              } else {
                gate.pass();
                handle.state(TaskState.REJECTED);
              }
            });
    assertEquals(TaskState.COMPLETED, send(manager, ask("linger")).state());
    // While there is another one, the heart goes on.
    var other = async(() -> manager.onSendMessage(ask("other")));
    await(answered);
    assertEquals(0, told.get());
    gate.open();
    within(other);
  }

  @Test
  void aTaskIsLookedAtBeforeItGoesOn() {
    var order = new StringBuffer();
    around.set(
        (method, arguments, call) -> {
          if (List.of("snapshot", "commit").contains(method.getName())) {
            order.append(method.getName().charAt(0));
          }
          return call.make();
        });
    var manager =
        open(
            (request, handle) ->
                handle.state(
                    request.task().isEmpty() ? TaskState.INPUT_REQUIRED : TaskState.COMPLETED));
    var task = send(manager, askAtOnce("one"));
    awaitState(manager, task.id(), TaskState.INPUT_REQUIRED);
    order.setLength(0);
    rest(manager.onSendMessageStream(more(task, "two")));
    assertEquals("sc", order.toString());
  }

  @Test
  void ofWhatTheStorageDoesNotKnowNothingIsDecided() {
    var beats = new AtomicInteger();
    around.set(
        (method, arguments, call) -> {
          var answer = call.make();
          if (method.getName().equals("renew") && beats.incrementAndGet() < 6) {
            if (beats.get() < 3) {
              throw new IllegalStateException("away");
            }
            return Map.of();
          }
          return answer;
        });
    var manager =
        open(
            QUICK,
            (request, handle) -> {
              handle.state(TaskState.WORKING);
              Eventually.within(LONG, "there were signs of life", () -> beats.get() > 8);
              assertFalse(handle.isCancelled());
              handle.state(TaskState.COMPLETED);
            });
    assertEquals(TaskState.COMPLETED, send(manager, ask("hi")).state());
  }

  @Test
  void whoCancelsHereDoesNotWaitForASignOfLife() {
    around.set(
        (method, arguments, call) -> method.getName().equals("renew") ? Map.of() : call.make());
    var gate = new Gate();
    var told = new CountDownLatch(1);
    var manager =
        open(
            (request, handle) -> {
              handle.state(TaskState.WORKING);
              try {
                gate.pass();
              } catch (InterruptedException interrupted) {
                told.countDown();
              }
            });
    var task = send(manager, askAtOnce("hi"));
    gate.awaitArrival();
    manager.onCancelTask(task.id());
    await(told);
  }

  @Test
  void onceALeaseTheDeadAreLookedForHoweverLongThereWereNone() {
    var looks = new AtomicInteger();
    around.set(
        (method, arguments, call) -> {
          if (method.getName().equals("reap")) {
            looks.incrementAndGet();
            return Duration.ofHours(1);
          }
          return call.make();
        });
    open(QUICK, (request, handle) -> handle.reply("hello"));
    Eventually.within(LONG, "it looked again", () -> looks.get() > 2);
  }

  @Test
  void aRefusedMessageTakesNoPlace() {
    around.set(
        (method, arguments, call) -> {
          if (method.getName().equals("accept")
              && ((Message) arguments[0]).text().equals("trouble")) {
            throw new IllegalStateException("another key lies there");
          }
          return call.make();
        });
    var manager = open(QUICK.withMaxRuns(1), (request, handle) -> handle.reply("hello"));
    for (int i = 0; i < 3; i++) {
      assertThrows(IllegalStateException.class, () -> manager.onSendMessage(ask("trouble")));
    }
    var request = ask("hi");
    for (int i = 0; i < 3; i++) {
      Eventually.within(LONG, "there is a place", () -> manager.onSendMessage(request) != null);
    }
  }

  @Test
  void whoPushesIsWokenByWhatHappensOnceThereIsAnythingToPush() {
    var options = TaskOptions.defaults().withInternalPushes();
    var manager = open(options, (request, handle) -> handle.state(TaskState.INPUT_REQUIRED));
    var task = send(manager, ask("hi"));
    assertEquals(0, wakes.get());
    manager.onPushNotificationSet(task.id(), PushConfig.of("http://127.0.0.1:9/"));
    send(manager, more(task, "more"));
    Eventually.within(LONG, "it was woken", () -> wakes.get() > 0);
    wakes.set(0);
    manager.onCancelTask(task.id());
    assertTrue(wakes.get() > 0);
    manager.close();
    assertEquals(-1, wakes.get());
  }
}
