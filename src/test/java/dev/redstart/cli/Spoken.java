package dev.redstart.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** What a run of the command line in this JVM said, and its exit status. */
record Spoken(int status, String results, String talk) {
  static Spoken by(String... words) {
    var results = new ByteArrayOutputStream();
    var talk = new ByteArrayOutputStream();
    int status =
        Main.run(
            List.of(words),
            new PrintStream(results, true, UTF_8),
            new PrintStream(talk, true, UTF_8));
    return new Spoken(status, results.toString(UTF_8), talk.toString(UTF_8));
  }

  boolean isOneSentence() {
    return results.isEmpty() && talk.lines().count() == 1 && !talk.contains("Exception");
  }
}
