package dev.redstart.http;

import java.io.IOException;
import java.time.Duration;

/** Where the events of one stream come from. One thread at a time; {@code close} from any. */
interface Feed extends AutoCloseable {
  /**
   * Writes what there is; waits for something at most so long. Returns at once when closed.
   *
   * @return false when the stream is over
   */
  boolean next(EventWriter out, Duration wait) throws IOException;

  @Override
  void close();
}
