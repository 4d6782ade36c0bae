package dev.redstart.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds ports for servers. */
public final class FreePort {

  // Below 32768, where Linux starts to hand out ports to outgoing connections: otherwise a client
  // that keeps trying to reach a stopped server may be given the server's port as its own, and so
  // connect to itself and keep the server from coming back. Ten thousand higher, where a cluster's
  // bus listens by default, the same must hold.
  private static final int FIRST = 11_000;

  private static final int COUNT = 10_000;

  private static final int TRIES = 1_000;

  private FreePort() {}

  /** A port that nobody listened on a moment ago. */
  public static int next() {
    for (int i = 0; i < TRIES; i++) {
      int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
      if (isFree(port)) {
        return port;
      }
    }
    throw new NoServerException(
        "No free port on " + PrivateServer.HOST + " between " + FIRST + " and " + (FIRST + COUNT));
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(PrivateServer.HOST, port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
