package dev.redstart.agent;

import static dev.redstart.message.ContentType.MARKDOWN;
import static dev.redstart.message.ContentType.THINKING;

import java.util.List;
import java.util.regex.Pattern;

/** Steps that are planned, and their results. */
final class Plan {
  /** So that an agent that does not understand what a list is keeps nobody busy for hours. */
  private static final int STEPS_MAX = 20;

  private static final Pattern BULLET = Pattern.compile("^\\s*(?:\\d+[.):]|[-*•])\\s+");

  private final Course course;
  private final StringBuilder results = new StringBuilder();
  private int number;

  Plan(Course course) {
    this.course = course;
  }

  void run(int iterationsMax) throws Exception {
    var plan = course.step("plan", MARKDOWN, Part.PLAN, "Plan", "");
    for (int round = 1; ; round++) {
      work(steps(plan));
      if (round == iterationsMax) {
        break;
      }
      plan = course.step("review-" + round, THINKING, Part.REVIEW, "Review " + round, results());
      if (isWord(plan, "done")) {
        break;
      }
    }
    course.conclude(Part.CONCLUDE, results());
  }

  private void work(List<String> titles) throws Exception {
    for (var title : titles) {
      number++;
      var heading = "Step " + number + ": " + title;
      var material = results.length() == 0 ? heading : heading + "\n\n" + results();
      var result = course.step("step-" + number, MARKDOWN, Part.WORK, title, material);
      results.append("\n\n").append(heading).append("\n\n").append(result);
    }
  }

  private String results() {
    return "Results so far:" + results;
  }

  /** The lines of a list, without their numbers; the whole text if there is no list in it. */
  static List<String> steps(String plan) {
    var listed =
        plan.lines()
            .filter(line -> BULLET.matcher(line).find())
            .map(line -> BULLET.matcher(line).replaceFirst("").strip())
            .filter(line -> !line.isEmpty())
            .limit(STEPS_MAX)
            .toList();
    if (listed.isEmpty() && plan.isBlank()) {
      throw new AgentException("The agent made no plan.");
    }
    return listed.isEmpty() ? List.of(plan.strip()) : listed;
  }

  /** Whether a text begins with this word, whatever its case and emphasis. */
  static boolean isWord(String text, String word) {
    return Pattern.compile("^\\P{L}*" + word + "\\b", Pattern.CASE_INSENSITIVE)
        .matcher(text)
        .find();
  }
}
