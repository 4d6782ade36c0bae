package dev.redstart.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tasks handled one after the other, on the caller's thread. Ending one and taking the next is one
 * round trip, so that no more than one is held.
 */
final class Pops {
  private final Leases leases;
  private final LeaseHandler handler;
  private final PopOptions options;
  private final List<Task> done = new ArrayList<>();

  Pops(Leases leases, TaskHandler handler, PopOptions options) {
    this.leases = leases;
    this.handler = LeaseHandler.of(handler);
    this.options = options;
  }

  List<Task> run() {
    var next = take();
    for (int left = options.count() - 1; next.isPresent(); left--) {
      next = handle(next.get(), left > 0);
    }
    return done;
  }

  private Optional<Lease> handle(Lease lease, boolean more) {
    var handled = Handled.by(handler, lease, leases.options());
    // With the flag set, Redis could not be told what became of the task.
    boolean interrupted = Thread.interrupted() || handled.stopped();
    try {
      boolean goOn = more && !interrupted && handled.error().isEmpty();
      return end(handled, goOn);
    } finally {
      lease.markEnded();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whoever is told of a failure is told before the next task is taken: he may throw. */
  private Optional<Lease> end(Handled handled, boolean more) {
    var ending = handled.ending();
    if (!(ending.outcome() instanceof Outcome.Retry failed)) {
      return settle(List.of(ending), more ? 1 : 0).leases().stream().findFirst();
    }
    var settlement = settle(List.of(ending), 0).settlements().get(0);
    handled.error().ifPresent(Handled::rethrow);
    if (settlement == Settlement.RETRIED || settlement == Settlement.DEAD) {
      options.onFailure().accept(ending.lease().task(), failed.why());
    }
    return more ? take() : Optional.empty();
  }

  private Optional<Lease> take() {
    return settle(List.of(), 1).leases().stream().findFirst();
  }

  private Leases.Settled settle(List<Ending> endings, int wanted) {
    var round = new StoredQueue.Round("", endings, wanted, options.highestFirst());
    var settled = leases.take(round);
    if (settled.settlements().contains(Settlement.COMPLETED)) {
      done.add(endings.get(0).lease().task());
    }
    return settled;
  }
}
