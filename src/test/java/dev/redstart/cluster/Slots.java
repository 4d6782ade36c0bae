package dev.redstart.cluster;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where keys live on a cluster, reckoned apart from the client: CRC-16 (XModem) of the hash tag.
 */
final class Slots {
  private static final int COUNT = 16_384;
  private static final int POLYNOMIAL = 0x1021;

  private Slots() {}

  static Set<Integer> of(List<byte[]> keys) {
    var slots = new TreeSet<Integer>();
    keys.forEach(key -> slots.add(of(key)));
    return slots;
  }

  static int of(byte[] key) {
    int open = indexOf(key, '{', 0);
    int close = open < 0 ? -1 : indexOf(key, '}', open);
    boolean tagged = close > open + 1;
    return tagged ? crc(key, open + 1, close) % COUNT : crc(key, 0, key.length) % COUNT;
  }

  private static int indexOf(byte[] key, char wanted, int from) {
    for (int i = from; i < key.length; i++) {
      if (key[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static int crc(byte[] key, int from, int to) {
    int crc = 0;
    for (int i = from; i < to; i++) {
      crc ^= (key[i] & 0xff) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc << 1) ^ ((crc & 0x8000) == 0 ? 0 : POLYNOMIAL);
      }
      crc &= 0xffff;
    }
    return crc;
  }
}
