package dev.redstart.cli;

import java.util.List;
import java.util.Map;

/**
 * How to tell a child process where Redis is.
 *
 * @param environment for what may hold a password: all users of a machine can read command lines
 * @param words of the command line
 */
record Place(Map<String, String> environment, List<String> words) {
  static Place of(String url) {
    return new Place(Map.of("REDIS_URL", url), List.of());
  }
}
