package dev.redstart.redis;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Starts threads: virtual ones where the runtime's do not hold up each other, which is so from Java
 * 24 on (before, a handler that waits inside a monitor would keep a processor from all others).
 */
public final class Threads {
  private static final int VIRTUAL_SINCE = 24;
  private static final MethodHandle START_VIRTUAL = virtual();

  private static final MethodHandle IS_VIRTUAL = isVirtualHandle();

  private Threads() {}

  private static MethodHandle virtual() {
    if (Runtime.version().feature() < VIRTUAL_SINCE) {
      return null;
    }
    try {
      var type = MethodType.methodType(Thread.class, Runnable.class);
      return MethodHandles.publicLookup().findStatic(Thread.class, "startVirtualThread", type);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private static MethodHandle isVirtualHandle() {
    try {
      var type = MethodType.methodType(boolean.class);
      return MethodHandles.publicLookup().findVirtual(Thread.class, "isVirtual", type);
    } catch (NoSuchMethodException older) {
      return null;
    } catch (IllegalAccessException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** Whether the calling thread is a virtual one, which must not wait in a selector. */
  static boolean isVirtual() {
    try {
      return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
    } catch (Throwable impossible) {
      // A method handle declares every Throwable; this method throws nothing.
      throw new IllegalStateException("nobody knows what thread this is", impossible);
    }
  }

  /**
   * Runs each task on a thread of its own at once; threads are used again where that saves time,
   * and go when they have been idle for a second. So nobody has to close this.
   */
  public static Executor executor(String name) {
    if (START_VIRTUAL != null) {
      return task -> start(name, task);
    }
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        1,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          var thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Starts a thread that does not keep the JVM alive. */
  public static Thread start(String name, Runnable task) {
    if (START_VIRTUAL == null) {
      var thread = new Thread(task, name);
      thread.setDaemon(true);
      thread.start();
      return thread;
    }
    Runnable named =
        () -> {
          Thread.currentThread().setName(name);
          task.run();
        };
    try {
      return (Thread) START_VIRTUAL.invokeExact(named);
    } catch (Throwable impossible) {
      // A method handle declares every Throwable; starting a thread throws Errors only.
      throw new IllegalStateException("no thread could be started", impossible);
    }
  }
}
