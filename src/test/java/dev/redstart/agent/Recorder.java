package dev.redstart.agent;

import dev.redstart.json.JsonObject;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.Role;
import dev.redstart.message.TaskUpdate;
import java.util.ArrayList;
import java.util.List;

/** An answer that goes nowhere: each call is a line. */
class Recorder implements Answer {
  final List<String> lines = new ArrayList<>();
  final StringBuilder text = new StringBuilder();
  final StringBuilder thinking = new StringBuilder();

  static Prompt prompt(String question) {
    return new Prompt(Part.ANSWER, List.of(new Turn(Role.USER, question)), "", "");
  }

  static Prompt prompt(Part part, String question, String material) {
    return new Prompt(part, List.of(new Turn(Role.USER, question)), material, "");
  }

  @Override
  public void text(String delta) {
    text.append(delta);
    lines.add("text " + delta);
  }

  @Override
  public void thinking(String delta) {
    thinking.append(delta);
    lines.add("thinking " + delta);
  }

  @Override
  public void content(ContentBlock block) {
    lines.add("content " + block.contentType());
  }

  @Override
  public void startTask(String taskId, String taskType, JsonObject parameters) {
    lines.add("start " + taskId + " " + taskType + " " + parameters);
  }

  @Override
  public void updateTask(String taskId, TaskUpdate update) {
    lines.add("update " + taskId + " " + update.status() + " " + update.progress());
  }

  @Override
  public boolean isCancelled() {
    return false;
  }
}
