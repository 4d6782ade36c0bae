package dev.redstart.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Which of the 16384 slots of a cluster a key lies in: CRC-16 (XMODEM) of its tag, the bytes in its
 * first braces, or of the whole key if there are none, or nothing in them.
 *
 * @see <a href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/">Redis
 *     cluster specification</a>
 */
final class Slot {
  static final int COUNT = 16_384;

  /** Of commands without keys. */
  static final int NONE = -1;

  private static final int POLYNOMIAL = 0x1021;
  private static final char[] TABLE = table();

  /** Of a key, in messages. */
  private static final int SHOWN_MAX = 100;

  private Slot() {}

  private static char[] table() {
    var table = new char[256];
    for (int i = 0; i < table.length; i++) {
      int crc = i << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc << 1) ^ ((crc & 0x8000) == 0 ? 0 : POLYNOMIAL);
      }
      table[i] = (char) crc;
    }
    return table;
  }

  static int of(byte[] key) {
    int open = indexOf((byte) '{', key, 0);
    int close = open < 0 ? -1 : indexOf((byte) '}', key, open + 1);
    return close > open + 1 ? of(key, open + 1, close) : of(key, 0, key.length);
  }

  private static int indexOf(byte wanted, byte[] key, int from) {
    for (int i = from; i < key.length; i++) {
      if (key[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static int of(byte[] key, int from, int to) {
    int crc = 0;
    for (int i = from; i < to; i++) {
      crc = (crc << 8 & 0xFF00) ^ TABLE[(crc >>> 8 ^ key[i]) & 0xFF];
    }
    return crc % COUNT;
  }

  static int of(Command<?> command) {
    return of(List.of(command));
  }

  /**
   * The one slot of all keys of what has to run in one place; {@link #NONE} if there are no keys.
   *
   * @throws IllegalArgumentException if the keys lie in different slots
   */
  static int of(List<? extends Command<?>> commands) {
    int slot = NONE;
    byte[] first = null;
    for (Command<?> command : commands) {
      for (byte[] key : command.keys()) {
        int own = of(key);
        if (first != null && own != slot) {
          throw different(command, first, key);
        }
        first = first == null ? key : first;
        slot = own;
      }
    }
    return slot;
  }

  static IllegalArgumentException different(Command<?> command, byte[] one, byte[] other) {
    String text =
        "%s was not sent: its keys %s and %s lie in different slots of the cluster (%d and %d);"
            + " keys that are used together need the same {tag} in their names";
    return new IllegalArgumentException(
        text.formatted(command.name(), shown(one), shown(other), of(one), of(other)));
  }

  private static String shown(byte[] key) {
    String text = new String(key, 0, Math.min(key.length, SHOWN_MAX), StandardCharsets.UTF_8);
    return text + (key.length > SHOWN_MAX ? "..." : "");
  }
}
