package dev.redstart.agent;

import dev.redstart.json.JsonObject;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.Generation;
import dev.redstart.message.Message;
import dev.redstart.message.TaskUpdate;
import dev.redstart.message.TextWriter;
import dev.redstart.message.Written;
import java.util.concurrent.CancellationException;

/** Writes to the message itself; what does not wait is text. */
final class MessageAnswer implements Answer, AutoCloseable {
  private final Generation generation;
  private final Message message;
  private final TextWriter writer;
  private final Thoughts thoughts;

  /** The first half of a character whose other half has not come yet. */
  private String half = "";

  MessageAnswer(Generation generation) {
    this.generation = generation;
    this.message = generation.message();
    this.writer = generation.writer();
    this.thoughts = thoughts("");
  }

  /** Those of a step. */
  Thoughts thoughts(String step) {
    return new Thoughts(message.id() + "." + step, this::put);
  }

  Message message() {
    return message;
  }

  private static void check(Written written) {
    if (written.result() == Written.Result.ENDED || written.result() == Written.Result.LOST) {
      throw new CancellationException("nobody wants this answer any more");
    }
  }

  @Override
  public void text(String delta) {
    thoughts.end();
    var whole = half + delta;
    int end = whole.length();
    boolean torn = end > 0 && Character.isHighSurrogate(whole.charAt(end - 1));
    half = torn ? whole.substring(end - 1) : "";
    if (end > half.length()) {
      check(writer.append(whole.substring(0, end - half.length())));
    }
  }

  @Override
  public void thinking(String delta) {
    thoughts.add(delta);
  }

  @Override
  public void content(ContentBlock block) {
    thoughts.end();
    put(block);
  }

  private void put(ContentBlock block) {
    check(writer.flush());
    check(message.addContent(block));
  }

  @Override
  public void startTask(String taskId, String taskType, JsonObject parameters) {
    thoughts.end();
    check(writer.flush());
    check(message.startTask(taskId, taskType, parameters));
  }

  @Override
  public void updateTask(String taskId, TaskUpdate update) {
    check(writer.flush());
    check(message.updateTask(taskId, update));
  }

  @Override
  public boolean isCancelled() {
    return generation.isOver();
  }

  /** Ends the message, unless somebody else has. */
  void complete() {
    thoughts.end();
    writer.flush();
    message.complete();
  }

  /** Waits for what was said, so that what comes after it is the end. */
  @Override
  public void close() {
    writer.close();
  }
}
