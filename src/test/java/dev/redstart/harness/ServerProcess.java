package dev.redstart.harness;

import java.io.IOException;

/** A running server, wherever it runs. Its ports never change. */
interface ServerProcess extends AutoCloseable {

  int port();

  /** Where it speaks TLS, if it was told to. */
  int tlsPort();

  /** At once and without warning; returns when the process is gone. */
  void kill();

  /** In order; returns when the process is gone. */
  void stop();

  /**
   * On the same ports and with the same data; returns when it answers. The process must be gone.
   */
  void restart();

  void pause();

  void resume();

  @Override
  void close() throws IOException;
}
