package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.PATIENCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Threads without number through one client: virtual ones where the runtime has them. */
class VirtualThreadTest {
  private static final int FEW = 200;
  private static final int MANY = 2_000;

  /** The factory of virtual threads from Java 21 on; before that, of daemon threads. */
  private static ThreadFactory threads() throws Throwable {
    if (Runtime.version().feature() < 21) {
      return task -> daemon(task);
    }
    var builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
    var lookup = MethodHandles.publicLookup();
    MethodHandle ofVirtual =
        lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder));
    MethodHandle factory =
        lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class));
    return (ThreadFactory) factory.invoke(ofVirtual.invoke());
  }

  private static Thread daemon(Runnable task) {
    var thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  private static int count() {
    return Runtime.version().feature() < 21 ? FEW : MANY;
  }

  @Test
  void allShareOneClient() throws Throwable {
    var server = RedisServer.shared();
    var options = RedisOptions.of(server.url()).withClientName("virtual-shared");
    try (var redis = Redis.connect(options)) {
      int count = count();
      runAll(count, i -> echoTenTimes(redis, i));
      long connections =
          server.cli("CLIENT", "LIST").lines().filter(l -> l.contains("virtual-shared")).count();
      assertEquals(1, connections);
    }
  }

  private static void echoTenTimes(Redis redis, int thread) {
    for (int i = 0; i < 10; i++) {
      var token = "token-" + thread + "-" + i;
      assertEquals(token, redis.call("ECHO", token).text());
    }
  }

  @Test
  void blockedOnesHoldUpNobody() throws Throwable {
    var options = RedisOptions.of(RedisServer.shared().url()).withDedicatedConnections(64);
    try (var redis = Redis.connect(options.withTimeout(Duration.ofSeconds(30)))) {
      redis.call("DEL", "virtual:list");
      int count = count() / 5;
      runAll(
          2 * count,
          i -> {
            if (i < count) {
              var reply = redis.call("BLPOP", "virtual:list", "20");
              assertTrue(reply.items().get(1).text().startsWith("element-"));
            } else {
              redis.call("RPUSH", "virtual:list", "element-" + i);
            }
          });
      assertEquals(0, redis.call("LLEN", "virtual:list").integer());
    }
  }

  private interface Work {
    void run(int thread);
  }

  private static void runAll(int count, Work work) throws Throwable {
    var factory = threads();
    var done = new AtomicInteger();
    Queue<Throwable> problems = new ConcurrentLinkedQueue<>();
    var start = new CountDownLatch(1);
    for (int i = 0; i < count; i++) {
      int thread = i;
      factory
          .newThread(
              () -> {
                try {
                  start.await();
                  work.run(thread);
                } catch (Throwable problem) {
                  // Told by the test's own thread below.
                  problems.add(problem);
                }
                done.incrementAndGet();
              })
          .start();
    }
    start.countDown();
    Eventually.within(PATIENCE.multipliedBy(2), "all have ended", () -> done.get() == count);
    for (Throwable problem : problems) {
      throw problem;
    }
  }

  @Test
  void aContinuationMayRunOnAVirtualThread() throws Throwable {
    var factory = threads();
    try (var redis = Redis.connect(RedisServer.shared().url())) {
      var future = redis.send(Command.of("PING")).on(task -> factory.newThread(task).start());
      assertEquals("PONG", future.join().text());
    }
  }
}
