package dev.redstart.harness;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A running server, wherever it runs. Its ports never change. */
interface ServerProcess extends AutoCloseable {

  int port();

  /** Where it speaks TLS, if it was told to. */
  int tlsPort();

  /**
   * What a client is given to connect.
   *
   * @param credentials {@code user:password@}, or nothing
   */
  default String url(String credentials) {
    return "redis://" + credentials + "127.0.0.1:" + port();
  }

  /** Runs one command over a plain socket; see {@link RawCommand#run}. */
  default String cli(Optional<String> password, List<String> words) throws IOException {
    return RawCommand.run(port(), password, words);
  }

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
