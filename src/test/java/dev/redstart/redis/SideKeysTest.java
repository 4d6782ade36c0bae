package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Seeds;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SideKeysTest {

  /** The part of a key by which a cluster finds its slot, as Redis' documentation has it. */
  private static String hashTag(String key) {
    int open = key.indexOf('{');
    int close = open < 0 ? -1 : key.indexOf('}', open + 1);
    return close > open + 1 ? key.substring(open + 1, close) : key;
  }

  @ParameterizedTest
  @CsvSource({
    "jobs, {jobs}:dead",
    "a:b c, {a:b c}:dead",
    "{eu}:jobs, {eu}:jobs:dead",
    "x{eu}, x{eu}:dead",
    "{a}{b}, {a}{b}:dead",
    "{a{b}}, {a{b}}:dead"
  })
  void theUsersKeyKeepsItsNameAndOthersStandBesideIt(String key, String dead) {
    var side = SideKeys.of(key);
    assertEquals(dead, side.key("dead"));
    assertEquals(hashTag(key), hashTag(side.key("dead")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "\t", "a}", "{a", "}{", "a}b", "{}", "{}a", "x{}y{z}", "{a}}", "{{a}"})
  void whatCouldSplitOverSlotsIsRefused(String key) {
    var refused = assertThrows(IllegalArgumentException.class, () -> SideKeys.of(key));
    assertTrue(refused.getMessage().startsWith("key:"), refused.getMessage());
  }

  @Test
  void nullIsRefusedByName() {
    assertEquals(
        "key", assertThrows(NullPointerException.class, () -> SideKeys.of(null)).getMessage());
  }

  @Test
  void whatIsTakenSharesItsSlotWhateverItsName() {
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          for (int i = 0; i < 5000; i++) {
            var key = new StringBuilder();
            for (int length = 1 + random.nextInt(8); length > 0; length--) {
              key.append("{}ab:".charAt(random.nextInt(5)));
            }
            check(key.toString());
          }
        });
  }

  private static void check(String key) {
    try {
      assertEquals(hashTag(key), hashTag(SideKeys.of(key).key("x")), key);
    } catch (IllegalArgumentException refused) {
      assertTrue(key.contains("{") || key.contains("}"), key);
    }
  }
}
