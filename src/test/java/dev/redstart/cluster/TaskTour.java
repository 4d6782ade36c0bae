package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.redstart.a2a.Message;
import dev.redstart.a2a.ProcessRequest;
import dev.redstart.a2a.PushConfig;
import dev.redstart.a2a.RedisTaskManager;
import dev.redstart.a2a.SendConfiguration;
import dev.redstart.a2a.SendRequest;
import dev.redstart.a2a.Task;
import dev.redstart.a2a.TaskHandle;
import dev.redstart.a2a.TaskManager;
import dev.redstart.a2a.TaskOptions;
import dev.redstart.a2a.TaskQuery;
import dev.redstart.a2a.TaskState;
import dev.redstart.redis.Redis;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tasks of A2A, with a place that they are pushed to. */
final class TaskTour implements Tour {
  private static final Duration LEASE = Duration.ofSeconds(1);

  private static final TaskOptions OPTIONS =
      TaskOptions.defaults().withInternalPushes().withLease(LEASE);

  @Override
  public void run(Redis redis, String name) throws Exception {
    var pushed = new CountDownLatch(3);
    var receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
          pushed.countDown();
        });
    receiver.start();
    var place =
        PushConfig.of("http://127.0.0.1:" + receiver.getAddress().getPort())
            .withId(name.replace('\n', ' '));
    try (var manager = RedisTaskManager.of(redis, TaskTour::work, OPTIONS)) {
      run(manager, place);
      assertTrue(pushed.await(LIMIT.toSeconds(), TimeUnit.SECONDS), "all is pushed");
    } finally {
      receiver.stop(0);
    }
  }

  private static void work(ProcessRequest request, TaskHandle handle) throws Exception {
    handle.state(TaskState.WORKING);
    if (request.message().text().equals("for ever")) {
      new CountDownLatch(1).await();
    }
    handle.append("a", handle.history().size() + " message");
    handle.state(TaskState.COMPLETED);
  }

  private static void run(TaskManager manager, PushConfig place) throws InterruptedException {
    var with = SendConfiguration.defaults().withPush(place);
    var task = (Task) manager.onSendMessage(SendRequest.of(Message.ofUser("go"), with));
    assertEquals(TaskState.COMPLETED, task.status().state());
    assertEquals(task.id(), manager.onGetTask(task.id(), OptionalInt.empty()).id());
    assertTrue(manager.onListTasks(TaskQuery.all().withContext(task.contextId())).totalSize() > 0);
    var more = SendConfiguration.defaults().withReturnImmediately();
    var endless = (Task) manager.onSendMessage(SendRequest.of(Message.ofUser("for ever"), more));
    manager.onPushNotificationSet(endless.id(), place);
    assertEquals(1, manager.onPushNotificationList(endless.id()).size());
    // So long that its run gives a sign of life.
    new CountDownLatch(1).await(LEASE.toMillis(), TimeUnit.MILLISECONDS);
    try (var stream = manager.onResubscribe(endless.id(), OptionalLong.of(0))) {
      assertEquals(TaskState.CANCELED, manager.onCancelTask(endless.id()).status().state());
      while (!stream.isEnded()) {
        assertTrue(stream.next(LIMIT).isPresent());
      }
    }
    manager.onPushNotificationDelete(endless.id(), place.id().orElseThrow());
  }
}
