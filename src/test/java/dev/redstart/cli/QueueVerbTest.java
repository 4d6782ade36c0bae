package dev.redstart.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A queue, from the command line. */
class QueueVerbTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final List<String> NAMES =
      List.of("push", "pop", "list", "stats", "dead", "requeue", "pause", "resume", "clear");

  @BeforeEach
  void empty() {
    SERVER.cli("FLUSHALL");
  }

  private static String[] words(String... words) {
    var all = new ArrayList<>(List.of("--redis", SERVER.url(), "queue"));
    all.addAll(List.of(words));
    return all.toArray(String[]::new);
  }

  private static Spoken queue(String... words) {
    return Spoken.by(words(words));
  }

  private static Spoken well(String... words) {
    var said = queue(words);
    assertEquals(0, said.status(), said.talk());
    return said;
  }

  private static List<JsonValue> lines(Spoken said) {
    return said.results().lines().map(Json::parse).toList();
  }

  private static List<String> ids(Spoken said) {
    return lines(said).stream().map(task -> task.get("id").asString()).toList();
  }

  private static JsonValue stats() {
    return Json.parse(well("stats", "q", "--json").results());
  }

  private static void assertStats(String expected) {
    var stats = stats();
    var seen =
        Arrays.stream(expected.split(" "))
            .map(figure -> figure.replaceAll("=.*", ""))
            .map(name -> name + "=" + stats.get(name))
            .collect(Collectors.joining(" "));
    assertEquals(expected, seen);
  }

  /** So many tasks, as another program may have put them there. */
  private static void fill(int count) {
    var script = "for i = 1, %d do redis.call('ZADD', 'q', i, '{\"id\":\"t' .. i .. '\"}') end";
    SERVER.cli("EVAL", script.formatted(count), "0");
  }

  @Test
  void thereIsHelpForAllOfIt() {
    assertTrue(Spoken.by("--help").results().contains("  queue "));
    var family = Spoken.by("queue", "--help");
    assertTrue(family.results().startsWith("Usage: queue push"), family.results());
    for (var name : NAMES) {
      assertEquals(family, Spoken.by("queue", name, "--help"));
      for (var flag : new QueueVerb(name).flags().keySet()) {
        assertTrue(family.results().contains("  " + flag), flag);
      }
    }
    assertTrue(family.results().lines().allMatch(line -> line.length() <= 100));
  }

  @Test
  void wrongUsageIsOneSentenceAndStatusTwo() {
    var wrong =
        List.of(
            "",
            "dance q",
            "push",
            "push q a b",
            "push q a --payload {",
            "push q a --meta 3",
            "push q a --score high",
            "push q a --delay -1",
            "push q a --at noon",
            "push q a --delay 1 --at 2030-01-01T00:00:00Z",
            "push a{b",
            "push q - --meta {}",
            "push q a --yes",
            "pop q --count 0",
            "pop q --highest=yes",
            "list q --state gone",
            "list q --limit 501",
            "list q --after here",
            "list q --state dead --min 1",
            "dead q --state ready",
            "stats q extra",
            "requeue q",
            "requeue q id --all",
            "pause");
    for (var line : wrong) {
      var said = queue(line.isEmpty() ? new String[0] : line.split(" "));
      assertEquals(2, said.status(), line + ": " + said.talk());
      assertTrue(said.isOneSentence(), line + ": " + said.talk());
    }
    assertEquals("", SERVER.cli("KEYS", "*"));
  }

  @Test
  void theConnectionMayBeNamedBeforeTheVerb() {
    var port = Integer.toString(SERVER.port());
    var target = List.of("--host", "127.0.0.1", "--port=" + port);
    var first = new ArrayList<>(target);
    first.addAll(List.of("call", "ECHO", "--host"));
    assertEquals("--host\n", Spoken.by(first.toArray(String[]::new)).results());
    assertEquals("PONG\n", Spoken.by("--redis", SERVER.url(), "call", "PING").results());
    for (var alone : List.of(List.of("--redis"), List.of("--redis", SERVER.url()), target)) {
      var said = Spoken.by(alone.toArray(String[]::new));
      assertEquals(2, said.status());
      assertTrue(said.isOneSentence(), said.talk());
    }
  }

  @Test
  void whatIsPushedIsPoppedInTheOrderOfItsScores() {
    assertEquals("added b\n", well("push", "q", "b", "--score", "2").results());
    well("push", "q", "a", "--score", "1", "--payload", "{\"x\":1}", "--meta", "{\"by\":\"me\"}");
    well("push", "q", "z", "--score", "inf");
    var said = well("pop", "q", "--count", "2");
    assertEquals("", said.talk());
    assertEquals(
        "{\"id\":\"a\",\"payload\":{\"x\":1},\"meta\":{\"by\":\"me\"}}\n"
            + "{\"id\":\"b\",\"payload\":\"\",\"meta\":{}}\n",
        said.results());
    assertStats("ready=1 leased=0 completed=2");
    well("push", "q", "y", "--score", "-inf");
    assertEquals(List.of("z"), ids(well("pop", "q", "--highest")));
  }

  @Test
  void nothingToPopIsSaidAndNoFailure() {
    assertEquals(new Spoken(0, "", "No task is ready.\n"), queue("pop", "q"));
    well("push", "q");
    well("pause", "q");
    assertEquals(new Spoken(0, "", "No task is ready: the queue is paused.\n"), queue("pop", "q"));
    well("resume", "q");
    assertEquals(1, lines(well("pop", "q")).size());
  }

  @Test
  void aTaskWithoutAnIdGetsARandomOne() {
    var pushed = Json.parse(well("push", "q", "--json").results());
    assertEquals("added", pushed.get("pushed").asString());
    var id = UUID.fromString(pushed.get("id").asString()).toString();
    assertEquals(List.of(id), ids(well("pop", "q")));
  }

  @Test
  void aPushThatChangesNothingFails() {
    well("push", "q", "a");
    assertEquals("rescored a\n", well("push", "q", "a", "--score", "7").results());
    assertEquals("7", SERVER.cli("ZRANGE", "q", "0", "-1", "WITHSCORES").split("\n")[1]);
    SERVER.cli("ZADD", "q", "1", "no task");
    well("pop", "q", "--count", "9");
    var dead = ids(well("dead", "q", "--json")).get(0);
    var said = queue("push", "q", dead);
    assertEquals(1, said.status());
    assertEquals("dead " + dead + "\n", said.results());
    assertEquals("Task " + dead + " is a dead letter: nothing was changed.\n", said.talk());
  }

  @Test
  void aTaskForLaterIsScheduled() {
    well("push", "q", "a", "--delay", "0.01");
    well("push", "q", "b", "--delay", "100");
    well("push", "q", "c", "--at", "2130-01-01T01:00:00+01:00", "--score", "5");
    var said = well("list", "q", "--state", "scheduled");
    var last = said.results().lines().reduce((first, second) -> second).orElseThrow();
    assertTrue(last.matches("c +5 +2130-01-01T00:00:00Z +0.*"), said.results());
  }

  // ---- lines from standard input

  private static Spoken pushed(String input, String... flags) {
    var before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(UTF_8)));
    try {
      var all = new ArrayList<>(List.of("push", "q", "-"));
      all.addAll(List.of(flags));
      return queue(all.toArray(String[]::new));
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void linesOfJsonArePushed() {
    var input =
        IntStream.range(0, 600)
            .mapToObj(i -> "{\"id\":\"t%d\",\"payload\":[%d],\"score\":%d}".formatted(i, i, -i))
            .collect(Collectors.joining("\r\n", "", "\n \n{\"payload\":\"größer\"}"));
    assertEquals(new Spoken(0, "601 added, 0 rescored\n", ""), pushed(input, "--score", "9"));
    assertEquals("{\"id\":\"t599\",\"payload\":[599],\"meta\":{}}\n", well("pop", "q").results());
    var listed = well("list", "q", "--json", "--min", "9");
    assertEquals("größer", lines(listed).get(0).get("payload").asString());
    var again = pushed(well("list", "q", "--json", "--all").results(), "--json");
    assertEquals("{\"added\":0,\"rescored\":600,\"leased\":0,\"dead\":0}\n", again.results());
    assertEquals(new Spoken(0, "0 added, 0 rescored\n", ""), pushed(""));
  }

  @Test
  void aLineThatIsNoTaskStopsThePushing() {
    for (var wrong :
        List.of("{\"id\":", "[]", "{\"id\":7}", "{\"score\":\"high\"}", "{\"id\":\"\"}")) {
      SERVER.cli("FLUSHALL");
      var said = pushed("{\"id\":\"a\"}\n\n{\"id\":\"b\"}\n" + wrong + "\n{\"id\":\"c\"}\n");
      assertEquals(1, said.status());
      assertEquals("2 added, 0 rescored\n", said.results());
      assertTrue(said.talk().startsWith("Line 4: "), said.talk());
      assertEquals(1, said.talk().lines().count(), said.talk());
      assertStats("ready=2");
    }
  }

  @Test
  void aTaskThatIsTooLargeIsRefused() {
    var large = "\"" + "x".repeat(1 << 20) + "\"";
    var said = queue("push", "q", "a", "--payload", large);
    assertEquals(2, said.status());
    assertTrue(said.isOneSentence() && said.talk().length() < 200, said.talk());
    var lines = pushed("{\"id\":\"b\",\"payload\":" + large + "}\n");
    assertEquals(1, lines.status());
    assertTrue(lines.talk().startsWith("task b: must be at most 1048576 bytes"), lines.talk());
    assertEquals("", SERVER.cli("KEYS", "*"));
  }

  // ---- what is taken and cannot be told

  /** Takes so many lines, and fails from then on. */
  private static final class Pipe extends OutputStream {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private int lines;

    Pipe(int lines) {
      this.lines = lines;
    }

    @Override
    public void write(int b) throws IOException {
      if (lines == 0) {
        throw new IOException("Broken pipe");
      }
      taken.write(b);
      lines -= b == '\n' ? 1 : 0;
    }
  }

  @Test
  void aTaskWhoseLineCouldNotBeWrittenGoesBack() {
    fill(9);
    var pipe = new Pipe(2);
    var talk = new ByteArrayOutputStream();
    int status =
        Main.run(
            List.of(words("pop", "q", "--count", "9")),
            new PrintStream(pipe, true, UTF_8),
            new PrintStream(talk, true, UTF_8));
    assertEquals(1, status);
    assertEquals("The output cannot be written: the task went back.\n", talk.toString(UTF_8));
    assertEquals(2, pipe.taken.toString(UTF_8).lines().count());
    assertStats("ready=7 scheduled=0 leased=0 completed=2 failed=0");
    assertFalse(Thread.currentThread().isInterrupted());
    assertEquals(List.of("t3"), ids(well("pop", "q")));
  }

  @Test
  void ctrlCLeavesNoTaskHalfTaken() {
    fill(50_000);
    try (var jvm = ChildJvm.of(Main.class).start(words("pop", "q", "--count", "50000"))) {
      jvm.awaitLine("{\"id\":\"t3\"", LIMIT);
      new ProcessBuilder("kill", "-INT", Long.toString(jvm.pid())).start().waitFor();
      assertEquals(130, jvm.awaitExit(LIMIT));
      assertEquals(List.of(), jvm.errors());
      int completed = stats().get("completed").asInt();
      assertStats("ready=%d leased=0 failed=0".formatted(50_000 - completed));
      int printed = jvm.lines().size();
      assertTrue(printed == completed || printed == completed + 1, printed + ", " + completed);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // ---- looking

  @Test
  void whatRedisCliPutThereIsShownAndSetAside() {
    SERVER.cli("ZADD", "q", "1", "{\"id\":\"a\",\"payload\":[1]}");
    SERVER.cli("ZADD", "q", "2", "garbage");
    SERVER.cli("EVAL", "redis.call('ZADD', 'q', 3, '\\255\\0\\27[2J' .. ('x'):rep(500))", "0");
    var listed = well("list", "q");
    assertEquals(4, listed.results().lines().count(), listed.results());
    assertTrue(listed.results().lines().allMatch(line -> line.length() < 130), listed.results());
    assertTrue(listed.results().contains("garbage"), listed.results());
    assertFalse(listed.results().contains("\u001b"), listed.results());
    assertEquals(3, lines(well("list", "q", "--json")).size());
    assertEquals(List.of("a"), ids(well("pop", "q", "--count", "9")));
    var dead = lines(well("dead", "q", "--json"));
    assertEquals(2, dead.size());
    assertEquals("garbage", dead.get(0).get("payload").asString());
    assertEquals("not a task: no JSON object", dead.get(0).get("error").asString());
    assertEquals("dead", dead.get(0).get("state").asString());
    assertTrue(well("dead", "q").results().contains("not a task: no JSON object"));
  }

  @Test
  void aLongListComesInPages() {
    fill(120);
    var first = well("list", "q", "--json");
    assertEquals(50, ids(first).size());
    var all = new ArrayList<>(ids(first));
    for (var talk = first.talk(); !talk.isEmpty(); ) {
      assertTrue(talk.startsWith("There are more: --after "), talk);
      var page =
          well("list", "q", "--json", "--limit", "35", "--after", talk.strip().split(" ")[4]);
      all.addAll(ids(page));
      talk = page.talk();
    }
    var expected = IntStream.rangeClosed(1, 120).mapToObj(i -> "t" + i).toList();
    assertEquals(expected, all);
    assertEquals(expected, ids(well("list", "q", "--json", "--all", "--limit", "40")));
    var text = well("list", "q", "--all", "--limit", "60");
    assertEquals("", text.talk());
    assertEquals(121, text.results().lines().count());
    var some = well("list", "q", "--json", "--min", "119", "--max", "1e2");
    assertEquals(new Spoken(0, "", ""), some);
    assertEquals(11, ids(well("list", "q", "--json", "--min", "50", "--max", "60.5")).size());
    assertEquals("There are none.\n", well("list", "none").talk());
  }

  @Test
  void aListEndsWhenNobodyReadsIt() {
    fill(300);
    var pipe = new Pipe(3);
    var out = new PrintStream(pipe, true, UTF_8);
    var words = List.of(words("list", "q", "--all", "--json"));
    assertEquals(1, Main.run(words, out, new PrintStream(new Pipe(9), true, UTF_8)));
    assertEquals(3, pipe.taken.toString(UTF_8).lines().count());
  }

  @Test
  void figuresAreForPeopleAndPrograms() {
    fill(2);
    well("pop", "q");
    var text = well("stats", "q").results();
    assertTrue(text.startsWith("ready      1\nscheduled  0\n"), text);
    assertStats("ready=1 paused=false completed=1");
  }

  // ---- managing

  @Test
  void deadLettersAreRequeued() {
    for (int i = 0; i < 130; i++) {
      SERVER.cli("ZADD", "q", Integer.toString(i), "garbage " + i);
    }
    well("pop", "q");
    well("pop", "q");
    var ids = ids(well("dead", "q", "--json", "--all"));
    assertEquals(130, ids.size());
    assertEquals("2 requeued\n", well("requeue", "q", ids.get(5), ids.get(6)).results());
    var said = queue("requeue", "q", ids.get(5), ids.get(7));
    assertEquals(new Spoken(1, "1 requeued\n", "Not among the dead letters: 1 of 2.\n"), said);
    assertEquals("127 requeued\n", well("requeue", "q", "--all").results());
    assertStats("ready=130 dead=0");
  }

  @Test
  void aQueueWithTasksIsNotClearedByAccident() {
    fill(3);
    try (var jvm = ChildJvm.of(Main.class).start(words("clear", "q"))) {
      assertEquals(2, jvm.awaitExit(LIMIT));
      assertEquals(1, jvm.errors().size());
      assertTrue(jvm.errors().get(0).startsWith("q has 3 tasks: --yes deletes them."));
    }
    assertStats("ready=3");
    well("pop", "q");
    assertEquals("2 tasks deleted\n", well("clear", "q", "--yes").results());
    assertEquals("", SERVER.cli("KEYS", "*"));
    assertEquals("0 tasks deleted\n", well("clear", "q").results());
  }

  @Test
  void aKeyOfAnotherTypeIsOneSentenceAndStaysAsItIs() {
    SERVER.cli("SET", "s", "text");
    for (var name : NAMES) {
      var said =
          switch (name) {
            case "requeue" -> queue(name, "s", "--all");
            case "clear" -> queue(name, "s", "--yes");
            default -> queue(name, "s");
          };
      assertEquals(1, said.status(), name);
      assertTrue(said.isOneSentence() && said.talk().contains("s holds a string"), said.talk());
    }
    assertEquals("text", SERVER.cli("GET", "s"));
  }

  @Test
  void aRefusedConnectionIsOneSentenceAndStatusOne() {
    int port = FreePort.next();
    for (var name : NAMES) {
      var said = Spoken.by("queue", name, "q", "--port", Integer.toString(port));
      assertEquals(1, said.status(), name);
      assertTrue(said.isOneSentence() && said.talk().contains(":" + port), said.talk());
    }
  }
}
