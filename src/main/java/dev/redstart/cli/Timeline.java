package dev.redstart.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What happened, as a table in the order of time. All times are of one clock, that of Redis. */
final class Timeline {
  private record Row(Instant time, String who, String what) {}

  private final List<Row> rows = new ArrayList<>();

  void add(Instant time, String who, String what) {
    rows.add(new Row(time, who, what));
  }

  /** From the first event to the last. */
  Duration length() {
    return Duration.between(
        first(), rows.stream().map(Row::time).max(Instant::compareTo).orElseThrow());
  }

  private Instant first() {
    return rows.stream().map(Row::time).min(Instant::compareTo).orElseThrow();
  }

  String table() {
    var start = first();
    var lines = new ArrayList<String>();
    lines.add("   time  who      what");
    lines.add("-------  -------  " + "-".repeat(62));
    rows.stream()
        .sorted(Comparator.comparing(Row::time))
        .forEach(row -> lines.add(line(row, Duration.between(start, row.time))));
    return String.join("\n", lines);
  }

  private static String line(Row row, Duration since) {
    return String.format(
        Locale.ROOT, "%5.2f s  %-7s  %s", since.toMillis() / 1000.0, row.who, row.what);
  }
}
