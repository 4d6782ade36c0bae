package dev.redstart.redis;

/** One of the two ends of a list; {@link #LEFT} has the index 0. */
public enum ListEnd {
  LEFT,
  RIGHT
}
