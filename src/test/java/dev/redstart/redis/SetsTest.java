package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
class SetsTest {
  @Parameter int protocol;
  private Redis redis;

  @BeforeEach
  void connect() {
    redis = FamilyServer.connect(protocol);
    redis.call(Sets.add("abc", "a", "b", "c"));
    redis.call(Sets.add("bcd", "b", "c", "d"));
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void membersAreInASetOnce() {
    assertEquals(1, redis.call(Sets.add("abc", "c", "d")));
    assertEquals(Set.of("a", "b", "c", "d"), redis.call(Sets.members("abc")));
    assertEquals(2, redis.call(Sets.rem("abc", "a", "b", "x")));
    assertEquals(2, redis.call(Sets.card("abc")));
    assertEquals(Set.of(), redis.call(Sets.members("none")));
    assertEquals(0, redis.call(Sets.card("none")));
  }

  @Test
  void aSetKnowsItsMembers() {
    assertTrue(redis.call(Sets.isMember("abc", "a")));
    assertFalse(redis.call(Sets.isMember("abc", "d")));
    assertEquals(List.of(true, false, true), redis.call(Sets.areMembers("abc", "a", "x", "c")));
  }

  @Test
  void anyMembersWillDo() {
    var all = Set.of("a", "b", "c");
    assertTrue(all.contains(redis.call(Sets.random("abc")).orElseThrow()));
    assertTrue(all.containsAll(redis.call(Sets.random("abc", 2))));
    assertEquals(all, redis.call(Sets.random("abc", 5)));
    var taken = new HashSet<>(redis.call(Sets.pop("abc", 2)));
    assertEquals(2, taken.size());
    taken.add(redis.call(Sets.pop("abc")).orElseThrow());
    assertEquals(all, taken);
    assertEquals(Optional.empty(), redis.call(Sets.pop("abc")));
    assertEquals(Optional.empty(), redis.call(Sets.random("abc")));
    assertEquals(Set.of(), redis.call(Sets.pop("abc", 2)));
    assertEquals(Set.of(), redis.call(Sets.random("abc", 2)));
  }

  @Test
  void setsCombine() {
    assertEquals(Set.of("b", "c"), redis.call(Sets.inter("abc", "bcd")));
    assertEquals(Set.of("a", "b", "c", "d"), redis.call(Sets.union("abc", "bcd")));
    assertEquals(Set.of("a"), redis.call(Sets.diff("abc", "bcd")));
    assertEquals(Set.of(), redis.call(Sets.inter("abc", "none")));
    assertEquals(2, redis.call(Sets.interStore("t", "abc", "bcd")));
    assertEquals(Set.of("b", "c"), redis.call(Sets.members("t")));
    assertEquals(4, redis.call(Sets.unionStore("t", "abc", "bcd")));
    assertEquals(1, redis.call(Sets.diffStore("t", "abc", "bcd")));
    assertEquals(Set.of("a"), redis.call(Sets.members("t")));
  }

  @Test
  void aMemberMoves() {
    assertTrue(redis.call(Sets.move("abc", "bcd", "a")));
    assertFalse(redis.call(Sets.move("abc", "bcd", "a")));
    assertTrue(redis.call(Sets.isMember("bcd", "a")));
  }

  @Test
  void aScanFindsEveryMember() {
    var members = new HashSet<String>();
    for (int i = 0; i < 1000; i++) {
      members.add("member" + i);
    }
    redis.call(Sets.add("k", members.toArray(String[]::new)));
    var found = new HashSet<String>();
    String cursor = ScanPage.START;
    do {
      var page = redis.call(Sets.scan("k", cursor, Scan.matching("member*")));
      found.addAll(page.items());
      cursor = page.cursor();
    } while (!cursor.equals(ScanPage.START));
    assertEquals(members, found);
  }

  @Test
  void whatCannotBeMeantIsRefusedAtOnce() {
    assertThrows(IllegalArgumentException.class, () -> Sets.add("k"));
    assertThrows(NullPointerException.class, () -> Sets.add("k", "a", null));
    assertThrows(IllegalArgumentException.class, () -> Sets.inter());
    assertThrows(IllegalArgumentException.class, () -> Sets.random("k", -5));
  }
}
