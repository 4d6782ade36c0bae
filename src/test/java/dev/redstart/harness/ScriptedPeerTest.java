package dev.redstart.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ScriptedPeerTest {

  private static final Duration LIMIT = Duration.ofSeconds(5);

  @Test
  void theHandshakeNeedsNoScript() throws IOException {
    try (var peer = ScriptedPeer.start();
        var client = RawClient.connect(peer.port())) {
      client.say("HELLO", "3", "AUTH", "default", "secret", "SETNAME", "me");
      assertEquals("%7", client.hearLine());
      assertTrue(client.hear(200 - 97).contains("proto\r\n:3\r\n"));
      peer.verify();
      assertEquals(List.of(), peer.commands());
      assertEquals("HELLO", peer.received().get(0).word(0));
    }
  }

  @Test
  void helloIsAnsweredInTheProtocolThatWasAskedFor() throws IOException {
    try (var peer = ScriptedPeer.start();
        var client = RawClient.connect(peer.port())) {
      assertEquals("*14", client.say("hello", "2").hearLine());
    }
  }

  @Test
  void aRestOfTheHandshakeIsAnsweredToo() throws IOException {
    try (var peer = ScriptedPeer.start();
        var client = RawClient.connect(peer.port())) {
      assertEquals("+OK", client.say("AUTH", "secret").hearLine());
      assertEquals("+OK", client.say("SELECT", "3").hearLine());
      assertEquals("+OK", client.say("CLIENT", "SETINFO", "lib-name", "redstart").hearLine());
      assertEquals("+OK", client.say("CLIENT", "SETNAME", "me").hearLine());
      assertEquals(":1", client.say("CLIENT", "ID").hearLine());
    }
  }

  @Test
  void anOldServerKnowsNoHello() throws IOException {
    try (var peer = ScriptedPeer.start(Handshake.WITHOUT_HELLO);
        var client = RawClient.connect(peer.port())) {
      assertEquals("-ERR unknown command 'HELLO'", client.say("HELLO", "3").hearLine());
      assertEquals("+OK", client.say("SELECT", "1").hearLine());
    }
  }

  @Test
  void aStepForTheHandshakeComesFirstButAStepForAnyCommandDoesNot() throws IOException {
    try (var peer = ScriptedPeer.start();
        var client = RawClient.connect(peer.port())) {
      peer.expect("AUTH").reply("-WRONGPASS no\r\n");
      peer.expectAny().reply("+any\r\n");
      assertEquals("-WRONGPASS no", client.say("AUTH", "x").hearLine());
      assertEquals("+OK", client.say("AUTH", "x").hearLine());
      assertEquals("+any", client.say("GET", "k").hearLine());
      peer.verify();
    }
  }

  @Test
  void halfAReplyThenTheEnd() throws IOException {
    try (var peer = ScriptedPeer.start();
        var client = RawClient.connect(peer.port())) {
      peer.expect("GET", "k").reply("$5\r\nhel").hangUp();
      assertEquals("$5\r\nhel", client.say("GET", "k").hearToTheEnd());
      peer.verify();
    }
  }

  @Test
  void aHangUpIsAnEndEvenIfTheClientHasSaidMore() throws IOException {
    try (var peer = ScriptedPeer.start();
        var client = RawClient.connect(peer.port())) {
      peer.expect("GET", "k").reply("$5\r\nhel").hangUp();
      client.say("GET", "k").say("GET", "l".repeat(100_000));
      assertEquals("$5\r\nhel", client.hearToTheEnd());
    }
  }

  @Test
  void aResetIsAReset() throws IOException {
    try (var peer = ScriptedPeer.start();
        var client = RawClient.connect(peer.port())) {
      peer.expect("GET").reset();
      client.say("GET", "k");
      assertThrows(SocketException.class, () -> client.hear(1));
    }
  }

  @Test
  void aConnectionCanEndBeforeAWordIsSaid() throws IOException {
    try (var peer = ScriptedPeer.start()) {
      peer.connection(1).onConnect().reply("-ERR max number of clients reached\r\n").hangUp();
      try (var first = RawClient.connect(peer.port());
          var second = RawClient.connect(peer.port())) {
        assertEquals("-ERR max number of clients reached\r\n", first.hearToTheEnd());
        assertEquals("+OK", second.say("SELECT", "0").hearLine());
      }
    }
  }

  @Test
  void aSilentPeerSaysNothing() throws IOException {
    try (var peer = ScriptedPeer.start();
        var client = RawClient.connect(peer.port()).withPatience(Duration.ofMillis(50))) {
      peer.expect("GET").silence();
      client.say("GET", "k");
      assertThrows(SocketTimeoutException.class, () -> client.hear(1));
    }
  }

  @Test
  void aLateReplyComesWhenItsLatchOpens() throws IOException {
    var late = new CountDownLatch(1);
    try (var peer = ScriptedPeer.start();
        var client = RawClient.connect(peer.port()).withPatience(Duration.ofMillis(50))) {
      peer.expect("GET").after(late).reply("+late\r\n");
      client.say("GET", "k");
      assertThrows(SocketTimeoutException.class, () -> client.hear(1));
      late.countDown();
      assertEquals("+late", client.withPatience(LIMIT).hearLine());
    }
  }

  @Test
  void aReplyAfterAWhileComesAfterThatWhile() throws IOException {
    try (var peer = ScriptedPeer.start();
        var client = RawClient.connect(peer.port())) {
      peer.expect("GET").after(Duration.ofMillis(60)).reply("+late\r\n");
      long start = System.nanoTime();
      assertEquals("+late", client.say("GET", "k").hearLine());
      assertTrue(System.nanoTime() - start >= Duration.ofMillis(60).toNanos());
    }
  }

  @Test
  void piecesComeOneAfterTheOther() throws IOException {
    try (var peer = ScriptedPeer.start();
        var client = RawClient.connect(peer.port())) {
      var gap = new CountDownLatch(1);
      peer.expect("GET").reply("$5\r").after(gap).replyInPieces("\nhel", "lo\r", "\n");
      assertEquals("$5\r", client.say("GET", "k").hearOnce(100));
      gap.countDown();
      assertEquals("\nhello\r\n", client.hear(8));
      peer.expect("GET").replyByteByByte("$2\r\nhi\r\n");
      assertEquals("$2\r\nhi\r\n", client.say("GET", "k").hear(8));
    }
  }

  @Test
  void unaskedBytesComeOnOneConnectionOrAll() throws IOException {
    try (var peer = ScriptedPeer.start();
        var one = RawClient.connect(peer.port());
        var two = RawClient.connect(peer.port())) {
      Eventually.within(LIMIT, "both are in", () -> peer.open() == 2);
      peer.send(2, "+for you\r\n");
      peer.send("+for all\r\n");
      assertEquals("+for all", one.hearLine());
      assertEquals("+for you", two.hearLine());
      assertEquals("+for all", two.hearLine());
    }
  }

  @Test
  void connectionsHaveScriptsOfTheirOwn() throws IOException {
    try (var peer = ScriptedPeer.start();
        var one = RawClient.connect(peer.port());
        var two = RawClient.connect(peer.port())) {
      peer.connection(2).expect("GET").reply("+second\r\n");
      peer.expect("GET").reply("+any\r\n");
      assertEquals("+any", one.say("GET", "k").hearLine());
      assertEquals("+second", two.say("GET", "k").hearLine());
      assertEquals(List.of("GET k", "GET k"), peer.commands());
      peer.verify();
    }
  }

  @Test
  void aHandlerAnswersWhatNoScriptExpects() throws IOException {
    try (var peer =
            ScriptedPeer.answering(command -> ("+" + command.text() + "\r\n").getBytes(UTF_8));
        var client = RawClient.connect(peer.port())) {
      peer.expect("GET", "k").reply("+scripted\r\n");
      assertEquals("+GET other", client.say("GET", "other").hearLine());
      assertEquals("+scripted", client.say("GET", "k").hearLine());
      assertEquals("+GET k", client.say("GET", "k").hearLine());
    }
  }

  @Test
  void anUnexpectedCommandGetsAnErrorAndFailsTheTest() throws IOException {
    var peer = ScriptedPeer.start();
    try (var client = RawClient.connect(peer.port())) {
      peer.expect("GET", "k");
      assertTrue(client.say("SET", "k", "v").hearLine().startsWith("-ERR"));
    }
    var error = assertThrows(AssertionError.class, peer::close);
    assertTrue(error.getMessage().contains("unexpected SET k v"), error.getMessage());
    assertTrue(error.getMessage().contains("expected: [GET k]"), error.getMessage());
  }

  @Test
  void whatDidNotHappenFailsVerifyOnce() {
    try (var peer = ScriptedPeer.start()) {
      peer.expect("GET", "k");
      peer.connection(7).expect("PING");
      var error = assertThrows(AssertionError.class, peer::verify);
      assertTrue(error.getMessage().contains("still expected: [GET k, PING]"), error.getMessage());
    }
  }

  @Test
  void whatIsNoCommandIsAFailure() throws IOException {
    var peer = ScriptedPeer.start();
    try (var client = RawClient.connect(peer.port())) {
      assertEquals("", client.sayRaw("GET / HTTP/1.1\r\n").finish().hearToTheEnd());
    }
    var error = assertThrows(AssertionError.class, peer::close);
    assertTrue(error.getMessage().contains("GET / HTTP/1.1"), error.getMessage());
  }

  @Test
  void aFailingHandlerIsAFailure() throws IOException {
    var peer =
        ScriptedPeer.answering(
            command -> {
              throw new IllegalStateException("handler broke");
            });
    try (var client = RawClient.connect(peer.port())) {
      assertEquals("", client.say("GET", "k").hearToTheEnd());
    }
    var error = assertThrows(AssertionError.class, peer::close);
    assertTrue(error.getMessage().contains("handler broke"), error.getMessage());
  }

  @Test
  void aPeerOfAnotherProtocolSaysItsOwnThingWhateverIsSaid() throws IOException {
    var page = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    try (var peer = ScriptedPeer.speaking(page);
        var client = RawClient.connect(peer.port())) {
      assertEquals(page, client.sayRaw("\u0016\u0003\u0001").hearToTheEnd());
    }
  }

  @Test
  void closingEndsWhateverThePeerIsWaitingFor() throws IOException {
    var never = new CountDownLatch(1);
    var peer = ScriptedPeer.start();
    peer.expect("GET").after(never);
    peer.expect("GET").after(Duration.ofMinutes(1));
    long start = System.nanoTime();
    try (var one = RawClient.connect(peer.port());
        var two = RawClient.connect(peer.port())) {
      one.say("GET", "k");
      two.say("GET", "k");
      Eventually.within(LIMIT, "both are in", () -> peer.commands().size() == 2);
      peer.close();
      assertEquals("", one.hearToTheEnd());
      assertThrows(IOException.class, () -> RawClient.connect(peer.port()));
    }
    assertTrue(System.nanoTime() - start < LIMIT.toNanos());
  }
}
