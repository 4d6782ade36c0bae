package dev.redstart.jmh;

import dev.redstart.message.ContentBlock;
import dev.redstart.message.ContentType;
import dev.redstart.message.Message;
import dev.redstart.message.MessageStore;
import dev.redstart.message.Role;
import dev.redstart.message.TaskUpdate;
import dev.redstart.message.Written;
import dev.redstart.redis.Redis;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** How long the operations of a message take, each with its event. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class MessageBenchmark {
  private static final String SESSION = "session";
  private static final String TASK = "task";

  private RedisProcess server;
  private Redis redis;
  private MessageStore store;
  private Message message;
  private Message whole;
  private long last;

  @Setup
  public void connect() {
    server = RedisProcess.start();
    redis = Redis.connect(server.url());
    store = MessageStore.of(redis);
    whole = store.loadOrCreate("whole", SESSION, Role.ASSISTANT);
    whole.appendText("some words ".repeat(100));
    whole.addContent(ContentBlock.of(ContentType.CODE, "int answer = 42;"));
    whole.complete();
  }

  /** A new one each time, as it would be: they do not grow for ever. */
  @Setup(Level.Iteration)
  public void begin() {
    message = create();
    message.startTask(TASK, "image_generation");
  }

  @TearDown
  public void close() {
    store.close();
    redis.close();
    server.close();
  }

  @Benchmark
  public Message create() {
    return store.loadOrCreate("message-" + ++last, SESSION, Role.ASSISTANT);
  }

  @Benchmark
  public Written append() {
    return message.appendText(" another token");
  }

  @Benchmark
  public Written update() {
    return message.updateTask(TASK, TaskUpdate.progress(0.5));
  }

  @Benchmark
  public Optional<Message> load() {
    return store.load(whole.id());
  }
}
