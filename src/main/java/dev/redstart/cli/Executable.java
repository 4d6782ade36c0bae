package dev.redstart.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs on the PATH. */
final class Executable {

  private Executable() {}

  /** The first of the names that is anywhere on the PATH. */
  static Optional<Path> find(List<String> names) {
    return names.stream().flatMap(Executable::everywhere).findFirst();
  }

  private static Stream<Path> everywhere(String name) {
    return Stream.of(
            Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file));
  }
}
