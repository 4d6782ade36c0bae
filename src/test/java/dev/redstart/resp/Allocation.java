package dev.redstart.resp;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What this thread has allocated, to the byte. */
final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  static long bytes() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  static long bytesOf(Runnable work) {
    long before = bytes();
    work.run();
    return bytes() - before;
  }
}
