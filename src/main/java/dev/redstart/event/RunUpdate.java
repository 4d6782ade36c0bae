package dev.redstart.event;

import java.util.OptionalLong;

/** What a follower is told. */
public sealed interface RunUpdate {
  /** The next event. */
  record Added(Event event) implements RunUpdate {}

  /**
   * Events between the last one that the follower got and the next one are gone, because a run
   * keeps a limited number.
   *
   * @param lost how many; empty if that is not known, because others than this library add events
   */
  record Gap(OptionalLong lost) implements RunUpdate {
    static Gap of(long lost) {
      return new Gap(lost < 0 ? OptionalLong.empty() : OptionalLong.of(lost));
    }
  }

  /**
   * There is no more to come.
   *
   * @param state {@link RunState#CLOSED}; or that the run has expired or was deleted meanwhile
   */
  record Ended(RunState state) implements RunUpdate {}
}
