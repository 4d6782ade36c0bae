package dev.redstart.cluster;

/** Names for what has an id, of which each room says which characters it may have. */
final class Names {
  private Names() {}

  /** With neither braces nor colons, spaces, quotes, backslashes and what is not ASCII. */
  static String plain(String name) {
    return name.replaceAll("[^!-~]|[{}:\"\\\\]", "_");
  }
}
