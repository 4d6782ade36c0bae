package dev.redstart.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.orchestration.Receiver;
import dev.redstart.orchestration.Sender;
import dev.redstart.orchestration.ShutdownMessage;
import dev.redstart.orchestration.TaskMessage;
import dev.redstart.redis.Redis;
import java.time.Duration;

/** Plain lists of messages. */
final class ListTour implements Tour {
  private static final Duration SHORT = Duration.ofSeconds(2);

  @Override
  public void run(Redis redis, String name) {
    var list = name + "-list";
    redis.call("DEL", list);
    var sender = Sender.of(redis);
    var receiver = Receiver.of(redis);
    assertTrue(sender.send(list, "one", "two").success());
    assertTrue(sender.sendWithPublish(list, "channel", "three").success());
    assertEquals("one", receiver.receive(SHORT, list).orElseThrow().raw());
    assertEquals(2, receiver.receiveMany(2, SHORT, list).size());
    sender.send(list, "garbage");
    sender.send(list, TaskMessage.of("s", 1, "work"));
    assertEquals("work", receiver.receiveTask(SHORT, list).orElseThrow().prompt());
    sender.send(list, TaskMessage.of("s", 1, "more"));
    sender.send(list, ShutdownMessage.of("s", 1, "enough"));
    assertEquals("enough", receiver.awaitShutdown(SHORT, list).orElseThrow().reason());
  }
}
