package dev.redstart.harness;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** What Java cannot send by itself. */
enum Signal {
  STOP,
  CONT;

  private static final int LIMIT_SECONDS = 5;

  /** Returns when the kernel has accepted the signal. */
  void send(long pid) {
    try {
      var kill =
          new ProcessBuilder("/bin/sh", "-c", "kill -" + name() + " " + pid)
              .redirectErrorStream(true)
              .start();
      if (!kill.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new IllegalStateException("cannot send SIG" + name() + " to process " + pid);
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot send SIG" + name() + " to process " + pid, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while sending SIG" + name(), e);
    }
  }
}
