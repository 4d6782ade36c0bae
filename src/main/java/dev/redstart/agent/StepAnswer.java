package dev.redstart.agent;

import dev.redstart.json.JsonObject;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.TaskUpdate;

/** Keeps the text as the result of a step, and tells how it grows; all else is the message's. */
final class StepAnswer implements Answer {
  /** The text of which half the progress is told. Nobody knows how long it will be. */
  private static final double HALF_CHARS = 500;

  private final MessageAnswer whole;
  private final String step;
  private final Thoughts thoughts;
  private final StringBuilder text = new StringBuilder();
  private int toldNext = 1;

  StepAnswer(MessageAnswer whole, String step) {
    this.whole = whole;
    this.step = step;
    this.thoughts = whole.thoughts(step + ".");
  }

  /** All of it. */
  String result() {
    thoughts.end();
    return text.toString();
  }

  /** Told when it has doubled, so that a long step makes few events. */
  @Override
  public void text(String delta) {
    thoughts.end();
    text.append(delta);
    if (text.length() >= toldNext) {
      toldNext = 2 * Math.max(text.length(), 50);
      whole.updateTask(step, TaskUpdate.progress(share(text.length() / HALF_CHARS)));
    }
  }

  /** From 0 to 1, with two digits: nothing done is 0, one part is a half, many are almost 1. */
  static double share(double done) {
    return Math.floor(100 * done / (done + 1)) / 100;
  }

  @Override
  public void thinking(String delta) {
    thoughts.add(delta);
  }

  @Override
  public void content(ContentBlock block) {
    thoughts.end();
    whole.content(block);
  }

  @Override
  public void startTask(String taskId, String taskType, JsonObject parameters) {
    thoughts.end();
    whole.startTask(step + "." + taskId, taskType, parameters);
  }

  @Override
  public void updateTask(String taskId, TaskUpdate update) {
    whole.updateTask(step + "." + taskId, update);
  }

  @Override
  public boolean isCancelled() {
    return whole.isCancelled();
  }
}
