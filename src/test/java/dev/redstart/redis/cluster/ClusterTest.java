package dev.redstart.redis.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.redis.Channels;
import dev.redstart.redis.Command;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Popped;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Scan;
import dev.redstart.redis.ScanPage;
import dev.redstart.redis.Script;
import dev.redstart.redis.Scripting;
import dev.redstart.redis.Server;
import dev.redstart.redis.Strings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster behind the same interface as a single server. */
class ClusterTest {
  private Redis redis;

  @BeforeEach
  void connect() {
    redis = SharedCluster.connect();
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private static List<String> keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> "key:" + i).toList();
  }

  @Test
  void eachKeyIsOnItsNode() {
    for (String key : keys(50)) {
      redis.call(Strings.set(key, "value of " + key));
      assertEquals(Optional.of("value of " + key), redis.call(Strings.get(key)));
    }
    for (int port : SharedCluster.server().masters()) {
      assertTrue(Integer.parseInt(SharedCluster.server().cliOn(port, "DBSIZE")) > 5);
    }
  }

  @Test
  void aPipelineIsSplitByNodeAndJoinedInOrder() {
    var sent = new ArrayList<Pending<Long>>();
    for (int round = 0; round < 20; round++) {
      keys(50).forEach(key -> sent.add(redis.send(Strings.incr(key))));
    }
    for (int i = 0; i < sent.size(); i++) {
      assertEquals(1 + i / 50, sent.get(i).await());
    }
  }

  @Test
  void keysInDifferentSlotsAreRefusedWithBothNames() {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> redis.call(Strings.mget("one", "two")));
    assertTrue(refused.getMessage().contains("one"), refused.getMessage());
    assertTrue(refused.getMessage().contains("two"), refused.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> redis.atomically(Strings.incr("one"), Strings.incr("two")));
    assertEquals(2, redis.call(Strings.mget("{a}one", "{a}two")).size());
  }

  @Test
  void aTransactionRunsOnTheNodeOfItsKeys() {
    for (String key : keys(20)) {
      assertEquals(List.of(1L, 2L), redis.atomically(Strings.incr(key), Strings.incr(key)));
    }
  }

  @Test
  void aScriptIsLoadedOnEachNodeThatNeedsIt() {
    var script = Script.of("return redis.call('INCRBY', KEYS[1], ARGV[1])");
    redis.call(Scripting.flush());
    for (String key : keys(20)) {
      assertEquals(7, redis.call(script.call(List.of(key), "7")).integer());
    }
    assertEquals(List.of(true), redis.call(Scripting.exists(script.sha())));
  }

  @Test
  void whatMeansTheWholeClusterIsDoneOnAllMasters() {
    keys(50).forEach(key -> redis.call(Strings.set(key, "x")));
    assertEquals(50, redis.call(Server.dbSize()));
    assertEquals(50, redis.call("KEYS", "key:*").items().size());
    redis.call(Server.flushDb());
    assertEquals(0, redis.send(Server.dbSize()).await());
  }

  @Test
  void aScanVisitsEveryNode() {
    keys(200).forEach(key -> redis.call(Strings.set(key, "x")));
    var found = new HashSet<String>();
    String cursor = "0";
    do {
      ScanPage<String> page = redis.call(Keys.scan(cursor, Scan.matching("key:*")));
      found.addAll(page.items());
      cursor = page.cursor();
    } while (!cursor.equals("0"));
    assertEquals(new HashSet<>(keys(200)), found);
  }

  @Test
  void blockingCommandsWaitOnTheNodeOfTheirKey() {
    for (String key : keys(6)) {
      Pending<Optional<Popped<String>>> popped =
          redis.send(Lists.blockingPopLeft(Duration.ofSeconds(10), key));
      redis.call(Lists.pushRight(key, "element"));
      assertEquals("element", popped.await().orElseThrow().value());
    }
  }

  @Test
  void aSessionIsOnTheNodeOfItsFirstKey() {
    for (String key : keys(6)) {
      Optional<List<Object>> done =
          redis.exclusive(
              session -> {
                session.watch(key);
                return session.atomically(Strings.incr(key));
              });
      assertEquals(Optional.of(List.of(1L)), done);
      Optional<List<Object>> lost =
          redis.exclusive(
              session -> {
                session.watch(key);
                redis.call(Strings.incr(key));
                return session.atomically(Strings.incr(key));
              });
      assertFalse(lost.isPresent());
    }
  }

  @Test
  void aSessionsKeysLieInOneSlot() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            redis.exclusive(
                session -> {
                  session.watch("one");
                  return session.call(Strings.get("two"));
                }));
    assertThrows(
        IllegalArgumentException.class,
        () -> redis.exclusive(session -> session.call(Command.of("CLIENT", "ID"))));
  }

  @Test
  void anIdIsATag() {
    assertEquals("{x}", redis.tag("x"));
  }

  private static final Duration SOON = Duration.ofSeconds(10);

  private static String text(Optional<Notice> notice) {
    return ((Notice.Message) notice.orElseThrow()).text();
  }

  @Test
  void channelsReachAllWhereverTheyListen() {
    try (var other = SharedCluster.connect();
        var one = redis.subscribe("news");
        var two = other.subscribePatterns("n*")) {
      for (int i = 0; i < 5; i++) {
        redis.call(Channels.publish("news", "number " + i));
        assertEquals("number " + i, text(one.next(SOON)));
        assertEquals("number " + i, text(two.next(SOON)));
      }
    }
  }

  @Test
  void shardedChannelsAreOnTheNodesOfTheirSlots() {
    var channels = keys(12).toArray(String[]::new);
    try (var all = redis.subscribeSharded(channels)) {
      for (String channel : channels) {
        assertEquals(1, redis.call(Channels.publishSharded(channel, "to " + channel)));
        assertEquals("to " + channel, text(all.next(SOON)));
      }
      all.remove(channels[0]);
      Eventually.within(
          SOON,
          "nobody listens",
          () -> redis.call(Channels.publishSharded(channels[0], "lost")) == 0);
      redis.call(Channels.publishSharded(channels[1], "still"));
      assertEquals("still", text(all.next(SOON)));
    }
  }
}
