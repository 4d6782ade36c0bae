package dev.redstart.harness;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Single commands to a cluster as if it were one server. */
final class ClusterCli {

  /** What has no keys and concerns each master. */
  private static final Set<String> FOR_ALL =
      Set.of(
          "ACL",
          "CLIENT",
          "CONFIG",
          "DBSIZE",
          "FLUSHALL",
          "FLUSHDB",
          "INFO",
          "KEYS",
          "PUBSUB",
          "SCRIPT",
          "SLOWLOG");

  private static final int MOVES_MAX = 5;

  private final ClusterLook look;

  ClusterCli(ClusterLook look) {
    this.look = look;
  }

  String run(List<String> words) {
    if (!FOR_ALL.contains(words.get(0).toUpperCase(Locale.ROOT))) {
      return follow(words);
    }
    return together(look.masters().stream().map(port -> look.ask(port, words)).toList());
  }

  private String follow(List<String> words) {
    int port = look.masters().get(0);
    for (int moves = 0; ; moves++) {
      try {
        return look.ask(port, words);
      } catch (RefusedCommand refused) {
        if (!refused.line().startsWith("-MOVED ") || moves == MOVES_MAX) {
          throw refused;
        }
        port = Integer.parseInt(refused.line().substring(refused.line().lastIndexOf(':') + 1));
      }
    }
  }

  private static String together(List<String> replies) {
    if (replies.stream().allMatch(reply -> reply.matches("\\d+"))) {
      return Long.toString(replies.stream().mapToLong(Long::parseLong).sum());
    }
    if (replies.stream().distinct().count() == 1) {
      return replies.get(0);
    }
    return replies.stream()
        .flatMap(reply -> Arrays.stream(reply.split("\n")))
        .filter(line -> !line.isEmpty())
        .distinct()
        .collect(Collectors.joining("\n"));
  }
}
