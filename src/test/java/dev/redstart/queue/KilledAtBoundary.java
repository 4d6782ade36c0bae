package dev.redstart.queue;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Received;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Script;
import dev.redstart.resp.Reply;
import dev.redstart.resp.RespEncoder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Stands between a child and Redis, and kills the child at a boundary of a script: when it has sent
 * the call, and Redis has not got it; or when Redis has executed it, and the child has not got the
 * reply.
 */
final class KilledAtBoundary implements AutoCloseable {
  /** On which side of the script the child dies. */
  enum Side {
    BEFORE,
    AFTER
  }

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final byte[] SILENCE = {};

  private final Redis redis;
  private final ScriptedPeer peer;
  private final String sha;
  private final Side side;
  private final AtomicInteger callsLeft;
  private final CompletableFuture<ChildJvm> child = new CompletableFuture<>();
  private final CountDownLatch dead = new CountDownLatch(1);
  private volatile long deathMillis;

  private KilledAtBoundary(String url, Script script, Side side, int call) {
    this.redis = Redis.connect(url);
    this.sha = script.sha();
    this.side = side;
    this.callsLeft = new AtomicInteger(call);
    this.peer = ScriptedPeer.inPlaceOfServers(this::answer);
  }

  /**
   * Starts a child that will die.
   *
   * @param url of Redis, which must know the script already
   * @param call at which call of the script, the first being 1
   * @param start makes the child, given the URL that it shall take for that of Redis
   */
  static KilledAtBoundary start(
      String url, Script script, Side side, int call, Function<String, ChildJvm> start) {
    var boundary = new KilledAtBoundary(url, script, side, call);
    boundary.child.complete(start.apply(boundary.peer.url()));
    return boundary;
  }

  ChildJvm child() {
    return child.join();
  }

  /**
   * Returns when the child is dead.
   *
   * @return the time by Redis' clock just before, in milliseconds
   * @throws AssertionError if it does not come to its boundary in time
   */
  long awaitDeath(Duration limit) throws InterruptedException {
    if (!isDeadWithin(limit)) {
      throw new AssertionError(
          callsLeft + " calls before its death it said " + child().lines() + child().errors());
    }
    return deathMillis;
  }

  /** Waits until the child is dead, but no longer. */
  boolean isDeadWithin(Duration limit) throws InterruptedException {
    return dead.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private byte[] answer(Received command) {
    boolean last = isCall(command) && callsLeft.decrementAndGet() == 0;
    if (last && side == Side.BEFORE) {
      return kill();
    }
    try {
      var reply = RespEncoder.reply(forward(command), 3);
      return last ? kill() : reply;
    } catch (RedisException clientIsClosed) {
      return SILENCE;
    }
  }

  private boolean isCall(Received command) {
    return command.word(0).equals("EVALSHA") && command.word(1).equals(sha);
  }

  private Reply forward(Received command) {
    try {
      return redis.call(Command.ofBytes(command.words()));
    } catch (RedisException.Rejected refused) {
      return new Reply.Error(refused.code() + " said the server");
    }
  }

  private byte[] kill() {
    long now = KilledWorkersTest.now(redis);
    kill(child());
    deathMillis = now;
    dead.countDown();
    return SILENCE;
  }

  /** {@code kill -9}; unlike {@link ChildJvm#kill} it leaves what was printed to be read. */
  static void kill(ChildJvm child) {
    ProcessHandle.of(child.pid()).ifPresent(ProcessHandle::destroyForcibly);
    child.awaitExit(LIMIT);
  }

  @Override
  public void close() {
    child().close();
    redis.close();
    peer.close();
  }
}
