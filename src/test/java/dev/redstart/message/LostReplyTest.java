package dev.redstart.message;

import static dev.redstart.harness.KeyNames.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.ProxyConnection;
import dev.redstart.harness.RedisServer;
import dev.redstart.json.Json;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Redis does what it was asked, and its reply is lost: the client asks again, and is answered. */
class LostReplyTest {

  private static final List<Function<Message, Written>> WRITES =
      List.of(
          message -> message.appendText("one "),
          message -> message.appendText(4, "two"),
          message -> message.addContent(ContentBlock.of(ContentType.TEXT, "x").withId("c1")),
          message -> message.addContent(ContentBlock.of(ContentType.TEXT, "y").withId("c1")),
          message -> message.startTask("t1", "image_generation"),
          message -> message.updateTask("t1", TaskUpdate.progress(0.5)),
          message -> message.updateTask("t1", TaskUpdate.completed()),
          message -> message.publish(EventType.PING, Json.object()),
          Message::complete);

  @Test
  void everyWriteHappensOnceAndItsRepetitionIsToldTheSame() throws Exception {
    try (var one = OneStore.open();
        var proxy = FaultProxy.to(RedisServer.shared().port())) {
      one.message();
      // Redis has to know the scripts: a lost word that it does not is another matter.
      var first = one.store.loadOrCreate("first", OneStore.SESSION, Role.USER);
      WRITES.forEach(write -> write.apply(first));
      var message =
          one.elsewhere(proxy.url(), MessageOptions.defaults()).load(OneStore.ID).orElseThrow();
      for (var write : WRITES) {
        var last = one.load().lastEventId();
        var lossy = lose(proxy);
        var asked =
            CompletableFuture.supplyAsync(
                () -> write.apply(message), task -> new Thread(task, "writer").start());
        Eventually.within(
            OneStore.LIMIT,
            "it has happened",
            () -> asked.isDone() || !one.load().lastEventId().equals(last));
        lossy.forEach(ProxyConnection::reset);
        assertEquals(Written.Result.APPLIED, asked.get(10, TimeUnit.SECONDS).result());
      }
      assertEquals(
          List.of(
              "message_start",
              "text_delta",
              "text_delta",
              "content_added",
              "content_updated",
              "task_started",
              "content_added",
              "task_progress",
              "task_completed",
              "ping",
              "message_end"),
          one.types());
      assertEquals("one two", one.text());
    }
  }

  /** Nothing arrives any more on the connections that there are, until they are reset. */
  private static List<ProxyConnection> lose(FaultProxy proxy) {
    var lossy = proxy.connections();
    lossy.forEach(connection -> connection.toClient(Fault.DROP));
    return lossy;
  }

  /** What was answered before the end stays answered, whatever happened meanwhile. */
  @Test
  void anAppendThatHappenedIsToldSoEvenAfterTheEnd() throws Exception {
    try (var one = OneStore.open();
        var proxy = FaultProxy.to(RedisServer.shared().port())) {
      one.message();
      var message =
          one.elsewhere(proxy.url(), MessageOptions.defaults()).load(OneStore.ID).orElseThrow();
      message.appendText("");
      var lossy = lose(proxy);
      var asked =
          CompletableFuture.supplyAsync(
              () -> message.appendText("last words"), task -> new Thread(task).start());
      Eventually.within(OneStore.LIMIT, "it has happened", () -> !one.text().isEmpty());
      one.message().cancel();
      lossy.forEach(ProxyConnection::reset);
      assertEquals(
          new Written(Written.Result.APPLIED, MessageStatus.STREAMING, 10),
          asked.get(10, TimeUnit.SECONDS));
      assertTrue(message.appendText("more").isCancelled());
      assertEquals("last words", one.text());
    }
  }

  @Test
  void requestsOfManyLinesAreNotRememberedForEver() {
    try (var one = OneStore.open()) {
      one.message();
      var requests = key("{message:msg_001}:requests");
      for (int n = 0; n < 1_000; n++) {
        one.redis.call("HSET", requests, "old-" + n, "1 1000 applied streaming 0");
      }
      var message = one.store.load(OneStore.ID).orElseThrow();
      for (int n = 0; n < 400; n++) {
        message.appendText("x");
      }
      long left = one.redis.call("HLEN", requests).integer();
      assertTrue(left <= 300, left + " lines are left");
      assertEquals(400, one.text().length());
    }
  }
}
