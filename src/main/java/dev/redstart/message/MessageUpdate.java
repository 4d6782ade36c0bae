package dev.redstart.message;

/** What a reader gets of a message, in its order. */
public sealed interface MessageUpdate {
  /**
   * The whole message at one moment, instead of all events up to then: some of those are gone.
   *
   * @param message what counts from here on, whatever came before
   */
  record Snapshot(MessageSnapshot message) implements MessageUpdate {}

  /**
   * The next event.
   *
   * @param event what happened
   */
  record Event(StreamEvent event) implements MessageUpdate {}
}
