package dev.redstart.http;

import dev.redstart.agent.AgentOptions;
import dev.redstart.agent.Agents;
import dev.redstart.agent.EchoAgent;
import dev.redstart.event.EventStore;
import dev.redstart.json.Json;
import dev.redstart.message.MessageStore;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An instance in a JVM of its own, which answers messages and produces a run, to be killed. */
final class ServiceMain {
  private ServiceMain() {}

  /**
   * @param arguments the URL of Redis; the lease, for how long others may take over, and the pause
   *     between words, in milliseconds; the run
   */
  public static void main(String[] arguments) throws InterruptedException {
    var lease = millis(arguments[1]);
    var options = AgentOptions.defaults().withLease(lease).withTakeover(millis(arguments[2]));
    var echo = EchoAgent.create().withPause(millis(arguments[3]));
    try (var redis = Redis.connect(arguments[0]);
        var store = MessageStore.of(redis)) {
      var agents = Agents.of(redis, store, options);
      agents.start(echo);
      var service = Service.start(redis, ServiceOptions.defaults().withPort(0), agents);
      var run = EventStore.of(redis).open(arguments[4], lease);
      run.add("lifecycle", "started", Json.object());
      System.out.println("serving " + service.uri().getPort());
      for (int i = 1; true; i++) {
        run.add("llm", "stream", Json.object("n", i));
        new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
      }
    }
  }

  private static Duration millis(String text) {
    return Duration.ofMillis(Long.parseLong(text));
  }
}
