package dev.redstart.a2a;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Tasks of an agent, as the A2A protocol has them, without its wire. What is asked for is done on
 * threads of the manager: it goes on if whoever asked has left.
 *
 * <p>Thread-safe. All methods throw {@link A2AException} for what the protocol has an error for,
 * and {@link dev.redstart.redis.RedisException} if the store cannot be reached; {@link
 * IllegalStateException} once it is closed.
 */
public interface TaskManager extends AutoCloseable {
  /**
   * Sends a message to the agent: a new task, more of one that waits for it, or no task at all if
   * the agent just answers. Waits until the task is over or waits for its client, unless the
   * configuration says not to; then what is there first comes back.
   *
   * <p>A message that was sent before, as its id tells, is not worked on again: what came of it is
   * returned. One with the id of another one is refused.
   *
   * @throws A2AException {@link A2AError#TASK_NOT_FOUND} for an unknown task; {@link
   *     A2AError#UNSUPPORTED_OPERATION} if it is over or is being worked on; {@link
   *     A2AError#INVALID_PARAMS} if the message has no part, is of another context, or its id is
   *     taken; {@link A2AError#BUSY} if too many are worked on here; nothing was stored then
   */
  SendResult onSendMessage(SendRequest request);

  /**
   * The same, and everything that happens, as it happens. The first event is the task, or a message
   * which is the only one. Ends when the task is over or waits for its client.
   */
  TaskStream onSendMessageStream(SendRequest request);

  /**
   * A task with its artifacts.
   *
   * @param historyLength how many messages, the newest; all that are kept where it is empty
   */
  Task onGetTask(String taskId, OptionalInt historyLength);

  /** Tasks, those first whose status is newest. */
  TaskPage onListTasks(TaskQuery query);

  /**
   * Cancels a task, on whichever instance it is worked on: nothing that its processor does is taken
   * from then on, and within a second the processor is told.
   *
   * @return the task, canceled
   * @throws A2AException {@link A2AError#TASK_NOT_CANCELABLE} if it is over
   */
  Task onCancelTask(String taskId);

  /**
   * Follows a task. Without a place the first event is the task as it is; with one, what comes
   * after it, and the task first only if events between are gone. Goes on while the task waits for
   * its client, and ends with the task.
   *
   * @param after the generation of the last event that was seen
   * @throws A2AException {@link A2AError#UNSUPPORTED_OPERATION} if the task is over, unless events
   *     after that place are left
   */
  TaskStream onResubscribe(String taskId, OptionalLong after);

  /**
   * Adds or replaces a place to push the events of a task to, from the next one on.
   *
   * @return with its id
   * @throws A2AException {@link A2AError#INVALID_PARAMS} if nothing may be sent to that address;
   *     {@link A2AError#PUSH_NOTIFICATION_NOT_SUPPORTED} if pushes are off
   */
  PushConfig onPushNotificationSet(String taskId, PushConfig config);

  /**
   * @throws A2AException {@link A2AError#TASK_NOT_FOUND} if there is no such task or configuration
   */
  PushConfig onPushNotificationGet(String taskId, String configId);

  /** In the order of their ids. */
  List<PushConfig> onPushNotificationList(String taskId);

  /** Nothing happens if there is none. */
  void onPushNotificationDelete(String taskId, String configId);

  /**
   * Tells all processors here to stop, and ends their tasks as {@link TaskState#FAILED} if they do
   * not end them in time. Streams end. Closing twice is harmless. A client that was given stays the
   * caller's.
   */
  @Override
  void close();
}
