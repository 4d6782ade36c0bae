package dev.redstart.jmh;

import dev.redstart.json.Json;
import dev.redstart.json.JsonCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes what {@link Bench} has measured last into the section of README.md about it, with all that
 * is worse than its peers, and {@code docs/performance.svg}, both below the current folder.
 */
public final class Report {
  private static final Path README = Path.of("README.md");
  private static final Path PICTURE = Path.of("docs", "performance.svg");
  private static final String BEGIN = "<!-- From here to the end of it by make bench-report. -->\n";
  private static final String END = "<!-- The end of it. -->\n";

  private static final String SECTION =
      """
      ![How many times better than other clients](%s)

      Measured on %s.

      Redis and its clients share this machine. Times are those of one call, also where many threads call at once. Clients
      take turns, each in several JVMs, whose median counts; of several ways to use a peer the best one does.

      **Below 1, so worse**: %s.

      **Not measured**: %s.

      <details>
      <summary>All figures</summary>

      | what | ours | peer | ratio |
      |---|---:|---|---:|
      %s

      </details>
      """;

  private final List<Row> rows;
  private final Conditions conditions;

  private Report(List<Row> rows, Conditions conditions) {
    this.rows = rows;
    this.conditions = conditions;
  }

  /** Writes it. */
  public static void main(String[] args) throws IOException {
    if (!Files.exists(Bench.CONDITIONS)) {
      System.err.println("There is no " + Bench.CONDITIONS + " yet: make bench writes it");
      System.exit(1);
    }
    var ratios = Json.parse(Files.readAllBytes(Bench.RATIOS)).asList();
    var report =
        new Report(
            ratios.stream().map(JsonCodec.of(Row.class)::fromJson).toList(),
            JsonCodec.of(Conditions.class).parse(Files.readAllBytes(Bench.CONDITIONS)));
    report.write();
  }

  private void write() throws IOException {
    Files.createDirectories(PICTURE.getParent());
    Files.writeString(PICTURE, Picture.of(rows, conditions));
    var readme = Files.readString(README);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    int end = readme.indexOf(END);
    if (begin < BEGIN.length() || end < begin) {
      throw new IllegalStateException(README + " has lost " + BEGIN.strip() + " or " + END.strip());
    }
    Files.writeString(README, readme.substring(0, begin) + section() + readme.substring(end));
    System.out.println("written to " + README + " and " + PICTURE);
  }

  private String section() {
    var picture = PICTURE.toString().replace('\\', '/');
    var lines = rows.stream().map(Row::toMarkdown).collect(Collectors.joining("\n"));
    return SECTION.formatted(picture, conditions, worse(), missing(), lines);
  }

  private String worse() {
    return listed(
        rows.stream()
            .filter(Row::isWorse)
            .map(row -> row.caption().words() + " (" + row.peerName() + ": " + row.times() + ")"));
  }

  private String missing() {
    var measured = rows.stream().map(Row::name).collect(Collectors.toSet());
    var names = Ratios.ALL.stream().map(Ratio::name).filter(Predicate.not(measured::contains));
    return listed(names.map(name -> "`" + name + "`"));
  }

  private static String listed(Stream<String> items) {
    var list = items.collect(Collectors.joining("; "));
    return list.isEmpty() ? "nothing" : list;
  }
}
