package dev.redstart.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps a data directory to one server: two that append to one file ruin it, and Redis itself does
 * not check.
 *
 * <p>The lock file is locked by the JVM and names the server's process. The lock goes with the JVM,
 * but after a {@code kill -9} the server may live on for a moment, until its guard ends it; so the
 * next owner waits for that process, too.
 */
final class DataLock implements AutoCloseable {

  // The guard is done after five seconds or so.
  private static final Duration PREDECESSOR = Duration.ofSeconds(10);

  private static final Duration INTERVAL = Duration.ofMillis(20);

  // A process id and a time.
  private static final int CONTENT_BYTES_MAX = 100;

  private final FileChannel file;

  private DataLock(FileChannel file) {
    this.file = file;
  }

  /**
   * @throws NoServerException if another server uses the directory
   */
  static DataLock of(Path directory) throws IOException {
    var file = FileChannel.open(directory.resolve("redstart.lock"), CREATE, READ, WRITE);
    try {
      if (!locked(file) || !ended(content(file))) {
        throw new NoServerException(
            "The data directory " + directory + " is in use by another server; stop that first.");
      }
      return new DataLock(file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Notes for the next owner which process works in the directory now. */
  void occupiedBy(ProcessHandle server) throws IOException {
    file.truncate(0);
    file.write(ByteBuffer.wrap(Occupant.of(server).toString().getBytes(UTF_8)), 0);
  }

  private static boolean locked(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException heldByThisJvm) {
      return false;
    }
  }

  private static String content(FileChannel file) throws IOException {
    var content = ByteBuffer.allocate(CONTENT_BYTES_MAX);
    file.read(content, 0);
    return new String(content.array(), 0, content.position(), UTF_8);
  }

  private static boolean ended(String occupant) {
    long deadline = System.nanoTime() + PREDECESSOR.toNanos();
    while (Occupant.parse(occupant).filter(Occupant::isAlive).isPresent()) {
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(INTERVAL.toNanos());
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
