package dev.redstart.harness;

import java.time.Duration;

/** What a {@link FaultProxy} does to the bytes of one direction. */
public sealed interface Fault {

  /** Nothing: the bytes go on as they come. */
  record Pass() implements Fault {}

  /** Each piece (of up to 16 KiB) is held for so long. */
  record Delay(Duration time) implements Fault {}

  /** The bytes vanish, and the end of the connection, too: a cable pulled out. */
  record Drop() implements Fault {}

  /** So many bytes go on, then the connection is cut. */
  record Truncate(long bytes) implements Fault {}

  /** Each byte is a packet of its own. */
  record ByteByByte() implements Fault {}

  /** Nothing is read any more, so that the sender's writes block at some point. */
  record Stall() implements Fault {}

  /** The receiver sees the end of the stream at once; what still comes vanishes. */
  record HalfClose() implements Fault {}

  Fault PASS = new Pass();
  Fault DROP = new Drop();
  Fault BYTE_BY_BYTE = new ByteByByte();
  Fault STALL = new Stall();
  Fault HALF_CLOSE = new HalfClose();

  static Fault delay(Duration time) {
    return new Delay(time);
  }

  static Fault truncate(long bytes) {
    return new Truncate(bytes);
  }
}
