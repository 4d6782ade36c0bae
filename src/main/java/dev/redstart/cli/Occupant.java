package dev.redstart.cli;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** A process, in a form that can be written down and recognised by a later JVM. */
record Occupant(long pid, long startMillis) {

  private static final Pattern FORM = Pattern.compile("(\\d{1,18}) (\\d{1,18})");

  // The system derives the start time from a boot time that moves with the clock; a later process
  // that was given the same id so soon is no concern.
  private static final long TOLERANCE_MILLIS = 5_000;

  static Occupant of(ProcessHandle process) {
    var start = process.info().startInstant().orElse(Instant.EPOCH);
    return new Occupant(process.pid(), start.toEpochMilli());
  }

  /** What {@link #toString()} wrote; empty for anything else. */
  static Optional<Occupant> parse(String text) {
    return Optional.of(FORM.matcher(text))
        .filter(form -> form.matches())
        .map(form -> new Occupant(Long.parseLong(form.group(1)), Long.parseLong(form.group(2))));
  }

  boolean isAlive() {
    return ProcessHandle.of(pid).filter(this::matches).isPresent();
  }

  // A dead process that nobody has reaped still has an id and a start time, but no command.
  private boolean matches(ProcessHandle process) {
    return process.info().command().isPresent()
        && Math.abs(of(process).startMillis - startMillis) < TOLERANCE_MILLIS;
  }

  @Override
  public String toString() {
    return pid + " " + startMillis;
  }
}
