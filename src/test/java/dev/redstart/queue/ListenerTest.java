package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits for a word does not keep it from others when he leaves. */
class ListenerTest {
  private static final Duration LATE = Duration.ofMillis(300);

  private final OneQueue q = OneQueue.open();
  private final Semaphore woken = new Semaphore(0);

  @AfterEach
  void close() {
    q.close();
  }

  private long words() {
    return q.redis.call(Lists.len(q.keys.wake()));
  }

  private Listener listener(Redis redis) {
    var stored = new StoredQueue(redis, q.keys, OneQueue.CALM);
    return new Listener(stored, new Insistence("test"), woken::release);
  }

  @Test
  void aWordThatComesIsHeardOnce() throws InterruptedException {
    try (var listener = listener(q.redis)) {
      listener.listen(-1);
      listener.listen(-1);
      q.push("a");
      assertEquals(true, woken.tryAcquire(5, TimeUnit.SECONDS));
      assertEquals(0, words());
      assertEquals(0, woken.availablePermits());
    }
  }

  /** Its reply is under way when the listener is closed: the element is in nobody's hands. */
  @Test
  void aWordThatComesTooLateIsPassedOn() throws InterruptedException {
    q.push("a");
    q.redis.call("DEL", q.keys.wake());
    try (var proxy = FaultProxy.to(RedisServer.shared().port());
        var redis = Redis.connect(proxy.url())) {
      var listener = listener(redis);
      listener.listen(-1);
      Eventually.within(
          OneQueue.LIMIT,
          "it waits",
          () -> Admin.call(q.redis, "CLIENT", "LIST").text().contains("cmd=blpop"));
      proxy.toClient(Fault.delay(LATE));
      q.redis.call(Lists.pushRight(q.keys.wake(), "1"));
      assertEquals(0, words(), "the server has handed it out");
      listener.close();
      Eventually.within(OneQueue.LIMIT, "the word is back", () -> words() == 1);
    }
  }
}
