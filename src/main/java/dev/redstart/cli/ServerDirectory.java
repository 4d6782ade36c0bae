package dev.redstart.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where a private server works: the caller's data directory, held by one server at a time and kept
 * afterwards, or a temporary one that goes away.
 */
final class ServerDirectory implements AutoCloseable {

  // The reason of a failed start is among the last lines the server wrote.
  private static final int LAST_LINES = 5;

  private final Path path;
  private final Optional<DataLock> lock;

  private ServerDirectory(Path path, Optional<DataLock> lock) {
    this.path = path.toAbsolutePath();
    this.lock = lock;
  }

  static ServerDirectory of(Optional<Path> data) {
    try {
      return data.isPresent() ? kept(data.get()) : temporary();
    } catch (IOException e) {
      throw new NoServerException(
          "Cannot use " + data.map(Path::toString).orElse("a temporary directory") + ": " + e, e);
    }
  }

  private static ServerDirectory kept(Path data) throws IOException {
    Files.createDirectories(data);
    return new ServerDirectory(data, Optional.of(DataLock.of(data)));
  }

  private static ServerDirectory temporary() throws IOException {
    return new ServerDirectory(Files.createTempDirectory("redstart-"), Optional.empty());
  }

  Path path() {
    return path;
  }

  boolean isTemporary() {
    return lock.isEmpty();
  }

  Path log() {
    return path.resolve("server.log");
  }

  /**
   * The end of the log. Of a line of configuration it shows the name only: a password may follow.
   */
  String lastWords() {
    try {
      var log = new String(Files.readAllBytes(log()), StandardCharsets.UTF_8).strip();
      var lines = log.replaceAll("(>>> '\\S+) .*", "$1 ...'").split("\n");
      int from = Math.max(0, lines.length - LAST_LINES);
      return String.join("\n", List.of(lines).subList(from, lines.length));
    } catch (IOException e) {
      return "(its log cannot be read: " + e + ")";
    }
  }

  void occupiedBy(ProcessHandle server) {
    try {
      if (lock.isPresent()) {
        lock.get().occupiedBy(server);
      }
    } catch (IOException e) {
      throw new NoServerException("Cannot write to " + path + ": " + e, e);
    }
  }

  /** May be called again. */
  @Override
  public void close() {
    try {
      if (lock.isPresent()) {
        lock.get().close();
      } else {
        delete();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clean up " + path, e);
    }
  }

  private void delete() throws IOException {
    if (Files.exists(path)) {
      try (var files = Files.walk(path)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
