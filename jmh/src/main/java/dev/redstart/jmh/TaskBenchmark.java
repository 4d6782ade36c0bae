package dev.redstart.jmh;

import dev.redstart.a2a.Message;
import dev.redstart.a2a.RedisTaskManager;
import dev.redstart.a2a.SendConfiguration;
import dev.redstart.a2a.SendRequest;
import dev.redstart.a2a.Sequenced;
import dev.redstart.a2a.TaskHandle;
import dev.redstart.a2a.TaskManager;
import dev.redstart.a2a.TaskStream;
import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
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

/** What a task of A2A costs whose artifact has grown to some length, and who hears of it when. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class TaskBenchmark {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final String ARTIFACT = "answer";
  private static final String TOKEN = " another token";
  private static final String PIECE = "some words of many. ".repeat(50);
  private static final int MESSAGES = 100;

  @Param({"1000", "1000000"})
  public int length;

  private final BlockingQueue<TaskHandle> handles = new LinkedBlockingQueue<>();
  private RedisProcess server;
  private Redis redis;
  private Redis otherRedis;
  private TaskManager manager;
  private TaskManager other;
  private TaskHandle handle;
  private TaskStream stream;

  @Setup
  public void connect() {
    server = RedisProcess.start();
    redis = Redis.connect(server.url());
    otherRedis = Redis.connect(server.url());
    manager = RedisTaskManager.of(redis, (request, said) -> hold(said));
    other = RedisTaskManager.of(otherRedis, (request, said) -> said.reply("not here"));
  }

  /** The benchmark speaks for the processor, until the task is canceled. */
  private void hold(TaskHandle said) throws InterruptedException {
    handles.add(said);
    TimeUnit.HOURS.sleep(1);
  }

  /** A new task each time, followed on the other instance, in a context where much was said. */
  @Setup(Level.Iteration)
  public void begin() throws InterruptedException {
    var first = Message.ofUser("go").withContext("context");
    for (int i = 1; i < MESSAGES; i++) {
      other.onSendMessage(SendRequest.of(Message.ofUser("go").withContext("context")));
    }
    var atOnce = SendConfiguration.defaults().withReturnImmediately();
    var sending = new Thread(() -> manager.onSendMessage(SendRequest.of(first, atOnce)));
    sending.start();
    handle = handles.take();
    for (int size = 0; size < length; size += PIECE.length()) {
      handle.append(ARTIFACT, PIECE);
    }
    sending.join();
    stream = other.onResubscribe(handle.taskId(), OptionalLong.empty());
    stream.next(LONG);
  }

  @TearDown(Level.Iteration)
  public void cancel() {
    stream.close();
    manager.onCancelTask(handle.taskId());
  }

  @TearDown
  public void close() {
    manager.close();
    other.close();
    redis.close();
    otherRedis.close();
    server.close();
  }

  @Benchmark
  public void append() {
    handle.append(ARTIFACT, TOKEN);
  }

  /** Until it was heard on another instance. */
  @Benchmark
  public Sequenced appendToArrival() {
    handle.append(ARTIFACT, TOKEN);
    return stream.next(LONG).orElseThrow();
  }

  /** A hundred messages. */
  @Benchmark
  public List<Message> history() {
    return handle.history();
  }
}
