package dev.redstart.a2a;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * A message with all that is needed to take it, and to take it again where a reply was lost.
 *
 * @param taskId if it is a new task
 * @param contextId if it is a new conversation
 * @param token of the run
 */
record Arrival(
    SendRequest request,
    boolean isStreaming,
    String taskId,
    String contextId,
    String token,
    Optional<PushConfig> push) {
  static Arrival of(SendRequest request, boolean isStreaming, Optional<PushConfig> push) {
    return new Arrival(request, isStreaming, uuid(), uuid(), uuid(), push);
  }

  private static String uuid() {
    return UUID.randomUUID().toString();
  }

  TaskStorage.Admission at(TaskStorage storage) {
    return storage.accept(request.message(), taskId, contextId, token, push);
  }

  ProcessRequest toProcess(TaskStorage.Admission.Begun begun) {
    return new ProcessRequest(
        request.message().withContext(begun.contextId()).withTask(begun.taskId()),
        begun.before(),
        request.configuration(),
        isStreaming,
        request.metadata());
  }

  OptionalInt historyLength() {
    return request.configuration().historyLength();
  }
}
