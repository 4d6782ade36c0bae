package dev.redstart.a2a;

import dev.redstart.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where tasks are kept. Each method is one atomic step, and may be repeated by the storage itself
 * where a reply was lost. Thread-safe. Time is that of the storage.
 *
 * <p>A message is worked on in a run. Its record is there from {@link #accept} on, under the task's
 * id, with a lease; the task is there once it was built. What a run writes is taken only while the
 * record says that the run is the one that works on it: a run ends with a status that is over or
 * waits for the client, with a reply, with {@link #cancel}, or with its lease.
 */
interface TaskStorage extends AutoCloseable {
  /**
   * What becomes of a message.
   *
   * @param taskId of the run's record
   */
  sealed interface Admission {
    String taskId();

    String contextId();

    /**
     * A run has begun.
     *
     * @param before the task that goes on, as it was just before; empty if it is a new one
     * @param generation of the record now: 0 if it is a new one
     */
    record Begun(String taskId, String contextId, Optional<Task> before, long generation)
        implements Admission {}

    /** The message came before; its run may go on, or be over. */
    record Known(String taskId, String contextId) implements Admission {}
  }

  /** What a run writes. Where there is no task yet, all but a reply build it first. */
  sealed interface Change {
    /** Event: the task. */
    record Build(JsonObject metadata) implements Change {}

    /** Event: a status update. */
    record Status(TaskState state, Optional<Message> message) implements Change {}

    /** Event: an artifact update; replaces an artifact of the same id. */
    record Set(Artifact artifact, boolean isComplete) implements Change {}

    /** Event: an artifact update; costs O(size of the parts). */
    record Append(String artifactId, List<Part> parts, boolean isComplete) implements Change {}

    /** Event: the message, the only one. */
    record Reply(Message message) implements Change {}
  }

  /**
   * Who works on a task.
   *
   * @param token not known to anybody else
   */
  record Run(String taskId, String contextId, String token) {}

  /**
   * A task with the generation of the last event that is in it.
   *
   * @param isWorkedOn whether a run has it
   */
  record Snapshot(Task task, long generation, boolean isWorkedOn) {}

  /**
   * Takes a message, appends it to its conversation, and begins a run with a lease of {@link
   * TaskOptions#lease}. A task that goes on becomes WORKING, with an event.
   *
   * @param message its context, if it has one; its task, if it goes on with one
   * @param newTaskId for a new task
   * @param newContextId for a new conversation
   * @param token of the run
   * @param push for the task, from its first event on; with an id
   * @throws A2AException as {@link TaskManager#onSendMessage} says
   */
  Admission accept(
      Message message,
      String newTaskId,
      String newContextId,
      String token,
      Optional<PushConfig> push);

  /**
   * @param number greater than that of the run's change before: one that comes twice is done once
   * @return the generation of its event (the last one, where it needs two)
   * @throws TaskLostException if the run is not the one that works on it; nothing was changed
   */
  long commit(Run run, long number, Change change);

  /**
   * Signs of life of runs, in one round trip for all.
   *
   * @return for each whether it still works on its task; those of which nothing is known are
   *     missing
   */
  Map<Run, Boolean> renew(List<Run> runs);

  /**
   * Ends what was silent for too long, a bounded number of tasks: a task that was built fails, with
   * an event; what was not built is forgotten, and its message too, so that it may come again.
   *
   * @return in how long to look again
   */
  Duration reap();

  /**
   * @throws A2AException {@link A2AError#TASK_NOT_FOUND}, {@link A2AError#TASK_NOT_CANCELABLE}
   */
  Task cancel(String taskId);

  /**
   * @param historyLength all that is kept where it is empty
   * @throws A2AException {@link A2AError#TASK_NOT_FOUND} if it was not built, or is gone
   */
  Snapshot snapshot(String taskId, OptionalInt historyLength);

  /**
   * The events of a record after a generation; 0 for all, from the first on. Ends after the event
   * that is the last (a terminal status, or a reply), and when the record is gone. Where events are
   * gone, the task as it is comes first.
   */
  TaskStream follow(String taskId, long after);

  /** What was said in a conversation, the oldest first, in one round trip. */
  List<Message> conversation(String contextId);

  /**
   * @throws A2AException {@link A2AError#INVALID_PARAMS} for a page token that is none
   */
  TaskPage list(TaskQuery query);

  /** With an id. Replaces one of the same id. */
  void setPush(String taskId, PushConfig config);

  Optional<PushConfig> push(String taskId, String configId);

  List<PushConfig> pushes(String taskId);

  void deletePush(String taskId, String configId);

  /**
   * Events that are to be pushed to one place, in their order.
   *
   * @param token of whoever has this delivery in hand, until {@link #settle} or the end of its
   *     lease
   * @param attempts that failed since the last that did not
   * @param events at least one
   */
  record Delivery(
      String taskId, PushConfig config, String token, int attempts, List<Sequenced> events) {}

  /** A delivery that is due, which nobody else gets for that long. */
  Optional<Delivery> due(String token, Duration lease);

  /** When to ask again for what is due: at most in a second while there is anything to deliver. */
  Duration untilDue();

  /**
   * What became of a delivery. Nothing happens if somebody else has it meanwhile.
   *
   * @param sent the generation up to which events arrived
   * @param retry when to try again what did not; empty: never, it is given up, this event and all
   *     that there are at this moment
   */
  void settle(Delivery delivery, long sent, Optional<Duration> retry);

  @Override
  void close();
}
