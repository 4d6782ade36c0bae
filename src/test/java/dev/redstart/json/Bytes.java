package dev.redstart.json;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Documents as bytes. */
final class Bytes {
  private Bytes() {}

  static byte[] of(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] ofHex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
