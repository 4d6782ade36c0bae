package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.PATIENCE;
import static dev.redstart.redis.client.Clients.async;
import static dev.redstart.redis.client.Clients.outcomes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.harness.Certificates;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Command;
import dev.redstart.redis.Connections;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Strings;
import dev.redstart.redis.Tls;
import dev.redstart.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What goes through TLS comes out on the other side. */
class TlsTrafficTest {
  private static final Tls TRUST = Tls.trusting(Certificates.authority().certificate());
  private static RedisServer server;

  @BeforeAll
  static void start() {
    server = RedisServer.start(ServerOptions.plain().withTls());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static RedisOptions options(int port) {
    return RedisOptions.of("rediss://localhost:" + port).withTls(TRUST);
  }

  @Test
  void sixteenMebibytesGoBothWays() {
    var value = new byte[16 << 20];
    new Random(7).nextBytes(value);
    try (var redis = Redis.connect(options(server.tlsPort()))) {
      redis.call(Strings.set("tls:big", value));
      assertArrayEquals(value, redis.call(Command.of("GET", "tls:big")).bytes());
      redis.send(Command.of("DEL", "tls:big")).await();
    }
  }

  @Test
  void aRecordThatEndsWithTheReadersBufferIsNotForgotten() {
    // A reply as long as the buffer and a little more: the rest is deciphered, or not, later.
    try (var redis = Redis.connect(options(server.tlsPort()).withTimeout(PATIENCE))) {
      for (int buffers = 1; buffers <= 3; buffers++) {
        int base = buffers * 65_536;
        for (int more = -20; more <= 1_200; more += 1 + Math.abs(more) / 3) {
          var key = "tls:edge";
          redis.call("SETRANGE", key, Integer.toString(base + more - 1), "x");
          assertEquals(base + more, redis.call("GET", key).bytes().length);
          redis.call("DEL", key);
        }
      }
    }
  }

  @Test
  void pipelinesOfEverySizeComeBackInOrder() {
    long seed = Seeds.next();
    var random = new Random(seed);
    try (var redis = Redis.connect(options(server.tlsPort()).withTimeout(PATIENCE))) {
      for (int round = 0; round < 40; round++) {
        var sent = new ArrayList<Pending<Reply>>();
        var sizes = new ArrayList<Integer>();
        for (int i = 0; i < 50; i++) {
          int size = 1 + random.nextInt(1 << random.nextInt(16));
          sizes.add(size);
          sent.add(redis.send(Command.of("ECHO", "x".repeat(size))));
        }
        for (int i = 0; i < sent.size(); i++) {
          assertEquals(sizes.get(i), sent.get(i).await().text().length(), "seed " + seed);
        }
      }
    }
  }

  @Test
  void manyThreadsShareOneConnection() {
    try (var redis = Redis.connect(options(server.tlsPort()).withTimeout(PATIENCE))) {
      long id = redis.call(Connections.id());
      var calls = new ArrayList<CompletableFuture<?>>();
      for (int thread = 0; thread < 32; thread++) {
        var token = "token-" + thread + "-";
        calls.add(async(() -> echoAll(redis, token)));
      }
      for (Object outcome : outcomes(calls, PATIENCE.multipliedBy(2))) {
        assertEquals("all", outcome);
      }
      assertEquals(id, redis.call(Connections.id()));
    }
  }

  private static String echoAll(Redis redis, String token) {
    for (int i = 0; i < 300; i++) {
      var mine = token + i + "x".repeat(i % 97 == 0 ? 40_000 : 10);
      assertEquals(mine, redis.call("ECHO", mine).text());
    }
    return "all";
  }

  @Test
  void everyByteInAPacketOfItsOwn() {
    try (var proxy = FaultProxy.to(server.tlsPort())) {
      proxy.both(Fault.BYTE_BY_BYTE);
      try (var redis = Redis.connect(options(proxy.port()))) {
        assertEquals("PONG", redis.call("PING").text());
        assertEquals("x".repeat(600), redis.call("ECHO", "x".repeat(600)).text());
        try (var subscription = redis.subscribe("tls:news")) {
          redis.call("PUBLISH", "tls:news", "hello");
          var notice = (Notice.Message) subscription.next(PATIENCE).orElseThrow();
          assertEquals("hello", notice.text());
        }
      }
    }
  }

  @Test
  void aConnectionThatBreaksIsMadeAgain() {
    try (var proxy = FaultProxy.to(server.tlsPort());
        var redis = Redis.connect(options(proxy.port()))) {
      for (int round = 0; round < 5; round++) {
        assertEquals("PONG", redis.call(Connections.ping()));
        if (round % 2 == 0) {
          proxy.reset();
        } else {
          proxy.cut();
        }
      }
      assertEquals("PONG", redis.call(Connections.ping()));
      assertEquals(6, proxy.accepted());
    }
  }

  @Test
  void blockingCallsSessionsAndTransactionsWorkToo() {
    try (var redis = Redis.connect(options(server.tlsPort()))) {
      var popped = async(() -> redis.call("BLPOP", "tls:list", "5").items().get(1).text());
      redis.call("RPUSH", "tls:list", "one");
      assertEquals(List.of("one"), outcomes(List.of(popped), PATIENCE));
      assertEquals(2, redis.atomically(Command.of("PING"), Command.of("PING")).size());
      assertEquals("PONG", redis.exclusive(session -> session.call(Command.of("PING")).text()));
    }
  }
}
