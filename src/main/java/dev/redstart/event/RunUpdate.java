package dev.redstart.event;

import java.util.OptionalLong;

/** What a follower is told. */
public sealed interface RunUpdate {
  /** The next event. */
  record Added(Event event) implements RunUpdate {}

  /**
   * Events between the last one that the follower got and the next one are gone, because a run
   * keeps a limited number. Or the last ones that it got are not in the run any more, because a
   * failover of Redis lost them: what follows is what came in their place, and an event may come
   * again.
   *
   * @param lost how many; empty if that is not known, because others than this library add events,
   *     or after a failover
   */
  record Gap(OptionalLong lost) implements RunUpdate {
    static Gap of(long lost) {
      return new Gap(lost <= 0 ? OptionalLong.empty() : OptionalLong.of(lost));
    }
  }

  /**
   * There is no more to come.
   *
   * @param state {@link RunState#CLOSED}; or that the run has expired or was deleted meanwhile
   */
  record Ended(RunState state) implements RunUpdate {}
}
