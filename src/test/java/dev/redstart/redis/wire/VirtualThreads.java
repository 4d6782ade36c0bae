package dev.redstart.redis.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ThreadFactory;

/** Virtual threads where the runtime has them, daemon threads before. */
final class VirtualThreads {

  private static final boolean PRESENT = Runtime.version().feature() >= 21;

  private VirtualThreads() {}

  static ThreadFactory factory() {
    try {
      return PRESENT ? virtual() : VirtualThreads::daemon;
    } catch (Throwable impossible) {
      // A method handle declares every Throwable.
      throw new AssertionError("no factory of virtual threads", impossible);
    }
  }

  private static ThreadFactory virtual() throws Throwable {
    var builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
    var lookup = MethodHandles.publicLookup();
    var ofVirtual = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder));
    var type = MethodType.methodType(ThreadFactory.class);
    return (ThreadFactory) lookup.findVirtual(builder, "factory", type).invoke(ofVirtual.invoke());
  }

  private static Thread daemon(Runnable task) {
    var thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  /** Whether this is one. All of them are in one group of this name. */
  static boolean isCurrent() {
    return Thread.currentThread().getThreadGroup().getName().equals("VirtualThreads");
  }
}
