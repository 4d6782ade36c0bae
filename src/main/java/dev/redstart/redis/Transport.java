package dev.redstart.redis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Bytes to and from a server, never waiting. One thread reads while another one writes. */
interface Transport {
  /** Reads what is there: the number of bytes, 0 when there are none now, -1 at the end. */
  int read(ByteBuffer into) throws IOException;

  /**
   * Writes what the kernel takes.
   *
   * @return whether all of it is with the kernel; if not, call again once the channel is writable
   */
  boolean write(ByteBuffer from) throws IOException;

  /** Whether {@link #read} has more without the channel being readable. */
  default boolean holdsMore() {
    return false;
  }

  SocketChannel channel();

  /** The channel as it is: TCP without TLS, Unix sockets. */
  record Plain(SocketChannel channel) implements Transport {
    @Override
    public int read(ByteBuffer into) throws IOException {
      return channel.read(into);
    }

    @Override
    public boolean write(ByteBuffer from) throws IOException {
      channel.write(from);
      return !from.hasRemaining();
    }
  }
}
