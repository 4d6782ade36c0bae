package dev.redstart.agent;

import dev.redstart.json.JsonObject;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.TaskUpdate;

/**
 * Where an agent puts its answer. Readers see each piece at once; pieces of text that come faster
 * than Redis takes them travel together, and nobody waits for that. For one thread at a time, but
 * for {@link #isCancelled}.
 *
 * <p>All methods that write throw a {@link java.util.concurrent.CancellationException} when there
 * is nobody to write for any more: the message was cancelled, or another instance has it. They
 * throw a {@link dev.redstart.redis.RedisException} when Redis is away for longer than its client's
 * timeout, of an earlier piece perhaps; an agent should let that pass, since the answer is begun
 * again then.
 */
public interface Answer {
  /** Appends to the text. What was a half of a character waits for the other one. */
  void text(String delta);

  /** Appends to the thinking that goes before the text, or the next text. */
  void thinking(String delta);

  /** Adds a content block, or replaces the one of the same id. */
  void content(ContentBlock block);

  /**
   * Starts a task, whose result will be a content block.
   *
   * @param taskId unique in this answer; it should be the same when the answer is begun again
   * @param taskType what it makes, such as {@code image_generation}
   * @param parameters what is kept with the task, such as a prompt
   */
  void startTask(String taskId, String taskType, JsonObject parameters);

  /** Says how far a task is. One that has ended stays as it is. */
  void updateTask(String taskId, TaskUpdate update);

  /** Whether nobody wants the answer any more, as far as is known; it is within a second. */
  boolean isCancelled();
}
