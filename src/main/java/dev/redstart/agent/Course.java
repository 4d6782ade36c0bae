package dev.redstart.agent;

import dev.redstart.agent.Job.Errand;
import dev.redstart.json.Json;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.ContentType;
import dev.redstart.message.Message;
import dev.redstart.message.MessageSnapshot;
import dev.redstart.message.MessageStore;
import dev.redstart.message.TaskStatus;
import dev.redstart.message.TaskUpdate;
import java.util.List;
import java.util.Optional;

/**
 * One run of a workflow. The message knows which steps are done, and their results, in one piece
 * with the events that tell of them: an instance that goes on where another one died finds them
 * there. A step that was not finished is done from its beginning; the text of the answer goes on
 * where it broke off.
 */
final class Course {
  private final MessageStore store;
  private final Agent agent;
  private final List<Turn> turns;
  private final MessageAnswer answer;
  private final MessageSnapshot before;
  private final Errand errand;
  private int done;

  Course(MessageStore store, Agent agent, List<Turn> turns, MessageAnswer answer, Errand errand) {
    this.store = store;
    this.agent = agent;
    this.turns = turns;
    this.answer = answer;
    this.before = answer.message().snapshot();
    this.errand = errand;
  }

  /** Shows the whole as a task of the message. May be repeated. */
  static void announce(Message message, Errand errand) {
    message.startTask(errand.taskId(), "json_workflow", errand.toJson());
  }

  void run() throws Exception {
    announce(answer.message(), errand);
    switch (errand.workflow()) {
      case SIMPLE -> conclude(Part.ANSWER, "");
      case CRITIC -> new Critique(this).run(errand.iterationsMax());
      case PLANNER -> new Plan(this).run(errand.iterationsMax());
    }
    var summary = Json.object("workflow", errand.workflow().toString(), "steps", done);
    answer.updateTask(
        errand.taskId(),
        TaskUpdate.completed(ContentBlock.of(ContentType.JSON, summary.toString())));
  }

  /**
   * Does a step, as a task of the message, unless it was done before.
   *
   * @param id unique in this course, and the same whenever it is run again
   * @param title what it is about, also the same
   * @return its result
   */
  String step(String id, ContentType type, Part part, String title, String material)
      throws Exception {
    var known = result(id);
    var result = known.isPresent() ? known.get() : perform(id, type, part, title, material);
    done++;
    if (known.isEmpty()) {
      answer.updateTask(errand.taskId(), TaskUpdate.progress(StepAnswer.share(done)));
    }
    return result;
  }

  private String perform(String id, ContentType type, Part part, String title, String material)
      throws Exception {
    answer.startTask(id, type + "_" + part, Json.object("prompt", title));
    var step = new StepAnswer(answer, id);
    agent.answer(new Prompt(part, turns, material, ""), step);
    var result = step.result().strip();
    answer.updateTask(id, TaskUpdate.completed(ContentBlock.of(type, result)));
    return result;
  }

  private Optional<String> result(String id) {
    var task = Optional.ofNullable(before.tasks().get(id));
    return task.filter(it -> it.status() == TaskStatus.COMPLETED)
        .map(it -> block(it.contentId()).text().orElse(""));
  }

  private ContentBlock block(String contentId) {
    return before.contentBlocks().stream()
        .filter(block -> block.contentId().equals(contentId))
        .findFirst()
        .flatMap(block -> block.isApart() ? store.contentBlock(contentId) : Optional.of(block))
        .orElseThrow(() -> new AgentException("The result of an earlier step has expired."));
  }

  /** Has the agent write the text of the answer. */
  void conclude(Part part, String material) throws Exception {
    agent.answer(new Prompt(part, turns, material, before.text()), answer);
  }

  /** Makes this the text of the answer, unless it is that already. */
  void write(String text) {
    if (before.text().isEmpty()) {
      answer.text(text);
    }
  }
}
