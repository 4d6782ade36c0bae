package dev.redstart.stream;

import dev.redstart.redis.EntryId;
import java.util.List;

/** Something about a stream that its user has to know. Unchecked and sealed. */
public abstract sealed class StreamException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private StreamException(String message) {
    super(message);
  }

  /**
   * The stream has reached its capacity, and its groups have not finished what is in it. Nothing
   * was lost; of a batch, what did not fit was not added.
   */
  public static final class Full extends StreamException {
    private static final long serialVersionUID = 1L;
    private final transient List<EntryId> added;

    Full(String stream, String length, List<EntryId> added) {
      super(
          "the stream "
              + stream
              + " is full: its groups have yet to finish "
              + length
              + " entries; push again later");
      this.added = List.copyOf(added);
    }

    /** The ids of those entries of the batch, the first ones, that were added. */
    public List<EntryId> added() {
      return added == null ? List.of() : added;
    }
  }

  /** A key holds something else than it should. */
  public static final class WrongType extends StreamException {
    private static final long serialVersionUID = 1L;

    WrongType(String key, String actual, String wanted) {
      super("the key " + key + " holds a " + actual + ", not a " + wanted);
    }
  }

  /** The group is gone, and the consumer was told to end then. */
  public static final class GroupLost extends StreamException {
    private static final long serialVersionUID = 1L;

    GroupLost(String stream, String group) {
      super("the stream " + stream + " has no group " + group + " any more");
    }
  }
}
