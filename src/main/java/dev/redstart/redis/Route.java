package dev.redstart.redis;

/** Where in a cluster a command belongs, and how often it has been sent elsewhere. */
final class Route {
  /** On a single server, and for what must be answered by the very server that it was sent to. */
  static final Route FIXED = new Route(Slot.NONE, false);

  /** {@link Slot#NONE}: any node will do. */
  final int slot;

  /** Whether a replica may answer, as long as that works. */
  private volatile boolean replica;

  // The loop's.
  private int redirects;

  private volatile Loan loan;

  Route(int slot, boolean replica) {
    this.slot = slot;
    this.replica = replica;
  }

  boolean toReplica() {
    return replica;
  }

  /** From now on only the master will do. */
  void toMaster() {
    replica = false;
  }

  /** How often it has been redirected, this time included. */
  int redirected() {
    return ++redirects;
  }

  /** The lane that a blocking command has to itself, null for all others. */
  Loan loan() {
    return loan;
  }

  void lend(Loan lent) {
    loan = this == FIXED ? null : lent;
  }
}
