package dev.redstart.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.orchestration.Orchestration;
import dev.redstart.orchestration.SessionOptions;
import dev.redstart.redis.Redis;
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

/** Sessions, from the command line. */
class OrchVerbTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final List<String> NAMES = List.of("init", "get", "cleanup", "watch");

  @BeforeEach
  void empty() {
    SERVER.cli("FLUSHALL");
  }

  private static String[] words(RedisServer server, String... words) {
    var all = new ArrayList<>(List.of("--redis", server.url(), "orch"));
    all.addAll(List.of(words));
    return all.toArray(String[]::new);
  }

  private static Spoken orch(String... words) {
    return Spoken.by(words(SERVER, words));
  }

  private static Spoken well(String... words) {
    var said = orch(words);
    assertEquals(0, said.status(), said.talk());
    assertEquals("", said.talk());
    return said;
  }

  private static JsonValue json(String... words) {
    var said = well(words);
    assertEquals(1, said.results().lines().count(), said.results());
    return Json.parse(said.results());
  }

  // ---- usage

  @Test
  void thereIsHelpForAllOfIt() {
    assertTrue(Spoken.by("--help").results().contains("  orch "));
    var family = Spoken.by("orch", "--help");
    assertTrue(family.results().startsWith("Usage: orch [init]"), family.results());
    for (var name : NAMES) {
      assertEquals(family, Spoken.by("orch", name, "-h"));
      for (var flag : new OrchVerb(name).flags().keySet()) {
        assertTrue(family.results().contains("  " + flag), flag);
      }
    }
    assertTrue(family.results().lines().allMatch(line -> line.length() <= 100));
  }

  @Test
  void wrongUsageIsOneSentenceAndStatusTwo() {
    var wrong =
        List.of(
            "dance",
            "init extra",
            "--max-children 0",
            "--max-children 501",
            "--ttl 0",
            "--ttl soon",
            "--sequence 1000",
            "--session-id s",
            "--prefix a{b",
            "--summoner-mode --prefix p",
            "--summoner-mode --sequence 1",
            "--summoner-mode --session-id a{b",
            "get",
            "get --json",
            "get --session-id",
            "cleanup",
            "cleanup --session-id s --json",
            "watch",
            "watch --session-id s --interval 0");
    for (var line : wrong) {
      var said = orch(line.split(" "));
      assertEquals(2, said.status(), line + ": " + said.talk());
      assertTrue(said.isOneSentence(), line + ": " + said.talk());
    }
    assertEquals("✗ Error: Either --prefix or --session-id must be provided\n", orch("get").talk());
    assertEquals("", SERVER.cli("KEYS", "*"));
  }

  @Test
  void aRefusedConnectionIsOneSentenceAndStatusOne() {
    int port = FreePort.next();
    for (var name : NAMES) {
      var all = new ArrayList<>(List.of("orch", name, "--port", Integer.toString(port)));
      all.addAll(name.equals("init") ? List.of() : List.of("--session-id", "s"));
      var said = Spoken.by(all.toArray(String[]::new));
      assertEquals(1, said.status(), name);
      assertTrue(said.isOneSentence() && said.talk().contains(":" + port), said.talk());
    }
  }

  // ---- init

  @Test
  void inNormalModeTheKeysAndWhatToExportAreShown() {
    var said = well("--prefix", "mine", "--max-children", "3");
    var lines = said.results().lines().map(String::strip).toList();
    assertEquals("✓ Orchestration initialized", lines.get(0));
    for (var line :
        List.of(
            "Prefix:       mine-001",
            "Max children: 3",
            "Mode:         normal",
            "parent to child (BLPOP): mine-001:p2c:{1-3}",
            "child to parent (BLPOP): mine-001:c2p:{1-3}",
            "status:                  mine-001:status",
            "results:                 mine-001:results",
            "control (BLPOP):         mine-001:control",
            "configuration:           mine-001:config",
            "export ORCH_SESSION=mine-001")) {
      assertTrue(lines.contains(line), line + " is not in " + lines);
    }
    assertEquals("1", SERVER.cli("EXISTS", "mine-001:config"));
  }

  @Test
  void inSummonerModeThereIsAMonitorAndOneListOfReports() {
    var said = well("init", "--summoner-mode", "--session-id", "s-1", "--max-children", "1");
    var lines = said.results().lines().map(String::strip).toList();
    assertEquals("✓ Summoner orchestration initialized", lines.get(0));
    for (var line :
        List.of(
            "Session ID:   s-1",
            "Mode:         summoner",
            "parent to child (BLPOP): summoner:s-1:tasks:1",
            "child to parent (BLPOP): summoner:s-1:reports",
            "monitor (Pub/Sub):       summoner:s-1:monitor",
            "export SUMMONER_SESSION=s-1",
            "export SUMMONER_PREFIX=summoner:s-1")) {
      assertTrue(lines.contains(line), line + " is not in " + lines);
    }
  }

  /** Otherwise a shell that is fed these lines would run what an id says. */
  @Test
  void whatAShellWouldObeyIsQuoted() {
    var said = well("--summoner-mode", "--session-id", "a;id'$(b)");
    assertTrue(
        said.results().contains("export SUMMONER_SESSION='a;id'\\''$(b)'\n"), said.results());
  }

  @Test
  void aFreeNumberIsFoundAndATakenOneRefused() {
    assertEquals("p-001", json("--prefix", "p", "--json").get("prefix").asString());
    assertEquals("p-002", json("--prefix", "p", "--json").get("prefix").asString());
    assertEquals(
        "p-777", json("--prefix", "p", "--sequence", "777", "--json").get("prefix").asString());
    var taken = orch("--prefix", "p", "--sequence", "777");
    assertEquals(1, taken.status());
    assertTrue(taken.isOneSentence() && taken.talk().contains("already"), taken.talk());
  }

  @Test
  void nineChildrenAndTheClientsTimeToLiveAreThePresets() {
    var config = json("--json", "--summoner-mode");
    assertEquals(9, config.get("max_children").asInt());
    long preset = Long.parseLong(SERVER.cli("TTL", config.get("prefix").asString() + ":config"));
    assertTrue(preset > 3590 && preset <= 3600, "" + preset);
    var brief = json("--json", "--ttl", "60", "--prefix", "p");
    assertTrue(Long.parseLong(SERVER.cli("TTL", brief.get("prefix").asString() + ":config")) <= 60);
  }

  // ---- get and cleanup

  @Test
  void aSessionOfEitherModeIsFoundByItsIdAndByItsPrefix() {
    for (var mode : List.of(List.of("--summoner-mode"), List.of("--prefix", "p"))) {
      var init = new ArrayList<>(mode);
      init.add("--json");
      var config = json(init.toArray(String[]::new));
      var byId = new String[] {"--session-id", config.get("session_id").asString()};
      var byPrefix = new String[] {"--prefix", config.get("prefix").asString()};
      for (var which : List.of(byId, byPrefix)) {
        assertEquals(config, json("get", which[0], which[1], "--json"));
        var text = well("get", which[0], which[1]).results();
        assertTrue(text.contains("Created at:   " + config.get("created_at").asString()), text);
      }
      assertEquals("✓ Session cleaned up\n", well("cleanup", byId[0], byId[1]).results());
      assertEquals("", SERVER.cli("KEYS", "*"));
    }
    var config = json("--prefix", "p", "--json");
    well("cleanup", "--prefix", config.get("prefix").asString());
    assertEquals("", SERVER.cli("KEYS", "*"));
  }

  @Test
  void whatIsNotThereIsOneSentenceAndStatusOne() {
    for (var flag : List.of("--session-id", "--prefix")) {
      var missing = new Spoken(1, "", "✗ Error: Configuration not found\n");
      assertEquals(missing, orch("get", flag, "no-such"));
      assertEquals(missing, orch("watch", flag, "no-such"));
      assertEquals(
          new Spoken(1, "", "✗ Error: Session not found or already cleaned up\n"),
          orch("cleanup", flag, "no-such"));
    }
  }

  @Test
  void aKeyThatHoldsNoSessionIsOneSentence() {
    SERVER.cli("SET", "p-001:config", "{\"session_id\":");
    var said = orch("get", "--prefix", "p-001");
    assertEquals(1, said.status());
    assertTrue(said.isOneSentence() && said.talk().contains("p-001:config"), said.talk());
  }

  // ---- watch

  private static void note(RedisServer server, int from, int to) {
    var script =
        "for i = ARGV[1], ARGV[2] do redis.call('XADD', KEYS[1], '*', 'event', 'e' .. i) end";
    server.cli(
        "EVAL", script, "1", "summoner:w:status", Integer.toString(from), Integer.toString(to));
  }

  private static List<String> events(ChildJvm watch) {
    return watch.lines().stream()
        .map(Json::parse)
        .filter(line -> line.get("kind").asString().equals("event"))
        .map(line -> line.get("event").asString())
        .toList();
  }

  private static List<String> numbered(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> "e" + i).toList();
  }

  private static ChildJvm watch() {
    return ChildJvm.of(Main.class).start(watchWords());
  }

  @Test
  void everyEventIsShownOnceAndInOrderUntilTheSessionIsGone() {
    well("--summoner-mode", "--session-id", "w", "--max-children", "2", "--ttl", "600");
    note(SERVER, 1, 9);
    SERVER.cli("EXPIRE", "summoner:w:config", "500");
    try (var watch = watch()) {
      watch.awaitLine("{\"kind\":\"event\"", LIMIT);
      note(SERVER, 10, 250);
      SERVER.cli("RPUSH", "summoner:w:tasks:2", "x");
      Eventually.within(LIMIT, "the last event", () -> events(watch).contains("e250"));
      note(SERVER, 251, 251);
      Eventually.within(LIMIT, "news of the list", () -> hasWaiting(watch));
      Eventually.within(LIMIT, "one more", () -> events(watch).contains("e251"));
      long looks = looks();
      Eventually.within(LIMIT, "it has looked again", () -> looks() > looks + 3);
      // It begins with the latest five.
      assertEquals(numbered(5, 251), events(watch));
      int ttl = Integer.parseInt(SERVER.cli("TTL", "summoner:w:config"));
      assertTrue(ttl <= 500, "it renewed the session: " + ttl);
      well("cleanup", "--session-id", "w");
      assertEquals(0, watch.awaitExit(LIMIT));
      assertEquals(List.of("Session w is gone."), watch.errors());
      var sessions = watch.lines().stream().filter(line -> line.contains("\"session\"")).count();
      assertEquals(2, sessions, "only news are told: " + watch.lines());
    }
  }

  private static long looks() {
    var calls =
        SERVER.cli("INFO", "commandstats").replaceAll("(?s).*_evalsha:calls=(\\d+).*", "$1");
    return Long.parseLong(calls);
  }

  private static boolean hasWaiting(ChildJvm watch) {
    return watch.lines().stream()
        .anyMatch(line -> line.contains("{\"child_id\":2,\"state\":\"absent\",\"waiting\":1,"));
  }

  /** The client itself gives up after 300 ms. */
  private static ChildJvm impatientWatch(RedisServer server) {
    return ChildJvm.of(Main.class)
        .withEnvironment("REDIS_URL", "")
        .withEnvironment("REDIS_HOST", "127.0.0.1")
        .withEnvironment("REDIS_PORT", Integer.toString(server.port()))
        .withEnvironment("REDIS_TIMEOUT", "0.3")
        .start("orch", "watch", "--session-id", "w", "--interval", "0.1");
  }

  @Test
  void aRestartOfRedisIsSurvivedWithoutAGapOrADouble() {
    try (var server = RedisServer.start(ServerOptions.plain().withAppendOnly())) {
      assertEquals(
          0, Spoken.by(words(server, "init", "--summoner-mode", "--session-id", "w")).status());
      try (var watch = impatientWatch(server)) {
        note(server, 1, 3);
        Eventually.within(LIMIT, "the first events", () -> events(watch).contains("e3"));
        server.kill();
        Eventually.within(LIMIT, "it has noticed", () -> !watch.errors().isEmpty());
        server.restart();
        note(server, 4, 6);
        Eventually.within(LIMIT, "the events after that", () -> events(watch).contains("e6"));
        var seen = events(watch);
        assertEquals(numbered(1, 6), seen.subList(seen.indexOf("e1"), seen.size()));
        server.cli("FLUSHALL");
        assertEquals(0, watch.awaitExit(LIMIT));
        assertEquals(2, watch.errors().size(), watch.errors().toString());
      }
    }
  }

  @Test
  void anotherSessionUnderTheSameNameIsNotShown() {
    well("--summoner-mode", "--session-id", "w", "--max-children", "2");
    var key = "summoner:w:config";
    var other = SERVER.cli("GET", key).replaceAll("\"created_at\":\"....", "\"created_at\":\"1999");
    var notes = new ByteArrayOutputStream();
    var replaced =
        new PrintStream(notes, true, UTF_8) {
          @Override
          public void println(String line) {
            super.println(line);
            SERVER.cli("SET", key, other);
          }
        };
    assertTimeoutPreemptively(
        LIMIT,
        () -> assertEquals(0, Main.run(List.of(watchWords()), replaced, new PrintStream(notes))));
    assertTrue(notes.toString(UTF_8).endsWith("Session w is gone.\n"), notes.toString(UTF_8));
  }

  private static String[] watchWords() {
    return words(SERVER, "watch", "--session-id", "w", "--interval", "0.1");
  }

  @Test
  void itEndsWhenNobodyReadsIt() {
    well("--summoner-mode", "--session-id", "w");
    var closed = new PrintStream(OutputStream.nullOutputStream(), true, UTF_8);
    closed.close();
    assertTimeoutPreemptively(
        LIMIT, () -> assertEquals(1, Main.run(List.of(watchWords()), closed, closed)));
  }

  @Test
  void ctrlCIs130() throws IOException, InterruptedException {
    well("--summoner-mode", "--session-id", "w");
    try (var watch = watch()) {
      watch.awaitLine("{\"kind\":\"event\"", LIMIT);
      new ProcessBuilder("kill", "-INT", Long.toString(watch.pid())).start().waitFor();
      assertEquals(130, watch.awaitExit(LIMIT));
      assertEquals(List.of(), watch.errors());
    }
  }

  @Test
  void theChildrenAndTheirTasksAreShown() {
    try (var redis = Redis.connect(SERVER.url())) {
      var sessions = Orchestration.of(redis);
      var options = SessionOptions.defaults().withSessionId("w").withChildren(2);
      sessions.initializeSummoner(options);
      var parent = sessions.parent("w");
      var task = parent.send(1, "one").taskId();
      try (var child = sessions.child("w", 1);
          var watch = watch()) {
        assertTrue(child.take(LIMIT).isPresent());
        Eventually.within(
            LIMIT,
            "the task at hand",
            () ->
                watch.lines().stream()
                    .anyMatch(
                        line ->
                            line.contains(
                                "{\"child_id\":1,\"state\":\"alive\",\"waiting\":0,\"task_id\":\""
                                    + task
                                    + "\"}")));
        assertEquals(0, watch.lines().stream().filter(line -> line.startsWith("\u001b")).count());
      }
    }
  }
}
