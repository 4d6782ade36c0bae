package dev.redstart.redis.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Strings;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A command that its caller gave up before it was sent leaves its place to the next one. */
final class DroppedCommandTest {
  /** No UTF-8: read as text it would come back as something else. */
  private static final byte[] BYTES = {(byte) 0xff, 0, (byte) 0xc3, 13, 10, (byte) 0x80};

  private RedisServer server;
  private Redis redis;

  @BeforeEach
  void connect() {
    server = RedisServer.start();
    redis = Redis.connect(server.url());
    redis.call(Strings.set("text", "some"));
    redis.call(Strings.set("bytes", BYTES));
  }

  @AfterEach
  void close() {
    redis.close();
    server.close();
  }

  @Test
  void theReplyBehindItIsReadAsItsOwnCommandReadsIt() {
    for (int i = 0; i < 200; i++) {
      // Enough to know that the server is near: only then do commands wait for replies.
      assertEquals(Optional.of("some"), redis.call(Strings.get("text")));
    }
    server.pause();
    var sent = redis.send(Strings.get("text"));
    var dropped = redis.send(Strings.get("text"));
    var behind = redis.send(Strings.getBytes("bytes"));
    dropped.cancel();
    server.resume();
    assertEquals(Optional.of("some"), sent.await());
    assertArrayEquals(BYTES, behind.await().orElseThrow());
    assertThrows(RedisException.Interrupted.class, dropped::await);
  }
}
