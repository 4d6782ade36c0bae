package dev.redstart.jmh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps all processors busy with work that gives way to any other (Linux: SCHED_IDLE). A virtual
 * machine takes some 20 microseconds to wake a processor that has nothing to do, twice for each
 * round trip: as long as the rest of it, the same for all clients, and sometimes not.
 */
final class IdleWork implements AutoCloseable {
  /** Ends when the one who started it does, in whatever way. */
  private static final String LOOP =
      "while kill -0 $PPID 2>/dev/null; do i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; done";

  private final List<Process> processes = new ArrayList<>();

  private IdleWork() {}

  /** For what keeps them busy itself. */
  static IdleWork none() {
    return new IdleWork();
  }

  /** Where there is no such thing it does nothing. */
  static IdleWork start() {
    var work = new IdleWork();
    try {
      for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
        work.processes.add(new ProcessBuilder("chrt", "-i", "0", "sh", "-c", LOOP).start());
      }
    } catch (IOException notInstalled) {
      System.out.println("There is no chrt: processors may fall asleep between two packets");
    }
    return work;
  }

  @Override
  public void close() {
    processes.forEach(Process::destroy);
  }
}
