package dev.redstart.harness;

import static java.util.stream.Collectors.joining;

import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.resp.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Asks all servers behind a client what an administrator asks (INFO, CLIENT, SLOWLOG, ACL, PUBSUB),
 * as if they were one: on a single server that one, on a cluster all masters, behind Sentinels the
 * master without what they themselves do there.
 */
public final class Admin {

  private static final Pattern MASTER = Pattern.compile("127\\.0\\.0\\.1:(\\d+)@\\S+ \\S*master ");
  private static final Command<Reply> NODES = Command.of("CLUSTER", "NODES").idempotent();
  private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?");

  private Admin() {}

  /** Numbers are added up, texts and lists put together. */
  public static Reply call(Redis redis, String... words) {
    if (RedisServer.isBehindSentinels()) {
      return SentinelNoise.without(redis, words);
    } else if (redis.tag("x").equals("x")) {
      return redis.call(words);
    }
    var replies = new ArrayList<Reply>();
    var masters = MASTER.matcher(redis.call(NODES).text());
    while (masters.find()) {
      replies.add(ask(Integer.parseInt(masters.group(1)), words));
    }
    return words[0].equals("INFO")
        ? new Reply.Bulk(text(replies.stream().map(Admin::fields).toList()).getBytes())
        : replies.stream().reduce(Admin::together).orElseThrow();
  }

  /** Without the commands with which a client begins: some tests count commands. */
  private static Reply ask(int port, String... words) {
    try (var master = RawClient.connect(port)) {
      return master.say(words).hearReply();
    } catch (IOException e) {
      throw new UncheckedIOException("no reply to " + words[0] + " on port " + port, e);
    }
  }

  /** All there are. */
  public static List<String> keys(Redis redis) {
    return redis.call("KEYS", "*").items().stream().map(Reply::text).sorted().toList();
  }

  /** A section of INFO. */
  public static Map<String, String> info(Redis redis, String section) {
    return fields(call(redis, "INFO", section));
  }

  private static Map<String, String> fields(Reply info) {
    var fields = new LinkedHashMap<String, String>();
    for (var line : info.text().split("\r\n")) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1));
      }
    }
    return fields;
  }

  private static String text(List<Map<String, String>> infos) {
    var all = new LinkedHashMap<String, String>();
    infos.forEach(info -> info.forEach((name, value) -> all.merge(name, value, Admin::sum)));
    all.remove("cmdstat_cluster|nodes"); // our own question
    return all.entrySet().stream()
        .map(field -> field.getKey() + ":" + field.getValue() + "\r\n")
        .collect(joining());
  }

  /**
   * Of numbers, and of {@code calls=1,usec=7,usec_per_call=7.00}, where the last is the highest.
   */
  private static String sum(String one, String other) {
    var ones = one.split(",");
    var others = other.split(",");
    if (ones.length > 1 && ones.length == others.length) {
      var parts = new ArrayList<String>();
      for (int i = 0; i < ones.length; i++) {
        int value = ones[i].indexOf('=') + 1;
        parts.add(
            ones[i].substring(0, value)
                + sum(ones[i].substring(value), others[i].substring(value)));
      }
      return String.join(",", parts);
    }
    if (!NUMBER.matcher(one).matches() || !NUMBER.matcher(other).matches()) {
      return one;
    }
    return one.contains(".")
        ? Double.parseDouble(one) > Double.parseDouble(other) ? one : other
        : Long.toString(Long.parseLong(one) + Long.parseLong(other));
  }

  private static Reply together(Reply one, Reply other) {
    if (one instanceof Reply.Int) {
      return new Reply.Int(one.integer() + other.integer());
    } else if (one instanceof Reply.Array) {
      var items = new ArrayList<>(one.items());
      items.addAll(other.items());
      return new Reply.Array(isCounts(items) ? counts(items) : items);
    } else if (one instanceof Reply.Bulk) {
      return new Reply.Bulk((one.text() + other.text()).getBytes());
    }
    return one;
  }

  /** As PUBSUB NUMSUB answers: names and numbers in turns. */
  private static boolean isCounts(List<Reply> items) {
    return items.size() > 1 && items.get(1) instanceof Reply.Int;
  }

  private static List<Reply> counts(List<Reply> items) {
    var counts = new LinkedHashMap<String, Long>();
    for (int i = 0; i < items.size(); i += 2) {
      counts.merge(items.get(i).text(), items.get(i + 1).integer(), Long::sum);
    }
    var replies = new ArrayList<Reply>();
    counts.forEach(
        (name, count) -> {
          replies.add(new Reply.Bulk(name.getBytes()));
          replies.add(new Reply.Int(count));
        });
    return replies;
  }
}
