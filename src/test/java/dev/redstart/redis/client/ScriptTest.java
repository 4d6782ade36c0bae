package dev.redstart.redis.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Command;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Script;
import dev.redstart.redis.Scripting;
import dev.redstart.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** On a server of its own: it empties the script cache. */
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
class ScriptTest {
  private static final Script ADD = Script.of("return redis.call('INCRBY', KEYS[1], ARGV[1])");
  private static RedisServer server;

  @Parameter int protocol;
  private Redis redis;

  @BeforeAll
  static void start() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void connect() {
    redis = Redis.connect(Clients.brisk(server.url()).withProtocol(protocol));
    redis.call("FLUSHALL");
    redis.call(Scripting.flush());
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private static Command<Long> add(long n) {
    return ADD.call(List.of("n"), Long.toString(n)).map(Reply::integer);
  }

  private boolean isKnown() {
    return redis.call(Scripting.exists(ADD.sha())).get(0);
  }

  @Test
  void theNameIsTheOneThatTheServerGives() {
    assertEquals(redis.call(Scripting.load("return 'é'")), Script.of("return 'é'").sha());
  }

  @Test
  void anUnknownScriptBecomesKnownByItself() {
    assertEquals(1, redis.call(add(1)));
    assertTrue(isKnown());
    assertEquals(3, redis.call(add(2)));
    redis.call(Scripting.flush());
    assertEquals(6, redis.call(add(3)));
    assertTrue(isKnown());
  }

  @Test
  void aRestartedServerLearnsItAgain() {
    assertEquals(1, redis.call(add(1)));
    server.restart();
    assertEquals(1, redis.call(add(1).within(Clients.PATIENCE)));
  }

  @Test
  void inAPipelineEachReplyStaysWithItsCommand() {
    for (int round = 0; round < 20; round++) {
      redis.call(Scripting.flush());
      redis.call("DEL", "n");
      var sums = new ArrayList<Pending<Long>>();
      var echoes = new ArrayList<Pending<Reply>>();
      for (int i = 0; i < 50; i++) {
        sums.add(redis.send(add(1)));
        echoes.add(redis.send(Command.of("ECHO", "e" + i)));
      }
      for (int i = 0; i < 50; i++) {
        assertEquals("e" + i, echoes.get(i).await().text());
        sums.get(i).await();
      }
      var all = sums.stream().map(Pending::await).sorted().toList();
      assertEquals(50, all.stream().distinct().count(), "each ran once: " + all);
      assertEquals(50, all.get(49));
    }
  }

  @Test
  void argumentsAreBinaryAndKeysAreText() {
    var script = Script.of("return {KEYS[1], ARGV[1]}");
    byte[] bytes = {0, (byte) 0xFF, '\r', '\n'};
    var reply = redis.call(script.callBytes(List.of("k é"), List.of(bytes)));
    assertEquals("k é", reply.items().get(0).text());
    assertArrayEquals(bytes, reply.items().get(1).bytes());
    assertTrue(redis.call(Script.of("return false").call(List.of())).isNull());
  }

  @Test
  void inASessionItWorksAsWell() {
    long sum =
        redis.exclusive(
            session -> {
              session.watch("n");
              return session.call(add(5)) + session.call(add(5));
            });
    assertEquals(15, sum);
  }

  @Test
  void aMistakeInTheScriptIsToldWithTheLine() {
    var wrong = Script.of("return nonsense(").call(List.of());
    var rejected = assertThrows(RedisException.Rejected.class, () -> redis.call(wrong));
    assertTrue(rejected.getMessage().contains("user_script:1"), rejected.getMessage());
  }

  @Test
  void anEmptySourceAndNullsAreRefusedByName() {
    assertEquals(
        "source", assertThrows(NullPointerException.class, () -> Script.of(null)).getMessage());
    var blank = assertThrows(IllegalArgumentException.class, () -> Script.of(" "));
    assertTrue(blank.getMessage().contains("source"));
    var missing =
        assertThrows(
            IllegalArgumentException.class, () -> Script.resource(ScriptTest.class, "none.lua"));
    assertTrue(missing.getMessage().contains("none.lua"));
  }
}
