package dev.redstart.redis;

import java.time.Duration;

/** Carries what a subscriber sends, whose replies come as pushes: nobody waits for it. */
record Unawaited(Loop loop) implements Pending.Carrier {
  @Override
  public void hurry(Pending<?> pending) {
    throw new IllegalStateException("nobody waits for the replies of a subscriber");
  }

  @Override
  public void unblock(Pending<?> pending) {
    throw new IllegalStateException("a subscriber sends nothing that blocks");
  }

  @Override
  public boolean isServing() {
    return loop.isMine();
  }

  @Override
  public RedisException unsent(Order<?> order, Duration limit) {
    return new RedisException.Unavailable(order.sentence("not sent"), null);
  }
}
