package dev.redstart.cli;

import dev.redstart.event.EventFollower;
import dev.redstart.event.RunState;
import dev.redstart.event.RunUpdate;
import java.time.Duration;

/** Prints the events of a run as they come. */
final class EventsFollow {
  private static final Duration LONG = Duration.ofDays(36_500);
  private static final Duration SLICE_MAX = Duration.ofHours(1);

  private final EventFollower follower;
  private final Out out;
  private final Duration timeout;
  private int left;
  private boolean failed;

  EventsFollow(EventFollower follower, Arguments arguments, Out out) {
    this.follower = follower;
    this.out = out;
    this.timeout = arguments.seconds("--timeout", 0).orElse(LONG);
    this.left = arguments.number("--count", 1, Integer.MAX_VALUE).orElse(Integer.MAX_VALUE);
  }

  int print() {
    long end = System.nanoTime() + timeout.toNanos();
    while (left > 0 && !failed) {
      var wait = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
      var update = follower.next(wait.compareTo(SLICE_MAX) > 0 ? SLICE_MAX : wait);
      update.ifPresent(this::print);
      if (update.isEmpty() && System.nanoTime() - end >= 0) {
        out.talk("The run goes on; stopped after " + follower.cursor() + ".");
        failed = true;
      }
    }
    return failed ? 1 : 0;
  }

  private void print(RunUpdate update) {
    if (update instanceof RunUpdate.Added added) {
      failed = !out.hasPrinted(EventsVerb.line(added.event()));
      left--;
    } else if (update instanceof RunUpdate.Gap gap) {
      failed = !out.hasPrinted(EventsVerb.line(gap));
    } else if (update instanceof RunUpdate.Ended ended) {
      left = 0;
      failed = ended.state() != RunState.CLOSED;
      if (failed) {
        out.talk("The run has expired or was deleted.");
      }
    }
  }
}
