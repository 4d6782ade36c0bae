package dev.redstart.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Redis;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plain lists, from the command line: {@code rpush} and {@code blpop}. */
class ListVerbsTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String WAITING = "Waiting for messages on 'q'...\n";

  @BeforeEach
  void empty() {
    SERVER.cli("FLUSHALL");
  }

  private static String[] words(String... words) {
    var all = new ArrayList<>(List.of("--redis", SERVER.url()));
    all.addAll(List.of(words));
    return all.toArray(String[]::new);
  }

  private static Spoken say(String... words) {
    return Spoken.by(words(words));
  }

  private static Spoken fed(byte[] input, String... words) {
    var before = System.in;
    System.setIn(new ByteArrayInputStream(input));
    try {
      return say(words);
    } finally {
      System.setIn(before);
    }
  }

  private static String list() {
    return SERVER.cli("LRANGE", "q", "0", "-1");
  }

  private static void fill(int count) {
    var script = "for i = 1, %d do redis.call('RPUSH', 'q', 'm' .. i) end";
    SERVER.cli("EVAL", script.formatted(count), "0");
  }

  private static List<JsonValue> lines(String text) {
    return text.lines().map(Json::parse).toList();
  }

  private static List<String> messages(String text) {
    return lines(text).stream().map(line -> line.get("message").asString()).toList();
  }

  // ---- usage

  @Test
  void theHelpNamesEveryFlag() {
    for (var verb : List.of(new ListPush(), new ListPop())) {
      for (var flag : verb.flags().keySet()) {
        assertTrue(verb.help().contains("  " + flag), flag);
      }
      assertTrue(verb.help().lines().allMatch(line -> line.length() <= 100), verb.help());
    }
    for (var name : List.of("rpush", "blpop")) {
      assertTrue(Spoken.by("--help").results().contains("  " + name), name);
      for (var flag : List.of("-h", "--help")) {
        var said = Spoken.by(name, "q", flag);
        assertEquals(0, said.status());
        assertTrue(said.results().startsWith("Usage: " + name), said.results());
      }
    }
  }

  @Test
  void wrongUsageIsOneSentenceAndStatusTwo() {
    var wrong =
        List.of(
            "rpush",
            "rpush q",
            "rpush --stdin q",
            "rpush q a --loud",
            "rpush q a --channel",
            "blpop",
            "blpop q extra",
            "blpop q --timeout -1",
            "blpop q --timeout inf",
            "blpop q --timeout soon",
            "blpop q --count 0",
            "blpop q --count 1.5",
            "blpop q -c=1");
    for (var line : wrong) {
      var said = fed(new byte[] {'\n'}, line.split(" "));
      assertEquals(2, said.status(), line + ": " + said.talk());
      assertTrue(said.isOneSentence(), line + ": " + said.talk());
    }
    assertEquals(2, say("rpush", "", "a").status());
    assertEquals("", SERVER.cli("KEYS", "*"));
  }

  @Test
  void aRefusedConnectionIsOneSentenceAndStatusOne() {
    int port = FreePort.next();
    for (var verb : List.of(List.of("rpush", "q", "a"), List.of("blpop", "q"))) {
      var all = new ArrayList<>(verb);
      all.addAll(List.of("--port", Integer.toString(port)));
      var said = Spoken.by(all.toArray(String[]::new));
      assertEquals(1, said.status(), said.talk());
      assertTrue(said.isOneSentence() && said.talk().contains(":" + port), said.talk());
    }
  }

  // ---- rpush

  @Test
  void whatIsSentIsShownAndCounted() {
    var long50 = "x".repeat(49) + "\uD83D\uDE00";
    var said = say("rpush", "q", "Hello, World!", long50, long50 + "y", "a\u001b[2J\nb");
    assertEquals(
        "✓ Added 4 message(s) to 'q'\n  List length: 4\n"
            + "  [1] Hello, World!\n  [2] %s\n  [3] %s...\n".formatted(long50, long50)
            + "  [4] a\\x1b[2J\\x0ab\n",
        said.results());
    assertEquals("", said.talk());
    assertEquals(0, said.status());
    assertTrue(say("rpush", "q", "more").results().contains("  List length: 5\n"));
    assertEquals("a\u001b[2J\nb", SERVER.cli("LINDEX", "q", "3"));
  }

  @Test
  void eachLineOfTheInputIsAMessage() {
    var said = fed("one\n\n zwei \r\ndreißig".getBytes(UTF_8), "rpush", "q", "zero", "--stdin");
    assertTrue(said.results().startsWith("✓ Added 4 message(s)"), said.results());
    assertEquals("zero\none\n zwei \ndreißig", list());
  }

  @Test
  void anInputThatIsNotUtf8IsRefusedAsAWhole() {
    var said = fed(new byte[] {'a', '\n', (byte) 0xff, '\n'}, "rpush", "--stdin", "q");
    assertEquals(new Spoken(1, "", "The input is not UTF-8: nothing was sent.\n"), said);
    assertEquals("", SERVER.cli("KEYS", "*"));
  }

  @Test
  void afterTwoHyphensEverythingIsAMessage() {
    assertEquals(0, say("rpush", "q", "-1", "--", "--json", "-h").status());
    assertEquals("-1\n--json\n-h", list());
  }

  @Test
  void aChannelIsToldOfEachMessage() {
    try (var redis = Redis.connect(SERVER.url());
        var heard = redis.subscribe("c")) {
      var said = say("rpush", "--channel", "c", "q", "a", "x".repeat(31));
      assertTrue(
          said.results()
              .endsWith(
                  "  → Published to 'c' (1 subscriber(s)): a\n"
                      + "  → Published to 'c' (1 subscriber(s)): "
                      + "x".repeat(30)
                      + "...\n"),
          said.results());
      var first = Json.parse(((Notice.Message) heard.next(LIMIT).orElseThrow()).text());
      assertEquals("q", first.get("queue").asString());
      assertEquals("a", first.get("message").asString());
    }
  }

  @Test
  void programsGetOneObject() {
    var said = say("rpush", "q", "a", "b", "--json", "--channel", "c");
    assertEquals(1, said.results().lines().count());
    assertEquals(
        "{\"success\":true,\"list\":\"q\",\"list_length\":2,\"message_count\":2,"
            + "\"published\":true,\"subscribers\":0,\"error\":null}\n",
        said.results());
  }

  @Test
  void aKeyOfAnotherTypeIsAFailureAndStaysAsItIs() {
    SERVER.cli("SET", "q", "text");
    var push = say("rpush", "q", "a");
    assertEquals(1, push.status());
    assertTrue(push.isOneSentence() && push.talk().startsWith("✗ Error: "), push.talk());
    var json = say("rpush", "q", "a", "--json");
    assertEquals(1, json.status());
    assertFalse(Json.parse(json.results()).get("success").asBoolean());
    var pop = say("blpop", "q", "--quiet");
    assertEquals(1, pop.status());
    assertTrue(pop.isOneSentence(), pop.talk());
    assertEquals("text", SERVER.cli("GET", "q"));
  }

  // ---- blpop

  @Test
  void aMessageIsOneLineOfJson() {
    fill(2);
    var said = say("blpop", "q");
    assertEquals(0, said.status());
    assertEquals(WAITING, said.talk());
    assertTrue(
        said.results()
            .matches(
                "\\{\"index\":1,\"list\":\"q\",\"message\":\"m1\",\"timestamp\":"
                    + "\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[+-]\\d{4}\"}\n"),
        said.results());
    assertEquals("m2", list());
  }

  @Test
  void itWaitsForAMessage() throws Exception {
    var pusher =
        new Thread(
            () -> {
              Eventually.within(LIMIT, "somebody waits", ListVerbsTest::isWaitedFor);
              SERVER.cli("RPUSH", "q", "at last");
            });
    pusher.start();
    assertEquals(List.of("at last"), messages(say("blpop", "q", "--timeout", "20").results()));
    pusher.join();
  }

  private static boolean isWaitedFor() {
    return waiting() == 1;
  }

  private static long waiting() {
    return SERVER
        .cli("CLIENT", "LIST")
        .lines()
        .filter(client -> client.matches(".* flags=\\w*b\\w* .* cmd=blpop .*"))
        .count();
  }

  @Test
  void noMessageInTimeIsStatusOne() {
    var said = say("blpop", "q", "--timeout", "0.05");
    var sentence = "Timeout: No message received within 0.05 seconds\n";
    assertEquals(new Spoken(1, "", WAITING + sentence), said);
    // Less than Redis can wait must not become nothing, which would be for ever.
    assertTimeoutPreemptively(
        LIMIT, () -> assertEquals(1, say("blpop", "q", "--timeout", "0.0001").status()));
    var several = say("blpop", "q", "--timeout", "0.05", "--count", "2", "--quiet");
    assertEquals(new Spoken(1, "", sentence + "Received 0 message(s)\n"), several);
  }

  @Test
  void severalEndAtTheFirstTimeout() {
    fill(3);
    var two = say("blpop", "q", "--count", "2");
    assertEquals(List.of("m1", "m2"), messages(two.results()));
    assertEquals(WAITING + "Received 2 message(s)\n", two.talk());
    assertEquals(2, lines(two.results()).get(1).get("index").asInt());
    var rest = say("blpop", "q", "--count", "2", "--timeout", "0.05", "-q");
    assertEquals(List.of("m3"), messages(rest.results()));
    assertEquals(0, rest.status());
    assertEquals("Received 1 message(s)\n", rest.talk());
  }

  @Test
  void theContinuousModeTakesAllThatComeInTime() {
    fill(3);
    var said = say("blpop", "q", "-c", "--count", "1", "--timeout", "0.05");
    assertEquals(List.of("m1", "m2", "m3"), messages(said.results()));
    assertEquals(0, said.status());
    assertEquals(
        "Waiting for messages on 'q' (Ctrl-C stops)\nTimeout. Received 3 message(s)\n",
        said.talk());
    assertEquals(1, say("blpop", "q", "--continuous", "--timeout", "0.05").status());
  }

  @Test
  void aMessageOfASessionIsParsedOnDemand() {
    var task = "{\"type\":\"task\",\"task_id\":\"t\",\"instruction\":\"do\",\"more\":[1]}";
    SERVER.cli("RPUSH", "q", task, "plain", "{\"type\":\"control\"}", task);
    var said = lines(say("blpop", "q", "--parse", "--count", "3").results());
    var parsed = said.get(0).get("parsed");
    assertEquals("task", parsed.get("type").asString());
    assertEquals("do", parsed.get("data").get("prompt").asString());
    assertEquals(3, parsed.get("data").get("priority").asInt());
    assertEquals(task, said.get(0).get("message").asString());
    assertFalse(said.get(1).asMap().containsKey("parsed"));
    assertFalse(said.get(2).asMap().containsKey("parsed"));
    assertFalse(lines(say("blpop", "q").results()).get(0).asMap().containsKey("parsed"));
  }

  @Test
  void bytesThatAreNoTextAreShownAllTheSame() {
    SERVER.cli("EVAL", "redis.call('RPUSH', 'q', '\\255\\0')", "0");
    assertEquals(
        "{\"base64\":\"/wA=\"}",
        lines(say("blpop", "q", "--parse").results()).get(0).get("message").toString());
  }

  // ---- what is taken and cannot be told

  /** Takes so many lines, and fails from then on. */
  private static final class Pipe extends OutputStream {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final Runnable whenBroken;
    private int lines;

    Pipe(int lines, Runnable whenBroken) {
      this.lines = lines;
      this.whenBroken = whenBroken;
    }

    @Override
    public void write(int b) throws IOException {
      if (lines == 0) {
        whenBroken.run();
        throw new IOException("Broken pipe");
      }
      taken.write(b);
      lines -= b == '\n' ? 1 : 0;
    }
  }

  private static Spoken into(Pipe pipe, String... words) {
    var talk = new ByteArrayOutputStream();
    int status =
        Main.run(
            List.of(words(words)),
            new PrintStream(pipe, true, UTF_8),
            new PrintStream(talk, true, UTF_8));
    return new Spoken(status, pipe.taken.toString(UTF_8), talk.toString(UTF_8));
  }

  @Test
  void aMessageThatCouldNotBePrintedGoesBackToTheHead() {
    SERVER.cli("EVAL", "redis.call('RPUSH', 'q', 'a', 'b', '\\255\\0', 'd')", "0");
    var said = into(new Pipe(2, () -> {}), "blpop", "q", "--count", "9", "-q");
    assertEquals(1, said.status());
    assertEquals(List.of("a", "b"), messages(said.results()));
    assertEquals(
        "The output cannot be written: the message went back to the head of 'q'.\n", said.talk());
    assertEquals(
        "{\"base64\":\"/wA=\"}",
        lines(say("blpop", "q").results()).get(0).get("message").toString());
    assertEquals("d", list());
  }

  @Test
  void aMessageThatCannotGoBackEitherIsToldAsALastResort() {
    SERVER.cli("RPUSH", "q", "a");
    var said = into(new Pipe(0, () -> SERVER.cli("SET", "q", "text")), "blpop", "q", "-q");
    assertEquals(1, said.status());
    assertEquals(2, said.talk().lines().count(), said.talk());
    assertTrue(said.talk().endsWith("\n\"a\"\n"), said.talk());
  }

  // ---- Ctrl-C

  private static void interrupt(ChildJvm jvm) {
    try {
      new ProcessBuilder("kill", "-INT", Long.toString(jvm.pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void ctrlCIs130AndInContinuousModeTheOrdinaryEnd() {
    try (var one = ChildJvm.of(Main.class).start(words("blpop", "q"));
        var all = ChildJvm.of(Main.class).start(words("blpop", "q", "--continuous"))) {
      Eventually.within(LIMIT, "both wait", () -> waiting() == 2);
      interrupt(one);
      interrupt(all);
      assertEquals(130, one.awaitExit(LIMIT));
      assertEquals(0, all.awaitExit(LIMIT));
      assertEquals(List.of(WAITING.strip()), one.errors());
      assertEquals(1, all.errors().size(), all.errors().toString());
    }
    SERVER.cli("RPUSH", "q", "still here");
    assertEquals("still here", list());
  }

  @Test
  void ctrlCLosesNoMessage() {
    fill(50_000);
    try (var jvm = ChildJvm.of(Main.class).start(words("blpop", "q", "-c"))) {
      jvm.awaitLine("{\"index\":3,", LIMIT);
      interrupt(jvm);
      assertEquals(0, jvm.awaitExit(LIMIT));
      var printed = jvm.lines().stream().map(line -> messages(line).get(0)).toList();
      int last = printed.size();
      assertEquals(IntStream.rangeClosed(1, last).mapToObj(i -> "m" + i).toList(), printed);
      var head = SERVER.cli("LINDEX", "q", "0");
      // The one that was being printed may have gone back, too.
      assertTrue(head.equals("m" + (last + 1)) || head.equals("m" + last), head + ", " + last);
      assertTrue(last < 50_000, "the interrupt came too late to show anything");
    }
  }
}
