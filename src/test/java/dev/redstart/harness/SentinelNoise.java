package dev.redstart.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.redstart.redis.Redis;
import dev.redstart.resp.Reply;
import java.util.List;
import java.util.regex.Pattern;

/** Takes out of a master's figures what its Sentinels and its replica do there all the time. */
final class SentinelNoise {

  private static final String OTHERS = "cmdstat_(?:ping|publish|info|replconf|psync):";
  private static final Pattern CALLS = Pattern.compile(OTHERS + "calls=(\\d+)");
  private static final String CHANNEL = "__sentinel__:hello";
  private static final Pattern LINES =
      Pattern.compile(
          "(?m)^(?:" + OTHERS + "|" + CHANNEL + "| *id=.* (?:name=sentinel-|flags=S )).*\\R?");
  private static final Pattern TOTAL = Pattern.compile("total_commands_processed:(\\d+)");

  private SentinelNoise() {}

  /** The answer to the words, without it. */
  static Reply without(Redis redis, String... words) {
    if (words[0].equals("PUBSUB")) {
      var items =
          redis.call(words).items().stream().filter(item -> !item.equals(text(CHANNEL))).toList();
      return new Reply.Array(items);
    } else if (List.of(words).equals(List.of("INFO", "stats"))) {
      return text(total(redis.call("INFO", "all").text()));
    }
    Reply reply = redis.call(words);
    boolean list = reply instanceof Reply.Bulk || reply instanceof Reply.Verbatim;
    return list ? text(LINES.matcher(reply.text()).replaceAll("")) : reply;
  }

  /** The same for a text, in which channels and clients have a line each. */
  static String without(String reply) {
    return LINES.matcher(reply).replaceAll("");
  }

  private static String total(String info) {
    long others =
        CALLS.matcher(info).results().mapToLong(found -> Long.parseLong(found.group(1))).sum();
    String quiet =
        TOTAL
            .matcher(info)
            .replaceFirst(
                found -> "total_commands_processed:" + (Long.parseLong(found.group(1)) - others));
    return quiet.lines().filter(line -> !line.startsWith("cmdstat_")).collect(joining("\r\n"));
  }

  private static Reply text(String text) {
    return new Reply.Bulk(text.getBytes(UTF_8));
  }
}
