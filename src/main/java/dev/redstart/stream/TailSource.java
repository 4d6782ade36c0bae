package dev.redstart.stream;

import dev.redstart.redis.EntryId;
import java.time.Duration;

/**
 * Where a {@link Follower} reads what it did not hear: given by the room whose stream it is. Called
 * on the threads of those who follow, several at a time.
 */
public interface TailSource {
  /** The stream's key. */
  String stream();

  /**
   * The channel on which additions to this stream are told, and nothing else: see {@link
   * LiveTail#channel}. Followers of one channel share what is heard there.
   */
  String channel();

  /**
   * The oldest entries after the cursor, in one round trip: some {@code max} of them, fewer where
   * they are large. None means that there are none, however many there will be.
   */
  TailPage after(EntryId cursor, int max);

  /**
   * For how long a stream of which nothing is heard is trusted, before it is read to be sure. Asked
   * after each {@link #after}, of the same source.
   */
  default Duration trust() {
    return Duration.ofSeconds(5);
  }
}
