package dev.redstart.cli;

import java.util.Map;

/** Something that the command line can do. */
interface Verb {
  /** What {@code --help} prints. */
  String help();

  /** What {@code --help} adds: how to say where Redis is. */
  default String place() {
    return Target.HELP;
  }

  /** Its flags, without those for the connection. */
  Map<String, Arguments.Kind> flags();

  /** Whether a word that is no flag ends the flags: the rest belongs to something else. */
  default boolean endsFlags() {
    return false;
  }

  /**
   * Does it.
   *
   * @return the exit status
   */
  int run(Arguments arguments, Out out);
}
