package dev.redstart.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the command line says before it does anything. */
class MainTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final List<List<String>> VERBS =
      List.of(
          List.of("demo"),
          List.of("call"),
          List.of("queue"),
          List.of("stream"),
          List.of("orch"),
          List.of("rpush"),
          List.of("blpop"),
          List.of("scenario", "summoner"),
          List.of("scenario", "moogle"),
          List.of("scenario", "chocobo"));

  @Test
  void versionIsOneLine() {
    var said = Spoken.by("--version");
    assertEquals(0, said.status());
    assertTrue(said.results().matches("redstart \\S.*\\R"), said.results());
  }

  @Test
  void versionLoadsNothingElse() {
    try (var jvm = ChildJvm.of(Main.class).withFlag("-Xlog:class+load").start("--version")) {
      assertEquals(0, jvm.awaitExit(LIMIT));
      var ours =
          jvm.lines().stream()
              .filter(line -> line.contains("] dev.redstart."))
              .map(line -> line.replaceAll(".*\\] (\\S+) .*", "$1"))
              .toList();
      assertEquals(List.of("dev.redstart.cli.Main"), ours);
    }
  }

  @Test
  void helpNamesEveryVerb() {
    for (var flag : List.of("--help", "-h", "help")) {
      var said = Spoken.by(flag);
      assertEquals(0, said.status());
      VERBS.forEach(
          verb -> assertTrue(said.results().contains("  " + String.join(" ", verb)), flag));
    }
  }

  @Test
  void everyVerbHasHelpThatFitsTheTerminalAndNamesItsFlags() {
    for (var verb : VERBS) {
      var words = new ArrayList<>(verb);
      words.add("--help");
      var said = Spoken.by(words.toArray(String[]::new));
      assertEquals(0, said.status(), verb.toString());
      assertTrue(said.results().startsWith("Usage: " + String.join(" ", verb)), said.results());
      assertTrue(said.results().contains("  --redis URL"), said.results());
      assertTrue(said.results().lines().allMatch(line -> line.length() <= 100), said.results());
    }
  }

  @Test
  void everyFlagOfAVerbIsInItsHelp() {
    for (var verb : List.of(new Demo(), new Call(), new Summoner(), new Moogle(), new Chocobo())) {
      for (var flag : verb.flags().keySet()) {
        assertTrue(verb.help().contains("  " + flag), verb.getClass() + " " + flag);
      }
    }
  }

  @Test
  void wrongUsageIsOneSentenceAndStatusTwo() {
    var wrong =
        List.of(
            List.<String>of(),
            List.of("dance"),
            List.of("--redis"),
            List.of("scenario"),
            List.of("scenario", "gil"),
            List.of("scenario", "chocobo"),
            List.of("scenario", "chocobo", "--session-id", "s"),
            List.of("scenario", "chocobo", "--session-id", "s", "--child-id", "one"),
            List.of("scenario", "chocobo", "--session-id", "s", "--child-id", "0"),
            List.of("scenario", "moogle"),
            List.of("scenario", "summoner", "--max-children", "501"),
            List.of("scenario", "summoner", "extra"),
            List.of("scenario", "summoner", "--json=yes"),
            List.of("call"),
            List.of("queue"),
            List.of("stream"),
            List.of("orch", "get"),
            List.of("orch", "juggle"),
            List.of("rpush"),
            List.of("rpush", "list"),
            List.of("blpop"),
            List.of("blpop", "list", "--timeout", "soon"),
            List.of("call", "--json"),
            List.of("call", "--loud", "PING"),
            List.of("call", "--port"),
            List.of("call", "--port", "70000", "PING"),
            List.of("call", "--redis", "http://localhost", "PING"),
            List.of("demo", "--fast"),
            List.of("demo", "now"));
    for (var words : wrong) {
      var said = Spoken.by(words.toArray(String[]::new));
      assertEquals(2, said.status(), words + ": " + said.talk());
      assertTrue(said.isOneSentence(), words + ": " + said.talk());
    }
  }

  @Test
  void aWrongUrlIsNotRepeatedWithItsPassword() {
    var said = Spoken.by("call", "--redis", "redis://:hunter2@host:port", "PING");
    assertEquals(2, said.status());
    assertTrue(!said.talk().contains("hunter2"), said.talk());
  }

  @Test
  void aRefusedConnectionIsOneSentenceAndStatusOne() {
    int port = FreePort.next();
    var verbs =
        List.of(
            List.of("call", "PING"),
            List.of("demo"),
            List.of("scenario", "summoner"),
            List.of("scenario", "moogle", "--session-id", "s"),
            List.of("scenario", "chocobo", "--session-id", "s", "--child-id", "1"));
    for (var verb : verbs) {
      var words = new ArrayList<>(verb);
      words.addAll(verb.get(0).equals("call") ? 1 : words.size(), List.of("--redis", url(port)));
      var said = Spoken.by(words.toArray(String[]::new));
      assertEquals(1, said.status(), said.talk());
      assertTrue(said.isOneSentence() && said.talk().contains("127.0.0.1:" + port), said.talk());
    }
  }

  private static String url(int port) {
    return "redis://127.0.0.1:" + port;
  }
}
