package dev.redstart.agent;

import dev.redstart.json.Json;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.ContentType;
import dev.redstart.message.Media;
import dev.redstart.message.TaskUpdate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * An agent without a model: says again what was said, word by word. The same prompt gives the same
 * answer. It shows what agents can do when the question has one of these words: {@code think},
 * {@code image} (a task with progress, and an image), {@code long}, {@code fail}. As a critic it
 * accepts what was revised, unless the question has {@code never}; as a planner it makes a step of
 * each part of the question between commas and the word {@code and}, and one more if it has {@code
 * again}.
 */
public final class EchoAgent implements Agent {
  private static final int LONG = 20;
  private static final List<String> COLORS = List.of("#c0392b", "#2980b9", "#27ae60", "#8e44ad");

  private final Duration pause;

  private EchoAgent(Duration pause) {
    this.pause = pause;
  }

  /** One that does not pause between words. */
  public static EchoAgent create() {
    return new EchoAgent(Duration.ZERO);
  }

  /** One that pauses after each word, and each step of a task. */
  public EchoAgent withPause(Duration pause) {
    return new EchoAgent(Objects.requireNonNull(pause, "pause"));
  }

  @Override
  public void answer(Prompt prompt, Answer answer) throws InterruptedException {
    boolean shows = prompt.part() == Part.ANSWER || prompt.part() == Part.WORK;
    var subject = prompt.part() == Part.WORK ? title(prompt) : prompt.question();
    if (shows && prompt.begun().isEmpty()) {
      show(subject, answer);
    }
    var text = text(prompt);
    var rest = text.startsWith(prompt.begun()) ? text.substring(prompt.begun().length()) : text;
    for (var word : words(rest)) {
      answer.text(word);
      rest();
    }
    if (shows && asks(subject, "fail")) {
      throw new AgentException("I was asked to fail.");
    }
  }

  private void show(String subject, Answer answer) throws InterruptedException {
    if (asks(subject, "think")) {
      for (var word : words("What was said has " + subject.length() + " characters.")) {
        answer.thinking(word);
        rest();
      }
    }
    if (asks(subject, "image")) {
      draw(subject, answer);
    }
  }

  private void draw(String subject, Answer answer) throws InterruptedException {
    answer.startTask("image", "image_generation", Json.object("prompt", subject));
    for (int quarter = 1; quarter < 4; quarter++) {
      rest();
      answer.updateTask("image", TaskUpdate.progress(quarter / 4.0));
    }
    rest();
    answer.updateTask("image", TaskUpdate.completed(image(subject)));
  }

  private static ContentBlock image(String subject) {
    var color = COLORS.get(Math.floorMod(subject.hashCode(), COLORS.size()));
    var svg =
        "<svg xmlns='http://www.w3.org/2000/svg' width='96' height='96'><circle cx='48' cy='48'"
            + " r='40' fill='"
            + color
            + "'/></svg>";
    var media =
        Media.bytes(svg.getBytes(StandardCharsets.UTF_8))
            .with("format", "svg+xml")
            .with("alt", "a circle")
            .with("width", 96)
            .with("height", 96);
    return ContentBlock.of(ContentType.IMAGE, media);
  }

  private void rest() throws InterruptedException {
    if (!pause.isZero()) {
      Thread.sleep(pause.toMillis());
    } else if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private static boolean asks(String text, String word) {
    return text.toLowerCase(Locale.ROOT).contains(word);
  }

  private static String[] words(String text) {
    return text.split("(?<=\\s)(?=\\S)");
  }

  private static String text(Prompt prompt) {
    var question = prompt.question();
    var said = "You said: " + question;
    return switch (prompt.part()) {
      case ANSWER -> asks(question, "long") ? (said + "\n").repeat(LONG) : said;
      case REVISE -> said + " (revised)";
      case CRITICISE ->
          prompt.material().endsWith("(revised)") && !asks(question, "never")
              ? "ACCEPT"
              : "Say it again, and mark it as revised.";
      case PLAN -> plan(question);
      case WORK -> "Done: " + title(prompt);
      case REVIEW ->
          asks(question, "again") && !prompt.material().contains("Look again")
              ? "1. Look again"
              : "DONE";
      case CONCLUDE ->
          prompt
              .material()
              .lines()
              .filter(line -> line.startsWith("Done: "))
              .collect(Collectors.joining("\n"));
    };
  }

  private static String plan(String question) {
    var plan = new StringBuilder();
    int number = 1;
    for (var part : question.split("\\s*(?:[,;\\n]|\\band\\b)\\s*")) {
      if (!part.isBlank()) {
        plan.append(number++).append(". ").append(part).append('\n');
      }
    }
    return plan.toString();
  }

  /** Of the step: what stands behind its number in the first line. */
  private static String title(Prompt prompt) {
    var first = prompt.material().lines().findFirst().orElse("");
    return first.substring(first.indexOf(": ") + 1).strip();
  }
}
