package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
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
class SortedSetsTest {
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final ScoredMember A = new ScoredMember("a", 1);
  private static final ScoredMember B = new ScoredMember("b", 2.5);
  private static final ScoredMember C = new ScoredMember("c", Double.POSITIVE_INFINITY);

  @Parameter int protocol;
  private Redis redis;

  @BeforeEach
  void connect() {
    redis = FamilyServer.connect(protocol);
    redis.call(SortedSets.add("k", List.of(C, A, B)));
    for (String member : List.of("d", "a", "c", "b")) {
      redis.call(SortedSets.add("names", 0, member));
    }
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void membersAreAddedAndTheirScoresChanged() {
    assertEquals(1, redis.call(SortedSets.add("k", 4, "d")));
    assertEquals(0, redis.call(SortedSets.add("k", -0.25, "d")));
    assertEquals(Optional.of(-0.25), redis.call(SortedSets.score("k", "d")));
    assertEquals(4, redis.call(SortedSets.card("k")));
    assertEquals(2, redis.call(SortedSets.rem("k", "a", "d", "x")));
    assertEquals(0, redis.call(SortedSets.card("none")));
  }

  @Test
  void addingCanDependOnWhatIsThere() {
    assertEquals(0, redis.call(SortedSets.add("k", 9, "a", AddOption.IF_ABSENT)));
    assertEquals(0, redis.call(SortedSets.add("k", 9, "x", AddOption.IF_PRESENT)));
    assertEquals(Optional.empty(), redis.call(SortedSets.score("k", "x")));
    var changed = AddOption.COUNT_CHANGED;
    assertEquals(0, redis.call(SortedSets.add("k", 0, "a", AddOption.IF_GREATER, changed)));
    assertEquals(1, redis.call(SortedSets.add("k", 2, "a", AddOption.IF_GREATER, changed)));
    assertEquals(1, redis.call(SortedSets.add("k", -7, "a", AddOption.IF_LESS, changed)));
    assertEquals(Optional.of(-7.0), redis.call(SortedSets.score("k", "a")));
  }

  @Test
  void scoresAreSummedUp() {
    assertEquals(3.5, redis.call(SortedSets.incrBy("k", 2.5, "a")));
    assertEquals(Optional.of(1.5), redis.call(SortedSets.addIncr("k", -2, "a")));
    assertEquals(
        Optional.empty(), redis.call(SortedSets.addIncr("k", 1, "x", AddOption.IF_PRESENT)));
    assertEquals(
        Double.NEGATIVE_INFINITY,
        redis.call(SortedSets.incrBy("k", Double.NEGATIVE_INFINITY, "y")));
  }

  /** The text of a double has to come back as the same double, over both protocols. */
  @Test
  void scoresAreExact() {
    for (double score : new double[] {0.1, 1e300, 4.9e-324, -1.7976931348623157E308, 1L << 53}) {
      redis.call(SortedSets.add("exact", score, "m"));
      assertEquals(Optional.of(score), redis.call(SortedSets.score("exact", "m")));
    }
  }

  @Test
  void membersHaveScoresAndRanks() {
    assertEquals(
        List.of(Optional.of(Double.POSITIVE_INFINITY), Optional.empty(), Optional.of(1.0)),
        redis.call(SortedSets.mscore("k", "c", "x", "a")));
    assertEquals(Optional.of(2L), redis.call(SortedSets.rank("k", "c")));
    assertEquals(Optional.of(0L), redis.call(SortedSets.revRank("k", "c")));
    assertEquals(Optional.empty(), redis.call(SortedSets.rank("k", "x")));
  }

  @Test
  void membersAreCounted() {
    assertEquals(3, redis.call(SortedSets.count("k", ScoreRange.all())));
    assertEquals(2, redis.call(SortedSets.count("k", ScoreRange.atLeast(2.5))));
    assertEquals(1, redis.call(SortedSets.count("k", ScoreRange.atLeast(2.5).excludingMin())));
    assertEquals(1, redis.call(SortedSets.count("k", ScoreRange.atMost(2.5).excludingMax())));
    assertEquals(0, redis.call(SortedSets.count("k", ScoreRange.between(2, 1))));
    assertEquals(2, redis.call(SortedSets.count("names", LexRange.between("b", "c"))));
  }

  @Test
  void rangesByRank() {
    assertEquals(List.of("a", "b", "c"), range("k", MemberRange.byRank(0, -1)));
    assertEquals(List.of("c", "b"), range("k", MemberRange.byRank(0, 1).reversed()));
    assertEquals(List.of(A, B, C), scored(MemberRange.byRank(0, -1)));
    assertEquals(List.of(C), scored(MemberRange.byRank(0, 0).reversed()));
    assertEquals(List.of(), scored(MemberRange.byRank(5, 6)));
    assertEquals(List.of(), range("none", MemberRange.byRank(0, -1)));
  }

  private List<String> range(String key, MemberRange range) {
    return redis.call(SortedSets.range(key, range));
  }

  private List<ScoredMember> scored(MemberRange range) {
    return redis.call(SortedSets.rangeWithScores("k", range));
  }

  @Test
  void rangesByScore() {
    var upTo = MemberRange.byScore(ScoreRange.atMost(2.5));
    assertEquals(List.of("a", "b"), range("k", upTo));
    assertEquals(List.of("b", "a"), range("k", upTo.reversed()));
    assertEquals(List.of(B), scored(upTo.withLimit(1, 5)));
    assertEquals(List.of(A), scored(upTo.reversed().withLimit(1, 1)));
    assertEquals(List.of(C, B, A), scored(MemberRange.byScore(ScoreRange.all()).reversed()));
  }

  @Test
  void rangesByName() {
    var from = MemberRange.byLex(LexRange.atLeast("b"));
    assertEquals(List.of("b", "c", "d"), range("names", from));
    assertEquals(List.of("d", "c"), range("names", from.reversed().withLimit(0, 2)));
    var between = LexRange.between("a", "c").excludingMin().excludingMax();
    assertEquals(List.of("b"), range("names", MemberRange.byLex(between)));
    var all = MemberRange.byLex(LexRange.all().excludingMin());
    assertEquals(List.of("a", "b", "c", "d"), range("names", all));
    assertEquals(List.of("a"), range("names", MemberRange.byLex(LexRange.atMost("a"))));
    assertThrows(IllegalArgumentException.class, () -> scored(from));
  }

  @Test
  void rangesAreStored() {
    assertEquals(2, redis.call(SortedSets.rangeStore("t", "k", MemberRange.byRank(1, 2))));
    assertEquals(List.of("b", "c"), range("t", MemberRange.byRank(0, -1)));
    var best = MemberRange.byScore(ScoreRange.all()).reversed().withLimit(1, 1);
    assertEquals(1, redis.call(SortedSets.rangeStore("t", "k", best)));
    assertEquals(List.of("b"), range("t", MemberRange.byRank(0, -1)));
  }

  @Test
  void theSmallestAndTheGreatestAreTaken() {
    assertEquals(Optional.of(A), redis.call(SortedSets.popMin("k")));
    assertEquals(Optional.of(C), redis.call(SortedSets.popMax("k")));
    assertEquals(List.of(B), redis.call(SortedSets.popMin("k", 5)));
    assertEquals(List.of(), redis.call(SortedSets.popMax("k", 5)));
    assertEquals(Optional.empty(), redis.call(SortedSets.popMin("k")));
    redis.call(SortedSets.add("k", List.of(A, B, C)));
    assertEquals(List.of(C, B), redis.call(SortedSets.popMax("k", 2)));
  }

  @Test
  void aBlockingPopTakesWaitsAndEnds() {
    assertEquals(
        Optional.of(new Popped<>("k", A)),
        redis.call(SortedSets.blockingPopMin(Duration.ZERO, "none", "k")));
    assertEquals(
        Optional.of(new Popped<>("k", C)), redis.call(SortedSets.blockingPopMax(SHORT, "k")));
    assertEquals(Optional.empty(), redis.call(SortedSets.blockingPopMin(SHORT, "none")));
    assertEquals(Optional.empty(), redis.call(SortedSets.blockingPopMax(SHORT, "none")));
    var waiting = redis.send(SortedSets.blockingPopMin(Duration.ofSeconds(20), "x", "y"));
    FamilyServer.awaitBlocked(redis);
    redis.call(SortedSets.add("y", 0.5, "late"));
    assertEquals(Optional.of(new Popped<>("y", new ScoredMember("late", 0.5))), waiting.await());
  }

  @Test
  void rangesAreRemoved() {
    assertEquals(1, redis.call(SortedSets.removeRange("k", ScoreRange.between(2, 3))));
    assertEquals(1, redis.call(SortedSets.removeRange("k", -1, -1)));
    assertEquals(List.of("a"), range("k", MemberRange.byRank(0, -1)));
    var upTo = LexRange.atMost("c").excludingMax();
    assertEquals(2, redis.call(SortedSets.removeRange("names", upTo)));
    assertEquals(List.of("c", "d"), range("names", MemberRange.byRank(0, -1)));
  }

  @Test
  void setsCombine() {
    assertEquals(4, redis.call(SortedSets.unionStore("t", "k", "names")));
    assertEquals(3, redis.call(SortedSets.interStore("t", "k", "names")));
    assertEquals(Optional.of(2.5), redis.call(SortedSets.score("t", "b")));
  }

  @Test
  void aScanFindsEveryMember() {
    var members = new ArrayList<ScoredMember>();
    for (int i = 0; i < 1000; i++) {
      members.add(new ScoredMember("member" + i, i / 4.0));
    }
    redis.call(SortedSets.add("many", members));
    var found = new HashSet<ScoredMember>();
    String cursor = ScanPage.START;
    do {
      var page = redis.call(SortedSets.scan("many", cursor, Scan.all().withCount(200)));
      found.addAll(page.items());
      cursor = page.cursor();
    } while (!cursor.equals(ScanPage.START));
    assertEquals(new HashSet<>(members), found);
  }

  @Test
  void whatCannotBeMeantIsRefusedAtOnce() {
    assertThrows(IllegalArgumentException.class, () -> SortedSets.add("k", Double.NaN, "m"));
    assertThrows(IllegalArgumentException.class, () -> SortedSets.add("k", List.of()));
    assertThrows(IllegalArgumentException.class, () -> new ScoredMember("m", Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> ScoreRange.atLeast(Double.NaN));
    var ranks = MemberRange.byRank(0, 1);
    assertThrows(IllegalArgumentException.class, () -> ranks.withLimit(0, 1));
    var scores = MemberRange.byScore(ScoreRange.all());
    assertThrows(IllegalArgumentException.class, () -> scores.withLimit(-1, 1));
    assertThrows(NullPointerException.class, () -> SortedSets.range("k", null));
    assertThrows(IllegalArgumentException.class, () -> SortedSets.blockingPopMin(SHORT));
  }
}
