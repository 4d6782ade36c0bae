package dev.redstart.jmh;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A program of ours in a JVM of its own, of the same kind as this one. */
final class OwnJvm {
  private OwnJvm() {}

  /** The command that runs it; it may have a gigabyte of heap. */
  static List<String> command(Class<?> main, String... args) {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var path = System.getProperty("java.class.path");
    return Stream.concat(Stream.of(java, "-Xmx1g", "-cp", path, main.getName()), Stream.of(args))
        .toList();
  }
}
