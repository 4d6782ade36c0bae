package dev.redstart.event;

import dev.redstart.redis.EntryId;
import dev.redstart.resp.Reply;
import java.util.List;
import java.util.Optional;

/**
 * How a run is, in short.
 *
 * @param runId its id
 * @param state whether it goes on
 * @param end how it ended, if it has
 * @param events how many there have been, those that are gone too
 * @param newest the id of the newest one, which begins with its time; 0-0 if there is none
 */
public record RunSummary(
    String runId, RunState state, Optional<RunEnd> end, long events, EntryId newest) {

  static RunSummary of(String runId, Reply reply) {
    List<Reply> parts = reply.items();
    return new RunSummary(
        runId,
        RunState.of(parts.get(0).text()),
        RunEnd.of(parts.get(3).text()),
        Long.parseLong(parts.get(2).text()),
        EntryId.parse(parts.get(1).text()));
  }

  boolean isThere() {
    return state == RunState.OPEN || state == RunState.CLOSED;
  }
}
