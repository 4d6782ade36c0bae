package dev.redstart.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A command that a {@link ScriptedPeer} received.
 *
 * @param connection its number; the first is 1
 * @param words as they came; not to be modified
 */
public record Received(int connection, List<byte[]> words) {

  public String word(int index) {
    return new String(words.get(index), UTF_8);
  }

  /** The words with spaces between them, such as "GET k". */
  public String text() {
    return words.stream().map(word -> new String(word, UTF_8)).collect(Collectors.joining(" "));
  }

  /** True if the command begins with these words; the case of the first does not matter. */
  public boolean startsWith(String... start) {
    if (words.size() < start.length || !word(0).equalsIgnoreCase(start[0])) {
      return false;
    }
    for (int i = 1; i < start.length; i++) {
      if (!word(i).equals(start[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return text() + " (connection " + connection + ")";
  }
}
