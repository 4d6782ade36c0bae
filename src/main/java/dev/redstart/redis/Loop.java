package dev.redstart.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The one thread of a client that reads its connections, writes when a socket was full, and looks
 * after time. It runs no code of the users, and nothing on it waits.
 */
final class Loop implements Runnable {
  /** Told the time now and then, on the loop's thread. */
  interface Watch {
    void tick(long nowNanos);
  }

  private static final System.Logger LOG = System.getLogger(Loop.class.getName());

  /** How exact the unhurried deadlines are: pings, stalls, blocks that ought to be over. */
  private static final long TICK_MILLIS = 100;

  /** Read from the socket in one go. One buffer serves all connections: parsers keep the rest. */
  private static final int IN_BYTES = 64 * 1024;

  private final Selector selector;
  private final Thread thread;
  private final ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES);
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final Map<Wire, SelectionKey> wires = new HashMap<>();
  private volatile boolean stopping;
  private long tickNanos = System.nanoTime();

  private Loop(String name) {
    try {
      this.selector = Selector.open();
    } catch (IOException impossible) {
      throw new UncheckedIOException("no selector: are all file descriptors in use?", impossible);
    }
    this.thread = new Thread(this, "redstart-loop " + name);
    this.thread.setDaemon(true);
  }

  static Loop start(String name) {
    var loop = new Loop(name);
    loop.thread.start();
    return loop;
  }

  // ---- any thread

  void run(Runnable task) {
    tasks.add(task);
    wake();
  }

  void wake() {
    if (!isMine()) {
      selector.wakeup();
    }
  }

  boolean isMine() {
    return Thread.currentThread() == thread;
  }

  void watch(Watch watch) {
    watches.add(watch);
  }

  void unwatch(Watch watch) {
    watches.remove(watch);
  }

  void attach(Wire wire) {
    run(() -> register(wire));
  }

  /** Whether the loop is to write for the wire as soon as its socket takes bytes. */
  void watchWrites(Wire wire, boolean wanted) {
    watch(wire, SelectionKey.OP_WRITE, wanted);
  }

  /** Whether the loop is to be told when the wire has something to read, as it is at first. */
  void watchReads(Wire wire, boolean wanted) {
    watch(wire, SelectionKey.OP_READ, wanted);
  }

  private void watch(Wire wire, int operation, boolean wanted) {
    if (isMine()) {
      interest(wire, operation, wanted);
    } else {
      run(() -> interest(wire, operation, wanted));
    }
  }

  /**
   * Ends the thread after what is broken has been handed back. Waits for that, but not for ever.
   */
  void stop(long patienceMillis) {
    stopping = true;
    wake();
    boolean interrupted = false;
    try {
      if (!isMine()) {
        thread.join(patienceMillis);
      }
    } catch (InterruptedException leave) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- the loop's thread

  @Override
  public void run() {
    while (!stopping || !wires.isEmpty()) {
      try {
        turn();
      } catch (Throwable problem) {
        // Whatever it was (memory, most likely), the other connections go on.
        LOG.log(System.Logger.Level.ERROR, "a turn of the connection loop failed", problem);
      }
    }
    try {
      runTasks();
      selector.close();
    } catch (IOException hardlyMatters) {
      LOG.log(System.Logger.Level.DEBUG, "the selector did not close", hardlyMatters);
    }
  }

  private void turn() throws IOException {
    if (tasks.isEmpty()) {
      selector.select(this::serve, TICK_MILLIS);
    } else {
      selector.selectNow(this::serve);
    }
    runTasks();
    wires.keySet().removeIf(wire -> (wire.isBroken() || stopped(wire)) && wire.handBack());
    tick(System.nanoTime());
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private boolean stopped(Wire wire) {
    if (stopping) {
      wire.fail(new IOException("the client was closed"));
    }
    return stopping;
  }

  private void tick(long nowNanos) {
    if (nowNanos - tickNanos >= TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS)) {
      tickNanos = nowNanos;
      watches.forEach(watch -> watch.tick(nowNanos));
    }
  }

  private void serve(SelectionKey key) {
    var wire = (Wire) key.attachment();
    try {
      if (key.isReadable()) {
        wire.readable(in);
      }
      if (key.isValid() && key.isWritable()) {
        wire.writable();
      }
    } catch (CancelledKeyException closed) {
      wire.fail(closed);
    }
  }

  private void register(Wire wire) {
    try {
      var key = wire.transport().channel().register(selector, SelectionKey.OP_READ, wire);
      wires.put(wire, key);
    } catch (IOException closed) {
      wire.fail(closed);
      wires.put(wire, null);
    }
  }

  private void interest(Wire wire, int operation, boolean wanted) {
    SelectionKey key = wires.get(wire);
    try {
      if (key != null && key.isValid()) {
        int others = key.interestOps() & ~operation;
        key.interestOps(wanted ? others | operation : others);
      }
    } catch (CancelledKeyException closed) {
      wire.fail(closed);
    }
  }
}
