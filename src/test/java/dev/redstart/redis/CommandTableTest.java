package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.resp.Reply;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The server is the oracle: what it says in COMMAND INFO is what we believe of its commands. */
class CommandTableTest {
  private static final Map<String, Set<String>> FLAGS = new TreeMap<>();
  private static final Map<String, List<KeySpec>> KEYS = new TreeMap<>();
  private static final Map<String, String> SINCE = new TreeMap<>();

  @BeforeAll
  static void askTheServer() {
    try (var redis = FamilyServer.connect(3)) {
      redis.call("COMMAND").items().forEach(CommandTableTest::remember);
      rememberSince(redis.call("COMMAND", "DOCS"));
    }
  }

  private static void remember(Reply info) {
    FLAGS.put(name(info.items().get(0)), Set.copyOf(Reading.texts(info.items().get(2))));
    if (info.items().size() > 9) { // from Redis 7.0 on
      KEYS.put(name(info.items().get(0)), keySpecs(info.items().get(8)));
      info.items().get(9).items().forEach(CommandTableTest::remember);
    }
  }

  /** Those that are a rule; where keys are "unknown", or depend, our own code finds them. */
  private static List<KeySpec> keySpecs(Reply specs) {
    return specs.items().stream()
        .map(Reading::named)
        .filter(spec -> !type(spec, "begin_search").equals("unknown"))
        .map(spec -> keySpec(start(facts(spec, "begin_search")), spec))
        .toList();
  }

  private static String type(Map<String, Reply> spec, String part) {
    return Reading.named(spec.get(part)).get("type").text();
  }

  private static Map<String, Reply> facts(Map<String, Reply> spec, String part) {
    return Reading.named(Reading.named(spec.get(part)).get("spec"));
  }

  private static KeySpec.Start start(Map<String, Reply> facts) {
    return facts.containsKey("keyword")
        ? new KeySpec.Start(facts.get("keyword").text(), number(facts, "startfrom"))
        : new KeySpec.Start("", number(facts, "index"));
  }

  private static KeySpec keySpec(KeySpec.Start start, Map<String, Reply> spec) {
    var facts = facts(spec, "find_keys");
    if (type(spec, "find_keys").equals("range")) {
      int part = Math.max(1, number(facts, "limit"));
      return new KeySpec.Range(start, number(facts, "lastkey"), number(facts, "keystep"), part);
    }
    assertEquals(0, number(facts, "keynumidx"));
    assertEquals(1, number(facts, "firstkey"));
    return new KeySpec.Counted(start, number(facts, "keystep"));
  }

  private static int number(Map<String, Reply> facts, String name) {
    return (int) facts.get(name).integer();
  }

  private static void rememberSince(Reply docs) {
    for (var doc : Reading.named(docs).entrySet()) {
      var facts = Reading.named(doc.getValue());
      SINCE.put(capitals(doc.getKey()), facts.get("since").text());
      if (facts.containsKey("subcommands")) {
        rememberSince(facts.get("subcommands"));
      }
    }
  }

  private static String name(Reply name) {
    return capitals(name.text());
  }

  private static String capitals(String name) {
    return name.replace('|', ' ').toUpperCase(Locale.ROOT);
  }

  @Test
  void everyRowSaysWhatTheServerSays() {
    var wrong = new ArrayList<String>();
    var compared = new HashSet<String>();
    for (var row : CommandTable.rows()) {
      var traits = row.traits();
      var flags = FLAGS.get(traits.name());
      if (flags == null || !row.compared()) {
        continue;
      }
      compared.add(traits.name());
      if (traits.readOnly() != flags.contains("readonly")
          || traits.blocking() != flags.contains("blocking")) {
        wrong.add(traits + ", but the server says " + flags);
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(compared.size() > 300, "compared only " + compared);
    assertTrue(compared.containsAll(Set.of("GET", "XREAD", "XREADGROUP", "XINFO STREAM")));
  }

  @Test
  void keysAreWhereTheServerSays() {
    var wrong = new ArrayList<String>();
    int compared = 0;
    for (var row : CommandTable.rows()) {
      var traits = row.traits();
      var server = KEYS.get(traits.name());
      if (server == null || traits.keySpecs().stream().anyMatch(OddKeys.class::isInstance)) {
        continue;
      }
      compared += server.size();
      if (!traits.keySpecs().equals(server)) {
        wrong.add(traits + ", but the server says " + server);
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(compared > 150, "compared only " + compared + " specifications");
  }

  @Test
  void noCommandOfRedis70IsMissing() {
    var known =
        CommandTable.rows().stream().map(row -> row.traits().name()).collect(Collectors.toSet());
    var missing =
        FLAGS.keySet().stream()
            .filter(name -> !known.contains(name) && !FLAGS.get(name).contains("module"))
            .filter(name -> isOld(SINCE.getOrDefault(name, "1.0.0")))
            .toList();
    assertEquals(List.of(), missing);
  }

  private static boolean isOld(String version) {
    var parts = version.split("\\.");
    int major = Integer.parseInt(parts[0]);
    return major < 7 || (major == 7 && parts[1].equals("0"));
  }

  @Test
  void namesAreFoundInAnyCase() {
    for (String name : List.of("GET", "get", "gEt")) {
      assertEquals("GET", find(name, "k").name());
      assertTrue(find(name, "k").readOnly());
    }
  }

  @Test
  void aSubcommandIsFoundInItsContainer() {
    assertEquals("XINFO STREAM", find("xinfo", "Stream", "k").name());
    assertTrue(find("xinfo", "stream", "k").readOnly());
    assertEquals(List.of("k"), keys("xinfo", "stream", "k"));
    assertFalse(find("XGROUP", "CREATE", "k", "g", "$").readOnly());
  }

  @Test
  void aContainerAloneHasNoTraits() {
    assertEquals("XINFO", find("XINFO").name());
    assertTrue(find("XINFO").known());
    assertFalse(find("XINFO").readOnly());
  }

  @Test
  void ofAnUnknownCommandNothingIsPromised() {
    for (var unknown : List.of(find("GETT", "k"), find("XINFO", "NOTHING", "k"), find("get "))) {
      assertFalse(unknown.known(), unknown.name());
      assertFalse(unknown.readOnly());
      assertFalse(unknown.blocking());
      assertEquals(List.of(), unknown.keySpecs());
    }
    assertEquals("XINFO NOTHING", find("XINFO", "nothing").name());
  }

  /** In capitals, a German sharp s becomes SS, and a name that is none would become one. */
  @Test
  void lettersThatAreNotAsciiMakeNoKnownName() {
    byte[] name = {(byte) 0xDF, 'U', 'B', 'S', 'C', 'R', 'I', 'B', 'E'};
    assertFalse(CommandTable.find(List.of(name)).known());
  }

  @Test
  void aNameOfAMegabyteIsCut() {
    assertEquals(40, find("x".repeat(1 << 20)).name().length());
  }

  @Test
  void whatTakesOrMarksSomethingIsNotReadOnly() {
    for (String name : List.of("XREADGROUP", "GETEX", "GETDEL", "BLPOP", "SORT", "EVAL", "SPOP")) {
      assertFalse(find(name, "k").readOnly(), name);
    }
  }

  @Test
  void readingFromNowOnIsNotRepeatable() {
    assertTrue(find("XREAD", "BLOCK", "0", "STREAMS", "k", "0-0").readOnly());
    assertFalse(find("XREAD", "BLOCK", "0", "STREAMS", "k", "$").readOnly());
    assertTrue(find("XREAD", "BLOCK", "0", "STREAMS", "k", "$").blocking());
    assertFalse(Command.of("XREAD", "STREAMS", "k", "$").isReadOnly());
  }

  @Test
  void waitingForReplicasBlocks() {
    assertTrue(find("WAIT", "1", "0").blocking());
    assertTrue(find("WAITAOF", "1", "0", "0").blocking());
  }

  @Test
  void newerCommandsAreKnownOnOlderServersToo() {
    assertTrue(find("HTTL", "k", "FIELDS", "1", "f").readOnly());
    assertEquals(List.of("a", "b"), keys("MSETEX", "2", "a", "1", "b", "2", "EX", "10"));
    assertEquals(List.of("a", "b"), keys("JSON.MGET", "a", "b", "$"));
    assertFalse(find("DELIFEQ", "k", "v").readOnly());
  }

  /** It runs for every command that is made: about a short string and its bytes. */
  @Test
  void aLookUpMakesLittleGarbage() {
    var lines = List.of(words("GET", "k"), words("XADD", "k", "*"), words("BLPOP", "k", "0"));
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    int rounds = 10_000;
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 5; attempt++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < rounds; i++) {
        CommandTable.find(lines.get(i % lines.size()));
      }
      least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / rounds);
    }
    assertTrue(least <= 128, least + " bytes for a look-up");
  }

  private static CommandTraits find(String... words) {
    return CommandTable.find(words(words));
  }

  private static List<String> keys(String... words) {
    return find(words).keys(words(words)).stream()
        .map(key -> new String(key, StandardCharsets.UTF_8))
        .toList();
  }

  private static List<byte[]> words(String... words) {
    return Stream.of(words).map(word -> word.getBytes(StandardCharsets.UTF_8)).toList();
  }
}
