package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.PATIENCE;
import static dev.redstart.redis.client.Clients.SECOND;
import static dev.redstart.redis.client.Clients.async;
import static dev.redstart.redis.client.Clients.outcomes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Command;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Subscription;
import dev.redstart.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/** A server goes and comes back; whoever uses it goes on by himself. */
@Execution(CONCURRENT)
class RestartTest {
  private static final int THREADS = 16;

  private volatile boolean stop;
  private final AtomicLong counted = new AtomicLong();
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicInteger popped = new AtomicInteger();
  private final AtomicInteger gaps = new AtomicInteger();
  private final AtomicInteger heard = new AtomicInteger();

  @Test
  void aServerThatIsStoppedForThreeSeconds() {
    survive(
        server -> {
          server.stop();
          waitThreeSeconds();
        });
  }

  @Test
  void aServerThatIsKilled() {
    survive(RedisServer::kill);
  }

  private interface Blow {
    void strike(RedisServer server);
  }

  private void survive(Blow blow) {
    var server = RedisServer.start(ServerOptions.plain().withAppendOnly());
    try (var redis = Redis.connect(RedisOptions.of(server.url()).withTimeout(PATIENCE));
        var subscription = redis.subscribe("restart:news")) {
      var workers = workers(redis, subscription);
      awaitProgress(redis, "at first");
      blow.strike(server);
      server.restart();
      awaitProgress(redis, "after the restart");
      Eventually.within(PATIENCE, "the gap was told", () -> gaps.get() == 1);
      stop = true;
      for (Object outcome : outcomes(workers, PATIENCE)) {
        assertEquals("done", outcome);
      }
      checkTheCount(redis);
    } finally {
      stop = true;
      server.close();
    }
  }

  private List<CompletableFuture<?>> workers(Redis redis, Subscription subscription) {
    var workers = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < THREADS; i++) {
      workers.add(async(i % 2 == 0 ? () -> count(redis) : () -> get(redis)));
    }
    for (int i = 0; i < 4; i++) {
      workers.add(async(() -> pop(redis)));
    }
    workers.add(async(() -> hear(subscription)));
    return workers;
  }

  /** Not to wait for anything, but because this is how long it is to be away. */
  private static void waitThreeSeconds() {
    long end = System.nanoTime() + SECOND.multipliedBy(3).toNanos();
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private void awaitProgress(Redis redis, String when) {
    long counts = counted.get();
    long answers = answered.get();
    int pops = popped.get();
    int messages = heard.get();
    Eventually.within(
        PATIENCE,
        "everybody works " + when,
        () -> {
          redis.call("RPUSH", "restart:list", "x", "x");
          redis.call("PUBLISH", "restart:news", "m");
          return counted.get() > counts + 500
              && answered.get() > answers + 500
              && popped.get() > pops + 10
              && heard.get() > messages + 10;
        });
  }

  private String count(Redis redis) {
    while (!stop) {
      try {
        redis.call("INCR", "restart:n");
        counted.incrementAndGet();
      } catch (RedisException broken) {
        unknown.addAndGet(broken.mayHaveRun() ? 1 : 0);
      }
    }
    return "done";
  }

  /** Commands that only read are repeated: nobody hears of the restart. */
  private String get(Redis redis) {
    while (!stop) {
      redis.call("GET", "restart:n");
      answered.incrementAndGet();
    }
    return "done";
  }

  private String pop(Redis redis) {
    var pop = Command.of("BLPOP", "restart:list", "0.2").map(Reply::isNull);
    while (!stop) {
      try {
        popped.addAndGet(redis.call(pop) ? 0 : 1);
      } catch (RedisException.Disconnected mayHaveTakenOne) {
        assertTrue(mayHaveTakenOne.mayHaveRun());
      }
    }
    return "done";
  }

  private String hear(Subscription subscription) {
    while (!stop) {
      subscription
          .next(SECOND)
          .ifPresent(notice -> (notice instanceof Notice.Gap ? gaps : heard).incrementAndGet());
    }
    return "done";
  }

  private void checkTheCount(Redis redis) {
    long value = Long.parseLong(redis.call("GET", "restart:n").text());
    long least = counted.get();
    long most = least + unknown.get();
    assertTrue(value >= least && value <= most, value + " is not in " + least + " to " + most);
  }

  @Test
  void aClientThatIsIdleMeanwhileNoticesNothing() {
    var server = RedisServer.start();
    try (var redis = Redis.connect(Clients.brisk(server.url()).withTimeout(PATIENCE))) {
      for (int round = 0; round < 3; round++) {
        redis.call("BLPOP", "restart:none", "0.01");
        redis.exclusive(session -> session.call(Command.of("PING")));
        server.restart();
        assertTrue(redis.call("GET", "restart:n").isNull());
        assertTrue(redis.call("BLPOP", "restart:none", "0.01").isNull());
      }
    } finally {
      server.close();
    }
  }
}
