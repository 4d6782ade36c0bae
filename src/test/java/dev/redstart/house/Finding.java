package dev.redstart.house;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A place that breaks a rule of the house, and what to do instead. */
record Finding(Path file, long line, String message) {
  /** One message for all of them, each on a line of its own. */
  static String list(List<?> findings) {
    var lines = findings.stream().map(finding -> "\n" + finding).collect(Collectors.joining());
    return findings.size() + " found:" + lines;
  }

  @Override
  public String toString() {
    return file + ":" + line + ": " + message;
  }
}
