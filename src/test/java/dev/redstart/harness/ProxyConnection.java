package dev.redstart.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicInteger;

/** One client's connection through a {@link FaultProxy}, with faults of its own. */
public final class ProxyConnection {

  private final Socket client;
  private final Socket server;
  private final Lane toServer;
  private final Lane toClient;
  private final AtomicInteger lanesOpen = new AtomicInteger(2);
  private volatile boolean open = true;

  /**
   * @param words what the server says, as the client is to hear it
   */
  ProxyConnection(Socket client, Socket server, InputStream words) throws IOException {
    this.client = client;
    this.server = server;
    this.toServer = new Lane(client.getInputStream(), server);
    this.toClient = new Lane(words, client);
  }

  void start(String name) {
    Daemon.start(name + "-to-server", () -> carry(toServer));
    Daemon.start(name + "-to-client", () -> carry(toClient));
  }

  private void carry(Lane lane) {
    try {
      lane.carryAll(this::cut);
      if (lanesOpen.decrementAndGet() == 0) {
        close();
      }
    } catch (IOException oneSideIsGone) {
      reset();
    }
  }

  public void toServer(Fault fault) {
    toServer.set(fault);
  }

  public void toClient(Fault fault) {
    toClient.set(fault);
  }

  /** How many bytes have been passed on to the server. */
  public long bytesToServer() {
    return toServer.bytes();
  }

  public long bytesToClient() {
    return toClient.bytes();
  }

  /** False once cut, reset, or finished by both sides. */
  public boolean isOpen() {
    return open;
  }

  /** Ends it in order: both sides see the end of the stream after what has been passed on. */
  public void cut() {
    open = false;
    // Closing a socket with unread bytes sends a reset; hence the lanes go on swallowing.
    toServer(Fault.HALF_CLOSE);
    toClient(Fault.HALF_CLOSE);
  }

  /** Ends it with a reset on both sides. */
  public void reset() {
    try {
      client.setSoLinger(true, 0);
      server.setSoLinger(true, 0);
    } catch (SocketException closedAlready) {
      open = false;
    }
    close();
  }

  private void close() {
    open = false;
    toServer.end();
    toClient.end();
    try {
      client.close();
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
