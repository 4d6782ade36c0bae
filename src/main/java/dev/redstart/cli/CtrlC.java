package dev.redstart.cli;

import java.util.function.IntSupplier;

/** What is to be done when somebody presses Ctrl-C, or this JVM is asked to end. */
final class CtrlC {
  private CtrlC() {}

  /**
   * Does the work; if the JVM is to end before it is done, the action is run and nothing printed
   * any more. The JVM itself sees to the exit status, 130.
   */
  static int during(Out out, Runnable action, IntSupplier work) {
    var hook =
        new Thread(
            () -> {
              out.mute();
              action.run();
            },
            "redstart-ctrl-c");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.getAsInt();
    } finally {
      remove(hook);
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The JVM is going down already: the hook runs, or has run.
    }
  }
}
