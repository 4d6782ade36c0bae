package dev.redstart.http;

/**
 * What a client makes of a stream; says so, by an {@link AssertionError}, if it cannot be right.
 */
interface View {
  /** {@code id}: with what the client would come back now. */
  void take(String id, String name, String data);

  /** The connection has ended; there may be another one. */
  void cutOff();

  /** The service says that there is no more. */
  void over();
}
