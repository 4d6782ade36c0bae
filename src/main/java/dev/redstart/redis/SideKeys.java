package dev.redstart.redis;

import java.util.Objects;

/**
 * Names for the keys that belong to a user's key and must live in one cluster slot with it. The
 * user's key keeps its name: beside {@code jobs} there is {@code {jobs}:dead}, beside {@code
 * {eu}:jobs}, which has a hash tag of its own, {@code {eu}:jobs:dead}.
 *
 * @param prefix what all these names begin with, without the colon
 */
public record SideKeys(String prefix) {
  /**
   * For the keys beside {@code key}.
   *
   * @throws IllegalArgumentException if the key is blank, or has a brace without its counterpart or
   *     an empty pair: no other name would be sure to share its slot
   */
  public static SideKeys of(String key) {
    if (Objects.requireNonNull(key, "key").isBlank()) {
      throw new IllegalArgumentException("key: must not be blank");
    }
    boolean tagged = key.indexOf('{') >= 0;
    if (!isBalanced(key) || (tagged && key.indexOf('}') == key.indexOf('{') + 1)) {
      throw new IllegalArgumentException(
          "key: braces must come in pairs with something between them, for they say where a key"
              + " lives on a cluster; was "
              + key);
    }
    return new SideKeys(tagged ? key : "{" + key + "}");
  }

  private static boolean isBalanced(String key) {
    int depth = 0;
    for (int i = 0; i < key.length() && depth >= 0; i++) {
      char c = key.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    }
    return depth == 0;
  }

  /** The key beside it with this name. */
  public String key(String name) {
    return prefix + ":" + name;
  }
}
