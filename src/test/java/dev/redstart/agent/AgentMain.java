package dev.redstart.agent;

import dev.redstart.message.MessageStore;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** An instance in a JVM of its own, for tests that kill or pause it. */
final class AgentMain {
  private AgentMain() {}

  /**
   * Begins each answer with a line on its output.
   *
   * @param arguments the URL of Redis, the lease, how long others may take, the pause between
   *     words, all ms
   */
  public static void main(String[] arguments) throws InterruptedException {
    var options =
        AgentOptions.defaults()
            .withLease(Duration.ofMillis(Long.parseLong(arguments[1])))
            .withTakeover(Duration.ofMillis(Long.parseLong(arguments[2])));
    var echo = EchoAgent.create().withPause(Duration.ofMillis(Long.parseLong(arguments[3])));
    try (var redis = Redis.connect(arguments[0]);
        var store = MessageStore.of(redis)) {
      Agents.of(redis, store, options).start(announced(echo));
      System.out.println("ready");
      new CountDownLatch(1).await();
    }
  }

  private static Agent announced(Agent agent) {
    return (prompt, answer) -> {
      var subject = prompt.material().isEmpty() ? prompt.question() : prompt.material();
      System.out.println(prompt.part() + " " + subject.lines().findFirst().orElse(""));
      agent.answer(prompt, answer);
    };
  }
}
