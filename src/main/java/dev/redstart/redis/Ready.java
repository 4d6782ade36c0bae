package dev.redstart.redis;

import java.lang.invoke.MethodHandles;
import java.util.List;

/**
 * What callers' threads use first. A class whose first use ends in a StackOverflowError is lost to
 * the whole program, so none of these waits for a caller who may be at the end of his stack.
 */
final class Ready {
  private static final List<Class<?>> CLASSES =
      List.of(
          StatefulCommands.class,
          BlockTime.class,
          BlockingCall.class,
          Transaction.class,
          ServerErrors.class,
          Pending.class,
          Waiting.class,
          Outbox.class,
          StackReserve.class,
          Inbox.class,
          Ear.class,
          Loan.class,
          Route.class,
          Slot.class,
          SlotMap.class,
          Everywhere.class,
          Parts.class);

  static {
    CLASSES.forEach(Ready::initialize);
  }

  private Ready() {}

  /** Returns when they are. */
  static void see() {
    // The work was done when this class was made ready itself.
  }

  private static void initialize(Class<?> type) {
    try {
      MethodHandles.lookup().ensureInitialized(type);
    } catch (IllegalAccessException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }
}
