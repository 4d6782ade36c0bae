package dev.redstart.resp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Writes commands, and replies as a server would send them. Thread-safe: no state. */
public final class RespEncoder {
  private RespEncoder() {}

  /**
   * One command as a client sends it: an array of bulk strings.
   *
   * @param words the name and the arguments; each may hold any bytes, or none
   * @throws IllegalArgumentException if there is no word, if one of them is null, or if all
   *     together exceed one array
   */
  public static byte[] command(List<byte[]> words) {
    Objects.requireNonNull(words, "words");
    if (words.isEmpty()) {
      throw new IllegalArgumentException("words must hold at least the name of a command");
    }
    WireBytes out = new WireBytes(commandBytes(words));
    out.header('*', words.size());
    for (byte[] word : words) {
      out.bulk('$', word);
    }
    return out.toArray();
  }

  private static int commandBytes(List<byte[]> words) {
    long total = WireBytes.headerBytes(words.size());
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i) == null) {
        throw new IllegalArgumentException("words must not hold null, as at index " + i);
      }
      total += WireBytes.bulkBytes(words.get(i));
    }
    return WireBytes.size(total);
  }

  /**
   * The UTF-8 of a text, for a word of a command.
   *
   * @throws IllegalArgumentException if the text holds half a surrogate pair, which no UTF-8 can
   *     carry; it is never replaced
   */
  public static byte[] word(String text) {
    Objects.requireNonNull(text, "text");
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        i = endOfPair(text, i);
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static int endOfPair(String text, int index) {
    if (Character.charCount(text.codePointAt(index)) != 2) {
      throw new IllegalArgumentException(
          "text must be valid Unicode but holds half a surrogate pair at index " + index);
    }
    return index + 1;
  }

  /**
   * One reply as a server sends it. RESP2 lacks most types and gets what Redis sends in their
   * place: arrays for maps, sets and pushes; bulk strings for doubles, big numbers and verbatim
   * strings; 0 and 1 for booleans; {@code $-1} for null; nothing for attributes.
   *
   * @param version 2 or 3
   * @throws IllegalArgumentException if the version is another one, or a simple string holds CR or
   *     LF
   */
  public static byte[] reply(Reply reply, int version) {
    Objects.requireNonNull(reply, "reply");
    if (version != 2 && version != 3) {
      throw new IllegalArgumentException("version must be 2 or 3 but is " + version);
    }
    WireBytes out = new WireBytes(64);
    new ReplyEncoder(out, version).write(reply);
    return out.toArray();
  }
}
