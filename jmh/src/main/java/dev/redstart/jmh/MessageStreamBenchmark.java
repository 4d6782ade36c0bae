package dev.redstart.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.message.Message;
import dev.redstart.message.MessageStore;
import dev.redstart.message.Role;
import dev.redstart.redis.Redis;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
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

/**
 * The time from an append to the arrival of its event at a client of the service, which is in a
 * process of its own and has nothing else to do.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class MessageStreamBenchmark {
  private static final String SESSION = "session";

  /** It takes the service a moment to see the end of one. */
  private static final int STREAMS_MAX = 10;

  private RedisProcess server;
  private Redis redis;
  private MessageStore store;
  private ServiceProcess service;
  private Message message;
  private Socket client;
  private BufferedReader stream;
  private long last;

  @Setup
  public void connect() {
    server = RedisProcess.start();
    redis = Redis.connect(server.url());
    store = MessageStore.of(redis);
    service = ServiceProcess.start(server.url(), STREAMS_MAX);
  }

  /** A new one each time: texts do not grow for ever. */
  @Setup(Level.Iteration)
  public void follow() throws IOException {
    message = store.loadOrCreate("message-" + ++last, SESSION, Role.ASSISTANT);
    client = new Socket(InetAddress.getLoopbackAddress(), service.port());
    var path = "/api/v1/sessions/" + SESSION + "/messages/" + message.id() + "/stream";
    var request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    client.getOutputStream().write(request.getBytes(UTF_8));
    stream = new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8));
    appendToArrival();
  }

  @TearDown(Level.Iteration)
  public void leave() throws IOException {
    message.complete();
    client.close();
  }

  @TearDown
  public void close() {
    service.close();
    store.close();
    redis.close();
    server.close();
  }

  @Benchmark
  public String appendToArrival() throws IOException {
    var token = "token-" + ++last;
    message.appendText(token);
    var line = "";
    while (!line.contains(token)) {
      line = stream.readLine();
      if (line == null) {
        throw new EOFException("the stream has ended");
      }
    }
    return line;
  }
}
