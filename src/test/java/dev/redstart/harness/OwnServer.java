package dev.redstart.harness;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;

/** Lends a server to each test while it runs. They are as many as tests run at a time. */
final class OwnServer implements TestInstancePreConstructCallback, AfterEachCallback {

  private static final Queue<RedisServer> IDLE = new ConcurrentLinkedQueue<>();
  private static final ThreadLocal<RedisServer> LENT = new ThreadLocal<>();

  /** Of the test that runs on this thread. */
  static Optional<RedisServer> get() {
    return Optional.ofNullable(LENT.get());
  }

  /** Before the fields of the test are made, which may ask for it. */
  @Override
  public void preConstructTestInstance(
      TestInstanceFactoryContext instance, ExtensionContext context) {
    // A nested test is made after the one around it.
    if (LENT.get() == null) {
      var idle = IDLE.poll();
      LENT.set(idle == null ? RedisServer.startShared() : idle);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    IDLE.add(LENT.get());
    LENT.remove();
  }
}
