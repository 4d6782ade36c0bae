package dev.redstart.a2a;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An agent without a model, to try things with: it says in lower case what was said. Who follows
 * gets a task with some statuses, and the text in pieces; who does not, just an answer.
 *
 * <p>Messages that begin with certain words are for trying the rest: {@code ask} makes it ask what
 * to convert, which is then the next message; {@code slow} keeps it busy until it is canceled, or
 * for ten minutes; {@code fail} makes it fail.
 */
public final class TextConverter implements MessageProcessor {
  private static final int STEPS = 4;
  private static final int PIECES_MAX = 100;
  private static final String RESULT = "result";
  private static final Duration SLOW = Duration.ofMinutes(10);

  private final Duration pause;

  private TextConverter(Duration pause) {
    this.pause = pause;
  }

  /** One that does not pause. */
  public static TextConverter create() {
    return new TextConverter(Duration.ZERO);
  }

  /** One that pauses after each step, and each piece of text. */
  public TextConverter withPause(Duration pause) {
    return new TextConverter(Objects.requireNonNull(pause, "pause"));
  }

  /** What it tells everybody of itself. */
  public static AgentCard card() {
    return AgentCard.of("Text converter", "Says in lower case what was said.", "1.0.0")
        .withSkill(
            AgentCard.Skill.of("convert", "Convert", "Text to lower case.", "text")
                .withExamples("Hello, WORLD"));
  }

  /** What it tells those of itself who may use it. */
  public static AgentCard extendedCard() {
    return card()
        .withSkill(
            AgentCard.Skill.of("try", "Try", "Asks back, takes its time, or fails.", "test")
                .withExamples("ask", "slow", "fail"));
  }

  @Override
  public void process(ProcessRequest request, TaskHandle handle) throws InterruptedException {
    var text = request.message().text();
    var command = text.strip().split("\\s+", 2)[0];
    switch (command) {
      case "" -> handle.state(TaskState.REJECTED, "There is no text in that.");
      case "ask" -> handle.state(TaskState.INPUT_REQUIRED, "What shall I convert?");
      case "slow" -> work(handle);
      case "fail" -> handle.state(TaskState.FAILED, "I was asked to fail.");
      default -> convert(text.toLowerCase(Locale.ROOT), request, handle);
    }
  }

  private static void work(TaskHandle handle) throws InterruptedException {
    handle.state(TaskState.WORKING, "I work until I am canceled.");
    // A task that is canceled interrupts this.
    new CountDownLatch(1).await(SLOW.toMillis(), TimeUnit.MILLISECONDS);
    handle.state(TaskState.COMPLETED, "Nobody canceled me.");
  }

  private void convert(String result, ProcessRequest request, TaskHandle handle)
      throws InterruptedException {
    boolean isTask = request.isStreaming() || request.task().isPresent();
    if (!isTask) {
      handle.reply(result);
      return;
    }
    for (int step = 1; step <= STEPS; step++) {
      handle.state(TaskState.WORKING, "Step " + step + " of " + STEPS);
      rest();
    }
    var pieces = pieces(result);
    int last = pieces.size() - 1;
    handle.artifact(Artifact.of(RESULT, pieces.get(0)).withName("in lower case"), last == 0);
    for (int i = 1; i <= last; i++) {
      rest();
      // It goes out at once, and costs no more than its length.
      handle.append(RESULT, List.of(pieces.get(i)), i == last);
    }
    handle.state(TaskState.COMPLETED, "Done.");
  }

  /** Words, with the space behind them; if there are too many, the last one is all the rest. */
  private static List<Part> pieces(String text) {
    return Stream.of(text.split("(?<=\\s)(?=\\S)", PIECES_MAX)).map(Part::text).toList();
  }

  private void rest() throws InterruptedException {
    if (!pause.isZero()) {
      Thread.sleep(pause.toMillis());
    }
  }
}
