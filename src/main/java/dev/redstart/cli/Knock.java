package dev.redstart.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;

/**
 * Asks a port whether our server serves there yet. Speaks over a plain socket, so that it works
 * whatever the server demands of its clients.
 */
final class Knock {

  /** What came back. */
  enum Answer {
    NOBODY,
    LOADING,
    SERVES
  }

  // A server that is slower than this is asked again.
  private static final int PATIENCE_MILLIS = 250;

  // The server section of INFO has a tenth of this.
  private static final int INFO_LENGTH_MAX = 10_000;

  private final InetSocketAddress address;
  private final String identity;
  private final Optional<String> password;

  /**
   * @param password what the server wants to hear first: without it, it would say nothing about
   *     itself, not even that it is still loading
   */
  Knock(int port, long pid, Optional<String> password) {
    this.address = new InetSocketAddress(PrivateServer.HOST, port);
    this.identity = "process_id:" + pid;
    this.password = password;
  }

  Answer once() {
    try (var socket = new Socket()) {
      socket.connect(address, PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(question().getBytes(UTF_8));
      return answer(new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)));
    } catch (IOException notYet) {
      return Answer.NOBODY;
    }
  }

  private String question() {
    return password.map(Knock::auth).orElse("") + "PING\r\nINFO server\r\n";
  }

  private static String auth(String password) {
    int length = password.getBytes(UTF_8).length;
    return "*2\r\n$4\r\nAUTH\r\n$" + length + "\r\n" + password + "\r\n";
  }

  private Answer answer(BufferedReader replies) throws IOException {
    if (password.isPresent()) {
      replies.readLine();
    }
    var pong = String.valueOf(replies.readLine());
    if (pong.startsWith("-LOADING")) {
      return Answer.LOADING;
    }
    if (pong.startsWith("-NOAUTH") || pong.startsWith("-NOPERM")) {
      return Answer.SERVES;
    }
    return pong.equals("+PONG") && isOurs(replies) ? Answer.SERVES : Answer.NOBODY;
  }

  // The port was free when we chose it, but another server may have been quicker to bind it.
  private boolean isOurs(BufferedReader replies) throws IOException {
    var head = String.valueOf(replies.readLine());
    if (head.startsWith("-")) {
      return true; // the caller's arguments hide INFO from strangers
    }
    if (!head.matches("\\$\\d{1,9}")) {
      return false;
    }
    var info = new char[Math.min(Integer.parseInt(head.substring(1)), INFO_LENGTH_MAX)];
    for (int n = 0, read = 0; n < info.length && read >= 0; n += read) {
      read = replies.read(info, n, info.length - n);
    }
    return new String(info).contains("\r\n" + identity + "\r\n");
  }
}
