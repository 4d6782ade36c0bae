package dev.redstart.queue;

import dev.redstart.redis.EntryId;
import dev.redstart.redis.StreamEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Something that happened to a task.
 *
 * @param id its place in the stream of events
 * @param name {@code pushed}, {@code rescored}, {@code started}, {@code progress}, {@code
 *     completed}, {@code failed}, {@code retried}, {@code dead}, {@code expired} (a lease ran out),
 *     {@code released}, {@code cancelling}, {@code cancelled}, {@code removed}, {@code requeued}
 * @param taskId the task's id
 * @param details what else there is to say: {@code score}, {@code worker}, {@code delivery}, {@code
 *     attempt}, {@code error}, {@code at} (ms), {@code reason}
 */
public record QueueEvent(EntryId id, String name, String taskId, Map<String, String> details) {
  /** Copies the map. */
  public QueueEvent {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(taskId, "taskId");
    details = Map.copyOf(details);
  }

  static QueueEvent of(StreamEntry entry) {
    var details = new HashMap<>(entry.fields());
    var name = details.remove("event");
    var taskId = details.remove("id");
    return new QueueEvent(
        entry.id(), name == null ? "" : name, taskId == null ? "" : taskId, details);
  }
}
