package dev.redstart.redis.cluster;

import static dev.redstart.redis.cluster.FakeNode.all;
import static dev.redstart.redis.cluster.FakeNode.ask;
import static dev.redstart.redis.cluster.FakeNode.moved;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Received;
import dev.redstart.redis.Command;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Strings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node says of where a command belongs is followed, within bounds. */
class RedirectionTest {
  /** Of "k". */
  private static final int SLOT = 7629;

  private static final Duration SOON = Duration.ofSeconds(10);

  private final FakeNode one = new FakeNode();
  private final FakeNode two = new FakeNode();

  @AfterEach
  void close() {
    one.close();
    two.close();
  }

  private Redis connect() {
    return Redis.connect(FakeNode.options(one));
  }

  @Test
  void aCommandThatHasMovedIsSentToTheNamedNodeAndTheNextOnesGoThereAtOnce() {
    one.tells(all(one)).answers(moved(SLOT, two));
    two.tells(all(two)).answers("$1\r\nv\r\n");
    try (var redis = connect()) {
      one.tells(all(two));
      for (int i = 0; i < 5; i++) {
        assertEquals(Optional.of("v"), redis.call(Strings.get("k")));
      }
      assertEquals(1, one.count("GET"));
      assertEquals(5, two.count("GET"));
      Eventually.within(SOON, "it asks again", () -> one.asked() + two.asked() == 2);
    }
  }

  @Test
  void aThousandMovedCommandsAreOneQuestionOrTwo() {
    one.tells(all(one)).answers(moved(SLOT, two));
    two.tells(all(two)).answers(":1\r\n");
    try (var redis = connect()) {
      var sent = new ArrayList<Pending<Long>>();
      for (int i = 0; i < 1000; i++) {
        sent.add(redis.send(Strings.incr("k")));
      }
      sent.forEach(pending -> assertEquals(1, pending.await()));
      assertEquals(1000, two.count("INCR"));
      assertTrue(one.asked() + two.asked() <= 3, one.asked() + " and " + two.asked());
    }
  }

  @Test
  void askingIsRightBeforeItsCommandAndHoldsForThatOneOnly() {
    one.tells(all(one)).answers(ask(SLOT, two));
    two.answers(
        command -> command.startsWith("ASKING") ? "+OK\r\n" : "+" + command.word(1) + "\r\n");
    try (var redis = connect()) {
      var sent = new ArrayList<Pending<String>>();
      for (int i = 0; i < 100; i++) {
        var echo = Command.of("GETSET", "k", "value " + i).map(reply -> reply.text());
        sent.add(redis.send(echo));
      }
      sent.forEach(pending -> assertEquals("k", pending.await()));
      List<String> commands = two.peer().commands();
      assertEquals(200, commands.size());
      for (int i = 0; i < commands.size(); i++) {
        assertEquals(i % 2 == 0, commands.get(i).equals("ASKING"), commands.toString());
      }
      assertEquals(100, one.count("GETSET"));
      assertEquals(1, one.asked());
    }
  }

  @Test
  void aTransactionThatWasAskedElsewhereIsOnePieceWithItsAsking() {
    one.tells(all(one))
        .answers(
            command ->
                switch (command.word(0)) {
                  case "MULTI" -> "+OK\r\n";
                  case "INCR" -> ask(SLOT, two);
                  default -> "-EXECABORT Transaction discarded because of previous errors.\r\n";
                });
    two.answers(
        command ->
            switch (command.word(0)) {
              case "INCR" -> "+QUEUED\r\n";
              case "EXEC" -> "*2\r\n:1\r\n:2\r\n";
              default -> "+OK\r\n";
            });
    try (var redis = connect()) {
      assertEquals(List.of(1L, 2L), redis.atomically(Strings.incr("k"), Strings.incr("k")));
      assertEquals(List.of("ASKING", "MULTI", "INCR k", "INCR k", "EXEC"), two.peer().commands());
    }
  }

  @Test
  void nodesThatNameEachOtherAreLeftAfterAWhile() {
    one.tells(all(one)).answers(moved(SLOT, two));
    two.tells(all(two)).answers(moved(SLOT, one));
    assertIsLeft();
  }

  @Test
  void aHundredCallersOfNodesThatDisagreeAskNoMoreThanOne() {
    one.tells(all(one)).answers(moved(SLOT, two));
    two.tells(all(two)).answers(moved(SLOT, one));
    try (var redis = connect()) {
      var sent = new ArrayList<Pending<Long>>();
      for (int i = 0; i < 100; i++) {
        sent.add(redis.send(Strings.incr("k")));
      }
      sent.forEach(each -> assertThrows(RedisException.Rejected.class, each::await));
      long times = one.count("INCR") + two.count("INCR");
      assertTrue(times <= 1_100, times + " times");
      long asked = one.asked() + two.asked();
      assertTrue(asked <= 20, asked + " questions");
      // Each answer may make one of them a stranger, who is then met again.
      int accepted = one.peer().accepted() + two.peer().accepted();
      assertTrue(accepted <= 2 + asked, accepted + " connections for " + asked + " questions");
    }
  }

  @Test
  void aNodeThatNamesItselfIsLeftAfterAWhile() {
    one.tells(all(one)).answers(moved(SLOT, one));
    assertIsLeft();
  }

  @Test
  void nodesThatAskEachOtherAreLeftAfterAWhile() {
    one.tells(all(one)).answers(unlessAsking(ask(SLOT, two)));
    two.answers(unlessAsking(ask(SLOT, one)));
    assertIsLeft();
  }

  @Test
  void aNodeThatAsksForWhatAnotherHasMovedBackIsLeftAfterAWhile() {
    one.tells(all(one)).answers(unlessAsking(ask(SLOT, two)));
    two.tells(all(one)).answers(unlessAsking(moved(SLOT, one)));
    assertIsLeft();
  }

  private static Function<Received, String> unlessAsking(String answer) {
    return command -> command.startsWith("ASKING") ? FakeNode.OK : answer;
  }

  private void assertIsLeft() {
    try (var redis = connect()) {
      var refused =
          assertThrows(RedisException.Rejected.class, () -> redis.call(Strings.set("k", "v")));
      assertFalse(refused.mayHaveRun());
      assertTrue(refused.getMessage().contains("disagree"), refused.getMessage());
      long sent = one.count("SET") + two.count("SET");
      assertTrue(sent >= 5 && sent <= 11, sent + " times");
      assertTrue(one.asked() + two.asked() <= 15, one.asked() + " and " + two.asked());
    }
  }

  @Test
  void anAddressMayHaveColons() {
    var mapped = "::ffff:127.0.0.1";
    one.tells(FakeNode.slots(FakeNode.range(0, 16_383, mapped, one.port())))
        .answers("-MOVED " + SLOT + " " + mapped + ":" + two.port() + "\r\n");
    two.tells(all(two)).answers(":1\r\n");
    try (var redis = connect()) {
      assertEquals(1, redis.call(Strings.incr("k")));
    }
  }

  @Test
  void aHostThatIsLeftOutIsTheOneThatAnswered() {
    one.tells(FakeNode.slots(FakeNode.rawRange(0, 16_383, "$-1\r\n", one.port())))
        .answers("-MOVED " + SLOT + " :" + two.port() + "\r\n");
    two.tells(all(two)).answers(":1\r\n");
    try (var redis = connect()) {
      assertEquals(1, redis.call(Strings.incr("k")));
    }
  }

  @Test
  void aRedirectionThatMakesNoSenseIsTold() {
    for (String odd :
        List.of(
            "MOVED", "MOVED 1 here:1", "MOVED 99999 127.0.0.1:1", "MOVED " + SLOT + " ?:7000")) {
      one.tells(all(one)).answers("-" + odd + "\r\n");
      try (var redis = connect()) {
        var refused =
            assertThrows(RedisException.Rejected.class, () -> redis.call(Strings.incr("k")));
        assertEquals("MOVED", refused.code());
      }
    }
  }

  @Test
  void whatAScriptSaysAfterItHasRunIsNotFollowed() {
    one.tells(all(one)).answers(moved(1, two));
    try (var redis = connect()) {
      var refused =
          assertThrows(
              RedisException.Rejected.class, () -> redis.call("EVAL", "return 1", "1", "k"));
      assertTrue(refused.mayHaveRun());
      assertThrows(RedisException.Rejected.class, () -> redis.call("EVAL", "return 1", "0"));
      assertEquals(0, two.peer().accepted());
    }
  }

  @Test
  void whatBlockedIsSentOnWithAConnectionOfItsOwn() {
    one.tells(all(one)).answers(moved(SLOT, two));
    two.tells(all(two)).answers("*2\r\n$1\r\nk\r\n$1\r\nv\r\n");
    try (var redis = connect()) {
      for (int i = 0; i < 3; i++) {
        var popped = redis.call(Lists.blockingPopLeft(Duration.ofSeconds(1), "k"));
        assertEquals("v", popped.orElseThrow().value());
      }
      assertEquals(3, two.count("BLPOP"));
    }
  }
}
