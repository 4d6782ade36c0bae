package dev.redstart.http;

import dev.redstart.a2a.Artifact;
import dev.redstart.a2a.MessageProcessor;
import dev.redstart.a2a.Part;
import dev.redstart.a2a.ProcessRequest;
import dev.redstart.a2a.TaskHandle;
import dev.redstart.a2a.TaskState;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** An agent that does what its messages say. */
final class Speaker implements MessageProcessor {
  /** Lets those go on, one step each, who were told to {@code hold}. */
  final Semaphore steps = new Semaphore(0);

  /** Is open once somebody who held was canceled. */
  final CountDownLatch canceled = new CountDownLatch(1);

  @Override
  public void process(ProcessRequest request, TaskHandle handle) throws Exception {
    var text = request.message().text();
    switch (text) {
      case "reply" -> handle.reply("a reply");
      case "ask" -> handle.state(TaskState.INPUT_REQUIRED, "which one?");
      case "hold" -> hold(handle);
      default -> work(handle, text);
    }
  }

  private static void work(TaskHandle handle, String text) {
    handle.state(TaskState.WORKING);
    handle.artifact(Artifact.of("said", Part.text("You said: ")), false);
    handle.append("said", List.of(Part.text(text)), true);
    handle.state(TaskState.COMPLETED, "done");
  }

  private void hold(TaskHandle handle) throws InterruptedException {
    handle.state(TaskState.WORKING);
    try {
      for (int i = 1; i <= 3; i++) {
        steps.acquire();
        handle.append("held", List.of(Part.text("step " + i)), i == 3);
      }
    } catch (InterruptedException e) {
      canceled.countDown();
      throw e;
    }
    handle.state(TaskState.COMPLETED);
  }
}
