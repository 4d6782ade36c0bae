package dev.redstart.queue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The arguments of a script, one after the other. */
final class Words {
  static final Charset UTF_8 = StandardCharsets.UTF_8;

  private final List<byte[]> all = new ArrayList<>();

  Words add(String word) {
    all.add(word.getBytes(UTF_8));
    return this;
  }

  Words add(long number) {
    return add(Long.toString(number));
  }

  Words add(byte[] word) {
    all.add(word);
    return this;
  }

  Words addAll(List<byte[]> words) {
    all.addAll(words);
    return this;
  }

  List<byte[]> all() {
    return all;
  }
}
