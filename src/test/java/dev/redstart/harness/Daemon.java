package dev.redstart.harness;

/** Threads that never keep a JVM alive and can be told apart in a thread dump. */
final class Daemon {

  private Daemon() {}

  static Thread start(String name, Runnable work) {
    var thread = new Thread(work, "harness-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
