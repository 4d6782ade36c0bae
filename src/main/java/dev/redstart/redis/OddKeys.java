package dev.redstart.redis;

import java.util.ArrayList;
import java.util.List;

/** The keys of the commands whose grammar no key specification can express. */
enum OddKeys implements KeySpec {
  /**
   * SORT's first word, and the one after the last STORE. The word STORE may also be a pattern
   * (after BY or GET), so that the options have to be walked through.
   */
  SORT {
    @Override
    public List<byte[]> keys(List<byte[]> words) {
      var keys = new ArrayList<>(at(1, words));
      for (int i = 2; i < words.size() - 1; i++) {
        if (KeySpec.isWord(words.get(i), "STORE")) {
          keys.subList(1, keys.size()).clear();
          keys.add(words.get(++i));
        } else {
          i += operands(words.get(i));
        }
      }
      return keys;
    }

    private int operands(byte[] option) {
      if (KeySpec.isWord(option, "LIMIT")) {
        return 2;
      }
      return KeySpec.isWord(option, "BY") || KeySpec.isWord(option, "GET") ? 1 : 0;
    }
  },

  /**
   * MIGRATE's third word, or if that is empty all words after KEYS. The password may be "keys" too,
   * so that the options have to be walked through.
   */
  MIGRATE {
    @Override
    public List<byte[]> keys(List<byte[]> words) {
      var single = at(3, words);
      if (single.isEmpty() || single.get(0).length > 0) {
        return single;
      }
      for (int i = 6; i < words.size(); i++) {
        if (KeySpec.isWord(words.get(i), "KEYS")) {
          return words.subList(i + 1, words.size());
        }
        i += operands(words.get(i));
      }
      return List.of();
    }

    private int operands(byte[] option) {
      if (KeySpec.isWord(option, "AUTH2")) {
        return 2;
      }
      return KeySpec.isWord(option, "AUTH") ? 1 : 0;
    }
  };

  private static List<byte[]> at(int index, List<byte[]> words) {
    return index < words.size() ? List.of(words.get(index)) : List.of();
  }
}
