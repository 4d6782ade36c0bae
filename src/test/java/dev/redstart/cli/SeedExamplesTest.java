package dev.redstart.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Redis;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every command line in the documentation of the Redis Orchestration App, as it stands there but
 * for the program's name, does what it says there.
 */
class SeedExamplesTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|([^\\s\\\\]+)");

  @BeforeEach
  void empty() {
    SERVER.cli("FLUSHALL");
  }

  /** As a shell takes it apart: quotes, and a backslash that continues a line. */
  private static List<String> words(String line) {
    return WORD.matcher(line)
        .results()
        .map(
            found ->
                IntStream.rangeClosed(1, 3)
                    .mapToObj(found::group)
                    .filter(part -> part != null)
                    .findFirst()
                    .orElseThrow())
        .toList();
  }

  private static String[] here(String line) {
    var all = new ArrayList<>(List.of("--redis", SERVER.url()));
    all.addAll(words(line));
    return all.toArray(String[]::new);
  }

  private static Spoken run(String line) {
    var said = Spoken.by(here(line));
    assertEquals(0, said.status(), line + ": " + said.talk());
    return said;
  }

  private static String list() {
    return SERVER.cli("LRANGE", "my-queue", "0", "-1");
  }

  // ---- rpush

  @Test
  void oneMessageIsSent() {
    run("rpush my-queue \"Hello, World!\"");
    assertEquals("Hello, World!", list());
  }

  @Test
  void severalMessagesAreSent() {
    run("rpush my-queue \"msg1\" \"msg2\" \"msg3\"");
    assertEquals("msg1\nmsg2\nmsg3", list());
  }

  /** What stands before the bar: {@code echo -e "msg1\nmsg2"}. */
  @Test
  void standardInputIsRead() {
    var before = System.in;
    System.setIn(new ByteArrayInputStream("msg1\nmsg2\n".getBytes(UTF_8)));
    try {
      run("rpush --stdin my-queue");
    } finally {
      System.setIn(before);
    }
    assertEquals("msg1\nmsg2", list());
  }

  @Test
  void aChannelIsToldAtTheSameTime() {
    try (var redis = Redis.connect(SERVER.url());
        var heard = redis.subscribe("monitor-channel")) {
      run("rpush --channel monitor-channel my-queue '{\"type\":\"task\"}'");
      assertEquals("{\"type\":\"task\"}", list());
      var notice = (Notice.Message) heard.next(LIMIT).orElseThrow();
      assertEquals("{\"type\":\"task\"}", Json.parse(notice.text()).get("message").asString());
    }
  }

  /** On the port that this test's server has. */
  @Test
  void anotherHostIsNamed() {
    var line = "rpush --host localhost --port 6379 my-queue \"message\"";
    var port = Integer.toString(SERVER.port());
    var said = Spoken.by(words(line.replace("6379", port)).toArray(String[]::new));
    assertEquals(0, said.status(), said.talk());
    assertEquals("message", list());
  }

  // ---- blpop

  private static List<String> messages(Spoken said) {
    return said.results().lines().map(line -> Json.parse(line).get("message").asString()).toList();
  }

  @Test
  void oneMessageIsReceived() {
    SERVER.cli("RPUSH", "my-queue", "one", "two");
    assertEquals(List.of("one"), messages(run("blpop my-queue")));
    assertEquals(List.of("two"), messages(run("blpop my-queue --timeout 10")));
    assertEquals("", list());
  }

  @Test
  void severalMessagesAreReceived() {
    SERVER.cli("RPUSH", "my-queue", "1", "2", "3", "4", "5", "6");
    assertEquals(List.of("1", "2", "3", "4", "5"), messages(run("blpop my-queue --count 5")));
    assertEquals("6", list());
  }

  @Test
  void aMessageIsParsedAndShown() {
    SERVER.cli("RPUSH", "my-queue", "{\"type\":\"shutdown\"}");
    var parsed = Json.parse(run("blpop my-queue --parse").results()).get("parsed");
    assertEquals("shutdown", parsed.get("type").asString());
    assertTrue(parsed.get("data").get("graceful").asBoolean());
  }

  @Test
  void messagesAreReceivedUntilCtrlC() throws Exception {
    SERVER.cli("RPUSH", "my-queue", "one", "two");
    var line = here("blpop my-queue --continuous --timeout 5");
    try (var jvm = ChildJvm.of(Main.class).start(line)) {
      jvm.awaitLine("{\"index\":2,", LIMIT);
      SERVER.cli("RPUSH", "my-queue", "three");
      jvm.awaitLine("{\"index\":3,", LIMIT);
      new ProcessBuilder("kill", "-INT", Long.toString(jvm.pid())).start().waitFor();
      assertEquals(0, jvm.awaitExit(LIMIT));
    }
  }

  // ---- init_orch

  @Test
  void aSessionInNormalModeIsOpened() {
    var said = run("orch");
    assertTrue(said.results().startsWith("✓ Orchestration initialized"), said.results());
    var prefix = said.results().replaceAll("(?s).*export ORCH_SESSION=(\\S+)\\s*", "$1");
    assertTrue(prefix.endsWith("-001"), prefix);
    var config = Json.parse(SERVER.cli("GET", prefix + ":config"));
    assertEquals(9, config.get("max_children").asInt());
    assertEquals("normal", config.get("mode").asString());
  }

  @Test
  void aSessionOfOnesOwnKindIsOpened() {
    run("orch --max-children 5 --prefix \"myproject\"");
    var config = Json.parse(SERVER.cli("GET", "myproject-001:config"));
    assertEquals(5, config.get("child_to_parent_lists").asList().size());
  }

  @Test
  void aSessionInSummonerModeIsOpened() {
    var said = run("orch --summoner-mode --max-children 3");
    assertTrue(said.results().startsWith("✓ Summoner orchestration initialized"), said.results());
    assertTrue(said.results().contains(":tasks:{1-3}"), said.results());
  }

  @Test
  void theConfigurationIsPrintedAsJson() {
    var config = Json.parse(run("orch --summoner-mode --json").results());
    assertEquals("summoner", config.get("mode").asString());
    assertEquals(
        "summoner:" + config.get("session_id").asString(), config.get("prefix").asString());
  }

  @Test
  void aSessionIsShownAndCleanedUp() {
    run("orch --summoner-mode --session-id abc123");
    var said = run("orch get --session-id abc123");
    assertTrue(said.results().contains("Prefix:       summoner:abc123\n"), said.results());
    assertEquals("✓ Session cleaned up\n", run("orch cleanup --session-id abc123").results());
    assertEquals("", SERVER.cli("KEYS", "*"));
  }

  // ---- scenarios

  private static String opened(int children) {
    var result = Json.parse(run("scenario summoner --json --max-children " + children).results());
    return result.get("session_id").asString();
  }

  private static CompletableFuture<Spoken> later(String line) {
    return CompletableFuture.supplyAsync(() -> run(line), task -> new Thread(task).start());
  }

  @Test
  void theSummonerOpensASession() {
    var text = run("scenario summoner --max-children 5").results();
    assertTrue(text.contains("children   1 to 5"), text);
    var result = Json.parse(run("scenario summoner --json").results());
    assertTrue(result.get("success").asBoolean());
    var config = Json.parse(result.get("config_json").asString());
    assertEquals(5, config.get("max_children").asInt());
    assertEquals(result.get("session_id"), config.get("session_id"));
  }

  @Test
  void theMoogleHasATaskForEachChildOrThoseThatAreNamed() {
    var id = opened(2);
    var line = "scenario chocobo --session-id " + id + " --max-tasks 10 --child-id ";
    for (var moogle :
        List.of(
            "scenario moogle --session-id SESSION_ID",
            "scenario moogle --session-id SESSION_ID \\\n"
                + "    --tasks \"Task 1\" \"Task 2\" \"Task 3\"")) {
      var children = List.of(later(line + 1), later(line + 2));
      Eventually.within(LIMIT, "both are ready", () -> started(id) % 2 == 0 && started(id) > 0);
      var said = run(moogle.replace("SESSION_ID", id)).results();
      boolean named = moogle.contains("--tasks");
      assertTrue(
          said.endsWith(named ? "3 tasks sent, 3 reports\n" : "2 tasks sent, 2 reports\n"), said);
      assertTrue(said.contains(named ? "Processed: Task 3" : "Process data batch #2"), said);
      children.forEach(CompletableFuture::join);
    }
  }

  private static long started(String id) {
    return SERVER
        .cli("XRANGE", "summoner:" + id + ":status", "-", "+")
        .lines()
        .filter(word -> word.equals("child_started"))
        .count();
  }

  @Test
  void theChocoboDoesTasksUntilItIsToldToStop() {
    var id = opened(1);
    var line =
        "scenario chocobo \\\n"
            + "    --session-id SESSION_ID \\\n"
            + "    --child-id 1 \\\n"
            + "    --max-tasks 10";
    var child = later(line.replace("SESSION_ID", id) + " --json");
    run("scenario moogle --session-id " + id + " --tasks a b");
    JsonValue result = Json.parse(child.join().results());
    assertEquals(2, result.get("tasks_completed").asInt());
    assertTrue(result.get("shutdown_received").asBoolean());
  }
}
