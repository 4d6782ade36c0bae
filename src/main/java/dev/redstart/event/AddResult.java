package dev.redstart.event;

/** What became of an event that was to be added. */
public sealed interface AddResult {
  /** It is in the run. */
  record Added(Event event) implements AddResult {}

  /**
   * It is not, as far as is known.
   *
   * @param why what {@link EventStore#add} would have thrown; a {@link
   *     dev.redstart.redis.RedisException} tells whether it may be there all the same
   */
  record NotAdded(RuntimeException why) implements AddResult {}
}
