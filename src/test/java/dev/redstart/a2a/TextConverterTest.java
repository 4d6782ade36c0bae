package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the demonstration agent does with what is said to it. */
class TextConverterTest extends ManagerFixture {
  private TaskManager manager;

  @Override
  TaskManager make(MessageProcessor processor, TaskOptions options) {
    return MemoryTaskManager.of(processor, options);
  }

  @Override
  void clear() {
    manager = open(TextConverter.create());
  }

  private List<String> stream(SendRequest request) {
    try (var stream = manager.onSendMessageStream(request)) {
      return words(rest(stream));
    }
  }

  @Test
  void itAnswersWhoDoesNotFollow() {
    var reply = (Message) manager.onSendMessage(ask("Hello, WORLD"));
    assertEquals("hello, world", reply.text());
  }

  @Test
  void whoFollowsGetsATaskPieceByPiece() {
    assertEquals(
        List.of(
            "1 task SUBMITTED",
            "2 WORKING",
            "3 WORKING",
            "4 WORKING",
            "5 WORKING",
            "6 result=hello, ",
            "7 result+world",
            "8 COMPLETED"),
        stream(ask("Hello, WORLD")));
  }

  @Test
  void aLongTextComesInNotTooManyPieces() {
    var text = "A ".repeat(5000);
    var words = stream(ask(text));
    assertTrue(words.size() < 120, () -> words.size() + " events");
    var task = get(manager, manager.onListTasks(TaskQuery.all()).tasks().get(0).id());
    assertEquals("a ".repeat(5000), text(task.artifacts().get(0)));
  }

  @Test
  void itAsksBack() {
    var asked = send(manager, ask("ask"));
    assertEquals(TaskState.INPUT_REQUIRED, asked.state());
    assertEquals("What shall I convert?", said(asked));
    var done = send(manager, more(asked, "THIS"));
    assertEquals(TaskState.COMPLETED, done.state());
    assertEquals("this", text(done.artifacts().get(0)));
  }

  @Test
  void itWorksUntilItIsCanceled() {
    var slow = send(manager, askAtOnce("slow"));
    awaitState(manager, slow.id(), TaskState.WORKING);
    manager.onCancelTask(slow.id());
    awaitState(manager, slow.id(), TaskState.CANCELED);
  }

  @Test
  void itFailsWhenAskedAndRejectsWhatHasNoText() {
    var failed = send(manager, ask("fail"));
    assertEquals(TaskState.FAILED, failed.state());
    assertEquals("I was asked to fail.", said(failed));
    assertEquals(TaskState.REJECTED, send(manager, ask("  ")).state());
  }

  @Test
  void itPausesBetweenSteps() {
    manager = open(TextConverter.create().withPause(Duration.ofMillis(20)));
    long began = System.nanoTime();
    stream(ask("a b c"));
    assertTrue(System.nanoTime() - began >= Duration.ofMillis(6 * 20).toNanos());
  }
}
