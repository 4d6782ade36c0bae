package dev.redstart.harness;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The names of the rooms' keys, for tests that look into Redis: said as they are on a single
 * server, and on a cluster with the braces that they have there.
 */
public final class KeyNames {

  /** From what a key is on a single server to what it is on a cluster; the first that fits. */
  private static final Map<Pattern, String> RULES = new LinkedHashMap<>();

  static {
    rule("message:([^:]+)", "message:{$1}");
    rule("\\{message:([^:]+)\\}:(.+)", "message:{$1}:$2");
    rule("stream:session:([^:]+):message:([^:]+)", "stream:session:$1:message:{$2}");
    rule("session:([^:]+)(:messages)?", "session:{$1}$2");
    rule("content:([^:]+)", "content:{$1}");
    rule("run:(.+):events", "run:{$1}:events");
    rule("\\{run:(.+):events\\}:meta", "run:{$1}:events:meta");
    rule("summoner:([^:]+)(:.+)?", "summoner:{$1}$2");
    rule("orchestration:(.+)", "orchestration:{$1}");
    rule("([^:{}]+-\\d{3})(:.+)?", "{$1}$2");
    rule("(tasks|task:|conv:|msg:|push:|\\{task:|\\{conv:)(.*)", "{a2a}:$1$2");
  }

  private KeyNames() {}

  private static void rule(String single, String cluster) {
    RULES.put(Pattern.compile(single, Pattern.DOTALL), cluster);
  }

  /** This key of a room's by its name on the servers of these tests. */
  public static String key(String single) {
    if (!RedisServer.isCluster()) {
      return single;
    }
    for (var rule : RULES.entrySet()) {
      var matcher = rule.getKey().matcher(single);
      if (matcher.matches()) {
        return matcher.replaceFirst(rule.getValue());
      }
    }
    return single;
  }

  /** In the same order. */
  public static List<String> keys(String... single) {
    return List.of(single).stream().map(KeyNames::key).toList();
  }
}
