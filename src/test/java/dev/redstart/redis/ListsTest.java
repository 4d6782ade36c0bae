package dev.redstart.redis;

import static dev.redstart.redis.ListEnd.LEFT;
import static dev.redstart.redis.ListEnd.RIGHT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
class ListsTest {
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final byte[] BYTES = {0, (byte) 0xFF, '\r', '\n'};

  @Parameter int protocol;
  private Redis redis;

  @BeforeEach
  void connect() {
    redis = FamilyServer.connect(protocol);
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void valuesGoInAtBothEnds() {
    assertEquals(2, redis.call(Lists.pushRight("k", "c", "d")));
    assertEquals(4, redis.call(Lists.pushLeft("k", "b", "a")));
    assertEquals(List.of("a", "b", "c", "d"), all());
    assertEquals(List.of("c", "d"), redis.call(Lists.range("k", -2, -1)));
    assertEquals(5, redis.call(Lists.pushRightIfExists("k", "e")));
    assertEquals(6, redis.call(Lists.pushLeftIfExists("k", "z")));
    assertEquals(0, redis.call(Lists.pushLeftIfExists("none", "z")));
    assertEquals(6, redis.call(Lists.len("k")));
    assertEquals(List.of(), redis.call(Lists.range("none", 0, -1)));
  }

  private List<String> all() {
    return redis.call(Lists.range("k", 0, -1));
  }

  @Test
  void valuesComeOutAtBothEnds() {
    redis.call(Lists.pushRight("k", "a", "b", "c", "d", "e"));
    assertEquals(Optional.of("a"), redis.call(Lists.popLeft("k")));
    assertEquals(Optional.of("e"), redis.call(Lists.popRight("k")));
    assertEquals(List.of("b", "c"), redis.call(Lists.popLeft("k", 2)));
    assertEquals(List.of("d"), redis.call(Lists.popRight("k", 10)));
    assertEquals(List.of(), redis.call(Lists.popLeft("k", 2)));
    assertEquals(Optional.empty(), redis.call(Lists.popRight("k")));
  }

  @Test
  void bytesStayWhatTheyAre() {
    redis.call(Lists.pushLeft("k", BYTES, new byte[0]));
    redis.call(Lists.pushRight("k", new byte[] {1}, BYTES));
    assertEquals(4, redis.call(Lists.rangeBytes("k", 0, -1)).size());
    assertArrayEquals(BYTES, redis.call(Lists.rangeBytes("k", 1, 1)).get(0));
    assertArrayEquals(new byte[0], redis.call(Lists.popLeftBytes("k")).orElseThrow());
    assertArrayEquals(BYTES, redis.call(Lists.popRightBytes("k")).orElseThrow());
    assertArrayEquals(
        BYTES, redis.call(Lists.blockingPopLeftBytes(SHORT, "k")).orElseThrow().value());
    redis.call(Lists.pushRight("k", BYTES));
    var moved = redis.call(Lists.blockingMoveBytes("k", "k", RIGHT, LEFT, SHORT));
    assertArrayEquals(BYTES, moved.orElseThrow());
    assertEquals(1, redis.call(Lists.rem("k", 0, BYTES)));
  }

  @Test
  void valuesHaveAnIndex() {
    redis.call(Lists.pushRight("k", "a", "b", "c", "b"));
    assertEquals(Optional.of("b"), redis.call(Lists.index("k", -1)));
    assertEquals(Optional.empty(), redis.call(Lists.index("k", 4)));
    assertEquals(Optional.of(1L), redis.call(Lists.position("k", "b")));
    assertEquals(Optional.empty(), redis.call(Lists.position("k", "x")));
    assertEquals("OK", redis.call(Lists.set("k", 0, "A")));
    assertEquals(5, redis.call(Lists.insertBefore("k", "b", "1")));
    assertEquals(6, redis.call(Lists.insertAfter("k", "b", "2")));
    assertEquals(-1, redis.call(Lists.insertAfter("k", "x", "3")));
    assertEquals(List.of("A", "1", "b", "2", "c", "b"), all());
    assertThrows(RedisException.Rejected.class, () -> redis.call(Lists.set("k", 9, "x")));
  }

  @Test
  void valuesCanBeRemovedAndTrimmed() {
    redis.call(Lists.pushRight("k", "a", "b", "a", "c", "a", "d"));
    assertEquals(1, redis.call(Lists.rem("k", -1, "a")));
    assertEquals(List.of("a", "b", "a", "c", "d"), all());
    assertEquals(2, redis.call(Lists.rem("k", 0, "a")));
    assertEquals("OK", redis.call(Lists.trim("k", 1, -1)));
    assertEquals(List.of("c", "d"), all());
  }

  @Test
  void aValueMovesFromListToList() {
    redis.call(Lists.pushRight("k", "a", "b", "c"));
    assertEquals(Optional.of("a"), redis.call(Lists.move("k", "other", LEFT, RIGHT)));
    assertEquals(Optional.of("c"), redis.call(Lists.move("k", "other", RIGHT, LEFT)));
    assertEquals(List.of("c", "a"), redis.call(Lists.range("other", 0, -1)));
    assertEquals(Optional.of("b"), redis.call(Lists.blockingMove("k", "other", LEFT, LEFT, SHORT)));
    assertEquals(Optional.empty(), redis.call(Lists.move("k", "other", LEFT, LEFT)));
  }

  @Test
  void aBlockingPopTakesTheFirstThatIsThere() {
    redis.call(Lists.pushRight("b", "1", "2"));
    assertEquals(
        Optional.of(new Popped<>("b", "1")),
        redis.call(Lists.blockingPopLeft(Duration.ZERO, "a", "b")));
    assertEquals(
        Optional.of(new Popped<>("b", "2")), redis.call(Lists.blockingPopRight(LONG, "a", "b")));
  }

  @Test
  void aBlockingPopEndsWithNothingAfterItsTime() {
    long start = System.nanoTime();
    assertEquals(Optional.empty(), redis.call(Lists.blockingPopLeft(SHORT, "k")));
    assertEquals(Optional.empty(), redis.call(Lists.blockingPopLeftBytes(SHORT, "k")));
    assertEquals(Optional.empty(), redis.call(Lists.blockingPopRight(SHORT, "k")));
    assertEquals(Optional.empty(), redis.call(Lists.blockingMove("k", "l", LEFT, LEFT, SHORT)));
    assertEquals(
        Optional.empty(), redis.call(Lists.blockingMoveBytes("k", "l", LEFT, LEFT, SHORT)));
    assertTrue(System.nanoTime() - start >= 5 * SHORT.toNanos());
  }

  @Test
  void aBlockingPopWaitsForAValue() {
    var waiting = redis.send(Lists.blockingPopLeft(LONG, "a", "k"));
    FamilyServer.awaitBlocked(redis);
    redis.call(Lists.pushRight("k", "v"));
    assertEquals(Optional.of(new Popped<>("k", "v")), waiting.await());
  }

  @Test
  void aTimeToBlockIsWrittenInSecondsAndNeverBecomesForever() {
    assertEquals("0", blocking(Duration.ZERO));
    assertEquals("0.001", blocking(Duration.ofNanos(1)));
    assertEquals("1.5", blocking(Duration.ofMillis(1500)));
    assertEquals("600", blocking(Duration.ofMinutes(10)));
  }

  private static String blocking(Duration block) {
    return Lists.blockingPopLeft(block, "k").word(2);
  }

  @Test
  void whatCannotBeMeantIsRefusedAtOnce() {
    var minus = Duration.ofMillis(-1);
    assertThrows(IllegalArgumentException.class, () -> Lists.blockingPopLeft(minus, "k"));
    assertThrows(
        IllegalArgumentException.class, () -> Lists.blockingMove("k", "l", LEFT, LEFT, minus));
    assertThrows(IllegalArgumentException.class, () -> Lists.blockingPopLeft(SHORT));
    assertThrows(IllegalArgumentException.class, () -> Lists.pushLeft("k", new String[0]));
    assertThrows(NullPointerException.class, () -> Lists.move("k", "l", null, LEFT));
    assertThrows(IllegalArgumentException.class, () -> Lists.popLeft("k", 0));
  }
}
