package dev.redstart.redis;

/**
 * What {@link SortedSets#add(String, double, String, AddOption...)} may be told. The server refuses
 * options that contradict each other.
 */
public enum AddOption {
  /** Add new members only, leave the others as they are. */
  IF_ABSENT("NX"),
  /** Change the scores of members only, add none. */
  IF_PRESENT("XX"),
  /** Change a member's score only to a greater one; new members are added. */
  IF_GREATER("GT"),
  /** Change a member's score only to a lesser one; new members are added. */
  IF_LESS("LT"),
  /** Count the members whose score changed, too, not only the new ones. */
  COUNT_CHANGED("CH");

  private final String word;

  AddOption(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }
}
