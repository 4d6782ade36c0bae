package dev.redstart.resp;

import java.nio.charset.StandardCharsets;

/** The three characters that say what a verbatim string is. */
final class VerbatimFormat {
  private VerbatimFormat() {}

  /** The first three bytes as text; the usual one is shared. */
  static String of(byte[] bytes) {
    String format = new String(bytes, 0, 3, StandardCharsets.ISO_8859_1);
    return format.equals("txt") ? "txt" : format;
  }

  /** Whether these are three printable characters of ASCII. */
  static boolean isValid(String format) {
    boolean printable = format.length() == 3;
    for (int i = 0; i < format.length(); i++) {
      printable &= format.charAt(i) > ' ' && format.charAt(i) <= '~';
    }
    return printable;
  }
}
