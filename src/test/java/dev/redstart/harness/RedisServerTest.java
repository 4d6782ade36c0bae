package dev.redstart.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisServerTest {

  @Test
  void aKilledServerComesBackOnItsPortWithItsData() {
    try (var server = RedisServer.start(ServerOptions.plain().withAppendOnly())) {
      int port = server.port();
      server.cli("SET", "k", "v");
      server.kill();
      assertThrows(UncheckedIOException.class, () -> server.cli("PING"));
      server.restart();
      assertEquals(port, server.port());
      assertEquals("v", server.cli("GET", "k"));
    }
  }

  @Test
  void aServerWithoutAppendOnlyForgets() {
    try (var server = RedisServer.start()) {
      server.cli("SET", "k", "v");
      server.restart();
      assertEquals("(nil)", server.cli("GET", "k"));
    }
  }

  @Test
  void aStoppedServerIsGoneUntilItIsRestarted() {
    try (var server = RedisServer.start(ServerOptions.plain().withAppendOnly())) {
      server.cli("SET", "k", "v");
      server.stop();
      server.stop();
      assertThrows(UncheckedIOException.class, () -> server.cli("PING"));
      server.restart();
      assertEquals("1", server.cli("DBSIZE"));
    }
  }

  @Test
  void aPausedServerAcceptsConnectionsAndRepliesOnlyWhenResumed() throws IOException {
    try (var server = RedisServer.start()) {
      server.pause();
      try (var client = RawClient.connect(server.port())) {
        client.say("PING").withPatience(Duration.ofMillis(200));
        assertThrows(SocketTimeoutException.class, () -> client.hear(1));
        server.resume();
        client.withPatience(Duration.ofSeconds(5));
        assertEquals("+PONG", client.hearLine());
      }
    }
  }

  @Test
  void aPausedServerCanBeClosedAtOnce() {
    var server = RedisServer.start();
    server.pause();
    long start = System.nanoTime();
    server.close();
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(3).toNanos());
  }

  @Test
  void passwordsAndUsersAreAskedFor() throws IOException {
    var options =
        ServerOptions.plain()
            .withPassword("secret")
            .withUser("reader", "on", ">alice", "~app:*", "+get");
    try (var server = RedisServer.start(options)) {
      assertEquals("PONG", server.cli("PING"));
      assertEquals("redis://:secret@127.0.0.1:" + server.port(), server.url());
      try (var client = RawClient.connect(server.port())) {
        assertTrue(client.say("GET", "app:1").hearLine().startsWith("-NOAUTH"));
        assertEquals("+OK", client.say("AUTH", "reader", "alice").hearLine());
        assertEquals("$-1", client.say("GET", "app:1").hearLine());
        assertTrue(client.say("GET", "other").hearLine().startsWith("-NOPERM"));
      }
    }
  }

  /** A server that wants a password tells strangers that it does, even while it is loading. */
  @Test
  void aServerWithAPasswordIsNotTakenForReadyWhileItLoads() {
    var options =
        ServerOptions.plain()
            .withAppendOnly()
            .withPassword("secret")
            .withConfig("key-load-delay", "3000")
            .withConfig("loading-process-events-interval-bytes", "1024");
    try (var server = RedisServer.start(options)) {
      var fill = "for i = 1, 100 do redis.call('SET', i, string.rep('x', 2000)) end";
      server.cli("EVAL", fill, "0");
      server.cli("BGREWRITEAOF");
      Eventually.within(
          Duration.ofSeconds(10),
          "the file is rewritten",
          () -> server.cli("INFO", "persistence").contains("aof_rewrite_in_progress:0"));
      server.restart();
      assertEquals("100", server.cli("DBSIZE"));
    }
  }

  @Test
  void aUnixSocketAnswers() throws IOException {
    try (var server = RedisServer.start(ServerOptions.plain().withUnixSocket())) {
      var address = UnixDomainSocketAddress.of(URI.create(server.unixUrl()).getPath());
      try (var channel = SocketChannel.open(address)) {
        channel.write(ByteBuffer.wrap("PING\r\n".getBytes(UTF_8)));
        var reply = ByteBuffer.allocate(7);
        channel.read(reply);
        assertEquals("+PONG\r\n", new String(reply.array(), UTF_8));
      }
    }
  }

  @Test
  void furtherConfigurationIsInForce() {
    try (var server = RedisServer.start(ServerOptions.plain().withConfig("maxmemory", "10mb"))) {
      assertEquals("maxmemory\n10485760", server.cli("CONFIG", "GET", "maxmemory"));
    }
  }

  @Test
  void whatWasNotAskedForHasNoAddress() {
    assertThrows(IllegalStateException.class, () -> RedisServer.shared().tlsUrl());
    assertThrows(IllegalStateException.class, () -> RedisServer.shared().unixUrl());
  }

  @Test
  void theWorkingDirectoryIsUnderTargetUntilTheServerIsClosed() {
    Path directory;
    try (var server = RedisServer.start()) {
      directory = Path.of(server.cli("CONFIG", "GET", "dir").split("\n")[1]);
      assertTrue(directory.startsWith(Path.of("target", "redis").toAbsolutePath()));
      assertTrue(Files.exists(directory));
    }
    assertFalse(Files.exists(directory));
  }

  @Test
  void theSharedServerIsOneAndOutlivesItsUsers() {
    try (var server = RedisServer.shared()) {
      assertSame(server, RedisServer.shared());
    }
    assertEquals("PONG", RedisServer.shared().cli("PING"));
  }

  @Test
  void repliesAreReadableAndErrorsAreFailures() {
    try (var server = RedisServer.start()) {
      assertEquals("OK", server.cli("SET", "k", "grün\nzwei"));
      assertEquals("grün\nzwei", server.cli("GET", "k"));
      assertEquals("2", server.cli("RPUSH", "list", "a", "b"));
      assertEquals("a\nb", server.cli("LRANGE", "list", "0", "-1"));
      assertEquals("(nil)", server.cli("GET", "nothing"));
      var error = assertThrows(AssertionError.class, () -> server.cli("INCR", "list"));
      assertTrue(error.getMessage().contains("WRONGTYPE"), error.getMessage());
    }
  }

  @Test
  void withoutAProgramAndWithoutDockerTestsFailAndSayWhatToDo() {
    try (var child =
        ChildJvm.of(SharedUser.class)
            .withEnvironment("PATH", "/nowhere")
            .withFlag("-Dredstart.docker=never")
            .start()) {
      var line = child.awaitLine("failed: ", Duration.ofSeconds(20));
      assertTrue(line.contains("neither redis-server nor valkey-server is on the PATH"), line);
      assertTrue(line.contains("Docker does not run"), line);
      assertTrue(line.contains("apt install redis-server"), line);
    }
  }

  /** Run in a JVM of its own. */
  static final class SharedUser {

    private SharedUser() {}

    public static void main(String[] arguments) {
      try {
        System.out.println("got " + RedisServer.shared().url());
      } catch (RuntimeException e) {
        System.out.println("failed: " + e.getMessage());
      }
    }
  }
}
