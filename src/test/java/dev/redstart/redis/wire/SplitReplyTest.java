package dev.redstart.redis.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.redstart.harness.ScriptedPeer;
import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.resp.Reply;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every type of reply, cut at every byte, through the whole client. */
@Execution(CONCURRENT)
@Timeout(60)
final class SplitReplyTest {

  /** Each type as it comes, and what it is. */
  enum Kind {
    SIMPLE("+OK\r\n", new Reply.Simple("OK")),
    BULK("$5\r\nhe\r\no\r\n", bulk("he\r\no")),
    EMPTY_BULK("$0\r\n\r\n", bulk("")),
    STREAMED_BULK("$?\r\n;2\r\nhe\r\n;1\r\ny\r\n;0\r\n", bulk("hey")),
    VERBATIM("=7\r\ntxt:abc\r\n", new Reply.Verbatim("txt", "abc".getBytes(UTF_8))),
    INT(":-1234\r\n", new Reply.Int(-1234)),
    REAL(",1.25e2\r\n", new Reply.Real(125)),
    INFINITE(",-inf\r\n", new Reply.Real(Double.NEGATIVE_INFINITY)),
    BOOL("#t\r\n", new Reply.Bool(true)),
    BIG_NUMBER("(-123456789012345678901\r\n", big("-123456789012345678901")),
    NULL("_\r\n", Reply.NULL),
    NULL_BULK("$-1\r\n", Reply.NULL),
    NULL_ARRAY("*-1\r\n", Reply.NULL),
    ARRAY("*2\r\n:1\r\n*1\r\n$1\r\na\r\n", array(one(), array(bulk("a")))),
    EMPTY_ARRAY("*0\r\n", array()),
    STREAMED_ARRAY("*?\r\n:1\r\n*?\r\n.\r\n.\r\n", array(one(), array())),
    SET("~2\r\n:1\r\n#f\r\n", new Reply.Set(List.of(one(), new Reply.Bool(false)))),
    MAP("%1\r\n+k\r\n:1\r\n", new Reply.Map(List.of(new Reply.Simple("k"), one()))),
    ATTRIBUTED("|1\r\n+k\r\n:1\r\n:1\r\n", new Reply.Attributed(map(), one())),
    ERROR_INSIDE("*2\r\n-ERR no\r\n:1\r\n", array(new Reply.Error("ERR no"), one())),
    AFTER_A_PUSH(">2\r\n+invalidate\r\n*0\r\n:1\r\n", one()),
    AROUND_A_PUSH("*2\r\n:1\r\n>1\r\n+x\r\n:1\r\n", array(one(), one()));

    private final String raw;
    private final Reply value;

    Kind(String raw, Reply value) {
      this.raw = raw;
      this.value = value;
    }

    private static Reply one() {
      return new Reply.Int(1);
    }

    private static Reply bulk(String text) {
      return new Reply.Bulk(text.getBytes(UTF_8));
    }

    private static Reply big(String digits) {
      return new Reply.BigNumber(new BigInteger(digits));
    }

    private static Reply array(Reply... items) {
      return new Reply.Array(List.of(items));
    }

    private static Reply.Map map() {
      return new Reply.Map(List.of(new Reply.Simple("k"), one()));
    }
  }

  private static Redis connect(ScriptedPeer peer) {
    return Redis.connect(RedisOptions.of(peer.url()).withTimeout(Duration.ofSeconds(10)));
  }

  @ParameterizedTest
  @EnumSource
  void aReplyInTwoPiecesIsTheSameReply(Kind kind) {
    try (var peer = ScriptedPeer.start();
        var redis = connect(peer)) {
      for (int i = 1; i < kind.raw.length(); i++) {
        peer.expect("GET", "k").replyInPieces(kind.raw.substring(0, i), kind.raw.substring(i));
        peer.expect("PING").reply("+PONG\r\n");
        var reply = redis.send(Command.of("GET", "k"));
        var next = redis.send(Command.of("PING"));
        assertEquals(kind.value, reply.await(), "cut after " + i + " bytes");
        assertEquals("PONG", next.await().text());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReplyThatComesByteByByteIsTheSameReply(Kind kind) {
    try (var peer = ScriptedPeer.start();
        var redis = connect(peer)) {
      peer.expect("GET", "k").replyByteByByte(kind.raw);
      peer.expect("PING").replyByteByByte("+PONG\r\n");
      var reply = redis.send(Command.of("GET", "k"));
      var next = redis.send(Command.of("PING"));
      assertEquals(kind.value, reply.await());
      assertEquals("PONG", next.await().text());
      peer.verify();
    }
  }

  @Test
  void anErrorInPiecesIsTheSameError() {
    for (var raw : List.of("-WRONGTYPE no\r\n", "!12\r\nWRONGTYPE no\r\n")) {
      try (var peer = ScriptedPeer.start();
          var redis = connect(peer)) {
        for (int i = 1; i < raw.length(); i++) {
          peer.expect("GET", "k").replyInPieces(raw.substring(0, i), raw.substring(i));
          var error = assertThrows(RedisException.Rejected.class, () -> redis.call("GET", "k"));
          assertEquals("WRONGTYPE", error.code());
        }
      }
    }
  }

  @Test
  void allRepliesTogetherComeInOrderHoweverThePacketsAreCut() {
    var all = new StringBuilder();
    for (var kind : Kind.values()) {
      all.append(kind.raw);
    }
    for (int size : List.of(1, 2, 3, 7, 64, all.length())) {
      try (var peer = ScriptedPeer.start();
          var redis = connect(peer)) {
        var pending = new java.util.ArrayList<dev.redstart.redis.Pending<Reply>>();
        for (var kind : Kind.values()) {
          var step = peer.expect("GET", kind.name());
          if (kind.ordinal() == Kind.values().length - 1) {
            step.replyInPieces(pieces(all.toString(), size));
          }
          pending.add(redis.send(Command.of("GET", kind.name())));
        }
        for (var kind : Kind.values()) {
          assertEquals(kind.value, pending.get(kind.ordinal()).await(), "pieces of " + size);
        }
      }
    }
  }

  private static String[] pieces(String text, int size) {
    return text.split("(?s)(?<=\\G.{" + size + "})");
  }
}
