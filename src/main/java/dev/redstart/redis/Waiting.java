package dev.redstart.redis;

import java.util.concurrent.locks.LockSupport;

/**
 * Who waits for one reply: a thread to be unparked, or something to be run. Several are rare, so
 * the first costs nothing and each further one a link.
 */
record Waiting(Object one, Object rest) {
  /** Whoever comes after this has nothing to wait for. */
  static final Object WOKEN = new Object();

  static Object join(Object waiter, Object others) {
    return others == null ? waiter : new Waiting(waiter, others);
  }

  static void wakeAll(Object waiters) {
    Object rest = waiters;
    while (rest instanceof Waiting several) {
      wake(several.one);
      rest = several.rest;
    }
    wake(rest);
  }

  static void wake(Object waiter) {
    if (waiter instanceof Thread thread) {
      LockSupport.unpark(thread);
    } else if (waiter instanceof Runnable then) {
      then.run();
    }
  }
}
