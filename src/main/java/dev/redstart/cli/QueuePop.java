package dev.redstart.cli;

import dev.redstart.queue.PopOptions;
import dev.redstart.queue.Task;
import dev.redstart.queue.TaskQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Takes tasks and prints them. A task is done when its line has left this process. */
final class QueuePop {
  /** How long a Ctrl-C waits for Redis to hear of the task at hand. */
  private static final long END_SECONDS_MAX = 2;

  private final TaskQueue queue;
  private final Arguments arguments;
  private final Out out;
  private final CountDownLatch ended = new CountDownLatch(1);
  private int printed;
  private boolean failed;

  QueuePop(TaskQueue queue, Arguments arguments, Out out) {
    this.queue = queue;
    this.arguments = arguments;
    this.out = out;
  }

  int run() {
    int count = arguments.number("--count", 1, Integer.MAX_VALUE).orElse(1);
    var options = PopOptions.defaults().withCount(count);
    var ordered = arguments.has("--highest") ? options.withHighestFirst() : options;
    return CtrlC.during(out, this::awaitEnd, () -> pop(ordered));
  }

  private void awaitEnd() {
    try {
      if (!ended.await(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        out.talk("The task at hand goes back when its lease is over.");
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  private int pop(PopOptions options) {
    try {
      int done = queue.popAndHandle(this::print, options).size();
      Thread.interrupted(); // what stopped it has been heard
      if (failed) {
        out.talk("The output cannot be written: the task went back.");
      } else if (done < printed) {
        out.talk((printed - done) + " of these went to others meanwhile, or were cancelled.");
      } else if (printed == 0) {
        out.talk("No task is ready" + (queue.stats().paused() ? ": the queue is paused." : "."));
      }
      return failed || done < printed ? 1 : 0;
    } finally {
      ended.countDown();
    }
  }

  /** An interrupt, other than a failure, gives the task back at once and ends the popping. */
  private boolean print(Task task) throws InterruptedException {
    if (!out.hasPrinted(task.toJson().toString())) {
      failed = true;
      throw new InterruptedException("the output cannot be written");
    }
    printed++;
    return true;
  }
}
