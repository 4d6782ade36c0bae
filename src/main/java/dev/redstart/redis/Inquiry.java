package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** Asks one Sentinel where a master is, on a connection of its own. */
record Inquiry(RedisOptions options, Loop loop, String master) {
  private static final Set<String> CREDENTIALS = Set.of("NOAUTH", "WRONGPASS");

  /** The message of the exception names the Sentinel, and why it does not say. */
  Endpoint.Tcp ask(Endpoint.Tcp sentinel, Duration limit) throws NoConnection {
    var there = options.atSentinel(sentinel).withConnectTimeout(limit);
    try {
      Handshake handshake = new Dialer(there, loop).dial(System.nanoTime() + limit.toNanos());
      return read(handshake.inquire("SENTINEL", "GET-MASTER-ADDR-BY-NAME", master));
    } catch (RedisException.Rejected refused) {
      throw explanation(there)
          .of(new RedisException.Rejected(refused.code(), text(refused), false));
    } catch (IOException | RuntimeException | Error problem) {
      throw explanation(there).of(problem);
    }
  }

  private static Explanation explanation(RedisOptions there) {
    return new Explanation(there, "the Sentinel at ");
  }

  private static Endpoint.Tcp read(Reply reply) {
    if (reply.isNull()) {
      throw new RedisException.Rejected("NOMASTER", "it knows no master of this name", false);
    }
    try {
      return Endpoint.tcp(reply.items().get(0).text(), reply.items().get(1).text());
    } catch (RuntimeException wrong) {
      throw new RedisException.BrokenProtocol("its answer is no address: " + reply, null);
    }
  }

  private static String text(RedisException.Rejected refused) {
    if (CREDENTIALS.contains(refused.code())) {
      return refused.code() + " (its credentials are its own, see REDIS_SENTINEL_PASSWORD)";
    }
    boolean unknown = refused.getMessage().contains("unknown command");
    return unknown ? "it does not know the command SENTINEL; is it one?" : refused.getMessage();
  }
}
