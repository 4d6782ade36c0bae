package dev.redstart.harness;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A program for {@link ChildJvmTest}. */
final class ChildMain {

  private ChildMain() {}

  /** Prints the arguments; then waits for ever, or exits with 3 if the last one is "exit". */
  public static void main(String[] arguments) throws InterruptedException {
    for (var argument : arguments) {
      System.out.println(argument);
    }
    System.out.println("heap " + Runtime.getRuntime().maxMemory() / (1 << 20));
    System.out.println("variable " + System.getenv("REDSTART_CHILD"));
    System.err.println("complaint");
    if (arguments[arguments.length - 1].equals("exit")) {
      System.exit(3);
    }
    if (arguments[arguments.length - 1].equals("tick")) {
      tick();
    }
    new CountDownLatch(1).await();
  }

  private static void tick() throws InterruptedException {
    for (int i = 0; ; i++) {
      System.out.println("tick " + i);
      new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
    }
  }
}
