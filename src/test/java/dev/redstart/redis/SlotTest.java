package dev.redstart.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Seeds;
import dev.redstart.redis.cluster.SharedCluster;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlotTest {
  private static int slot(String key) {
    return Slot.of(key.getBytes(UTF_8));
  }

  @Test
  void aKeysSlotIsTheOneThatTheSpecificationGives() {
    assertEquals(0x31C3, slot("123456789"));
    assertEquals(0, slot(""));
  }

  @Test
  void onlyTheTagCounts() {
    assertEquals(slot("user1000"), slot("{user1000}.following"));
    assertEquals(slot("user1000"), slot("foo{user1000}{bar}"));
    assertEquals(slot("{bar"), slot("foo{{bar}}zap"));
  }

  @Test
  void emptyAndUnclosedBracesAreNoTag() {
    assertTrue(slot("foo{}{bar}") != slot("") && slot("foo{}{bar}") != slot("bar"));
    assertTrue(slot("foo{bar") != slot("bar"));
    assertTrue(slot("}foo{") != slot("foo"));
  }

  @Test
  void randomKeysLieWhereAServerSaysTheyDo() {
    try (var redis = SharedCluster.connect()) {
      Seeds.check(seed -> compare(redis, new Random(seed)));
    }
  }

  private static void compare(Redis redis, Random random) {
    for (int i = 0; i < 300; i++) {
      var key = new byte[random.nextInt(20)];
      random.nextBytes(key);
      for (int j = 0; j < key.length; j++) {
        key[j] = random.nextInt(4) == 0 ? (byte) "{}".charAt(random.nextInt(2)) : key[j];
      }
      var question = Command.of("CLUSTER", "KEYSLOT").with(key);
      assertEquals(
          redis.call(question).integer(), Slot.of(key), () -> "of " + Arrays.toString(key));
    }
  }
}
