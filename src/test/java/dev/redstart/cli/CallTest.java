package dev.redstart.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.resp.Reply;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Any command, from the command line. */
class CallTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @BeforeEach
  void empty() {
    SERVER.cli("FLUSHALL");
  }

  private static Spoken call(String... words) {
    var all = new ArrayList<>(List.of("call", "--redis", SERVER.url()));
    all.addAll(List.of(words));
    return Spoken.by(all.toArray(String[]::new));
  }

  private static void assertSays(String expected, String... words) {
    var said = call(words);
    assertEquals(0, said.status(), said.talk());
    assertEquals(expected, said.results().stripTrailing());
    assertEquals("", said.talk());
  }

  @Test
  void repliesAreShownForPeople() {
    assertSays("OK", "SET", "k", "größer 🦊");
    assertSays("größer 🦊", "GET", "k");
    assertSays("(nil)", "GET", "nothing");
    assertSays("3", "RPUSH", "l", "a", "b", "c");
    assertSays("1) a\n2) b\n3) c", "LRANGE", "l", "0", "-1");
    assertSays("(empty)", "LRANGE", "none", "0", "-1");
    assertSays("2", "HSET", "h", "f", "1", "g", "2");
    assertSays("f: 1\ng: 2", "HGETALL", "h");
    assertSays("1) 1\n2) 1) a\n   2) b", "EVAL", "return {1,{'a','b'}}", "0");
  }

  @Test
  void aValueCannotCommandTheTerminal() {
    assertSays("OK", "SET", "k", "\u001b[2Jtab\tline\nend\u0007");
    assertSays("\\x1b[2Jtab\tline\nend\\x07", "GET", "k");
  }

  @Test
  void repliesAreOneLineOfJson() {
    assertSays("\"OK\"", "--json", "SET", "k", "a \"b\"\nc");
    assertSays("\"a \\\"b\\\"\\nc\"", "--json", "GET", "k");
    assertSays("null", "--json", "GET", "nothing");
    assertSays("2", "--json", "HSET", "h", "f", "1", "g", "2");
    assertSays("{\"f\":\"1\",\"g\":\"2\"}", "--json", "HGETALL", "h");
    assertSays("[]", "--json", "LRANGE", "none", "0", "-1");
    assertSays("[1,[\"a\",null]]", "--json", "EVAL", "return {1,{'a',false}}", "0");
    assertSays("{\"base64\":\"/wD+\"}", "--json", "EVAL", "return '\\255\\0\\254'", "0");
  }

  @Test
  void everyTypeOfRespHasItsJson() {
    assertJson("true", new Reply.Bool(true));
    assertJson("1.5", new Reply.Real(1.5));
    assertJson("\"inf\"", new Reply.Real(Double.POSITIVE_INFINITY));
    assertJson("\"nan\"", new Reply.Real(Double.NaN));
    assertJson("12345678901234567890", new Reply.BigNumber(new BigInteger("12345678901234567890")));
    assertJson("\"*x*\"", new Reply.Verbatim("mkd", "*x*".getBytes(StandardCharsets.UTF_8)));
    assertJson("[1]", new Reply.Set(List.of(new Reply.Int(1))));
    assertJson("[{\"error\":\"ERR no\"}]", new Reply.Array(List.of(new Reply.Error("ERR no"))));
    var one = new Reply.Int(1);
    assertJson("[[1,true]]", new Reply.Map(List.of(one, new Reply.Bool(true))));
    var key = new Reply.Simple("k");
    assertJson("[[\"k\",1],[\"k\",1]]", new Reply.Map(List.of(key, one, key, one)));
    assertJson("1", new Reply.Attributed(new Reply.Map(List.of(key, one)), one));
  }

  private static void assertJson(String expected, Reply reply) {
    assertEquals(expected, ReplyJson.of(reply).toString());
  }

  @Test
  void flagsAfterTheCommandBelongToIt() {
    assertSays("--json", "ECHO", "--json");
    assertSays("--port", "--", "ECHO", "--port");
  }

  @Test
  void anErrorIsTheServersOwnSentenceAndStatusOne() {
    assertSays("1", "RPUSH", "l", "a");
    var said = call("GET", "l");
    assertEquals(1, said.status());
    assertTrue(said.isOneSentence() && said.talk().contains("WRONGTYPE"), said.talk());
  }

  @Test
  void whatCannotBeDoneOverASharedConnectionIsRefused() {
    for (var command : List.of("SUBSCRIBE", "MONITOR", "SELECT", "MULTI")) {
      var said = call(command, "1");
      assertEquals(1, said.status());
      assertTrue(said.isOneSentence(), said.talk());
    }
  }

  @Test
  void blockingCommandsWait() {
    assertSays("(nil)", "BLPOP", "none", "0.05");
    assertSays("1", "RPUSH", "l", "a");
    assertSays("1) l\n2) a", "BLPOP", "l", "0");
  }

  @Test
  void ctrlCEndsABlockingCommandThatThenTakesNothing() throws Exception {
    try (var jvm =
        ChildJvm.of(Main.class).start("call", "--redis", SERVER.url(), "BLPOP", "l", "0")) {
      Eventually.within(
          LIMIT, "it waits", () -> SERVER.cli("INFO", "clients").contains("blocked_clients:1"));
      new ProcessBuilder("kill", "-INT", Long.toString(jvm.pid())).start().waitFor();
      assertEquals(130, jvm.awaitExit(LIMIT));
      assertEquals(List.of(), jvm.lines());
      assertEquals(List.of(), jvm.errors());
      SERVER.cli("RPUSH", "l", "a");
      assertEquals("1", SERVER.cli("LLEN", "l"));
    }
  }
}
