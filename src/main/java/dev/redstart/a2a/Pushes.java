package dev.redstart.a2a;

/** Whoever delivers pushes for an instance. */
interface Pushes extends AutoCloseable {
  /** Nobody does. */
  Pushes NONE =
      new Pushes() {
        @Override
        public void wake() {
          // There is nobody to wake.
        }

        @Override
        public void close() {
          // There is nobody to stop.
        }
      };

  /** There may be something to deliver. Returns at once. */
  void wake();

  /** Ends it; what is not delivered is left to others. */
  @Override
  void close();
}
