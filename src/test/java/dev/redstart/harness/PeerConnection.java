package dev.redstart.harness;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** One connection of a {@link ScriptedPeer}, served by a thread of its own. */
final class PeerConnection {

  // A client that has read the end of the stream closes its side long before.
  private static final int FAREWELL_MILLIS = 2_000;

  private final int number;
  private final Socket socket;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Guards the output: a test may send while a step replies. */
  private final ReentrantLock writing = new ReentrantLock();

  PeerConnection(int number, Socket socket) {
    this.number = number;
    this.socket = socket;
  }

  int number() {
    return number;
  }

  /** Returns when the client has sent something, or has finished. */
  void awaitBytes() throws IOException {
    socket.getInputStream().read();
  }

  boolean isOpen() {
    return closed.getCount() > 0;
  }

  /** What is said on this connection; each part is played on the connection's thread. */
  interface Dialogue {
    void begin(PeerConnection connection) throws IOException, InterruptedException;

    void answer(PeerConnection connection, Received command)
        throws IOException, InterruptedException;
  }

  /** Serves the client until one side ends the connection. */
  void serve(Dialogue dialogue) throws IOException, InterruptedException {
    try (socket) {
      socket.setTcpNoDelay(true);
      dialogue.begin(this);
      var commands = new CommandReader(new BufferedInputStream(socket.getInputStream()));
      while (isOpen()) {
        var words = commands.next();
        if (words.isEmpty()) {
          return;
        }
        dialogue.answer(this, new Received(number, words.get()));
      }
    } finally {
      closed.countDown();
    }
  }

  void send(byte[] raw) throws IOException {
    writing.lock();
    try {
      socket.getOutputStream().write(raw);
    } finally {
      writing.unlock();
    }
  }

  /** Ends early when the connection is closed. */
  void pause(Duration time) throws InterruptedException {
    closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  void await(CountDownLatch latch, Duration limit) throws InterruptedException {
    if (!latch.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new AssertionError("a latch was not opened within " + limit.toSeconds() + " seconds");
    }
  }

  // Closing a socket with unread bytes sends a reset after the end of the stream. What the client
  // has
  // not read by then, it may never see; hence we read on until it has closed its side.
  void hangUp() throws IOException {
    socket.shutdownOutput();
    socket.setSoTimeout(FAREWELL_MILLIS);
    try {
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } finally {
      close();
    }
  }

  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    close();
  }

  void close() throws IOException {
    closed.countDown();
    socket.close();
  }
}
