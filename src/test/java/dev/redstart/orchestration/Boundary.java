package dev.redstart.orchestration;

import dev.redstart.harness.ChildJvm;
import dev.redstart.harness.Received;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Script;
import dev.redstart.resp.Reply;
import dev.redstart.resp.RespEncoder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Stands between a process and Redis, and kills the process when it calls a script: before Redis
 * has got the call, or after Redis has executed it and before the process has the reply.
 */
final class Boundary implements AutoCloseable {
  private static final byte[] SILENCE = {};

  private final Redis redis;
  private final ScriptedPeer peer;
  private final String sha;
  private final boolean isExecuted;
  private final AtomicInteger callsLeft;
  private final CompletableFuture<ChildJvm> process = new CompletableFuture<>();
  private final CountDownLatch dead = new CountDownLatch(1);

  /**
   * @param url of Redis, which must know the script already
   * @param calls at which call the process dies, the first being 1
   * @param isExecuted whether Redis executes that call
   * @param start makes the process, given the URL that it shall take for that of Redis
   */
  Boundary(
      String url, Script script, int calls, boolean isExecuted, Function<String, ChildJvm> start) {
    this.redis = Redis.connect(url);
    this.sha = script.sha();
    this.isExecuted = isExecuted;
    this.callsLeft = new AtomicInteger(calls);
    this.peer = ScriptedPeer.inPlaceOfServers(this::answer);
    process.complete(start.apply(peer.url()));
  }

  ChildJvm process() {
    return process.join();
  }

  boolean isDead() {
    return dead.getCount() == 0;
  }

  private byte[] answer(Received command) {
    boolean isLast = isCall(command) && callsLeft.decrementAndGet() == 0;
    if (isLast && !isExecuted) {
      return kill();
    }
    try {
      var reply = RespEncoder.reply(forward(command), 3);
      return isLast ? kill() : reply;
    } catch (RedisException weAreClosed) {
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
    kill(process());
    dead.countDown();
    return SILENCE;
  }

  /** {@code kill -9}; unlike {@link ChildJvm#kill} it leaves what was printed to be read. */
  static void kill(ChildJvm victim) {
    ProcessHandle.of(victim.pid()).ifPresent(ProcessHandle::destroyForcibly);
    victim.awaitExit(Stage.LIMIT);
  }

  @Override
  public void close() {
    process().close();
    redis.close();
    peer.close();
  }
}
