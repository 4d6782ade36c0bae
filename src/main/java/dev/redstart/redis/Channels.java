package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.List;
import java.util.Map;

/**
 * Commands on publish/subscribe channels; to listen to one, ask the client for a subscription. Only
 * {@link Command} values are made here, see {@link Strings}.
 */
public final class Channels {
  private Channels() {}

  /**
   * Sends a message to all who listen to the channel right now: to how many (on a cluster: of the
   * node that was asked). <code>PUBLISH</code>
   */
  public static Command<Long> publish(String channel, String message) {
    return to("PUBLISH", channel).text(message, "message").reads(Reply::integer);
  }

  /** The same with bytes, which are not copied. <code>PUBLISH</code> */
  public static Command<Long> publish(String channel, byte[] message) {
    return to("PUBLISH", channel).bytes(message, "message").reads(Reply::integer);
  }

  /**
   * Sends a message to all who listen to a shard channel, which belongs to a slot of the cluster as
   * a key does; from Redis 7.0 on. <code>SPUBLISH</code>
   */
  public static Command<Long> publishSharded(String channel, String message) {
    return to("SPUBLISH", channel).text(message, "message").reads(Reply::integer);
  }

  private static Words to(String name, String channel) {
    return Words.of(name).add(Words.notEmpty(channel, "channel"));
  }

  /**
   * The channels that anyone listens to by name, of those that match a glob pattern. <code>
   * PUBSUB CHANNELS</code>
   */
  public static Command<List<String>> channels(String pattern) {
    return Words.of("PUBSUB", "CHANNELS")
        .add(Words.notEmpty(pattern, "pattern"))
        .reads(Reading::texts)
        .idempotent();
  }

  /**
   * How many listen to each of the channels, those by pattern not counted. <code>PUBSUB NUMSUB
   * </code>
   */
  public static Command<Map<String, Long>> subscribers(String... channels) {
    return Words.of("PUBSUB", "NUMSUB")
        .texts(channels, "channels")
        .reads(reply -> Reading.map(reply, Reply::integer))
        .idempotent();
  }

  /** How many patterns anyone listens to. <code>PUBSUB NUMPAT</code> */
  public static Command<Long> patterns() {
    return Words.of("PUBSUB", "NUMPAT").reads(Reply::integer).idempotent();
  }
}
