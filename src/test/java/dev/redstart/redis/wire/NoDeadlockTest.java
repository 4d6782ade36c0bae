package dev.redstart.redis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.redis.Command;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/** Writing never deadlocks: while a write would block, replies are still read. */
@Timeout(60)
final class NoDeadlockTest {

  /** Under what travels on a connection of its own. */
  private static final int VALUE_BYTES = 1_000_000;

  private static final int WINDOW = 16;
  private static final int COMMANDS = 64;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static Redis connect(String url) {
    // Room for all of it at once: it is the socket that has to say stop.
    return Redis.connect(
        RedisOptions.of(url).withTimeout(LIMIT).withQueueLimits(10_000, 256L << 20));
  }

  private static byte[] value(int fill) {
    byte[] value = new byte[VALUE_BYTES];
    Arrays.fill(value, (byte) fill);
    return value;
  }

  private static Command<Reply> set(String key, byte[] value) {
    return Command.of("SET", key).with(value);
  }

  @Test
  void aPipelineOf64MebibytesOfGetsThroughSmallBuffersComesBackWhole() {
    try (var proxy = FaultProxy.withSmallBuffers(RedisServer.shared().port());
        var direct = connect(RedisServer.shared().url());
        var redis = connect(proxy.url())) {
      direct.call(set("big", value('v')));
      for (int i = 0; i < COMMANDS; i += WINDOW) {
        var pending = new ArrayList<Pending<Reply>>();
        for (int k = 0; k < WINDOW; k++) {
          pending.add(redis.send(Command.of("GET", "big")));
        }
        pending.forEach(each -> assertEquals(VALUE_BYTES, each.await().bytes().length));
      }
    }
  }

  @Test
  void aPipelineOf64MebibytesOfSetsThroughSmallBuffersArrivesWhole() {
    try (var proxy = FaultProxy.withSmallBuffers(RedisServer.shared().port());
        var redis = connect(proxy.url())) {
      for (int i = 0; i < COMMANDS; i += WINDOW) {
        var pending = new ArrayList<Pending<Reply>>();
        for (int k = 0; k < WINDOW; k++) {
          pending.add(redis.send(set("big", value(i))));
        }
        pending.forEach(each -> assertEquals("OK", each.await().text()));
      }
    }
  }

  /** Both directions are full: each side would wait for the other one to read. */
  @Test
  void whatGoesOutAndWhatComesBackMayBothBeLarge() {
    try (var proxy = FaultProxy.withSmallBuffers(RedisServer.shared().port());
        var redis = connect(proxy.url())) {
      redis.call("DEL", "swap");
      var pending = new ArrayList<Pending<Reply>>();
      for (int i = 0; i < 24; i++) {
        pending.add(redis.send(Command.of("GETSET", "swap").with(value(i))));
      }
      assertTrue(pending.get(0).await().isNull());
      for (int i = 1; i < 24; i++) {
        byte[] old = pending.get(i).await().bytes();
        assertEquals(VALUE_BYTES, old.length);
        assertEquals((byte) (i - 1), old[VALUE_BYTES - 1]);
      }
    }
  }

  /** The peer writes each reply whole before it reads on, as a simple server does. */
  @Test
  void aPeerThatDoesNotReadWhileItSendsIsReadInTheMeantime() {
    byte[] big = ("$" + VALUE_BYTES + "\r\n" + "r".repeat(VALUE_BYTES) + "\r\n").getBytes();
    try (var peer = ScriptedPeer.answering(command -> big);
        var redis = connect(peer.url())) {
      var pending = new ArrayList<Pending<Reply>>();
      for (int i = 0; i < COMMANDS; i++) {
        pending.add(redis.send(set("k", value(i))));
      }
      pending.forEach(each -> assertEquals(VALUE_BYTES, each.await().bytes().length));
    }
  }

  /** A caller that writes for others must not be held up by a socket that is full. */
  @Test
  void aCallThatWritesDoesNotDeadlockWithThePeerEither() {
    byte[] big = ("$" + VALUE_BYTES + "\r\n" + "r".repeat(VALUE_BYTES) + "\r\n").getBytes();
    try (var peer = ScriptedPeer.answering(command -> big);
        var redis = connect(peer.url());
        var crowd =
            Crowd.of(
                8,
                number -> {
                  for (int i = 0; i < 6; i++) {
                    var reply = redis.call(set("k", value(i)));
                    assertEquals(VALUE_BYTES, reply.bytes().length);
                  }
                })) {
      crowd.join(LIMIT);
    }
  }

  @Test
  void aGibibyteGoesThroughAPipelineInAHeapOf64Mebibytes(TestReporter reporter) {
    try (var server = RedisServer.start();
        var child = ChildJvm.of(Gibibyte.class).withHeap("64m").start(server.url())) {
      var set = child.awaitLine("set", Duration.ofSeconds(40));
      var got = child.awaitLine("got", Duration.ofSeconds(40));
      assertEquals(0, child.awaitExit(Duration.ofSeconds(5)), () -> "" + child.errors());
      reporter.publishEntry("1 GiB through a pipeline in a 64 MiB heap", set + ", " + got);
    }
  }
}
