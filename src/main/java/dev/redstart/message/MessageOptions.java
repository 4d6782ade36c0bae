package dev.redstart.message;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How messages are kept by this process. Immutable: each {@code withX} gives a changed copy.
 * Processes that share messages should agree on them.
 */
public final class MessageOptions {
  /** Trimming that many at once, when the number is lowered, keeps nobody waiting. */
  private static final int EVENTS_MAX = 100_000;

  private static final MessageOptions DEFAULTS = new MessageOptions();

  // Not final, so that a changed copy is one assignment; never written after that.
  private Duration ttl = Duration.ofHours(24);
  private Duration contentTtl = Duration.ofDays(7);
  private Duration sessionTtl = Duration.ofDays(7);
  private int eventsKept = 1000;
  private int textBytesMax = 16 << 20;
  private int inlineBytesMax = 10_000;

  private MessageOptions() {}

  private MessageOptions with(Consumer<MessageOptions> change) {
    var copy = new MessageOptions();
    copy.ttl = ttl;
    copy.contentTtl = contentTtl;
    copy.sessionTtl = sessionTtl;
    copy.eventsKept = eventsKept;
    copy.textBytesMax = textBytesMax;
    copy.inlineBytesMax = inlineBytesMax;
    change.accept(copy);
    if (copy.contentTtl.compareTo(copy.ttl.multipliedBy(2)) < 0
        || copy.sessionTtl.compareTo(copy.ttl) < 0) {
      throw new IllegalArgumentException(
          "content must live twice as long as the messages that mention it, and sessions as long");
    }
    return copy;
  }

  /**
   * Messages live for 24 hours after the last write, content apart and sessions for 7 days; the
   * last 1000 events are kept; texts have up to 16 MiB; data over 10 000 bytes is kept apart.
   */
  public static MessageOptions defaults() {
    return DEFAULTS;
  }

  /** For how long a message lives after the last write, with its text and its events. */
  public MessageOptions withTtl(Duration ttl) {
    return with(options -> options.ttl = positive(ttl, "ttl"));
  }

  /**
   * For how long content that is kept apart lives after it was written. Writes to the message renew
   * it, from a quarter of this time on. At least twice the messages' time.
   */
  public MessageOptions withContentTtl(Duration ttl) {
    return with(options -> options.contentTtl = positive(ttl, "ttl"));
  }

  /**
   * For how long a session and its list of messages live after the last new message. At least the
   * messages' time.
   */
  public MessageOptions withSessionTtl(Duration ttl) {
    return with(options -> options.sessionTtl = positive(ttl, "ttl"));
  }

  /** How many events of a message are kept, 1 to 100 000, exactly. */
  public MessageOptions withEvents(int kept) {
    return with(options -> options.eventsKept = within(kept, "kept", 1, EVENTS_MAX));
  }

  /** The longest text, in bytes of UTF-8, up to 256 MiB. */
  public MessageOptions withTextBytes(int max) {
    return with(options -> options.textBytesMax = within(max, "max", 1, 256 << 20));
  }

  /** Data over so many bytes of a content block is kept apart from its message. */
  public MessageOptions withInlineBytes(int max) {
    return with(options -> options.inlineBytesMax = within(max, "max", 0, 1 << 20));
  }

  static Duration positive(Duration time, String name) {
    if (Objects.requireNonNull(time, name).toMillis() < 1) {
      throw new IllegalArgumentException(name + ": must be at least a millisecond, was " + time);
    }
    return time;
  }

  static int within(int number, String name, int min, int max) {
    if (number < min || number > max) {
      throw new IllegalArgumentException(
          name + ": must be " + min + " to " + max + ", was " + number);
    }
    return number;
  }

  Duration ttl() {
    return ttl;
  }

  Duration contentTtl() {
    return contentTtl;
  }

  Duration sessionTtl() {
    return sessionTtl;
  }

  int eventsKept() {
    return eventsKept;
  }

  int textBytesMax() {
    return textBytesMax;
  }

  int inlineBytesMax() {
    return inlineBytesMax;
  }
}
