package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Apart;
import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Instances that are killed, or stopped for too long, in the middle of their work. */
@Apart
class KilledInstanceTest extends ManagerFixture {
  private static final Duration LEASE = Duration.ofMillis(1500);

  /** How much longer than the lease it may take until all know. */
  private static final Duration MORE = Duration.ofSeconds(1);

  private final Redis redis = Redis.connect(RedisServer.shared().url());
  private final AtomicInteger works = new AtomicInteger();
  private TaskManager here;

  @Override
  @AfterEach
  void end() {
    super.end();
    redis.close();
  }

  @Override
  TaskManager make(MessageProcessor processor, TaskOptions options) {
    return RedisTaskManager.of(redis, processor, options);
  }

  @Override
  void clear() {
    redis.call(Server.flushDb());
    here =
        open(
            TaskOptions.defaults().withLease(LEASE),
            (request, handle) -> {
              works.incrementAndGet();
              handle.state(TaskState.COMPLETED, "done here");
            });
  }

  private static ChildJvm start(String text, String messageId) {
    return ChildJvm.of(InstanceMain.class)
        .withHeap("48m")
        .start(RedisServer.shared().url(), Long.toString(LEASE.toMillis()), text, messageId);
  }

  private static String taskOf(ChildJvm child) {
    return child.awaitLine("working ", LONG).substring("working ".length());
  }

  private static void assertSoon(long killedNanos) {
    long millis = (System.nanoTime() - killedNanos) / 1_000_000;
    assertTrue(millis < LEASE.plus(MORE).toMillis(), "after " + millis + " ms");
  }

  @Test
  void theTaskOfAnInstanceThatWasKilledHasFailedAndAllWhoFollowAreTold() {
    try (var child = start("go", "m1")) {
      var id = taskOf(child);
      Eventually.within(
          LONG, "it grows", () -> get(here, id).artifacts().get(0).parts().size() > 20);
      var readers = new ArrayList<CompletableFuture<List<Sequenced>>>();
      for (int i = 0; i < 10; i++) {
        var stream = follow(here, id);
        readers.add(async(() -> rest(stream)));
      }
      var asking = async(() -> send(here, InstanceMain.request("go", "m1")));
      child.kill();
      long killed = System.nanoTime();
      assertEquals(TaskState.FAILED, within(asking).state());
      for (var reader : readers) {
        var words = words(within(reader));
        assertTrue(words.get(words.size() - 1).endsWith(" FAILED"), words::toString);
      }
      assertSoon(killed);
      var task = get(here, id);
      assertEquals("The agent that worked on this was lost.", said(task));
      assertTrue(text(task.artifacts().get(0)).startsWith("0 1 2 3 "));
      assertEquals(1, here.onListTasks(TaskQuery.all()).totalSize());
      assertEquals(0, works.get());
    }
  }

  @Test
  void aTaskFailsAlsoIfNobodyLooks() {
    try (var child = start("go", "m2")) {
      var id = taskOf(child);
      Eventually.within(LONG, "it is built", () -> get(here, id).id().equals(id));
      child.kill();
      long killed = System.nanoTime();
      var failed = TaskQuery.all().withStatus(TaskState.FAILED);
      Eventually.within(LONG, "it has failed", () -> here.onListTasks(failed).totalSize() == 1);
      assertSoon(killed);
    }
  }

  @Test
  void aMessageOfWhichAnInstanceSaidNothingMayBeSentToAnother() {
    try (var child = start("silent", "m3")) {
      var id = taskOf(child);
      var request = InstanceMain.request("silent", "m3");
      var asking = async(() -> here.onSendMessage(request));
      refused(A2AError.TASK_NOT_FOUND, () -> get(here, id));
      child.kill();
      long killed = System.nanoTime();
      refused(A2AError.INTERNAL_ERROR, () -> rethrow(asking));
      assertSoon(killed);
      assertEquals("done here", said(send(here, request)));
      assertEquals(1, works.get());
    }
  }

  private static void rethrow(CompletableFuture<?> future) throws Throwable {
    try {
      future.join();
    } catch (CompletionException failed) {
      throw failed.getCause();
    }
  }

  @Test
  void anInstanceThatWasOnlyStoppedIsToldAndChangesNothing() {
    try (var child = start("go", "m4")) {
      var id = taskOf(child);
      Eventually.within(LONG, "it is built", () -> get(here, id).id().equals(id));
      child.pause();
      var task = awaitState(here, id, TaskState.FAILED);
      child.resume();
      child.awaitLine("lost ", LONG);
      child.awaitLine("told", LONG);
      child.awaitLine("ended", LONG);
      assertEquals(task, get(here, id));
    }
  }
}
