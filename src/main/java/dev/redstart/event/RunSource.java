package dev.redstart.event;

import dev.redstart.redis.EntryId;
import dev.redstart.stream.TailPage;
import dev.redstart.stream.TailSource;
import java.time.Duration;
import java.util.Optional;

/** Where one follower reads a run, and what the last read told. */
final class RunSource implements TailSource {
  /** What a slow reader holds in its hands. */
  private static final int PAGE_BYTES_MAX = 32 << 10;

  private final StoredRun run;
  private volatile Facts told;

  /** What was read without its entries: a follower is kept for long, and may never read again. */
  private record Facts(RunState state, Duration trust, long lost) {}

  RunSource(StoredRun run) {
    this.run = run;
  }

  @Override
  public String stream() {
    return run.keys().events();
  }

  @Override
  public String channel() {
    return run.keys().channel();
  }

  @Override
  public TailPage after(EntryId cursor, int max) {
    var chunk = run.read("(" + cursor, "+", max, PAGE_BYTES_MAX, Optional.of(cursor));
    told = new Facts(chunk.state(), Duration.ofMillis(chunk.trustMillis()), chunk.lost());
    boolean over = chunk.entries().isEmpty() && isOver(chunk.state(), cursor);
    return new TailPage(chunk.entries(), chunk.lost() != 0, over);
  }

  /** Of a run that nobody knows, somebody who has seen events of it knows that it was deleted. */
  static boolean isOver(RunState state, EntryId cursor) {
    return switch (state) {
      case OPEN -> false;
      case CLOSED, EXPIRED -> true;
      case UNKNOWN -> !cursor.equals(EntryId.MIN);
    };
  }

  @Override
  public Duration trust() {
    return told.trust();
  }

  long lost() {
    return told.lost();
  }

  RunState state() {
    return told.state();
  }
}
