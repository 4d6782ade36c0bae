package dev.redstart.stream;

/** How streams are used by this process. Immutable: each {@code withX} gives a changed copy. */
public final class StreamOptions {
  private static final StreamOptions DEFAULTS = new StreamOptions(1 << 20);

  private final int payloadBytesMax;

  private StreamOptions(int payloadBytesMax) {
    this.payloadBytesMax = payloadBytesMax;
  }

  /** Entries of up to 1 MiB. */
  public static StreamOptions defaults() {
    return DEFAULTS;
  }

  /** The largest entry that is sent, its names and values together, in bytes. */
  public StreamOptions withPayloadBytes(int max) {
    return new StreamOptions((int) Limits.atLeast(max, "max", 1));
  }

  int payloadBytesMax() {
    return payloadBytesMax;
  }
}
