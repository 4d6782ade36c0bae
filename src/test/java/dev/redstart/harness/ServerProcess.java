package dev.redstart.harness;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A running server, wherever it runs. Its ports never change. */
interface ServerProcess extends AutoCloseable {

  int port();

  /** Where it speaks TLS, if it was told to. */
  int tlsPort();

  /** Of all servers that a client may be sent to. */
  default List<Integer> ports() {
    return List.of(port());
  }

  /**
   * What a client is given to connect.
   *
   * @param credentials {@code user:password@}, or nothing
   * @param ports {@link #ports()}, or those of proxies in front of them, in the same order
   */
  default String url(String credentials, List<Integer> ports) {
    return "redis://" + credentials + "127.0.0.1:" + ports.get(0);
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
