package dev.redstart.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What servers say to their clients, with other ports where they name each other's addresses: in
 * MOVED and ASK, CLUSTER SLOTS and SHARDS. So whoever is sent elsewhere stays behind the proxies.
 */
final class Readdressing extends FilterInputStream {

  /** What stands before a port where it is part of an address. */
  private static final List<byte[]> BEFORE =
      List.of(bytes("127.0.0.1"), bytes("127.0.0.1\r\n"), bytes("port\r\n"));

  /** Those of our servers and our proxies, all of the same length: so nothing else changes. */
  private static final int DIGITS = 5;

  private final Map<String, byte[]> ports;

  /** The beginning of what may be an address. */
  private byte[] held = {};

  /**
   * @param ports from those of the servers to those of their proxies
   */
  Readdressing(InputStream in, Map<Integer, Integer> ports) {
    super(in);
    this.ports = new HashMap<>();
    ports.forEach((from, to) -> this.ports.put(five(from), bytes(five(to))));
  }

  private static String five(int port) {
    var digits = Integer.toString(port);
    if (digits.length() != DIGITS) {
      throw new IllegalArgumentException("the port " + port + " has not " + DIGITS + " digits");
    }
    return digits;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  @Override
  public int read(byte[] piece) throws IOException {
    int length = 0;
    while (length == 0) {
      int before = held.length;
      System.arraycopy(held, 0, piece, 0, before);
      int more = in.read(piece, before, piece.length - before);
      held = new byte[0];
      if (more < 0) {
        return before == 0 ? more : before;
      }
      int all = before + more;
      replace(piece, all);
      length = all - unfinished(piece, all);
      held = Arrays.copyOfRange(piece, length, all);
    }
    return length;
  }

  private void replace(byte[] piece, int length) {
    for (int i = 0; i + DIGITS < length; i++) {
      if (piece[i] == ':' && isAfterHost(piece, i)) {
        var port = ports.get(new String(piece, i + 1, DIGITS, ISO_8859_1));
        if (port != null) {
          System.arraycopy(port, 0, piece, i + 1, DIGITS);
        }
      }
    }
  }

  private static boolean isAfterHost(byte[] piece, int colon) {
    return BEFORE.stream()
        .anyMatch(host -> colon >= host.length && matches(piece, colon - host.length, host));
  }

  private static boolean matches(byte[] piece, int from, byte[] words) {
    return Arrays.equals(piece, from, from + words.length, words, 0, words.length);
  }

  /** How many bytes at the end may be the beginning of an address. */
  private static int unfinished(byte[] piece, int length) {
    int longest = 0;
    for (var host : BEFORE) {
      for (int n = 1; n <= Math.min(length, host.length + DIGITS); n++) {
        boolean begins = beginsAddress(piece, length - n, n, host);
        longest = begins ? Math.max(longest, n) : longest;
      }
    }
    return longest;
  }

  private static boolean beginsAddress(byte[] piece, int from, int count, byte[] host) {
    for (int i = 0; i < count; i++) {
      byte here = piece[from + i];
      boolean fits =
          i < host.length
              ? here == host[i]
              : i == host.length ? here == ':' : here >= '0' && here <= '9';
      if (!fits) {
        return false;
      }
    }
    return true;
  }
}
