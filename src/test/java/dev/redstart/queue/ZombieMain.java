package dev.redstart.queue;

import dev.redstart.json.Json;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that takes tasks and, when it is told so, writes all that a holder can write, whether
 * it is interrupted or not. It is for tests that stop it in between.
 */
final class ZombieMain {
  /** A list: one element for each handler that may go on. */
  static final String GO = "go";

  static final String NAME = "zombie";

  private final Redis redis;
  private final TaskQueue queue;

  private ZombieMain(Redis redis, String key, Duration lease) {
    this.redis = redis;
    this.queue = TaskQueue.of(redis, key, WorkerMain.options(lease));
  }

  /**
   * @param arguments the URL of Redis, the queue's key, the lease in milliseconds, and how it takes
   *     tasks: claim, worker, or pop
   */
  public static void main(String[] arguments) {
    try (var redis = Redis.connect(arguments[0])) {
      var lease = Duration.ofMillis(Long.parseLong(arguments[2]));
      var zombie = new ZombieMain(redis, arguments[1], lease);
      switch (arguments[3]) {
        case "claim" -> zombie.claim();
        case "worker" -> zombie.work();
        default -> zombie.pop();
      }
    }
  }

  /** Each lease is ended in another way. */
  private void claim() {
    var leases = queue.claim(4);
    var outcomes =
        List.of(outcome(), Outcome.retry(NAME), Outcome.dead(NAME), (Outcome) Outcome.released());
    awaitGo();
    var told = new ArrayList<String>();
    for (int i = 0; i < leases.size(); i++) {
      told.add(note(leases.get(i)) + leases.get(i).settle(outcomes.get(i)));
    }
    System.out.println("told " + told);
  }

  private static Outcome outcome() {
    return Outcome.done(Json.of(NAME)).then(Task.of("next of " + NAME, 1));
  }

  private void work() {
    var options = WorkerOptions.defaults().withName(NAME);
    var worker = Worker.start(queue, options, this::handle);
    try (worker) {
      System.out.println("listening");
      redis.call(Lists.blockingPopLeft(Duration.ofMinutes(1), "end"));
    }
    System.out.println("told [completed " + worker.completed() + "]");
  }

  private Outcome handle(Lease lease) {
    awaitGo();
    System.out.println("noted " + note(lease));
    return outcome();
  }

  private void pop() {
    var done =
        queue.popAndHandle(
            task -> {
              awaitGo();
              return true;
            });
    System.out.println("told " + done);
  }

  private void awaitGo() {
    System.out.println("holding");
    persist(() -> redis.call(Lists.blockingPopLeft(Duration.ofMinutes(1), GO)));
  }

  private static String note(Lease lease) {
    return refused(() -> lease.progress(Json.of(NAME)))
        + refused(() -> lease.checkpoint(Json.of(NAME)));
  }

  private static String refused(Runnable write) {
    try {
      persist(write);
      return "written ";
    } catch (LeaseLostException lost) {
      return "lost ";
    }
  }

  /** It does not do what it is told: whatever interrupts it, it goes on. */
  private static void persist(Runnable call) {
    while (true) {
      try {
        call.run();
        return;
      } catch (RedisException.Interrupted again) {
        Thread.interrupted();
      }
    }
  }
}
