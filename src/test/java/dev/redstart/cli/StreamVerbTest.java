package dev.redstart.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
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

/** A stream, from the command line. */
class StreamVerbTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final List<String> NAMES =
      List.of("add", "read", "consume", "groups", "pending", "dead");

  @BeforeEach
  void empty() {
    SERVER.cli("FLUSHALL");
  }

  private static String[] words(String... words) {
    var all = new ArrayList<>(List.of("--redis", SERVER.url(), "stream"));
    all.addAll(List.of(words));
    return all.toArray(String[]::new);
  }

  private static Spoken stream(String... words) {
    return Spoken.by(words(words));
  }

  private static Spoken well(String... words) {
    var said = stream(words);
    assertEquals(0, said.status(), said.talk());
    return said;
  }

  private static List<JsonValue> lines(Spoken said) {
    return said.results().lines().map(Json::parse).toList();
  }

  /** Entries {@code 1-1} to {@code 1-count}, as redis-cli may have added them. */
  private static void fill(int count) {
    var script = "for i = 1, %d do redis.call('XADD', 's', '1-' .. i, 'n', i) end";
    SERVER.cli("EVAL", script.formatted(count), "0");
  }

  private static void interrupt(ChildJvm jvm) {
    try {
      new ProcessBuilder("kill", "-INT", Long.toString(jvm.pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
    assertEquals(130, jvm.awaitExit(LIMIT));
    assertEquals(List.of(), jvm.errors());
  }

  @Test
  void thereIsHelpForAllOfIt() {
    assertTrue(Spoken.by("--help").results().contains("  stream "));
    var family = Spoken.by("stream", "--help");
    assertTrue(family.results().startsWith("Usage: stream add"), family.results());
    for (var name : NAMES) {
      assertEquals(family, Spoken.by("stream", name, "--help"));
      for (var flag : new StreamVerb(name).flags().keySet()) {
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
            "dance s",
            "add",
            "add s",
            "add s field",
            "add s f 1 f 2",
            "add s f 1 --max 0",
            "add s{ f 1",
            "read",
            "read s t",
            "read s --after x",
            "read s --count 0",
            "consume s",
            "consume --group g",
            "groups s --group g",
            "pending s",
            "pending s --group g --after $",
            "dead s id",
            "dead s --requeue x",
            "dead s --requeue --purge",
            "dead s --limit 1001");
    for (var line : wrong) {
      var said = stream(line.isEmpty() ? new String[0] : line.split(" "));
      assertEquals(2, said.status(), line + ": " + said.talk());
      assertTrue(said.isOneSentence(), line + ": " + said.talk());
    }
    assertEquals("", SERVER.cli("KEYS", "*"));
  }

  @Test
  void whatIsAddedIsAPlainEntry() {
    var id = well("add", "s", "kind", "demo", "value", "größer").results().strip();
    assertEquals(id + "\nkind\ndemo\nvalue\ngrößer", SERVER.cli("XRANGE", "s", "-", "+"));
    well("add", "s", "--", "--kind", "x");
    well("add", "s", "n", "1", "--max", "2");
    assertEquals("2", SERVER.cli("XLEN", "s"));
    SERVER.cli("XGROUP", "CREATE", "s", "g", "0");
    well("add", "s", "n", "2");
    assertEquals("3", SERVER.cli("XLEN", "s"));
  }

  @Test
  void aStreamIsReadInPages() {
    fill(120);
    var first = well("read", "s", "--json");
    assertEquals("There are more: --after 1-50\n", first.talk());
    assertEquals("{\"id\":\"1-1\",\"fields\":{\"n\":\"1\"}}", lines(first).get(0).toString());
    var rest = well("read", "s", "--json", "--after", "1-50", "--count", "1000");
    assertEquals("", rest.talk());
    assertEquals(70, lines(rest).size());
    assertEquals("1-51", lines(rest).get(0).get("id").asString());
    assertEquals("", well("read", "s", "--after", "1-70").talk());
    var text = well("read", "s", "--count", "2").results();
    assertEquals("id   fields\n1-1  {\"n\":\"1\"}\n1-2  {\"n\":\"2\"}\n", text);
    assertEquals("There are none.\n", well("read", "none").talk());
  }

  @Test
  void anyBytesAreShown() {
    SERVER.cli("XADD", "s", "1-1", "a", "1", "a", "2");
    var script = "redis.call('XADD', 's', '1-2', 'a', '\\255\\0\\27[2J', '\\255', ('x'):rep(999))";
    SERVER.cli("EVAL", script, "0");
    var read = lines(well("read", "s", "--json"));
    assertEquals("[[\"a\",\"1\"],[\"a\",\"2\"]]", read.get(0).get("fields").toString());
    assertTrue(read.get(1).toString().contains("{\"base64\":\"/wAbWzJK\"}"), read.toString());
    var text = well("read", "s").results();
    assertFalse(text.contains("\u001b"), text);
    assertTrue(text.lines().allMatch(line -> line.length() < 100), text);
    var consumed = lines(well("consume", "s", "--group", "g", "--count", "2"));
    assertEquals("{\"a\":\"2\"}", consumed.get(0).get("fields").toString());
    var bytes = consumed.get(1).get("fields").get("a");
    assertEquals("{\"base64\":\"/wAbWzJK\"}", bytes.toString());
  }

  @Test
  void followingPrintsWhatComes() {
    fill(3);
    var words = words("read", "s", "--follow", "--json", "--after", "$");
    try (var jvm = ChildJvm.of(Main.class).start(words)) {
      Eventually.within(
          LIMIT, "it waits", () -> SERVER.cli("INFO", "clients").contains("blocked_clients:1"));
      SERVER.cli("XADD", "s", "2-1", "n", "4");
      jvm.awaitLine("{\"id\":\"2-1\",\"fields\":{\"n\":\"4\"}}", LIMIT);
      SERVER.cli("XADD", "s", "2-2", "n", "5");
      jvm.awaitLine("{\"id\":\"2-2\"", LIMIT);
      interrupt(jvm);
      assertEquals(2, jvm.lines().size());
    }
    assertEquals(3, lines(well("read", "s", "--follow", "--count", "3", "--json")).size());
  }

  // ---- consuming

  @Test
  void whatIsConsumedIsAcknowledged() {
    fill(4);
    well("add", "t", "n", "5");
    var said = well("consume", "s", "t", "--group", "g", "--count", "5");
    assertEquals("", said.talk());
    var ids = lines(said).stream().map(line -> line.get("stream").asString()).sorted().toList();
    assertEquals(List.of("s", "s", "s", "s", "t"), ids);
    var first = lines(well("consume", "s", "--group", "h", "--count", "1")).get(0);
    assertEquals(
        "{\"stream\":\"s\",\"id\":\"1-1\",\"deliveries\":1,\"fields\":{\"n\":\"1\"}}",
        first.toString());
    var groups = lines(well("groups", "s", "--json"));
    assertEquals(2, groups.size());
    assertEquals(0, groups.get(0).get("pending").asInt());
    assertEquals(0, groups.get(0).get("consumers").asInt());
    var rest = lines(well("consume", "s", "--group", "h", "--count", "3"));
    assertEquals(List.of("1-2", "1-3", "1-4"), rest.stream().map(it -> text(it, "id")).toList());
    assertEquals("There are none.\n", well("pending", "s", "--group", "h").talk());
  }

  private static String text(JsonValue object, String name) {
    return object.get(name).asString();
  }

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
  void anEntryWhoseLineCouldNotBeWrittenGoesBack() {
    fill(9);
    var pipe = new Pipe(2);
    var talk = new ByteArrayOutputStream();
    int status =
        Main.run(
            List.of(words("consume", "s", "--group", "g")),
            new PrintStream(pipe, true, UTF_8),
            new PrintStream(talk, true, UTF_8));
    assertEquals(1, status);
    assertEquals("The output cannot be written: the entry went back.\n", talk.toString(UTF_8));
    assertEquals(2, pipe.taken.toString(UTF_8).lines().count());
    var rest = lines(well("consume", "s", "--group", "g", "--count", "7"));
    assertEquals(
        IntStream.rangeClosed(3, 9).mapToObj(i -> "1-" + i).toList(),
        rest.stream().map(it -> text(it, "id")).sorted().toList());
    assertTrue(rest.stream().allMatch(it -> it.get("deliveries").asInt() == 1), rest.toString());
  }

  @Test
  void ctrlCEndsAConsumerInGoodOrder() {
    fill(3);
    try (var jvm = ChildJvm.of(Main.class).start(words("consume", "s", "--group", "g"))) {
      jvm.awaitLine("{\"stream\":\"s\",\"id\":\"1-3\"", LIMIT);
      Eventually.within(
          LIMIT, "it waits", () -> SERVER.cli("INFO", "clients").contains("blocked_clients:1"));
      interrupt(jvm);
    }
    var group = lines(well("groups", "s", "--json")).get(0);
    assertEquals(0, group.get("consumers").asInt());
    assertEquals(0, group.get("pending").asInt());
  }

  // ---- looking and managing

  @Test
  void groupsAndWhatTheyHandleAreShown() {
    fill(5);
    SERVER.cli("XGROUP", "CREATE", "s", "g", "0");
    SERVER.cli("XREADGROUP", "GROUP", "g", "joe", "COUNT", "3", "STREAMS", "s", ">");
    var said = well("groups", "s");
    assertEquals("5 entries, 0 dead letters\n", said.talk());
    var row = said.results().lines().toList().get(1);
    assertTrue(row.matches("g +1 +3 +2 +1-3 +\\d+"), said.results());
    var group = lines(well("groups", "s", "--json")).get(0);
    assertEquals("1-3", text(group, "delivered"));
    var pending = well("pending", "s", "--group", "g", "--limit", "2", "--json");
    assertEquals("There may be more: --after 1-2\n", pending.talk());
    assertEquals("joe", text(lines(pending).get(0), "consumer"));
    var rest = well("pending", "s", "--group", "g", "--after", "1-2");
    assertTrue(rest.results().lines().toList().get(1).matches("1-3 +joe +\\d+ +1"));
    assertEquals("0 entries, 0 dead letters\nThere are none.\n", well("groups", "none").talk());
    var unknown = stream("pending", "s", "--group", "nobody");
    assertEquals(1, unknown.status());
    assertTrue(unknown.isOneSentence() && unknown.talk().contains("nobody"), unknown.talk());
  }

  private static void addDeadLetter(String id, String n) {
    SERVER.cli(
        "XADD",
        "{s}:dlq",
        id,
        "n",
        n,
        "dlq:id",
        "1-" + n,
        "dlq:group",
        "g",
        "dlq:consumer",
        "c",
        "dlq:deliveries",
        "5",
        "dlq:reason",
        "it broke",
        "dlq:at",
        "1700000000000");
  }

  @Test
  void deadLettersAreShownRequeuedAndPurged() {
    SERVER.cli("XADD", "{s}:dlq", "5-0", "junk", "1");
    for (int i = 1; i <= 130; i++) {
      addDeadLetter("5-" + i, Integer.toString(i));
    }
    var letters = well("dead", "s", "--json", "--limit", "2");
    assertEquals("There may be more: --after 5-1\n", letters.talk());
    assertEquals(
        "{\"id\":\"5-1\",\"entry\":\"1-1\",\"group\":\"g\",\"consumer\":\"c\",\"deliveries\":5,"
            + "\"reason\":\"it broke\",\"at\":\"2023-11-14T22:13:20Z\",\"fields\":{\"n\":\"1\"}}",
        lines(letters).get(1).toString());
    assertTrue(well("dead", "s", "--limit", "1").results().contains("junk"));
    assertEquals("2 requeued\n", well("dead", "s", "--requeue", "5-1", "5-2").results());
    assertEquals(
        new Spoken(1, "1 purged\n", "Not among the dead letters: 1 of 2.\n"),
        stream("dead", "s", "--purge", "5-2", "5-3"));
    assertEquals("127 requeued\n", well("dead", "s", "--requeue").results());
    assertEquals("129", SERVER.cli("XLEN", "s"));
    assertEquals("1 purged\n", well("dead", "s", "--purge").results());
    assertEquals("There are none.\n", well("dead", "s").talk());
  }

  @Test
  void aKeyOfAnotherTypeIsOneSentence() {
    SERVER.cli("SET", "s", "text");
    SERVER.cli("SET", "{s}:dlq", "text");
    for (var name : NAMES) {
      var said =
          switch (name) {
            case "add" -> stream(name, "s", "f", "1");
            case "consume", "pending" -> stream(name, "s", "--group", "g");
            default -> stream(name, "s");
          };
      assertEquals(1, said.status(), name);
      assertTrue(said.isOneSentence() && said.talk().contains("holds a string"), said.talk());
    }
  }

  @Test
  void aRefusedConnectionIsOneSentenceAndStatusOne() {
    int port = FreePort.next();
    for (var name : NAMES) {
      var said = Spoken.by("stream", name, "s", "--port", Integer.toString(port));
      assertEquals(1, said.status(), name);
      assertTrue(said.isOneSentence() && said.talk().contains(":" + port), said.talk());
    }
  }
}
