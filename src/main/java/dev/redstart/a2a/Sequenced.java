package dev.redstart.a2a;

import java.util.Objects;

/**
 * An event with its place.
 *
 * @param generation of the task, which grows by one with every event, from 1 on: with it a reader
 *     comes back. A snapshot has that of the last event that is in it; a message without a task, 0
 */
public record Sequenced(long generation, StreamEvent event) {
  public Sequenced {
    Objects.requireNonNull(event, "event");
  }
}
