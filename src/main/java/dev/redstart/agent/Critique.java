package dev.redstart.agent;

import static dev.redstart.message.ContentType.MARKDOWN;
import static dev.redstart.message.ContentType.THINKING;

/** Drafts and their critics. */
final class Critique {
  private final Course course;

  Critique(Course course) {
    this.course = course;
  }

  void run(int iterationsMax) throws Exception {
    var draft = course.step("draft-1", MARKDOWN, Part.ANSWER, "Draft 1", "");
    for (int i = 1; i <= iterationsMax; i++) {
      var critic = course.step("critique-" + i, THINKING, Part.CRITICISE, "Critique " + i, draft);
      if (Plan.isWord(critic, "accept(ed)?") || i == iterationsMax) {
        break;
      }
      var material = "Draft:\n\n" + draft + "\n\nCriticism:\n\n" + critic;
      var number = i + 1;
      draft = course.step("draft-" + number, MARKDOWN, Part.REVISE, "Draft " + number, material);
    }
    course.write(draft);
  }
}
