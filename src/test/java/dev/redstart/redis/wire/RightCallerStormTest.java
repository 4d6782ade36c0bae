package dev.redstart.redis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Command;
import dev.redstart.redis.Connections;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** No reply reaches the wrong caller: under load, with the connection killed all the time. */
final class RightCallerStormTest {

  private static final int THREADS = 64;
  private static final int CALLS = 1_000_000;
  private static final String NAME = "storm-test";
  private static final int PIPELINE_MAX = 256;

  private static RedisServer server;

  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong results = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  @BeforeAll
  static void start() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aMillionEchoesInAKillStormReachTheirOwnCallers() {
    Seeds.check(
        seed -> {
          try (var redis = Redis.connect(options())) {
            int kills = echoInStorm(redis, seed);
            assertTrue(kills > 100, "only " + kills + " kills");
            assertEquals(calls.get(), results.get() + failures.get(), "every call ends once");
            assertTrue(calls.get() >= CALLS, "calls: " + calls);
            assertTrue(results.get() > CALLS / 10, "results: " + results + " of " + calls);
            assertTrue(failures.get() > 0, "the storm has not hit any call");
            assertOneConnectionIsLeft(redis);
          }
        });
  }

  private static RedisOptions options() {
    return RedisOptions.of(server.url()).withTimeout(Duration.ofSeconds(20)).withClientName(NAME);
  }

  private int echoInStorm(Redis redis, long seed) {
    try (var storm = Storm.over(server, seed);
        var crowd = Crowd.of(THREADS, number -> echo(redis, number, new Random(seed + number)))) {
      crowd.join(Duration.ofSeconds(60));
      return storm.kills();
    }
  }

  private void echo(Redis redis, int number, Random random) {
    for (long i = 0; calls.get() < CALLS; ) {
      int size = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(PIPELINE_MAX);
      if (size == 1) {
        call(redis, number + "-" + i++);
      } else {
        pipeline(redis, number, i, size, random);
        i += size;
      }
    }
  }

  private void call(Redis redis, String token) {
    calls.incrementAndGet();
    try {
      assertEquals(token, redis.call("ECHO", token).text());
      results.incrementAndGet();
    } catch (RedisException failed) {
      failures.incrementAndGet();
    }
  }

  private void pipeline(Redis redis, int number, long first, int size, Random random) {
    var tokens = new ArrayList<String>();
    var pending = new ArrayList<Pending<String>>();
    for (int i = 0; i < size; i++) {
      var token = number + "-" + (first + i);
      calls.incrementAndGet();
      tokens.add(token);
      pending.add(redis.send(echoOf(token, random)));
    }
    for (int i = 0; i < size; i++) {
      collect(pending.get(i), tokens.get(i));
    }
  }

  // One that the client may repeat by itself, and one that it may not.
  private static Command<String> echoOf(String token, Random random) {
    return random.nextBoolean()
        ? Connections.echo(token)
        : Command.of("ECHO", token).map(Reply::text);
  }

  private void collect(Pending<String> pending, String token) {
    try {
      assertEquals(token, pending.await());
      results.incrementAndGet();
    } catch (RedisException failed) {
      failures.incrementAndGet();
    }
  }

  /** A wire that was forgotten while it was healthy would still be there. */
  private static void assertOneConnectionIsLeft(Redis redis) {
    redis.call("PING");
    Eventually.within(
        Duration.ofSeconds(5),
        "the client has one connection; the server sees " + ours(),
        () -> ours().size() == 1);
  }

  private static List<String> ours() {
    return server
        .cli("CLIENT", "LIST")
        .lines()
        .filter(line -> line.contains("name=" + NAME))
        .toList();
  }
}
