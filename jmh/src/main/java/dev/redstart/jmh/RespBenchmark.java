package dev.redstart.jmh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.redstart.resp.Reply;
import dev.redstart.resp.RespEncoder;
import dev.redstart.resp.RespLimits;
import dev.redstart.resp.RespParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.RedisInputStream;
import redis.clients.jedis.util.RedisOutputStream;

/** Parser and encoder without a socket: one reply, or one command, at a time. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RespBenchmark {
  private static final int BUFFER_BYTES = 8192;

  /** An entry of a stream, as XREAD sends it. */
  private static final String ENTRY =
      "*2 $15 1700000000000-0 *4 $4 type $5 delta $4 text $6 tokens ".replace(" ", "\r\n");

  /** Replies of one kind, as many as there are calls. */
  @State(Scope.Thread)
  public static class Replies {
    @Param({"bulk", "simple", "integer", "null", "array", "entries"})
    public String kind;

    private final RespParser parser = new RespParser(RespLimits.defaults());
    private ByteBuffer buffer;
    private RedisInputStream stream;

    /** A buffer is full of them. */
    @Setup
    public void fill() {
      var reply = reply().getBytes(US_ASCII);
      buffer = ByteBuffer.allocateDirect(BUFFER_BYTES / reply.length * reply.length);
      while (buffer.hasRemaining()) {
        buffer.put(reply);
      }
      var bytes = new byte[buffer.flip().limit()];
      buffer.get(bytes);
      stream = new RedisInputStream(new Repeated(bytes), BUFFER_BYTES);
    }

    private String reply() {
      return switch (kind) {
        case "bulk" -> "$64\r\n" + WireBenchmark.VALUE + "\r\n";
        case "simple" -> "+OK\r\n";
        case "integer" -> ":1234567\r\n";
        case "null" -> "$-1\r\n";
        case "entries" -> "*1\r\n*2\r\n$6\r\nevents\r\n*10\r\n" + ENTRY.repeat(10);
        default -> "*3\r\n$5\r\nfirst\r\n:42\r\n$6\r\nsecond\r\n";
      };
    }

    Reply next() {
      if (!buffer.hasRemaining()) {
        buffer.rewind();
      }
      parser.advance(buffer);
      return parser.reply();
    }

    Object nextByJedis() {
      return Protocol.read(stream);
    }
  }

  /** The same bytes again and again. */
  private static final class Repeated extends InputStream {
    private final byte[] bytes;

    private Repeated(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
      throw new IOException("only whole buffers are read");
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      System.arraycopy(bytes, 0, into, offset, bytes.length);
      return bytes.length;
    }
  }

  /** Where Jedis writes to. */
  @State(Scope.Thread)
  public static class Sink {
    private final RedisOutputStream stream =
        new RedisOutputStream(OutputStream.nullOutputStream(), BUFFER_BYTES);

    /** A GET from its key to its bytes. */
    void get(String key) throws IOException {
      Protocol.sendCommand(stream, new CommandArguments(Protocol.Command.GET).key(key));
      stream.flush();
    }
  }

  /** What the caller's key is. */
  @State(Scope.Benchmark)
  public static class Key {
    /** Not final: the compiler must not know it. */
    public String name = WireBenchmark.KEY;
  }

  @Benchmark
  public Reply parse(Replies replies) {
    return replies.next();
  }

  @Benchmark
  public Object parseByJedis(Replies replies) {
    return replies.nextByJedis();
  }

  /** A GET from its key to its bytes. */
  @Benchmark
  public byte[] encode(Key key) {
    return RespEncoder.command(List.of(RespEncoder.word("GET"), RespEncoder.word(key.name)));
  }

  @Benchmark
  public Sink encodeByJedis(Sink sink, Key key) throws IOException {
    sink.get(key.name);
    return sink;
  }
}
