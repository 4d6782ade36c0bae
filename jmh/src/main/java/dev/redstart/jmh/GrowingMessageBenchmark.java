package dev.redstart.jmh;

import dev.redstart.message.Message;
import dev.redstart.message.MessageStore;
import dev.redstart.message.Role;
import dev.redstart.message.Written;
import dev.redstart.redis.Redis;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What a few more characters cost, by how long the text is already. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class GrowingMessageBenchmark {
  /** Characters at the beginning of each measurement. */
  @Param({"1024", "1048576"})
  public int length;

  private RedisProcess server;
  private Redis redis;
  private MessageStore store;
  private Message message;
  private long last;

  @Setup
  public void connect() {
    server = RedisProcess.start();
    redis = Redis.connect(server.url());
    store = MessageStore.of(redis);
  }

  @Setup(Level.Iteration)
  public void begin() {
    message = store.loadOrCreate("message-" + ++last, "session", Role.ASSISTANT);
    var part = "x".repeat(1024);
    for (int i = 0; i < length; i += part.length()) {
      message.appendText(part);
    }
  }

  @TearDown
  public void close() {
    store.close();
    redis.close();
    server.close();
  }

  @Benchmark
  public Written append() {
    return message.appendText(".");
  }
}
