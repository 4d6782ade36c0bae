package dev.redstart.redis;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * TLS over a channel that never waits. The first handshake is done before the connection is handed
 * out; what TLS 1.3 sends later (tickets, key updates) is handled while reading.
 */
final class TlsTransport implements Transport {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final SSLEngine engine;

  /** Guards the engine and both buffers: an answer to a key update is written by who reads. */
  private final ReentrantLock engineLock = new ReentrantLock();

  /** Bytes from the network, always ready to be read from. */
  private ByteBuffer incoming;

  /** Bytes for the network, always ready to be read from. */
  private ByteBuffer outgoing;

  /** Plain bytes that the reader had no room for, ready to be read from. */
  private ByteBuffer plain;

  /** The reader's buffer was full: there may be more, and no selector knows of it. */
  private boolean full;

  private TlsTransport(SocketChannel channel, SSLEngine engine) {
    this.channel = channel;
    this.engine = engine;
    this.incoming = ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).flip();
    this.outgoing = ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).flip();
    this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).flip();
  }

  /** Shakes hands, within the deadline. */
  static TlsTransport open(SocketChannel channel, SSLEngine engine, Patience patience)
      throws IOException {
    var transport = new TlsTransport(channel, engine);
    engine.setUseClientMode(true);
    engine.beginHandshake();
    transport.shakeHands(patience);
    return transport;
  }

  private void shakeHands(Patience patience) throws IOException {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> wrap(NOTHING);
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> receive(patience);
        default -> {
          flush(patience);
          return;
        }
      }
    }
  }

  private void receive(Patience patience) throws IOException {
    flush(patience);
    if (unwrap() == Status.BUFFER_UNDERFLOW) {
      patience.await(channel, SelectionKey.OP_READ);
      if (fill() < 0) {
        throw new EOFException("the server hung up during the TLS handshake");
      }
    }
  }

  private void flush(Patience patience) throws IOException {
    while (!drain()) {
      patience.await(channel, SelectionKey.OP_WRITE);
    }
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    engineLock.lock();
    try {
      return readLocked(into);
    } finally {
      engineLock.unlock();
    }
  }

  private int readLocked(ByteBuffer into) throws IOException {
    int start = into.position();
    while (into.hasRemaining()) {
      if (plain.hasRemaining()) {
        pour(into);
      } else if (!advance()) {
        break;
      }
    }
    full = !into.hasRemaining();
    int read = into.position() - start;
    return read == 0 && engine.isInboundDone() ? -1 : read;
  }

  /** One step towards more plain bytes; false when the network has to bring more first. */
  private boolean advance() throws IOException {
    Status status = unwrap();
    if (status == Status.CLOSED) {
      return false;
    }
    answer();
    if (status != Status.BUFFER_UNDERFLOW) {
      return true;
    }
    int read = fill();
    if (read < 0) {
      // Throws when no close_notify came: somebody may have cut the stream short.
      engine.closeInbound();
    }
    return read > 0;
  }

  /** What the peer's handshake messages want in return. What the kernel won't take waits. */
  private void answer() throws IOException {
    runTasks();
    while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !engine.isOutboundDone()) {
      wrap(NOTHING);
    }
    drain();
  }

  private void pour(ByteBuffer into) {
    int bytes = Math.min(plain.remaining(), into.remaining());
    into.put(plain.slice(plain.position(), bytes));
    plain.position(plain.position() + bytes);
  }

  private Status unwrap() throws IOException {
    plain.compact();
    try {
      SSLEngineResult result = engine.unwrap(incoming, plain);
      if (result.getStatus() == Status.BUFFER_OVERFLOW) {
        plain = grown(plain.flip(), engine.getSession().getApplicationBufferSize()).compact();
      }
      return result.getStatus();
    } finally {
      plain.flip();
    }
  }

  private int fill() throws IOException {
    incoming = grown(incoming, engine.getSession().getPacketBufferSize());
    incoming.compact();
    try {
      return channel.read(incoming);
    } finally {
      incoming.flip();
    }
  }

  @Override
  public boolean write(ByteBuffer from) throws IOException {
    engineLock.lock();
    try {
      while (drain()) {
        if (!from.hasRemaining()) {
          return true;
        }
        wrap(from);
      }
      return false;
    } finally {
      engineLock.unlock();
    }
  }

  private void wrap(ByteBuffer from) throws IOException {
    outgoing = grown(outgoing, engine.getSession().getPacketBufferSize());
    outgoing.compact();
    try {
      if (engine.wrap(from, outgoing).getStatus() == Status.CLOSED) {
        throw new SSLException("the server closed the TLS connection");
      }
    } finally {
      outgoing.flip();
    }
  }

  private boolean drain() throws IOException {
    channel.write(outgoing);
    return !outgoing.hasRemaining();
  }

  /** Room for a whole packet behind what is there. */
  private static ByteBuffer grown(ByteBuffer readable, int packet) {
    if (readable.capacity() - readable.remaining() >= packet) {
      return readable;
    }
    return ByteBuffer.allocate(readable.remaining() + packet).put(readable).flip();
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask(); task != null; ) {
      task.run();
      task = engine.getDelegatedTask();
    }
  }

  @Override
  public boolean holdsMore() {
    return full;
  }

  @Override
  public SocketChannel channel() {
    return channel;
  }
}
