package dev.redstart.stream;

/** What a consumer does when its group is gone: the stream was deleted or expired, or the group. */
public enum LostGroup {
  /** Makes it again and reads what the stream has: nothing is missed, some may be handled twice. */
  START,
  /** Makes it again and reads what is added from then on: some may be missed. */
  END,
  /** Ends, with a {@link StreamException.GroupLost}. */
  FAIL
}
