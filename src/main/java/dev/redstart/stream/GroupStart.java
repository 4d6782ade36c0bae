package dev.redstart.stream;

import dev.redstart.redis.EntryId;
import java.util.Objects;

/** From where on a group reads that is new. Immutable. */
public final class GroupStart {
  /** From the first entry that the stream has. */
  public static final GroupStart START = new GroupStart("0-0");

  /** What is added from then on. */
  public static final GroupStart END = new GroupStart("$");

  private final String word;

  private GroupStart(String word) {
    this.word = word;
  }

  /** From this entry on, itself included. */
  public static GroupStart at(EntryId id) {
    Objects.requireNonNull(id, "id");
    return new GroupStart((id.equals(EntryId.MIN) ? id : id.previous()).toString());
  }

  /** As XGROUP CREATE takes it. */
  @Override
  public String toString() {
    return word;
  }
}
