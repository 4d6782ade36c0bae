package dev.redstart.house;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A script begins with its contract. */
final class LuaRules {
  private LuaRules() {}

  static List<Finding> check(SourceFile script) {
    String header =
        script
            .text()
            .lines()
            .takeWhile(line -> line.startsWith("--"))
            .collect(Collectors.joining());
    return Stream.of("KEYS", "ARGV", "Returns")
        .filter(word -> !header.contains(word))
        .map(word -> script.finding(1, "the header does not say " + word))
        .toList();
  }
}
