package dev.redstart.redis;

import java.util.List;

/**
 * What is known of a command by its name. The facts are data, in {@code commands.txt}, and a test
 * compares them with what a live server says in COMMAND INFO.
 *
 * @param name the name in capitals, with the subcommand where there is one
 * @param known whether the table knows it
 */
record CommandTraits(
    String name, boolean known, boolean readOnly, boolean blocking, List<KeySpec> keySpecs) {

  static CommandTraits of(List<byte[]> words) {
    return CommandTable.find(words);
  }

  List<byte[]> keys(List<byte[]> words) {
    // Nearly all have one specification, and a cluster asks for the keys of each command.
    if (keySpecs.size() == 1) {
      return keySpecs.get(0).keys(words);
    }
    return keySpecs.stream().flatMap(spec -> spec.keys(words).stream()).toList();
  }
}
