package dev.redstart.redis.wire;

import dev.redstart.redis.Command;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.resp.Reply;
import dev.redstart.resp.RespLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;

/** A program with a small heap that is sent replies for which it has no memory. */
final class HugeReply {

  /** What every byte of the huge reply looks like if it is taken for the start of a reply. */
  private static final byte[] INSIDE = "+foreign\r\n".getBytes(StandardCharsets.US_ASCII);

  private HugeReply() {}

  /** A bulk string of so many bytes that is full of things that look like replies. */
  static byte[] withInside(int length) {
    byte[] start = ("$" + length + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] frame = Arrays.copyOf(start, start.length + length + 2);
    for (int i = 0; i < length; i++) {
      frame[start.length + i] = INSIDE[i % INSIDE.length];
    }
    frame[frame.length - 2] = '\r';
    frame[frame.length - 1] = '\n';
    return frame;
  }

  /**
   * @param arguments the peer's port
   */
  public static void main(String[] arguments) {
    var limits = RespLimits.defaults().withBulkBytes(1 << 30).withReplyBytes(1L << 40);
    var options =
        RedisOptions.of("redis://127.0.0.1:" + arguments[0])
            .withLimits(limits)
            .withTimeout(Duration.ofSeconds(20));
    try (var redis = Redis.connect(options)) {
      for (int round = 0; round < 3; round++) {
        play(redis, round);
      }
    }
    System.out.println("done");
  }

  private static void play(Redis redis, int round) {
    var pending = new ArrayList<Pending<Reply>>();
    // Not one that would be repeated for ever: the client repeats what only reads.
    pending.add(redis.send(Command.of("GETSET", "before" + round)));
    pending.add(redis.send(Command.of("GET", "huge")));
    for (int i = 0; i < 20; i++) {
      pending.add(redis.send(Command.of("ECHO", "e" + i)));
    }
    expect("before" + round, pending.get(0).await());
    fails(pending.get(1));
    for (int i = 0; i < 20; i++) {
      ownOrUnknown("e" + i, pending.get(i + 2));
    }
    expect("after" + round, redis.call("ECHO", "after" + round));
  }

  private static void expect(String text, Reply reply) {
    if (!reply.text().equals(text)) {
      throw new AssertionError("expected " + text + ", got " + reply);
    }
  }

  private static void fails(Pending<Reply> pending) {
    try {
      throw new AssertionError("the huge reply came: " + pending.await());
    } catch (RedisException expected) {
      System.err.println("as expected: " + expected);
    }
  }

  private static void ownOrUnknown(String text, Pending<Reply> pending) {
    try {
      expect(text, pending.await());
    } catch (RedisException unknown) {
      if (!unknown.mayHaveRun()) {
        throw new AssertionError("it was sent", unknown);
      }
    }
  }
}
