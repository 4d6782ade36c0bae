package dev.redstart.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration SHORT = Duration.ofMillis(80);
  private static final int PING_BYTES = "*1\r\n$4\r\nPING\r\n".length();

  private final RedisServer server = RedisServer.shared();

  @Test
  void withoutFaultsBytesPassAndAreCounted() throws IOException {
    try (var proxy = FaultProxy.to(server.port());
        var client = RawClient.connect(proxy.port())) {
      assertEquals("+PONG", client.say("PING").hearLine());
      assertEquals(1, proxy.accepted());
      assertEquals(PING_BYTES, proxy.bytesToServer());
      assertEquals("+PONG\r\n".length(), proxy.bytesToClient());
      assertEquals(1, proxy.connections().size());
    }
  }

  @Test
  void aFinishedConversationClosesTheConnection() throws IOException {
    try (var proxy = FaultProxy.to(server.port());
        var client = RawClient.connect(proxy.port())) {
      assertEquals("+PONG\r\n", client.say("PING").finish().hearToTheEnd());
      Eventually.within(LIMIT, "it is closed", () -> proxy.connections().isEmpty());
    }
  }

  @Test
  void aDelayHoldsEachPieceForItsTime() throws IOException {
    try (var proxy = FaultProxy.to(server.port());
        var client = RawClient.connect(proxy.port())) {
      proxy.both(Fault.delay(Duration.ofMillis(40)));
      long start = System.nanoTime();
      assertEquals("+PONG", client.say("PING").hearLine());
      assertTrue(System.nanoTime() - start >= Duration.ofMillis(80).toNanos());
    }
  }

  @Test
  void aDelayEndsWhenItIsTakenBack() throws IOException {
    try (var proxy = FaultProxy.to(server.port());
        var client = RawClient.connect(proxy.port()).withPatience(SHORT)) {
      proxy.toClient(Fault.delay(Duration.ofMinutes(1)));
      client.say("PING");
      assertThrows(SocketTimeoutException.class, () -> client.hear(1));
      proxy.toClient(Fault.PASS);
      assertEquals("+PONG", client.withPatience(LIMIT).hearLine());
    }
  }

  @Test
  void droppedBytesAreGoneForGood() throws IOException {
    try (var proxy = FaultProxy.to(server.port());
        var client = RawClient.connect(proxy.port()).withPatience(SHORT)) {
      proxy.toClient(Fault.DROP);
      client.say("ECHO", "lost");
      assertThrows(SocketTimeoutException.class, () -> client.hear(1));
      proxy.toClient(Fault.PASS);
      assertEquals("+PONG", client.withPatience(LIMIT).say("PING").hearLine());
    }
  }

  @Test
  void theEndIsDroppedTooUntilBytesPassAgain() throws IOException {
    try (var proxy = FaultProxy.to(server.port());
        var client = RawClient.connect(proxy.port()).withPatience(SHORT)) {
      proxy.toClient(Fault.DROP);
      client.say("QUIT");
      assertThrows(SocketTimeoutException.class, () -> client.hear(1));
      proxy.toClient(Fault.PASS);
      assertEquals("", client.withPatience(LIMIT).hearToTheEnd());
    }
  }

  @Test
  void aTruncatedStreamEndsAfterSoManyBytes() throws IOException {
    try (var proxy = FaultProxy.to(server.port());
        var client = RawClient.connect(proxy.port())) {
      assertEquals("+PONG", client.say("PING").hearLine());
      proxy.toClient(Fault.truncate(9));
      client.say("PING").say("PING").say("PING");
      assertEquals("+PONG\r\n+P", client.hearToTheEnd());
      assertEquals(0, proxy.connections().size());
    }
  }

  @Test
  void aTruncatedStreamEndsEvenIfNothingFollowsTheLastByte() throws IOException {
    try (var proxy = FaultProxy.to(server.port());
        var client = RawClient.connect(proxy.port())) {
      proxy.toClient(Fault.truncate(7));
      assertEquals("+PONG\r\n", client.say("PING").hearToTheEnd());
    }
  }

  /** It was so that a piece before it set it off, and what the client said then got lost. */
  @Test
  void aTruncationIsNotSetOffByWhatCameBeforeIt() throws IOException {
    int rounds = 200;
    server.cli("DEL", "rounds");
    try (var proxy = FaultProxy.to(server.port())) {
      for (int i = 0; i < rounds; i++) {
        try (var client = RawClient.connect(proxy.port())) {
          assertEquals("+PONG\r\n", client.say("PING").hear(7));
          proxy.toClient(Fault.truncate(0));
          assertEquals("", client.say("INCR", "rounds").hearToTheEnd());
        }
        proxy.toClient(Fault.PASS);
      }
    }
    assertEquals(Integer.toString(rounds), server.cli("GET", "rounds"));
  }

  /** It was so that a second truncation, while the first was at work, left bytes out in between. */
  @Test
  void whateverFaultsFollowEachOtherNothingIsLeftOutInTheMiddle() throws Exception {
    var numbers = new StringBuilder();
    for (int i = 0; i < 60_000; i++) {
      numbers.append(i).append(' ');
    }
    server.cli("SET", "numbers", numbers.toString());
    var whole = "$" + numbers.length() + "\r\n" + numbers + "\r\n";
    for (int round = 0; round < 60; round++) {
      try (var proxy = FaultProxy.to(server.port());
          var client = RawClient.connect(proxy.port())) {
        Eventually.within(LIMIT, "it is there", () -> proxy.connections().size() == 1);
        var one = proxy.connections().get(0);
        Daemon.start("truncator", () -> truncate(one, whole.length()));
        var heard = client.say("GET", "numbers").hearToTheEnd();
        assertTrue(whole.startsWith(heard), () -> "left out before " + heard.length());
      }
    }
  }

  /** Again and again, until one of them was in time. */
  private static void truncate(ProxyConnection connection, int bytesMax) {
    while (connection.isOpen() && connection.bytesToClient() < bytesMax) {
      connection.toClient(Fault.truncate(100_000));
      connection.toClient(Fault.truncate(10_000));
    }
    connection.cut();
  }

  @Test
  void byteByByteComesInManyReads() throws IOException {
    // So many that even a reader on a busy machine, who finds several at once, comes often.
    var text = "x".repeat(3_000);
    try (var proxy = FaultProxy.to(server.port());
        var client = RawClient.connect(proxy.port())) {
      proxy.both(Fault.BYTE_BY_BYTE);
      client.say("ECHO", text);
      int reads = 0;
      var heard = new StringBuilder();
      for (; heard.length() < text.length() + 9; reads++) {
        heard.append(client.hearOnce(1_000));
      }
      assertEquals("$3000\r\n" + text + "\r\n", heard.toString());
      assertTrue(reads > 20, reads + " reads");
    }
  }

  @Test
  void aStalledReceiverBlocksTheSenderUntilItReadsAgain() throws IOException {
    try (var proxy = FaultProxy.withSmallBuffers(server.port());
        var channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", proxy.port()))) {
      Eventually.within(LIMIT, "it is in", () -> proxy.accepted() == 1);
      proxy.toServer(Fault.STALL);
      channel.configureBlocking(false);
      long accepted = writeUntilBlocked(channel);
      assertTrue(accepted < 16 << 20, accepted + " bytes");
      assertEquals(0, proxy.bytesToServer());
      proxy.toServer(Fault.DROP);
      Eventually.within(LIMIT, "it reads again", () -> channel.write(emptyLines()) > 0);
    }
  }

  // The kernel takes bytes for a moment after it has refused some; hence the repetition.
  private static long writeUntilBlocked(SocketChannel channel) throws IOException {
    long total = 0;
    for (int refusals = 0; refusals < 20 && total < 64 << 20; refusals++) {
      for (int n = channel.write(emptyLines()); n > 0; n = channel.write(emptyLines())) {
        total += n;
      }
      LockSupport.parkNanos(1_000_000);
    }
    return total;
  }

  private static ByteBuffer emptyLines() {
    return ByteBuffer.allocate(64 * 1024);
  }

  @Test
  void aStalledReplyIsNotLost() throws IOException {
    try (var proxy = FaultProxy.to(server.port());
        var client = RawClient.connect(proxy.port()).withPatience(SHORT)) {
      // The proxy has the first reply in its hands when the stall comes; the second it never reads.
      proxy.toClient(Fault.delay(Duration.ofMinutes(1)));
      client.say("PING");
      assertThrows(SocketTimeoutException.class, () -> client.hear(1));
      proxy.toClient(Fault.STALL);
      client.say("PING");
      assertThrows(SocketTimeoutException.class, () -> client.hear(1));
      proxy.toClient(Fault.PASS);
      assertEquals("+PONG\r\n+PONG\r\n", client.withPatience(LIMIT).hear(14));
    }
  }

  @Test
  void aHalfClosedConnectionStillCarriesTheOtherDirection() throws IOException {
    server.cli("DEL", "half");
    try (var proxy = FaultProxy.to(server.port());
        var client = RawClient.connect(proxy.port())) {
      assertEquals("+PONG", client.say("PING").hearLine());
      proxy.toClient(Fault.HALF_CLOSE);
      assertEquals("", client.hearToTheEnd());
      client.say("SET", "half", "way");
      Eventually.within(LIMIT, "it arrived", () -> server.cli("GET", "half").equals("way"));
    }
  }

  @Test
  void aCutConnectionEndsInOrderAndANewOneIsWelcome() throws IOException {
    try (var proxy = FaultProxy.to(server.port());
        var client = RawClient.connect(proxy.port())) {
      assertEquals("+PONG", client.say("PING").hearLine());
      proxy.cut();
      assertEquals("", client.hearToTheEnd());
      assertEquals(0, proxy.connections().size());
      try (var next = RawClient.connect(proxy.port())) {
        assertEquals("+PONG", next.say("PING").hearLine());
      }
      assertEquals(2, proxy.accepted());
    }
  }

  @Test
  void aResetConnectionIsReset() throws IOException {
    try (var proxy = FaultProxy.to(server.port());
        var client = RawClient.connect(proxy.port())) {
      assertEquals("+PONG", client.say("PING").hearLine());
      proxy.reset();
      assertThrows(SocketException.class, () -> client.hear(1));
    }
  }

  @Test
  void theServerLearnsOfAReset() throws IOException {
    try (var own = RedisServer.start();
        var proxy = FaultProxy.to(own.port());
        var client = RawClient.connect(proxy.port())) {
      assertEquals("+OK", client.say("CLIENT", "SETNAME", "proxied").hearLine());
      assertTrue(own.cli("CLIENT", "LIST").contains("name=proxied"));
      proxy.reset();
      Eventually.within(
          LIMIT, "it is gone", () -> !own.cli("CLIENT", "LIST").contains("name=proxied"));
    }
  }

  @Test
  void oneConnectionCanSufferAlone() throws IOException {
    try (var proxy = FaultProxy.to(server.port());
        var first = RawClient.connect(proxy.port()).withPatience(SHORT)) {
      Eventually.within(LIMIT, "the first is in", () -> proxy.accepted() == 1);
      try (var second = RawClient.connect(proxy.port())) {
        proxy.connections().get(0).toClient(Fault.DROP);
        first.say("PING");
        assertEquals("+PONG", second.say("PING").hearLine());
        assertThrows(SocketTimeoutException.class, () -> first.hear(1));
      }
    }
  }

  @Test
  void aFaultForAllIsForThoseToComeAsWell() throws IOException {
    try (var proxy = FaultProxy.to(server.port())) {
      proxy.toServer(Fault.DROP);
      try (var client = RawClient.connect(proxy.port()).withPatience(SHORT)) {
        client.say("PING");
        assertThrows(SocketTimeoutException.class, () -> client.hear(1));
      }
    }
  }

  @Test
  void aServerThatIsGoneIsAResetForTheClient() throws IOException {
    try (var own = RedisServer.start();
        var proxy = FaultProxy.to(own.port())) {
      own.kill();
      // The reset may come before the connection is of any use.
      assertThrows(SocketException.class, () -> RawClient.connect(proxy.port()).hear(1));
      Eventually.within(LIMIT, "it is counted", () -> proxy.refused() == 1);
    }
  }

  @Test
  void aClosedProxyRefusesAndEndsAll() throws IOException {
    var proxy = FaultProxy.to(server.port());
    try (var client = RawClient.connect(proxy.port())) {
      assertEquals("+PONG", client.say("PING").hearLine());
      proxy.close();
      assertThrows(SocketException.class, () -> client.hear(1));
      assertThrows(IOException.class, () -> RawClient.connect(proxy.port()));
    }
  }
}
