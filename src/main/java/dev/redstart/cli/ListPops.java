package dev.redstart.cli;

import dev.redstart.json.Json;
import dev.redstart.orchestration.Message;
import dev.redstart.orchestration.UnknownMessage;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Popped;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The messages that one call of {@code blpop} takes, one after the other. */
final class ListPops {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxx");

  /** A wait for ever is many of these. */
  private static final Duration BLOCK_MAX = Duration.ofSeconds(5);

  /** How long a Ctrl-C waits for the message at hand. */
  private static final long END_SECONDS_MAX = 2;

  private final String list;
  private final Arguments arguments;
  private final Out out;
  private final Duration timeout;
  private final int count;
  private final boolean continuous;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopped;

  /** The command that waits for a message, to be cut short by another thread. */
  private volatile Pending<?> waiting;

  ListPops(String list, Arguments arguments, Out out) {
    this.list = list;
    this.arguments = arguments;
    this.out = out;
    this.timeout = arguments.seconds("--timeout", 0).orElse(Duration.ZERO);
    this.continuous = arguments.has("--continuous");
    int wanted = arguments.number("--count", 1, Integer.MAX_VALUE).orElse(1);
    this.count = continuous ? Integer.MAX_VALUE : wanted;
  }

  int run(Redis redis) {
    if (!arguments.has("--quiet")) {
      out.talk("Waiting for messages on '" + list + "'" + (continuous ? " (Ctrl-C stops)" : "..."));
    }
    return CtrlC.during(out, this::stop, () -> takeAll(redis));
  }

  private void stop() {
    stopped = true;
    var command = waiting;
    if (command != null) {
      command.cancel();
    }
    try {
      if (ended.await(END_SECONDS_MAX, TimeUnit.SECONDS) && continuous) {
        // Ctrl-C is how this is meant to end, and the JVM would call it 130.
        Runtime.getRuntime().halt(0);
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  private int takeAll(Redis redis) {
    int taken = 0;
    try {
      while (taken < count) {
        var popped = next(redis);
        if (popped.isEmpty()) {
          return end(taken, true);
        }
        if (!out.hasPrinted(json(taken + 1, popped.get().value()))) {
          return putBack(redis, popped.get().value());
        }
        taken++;
      }
      return end(taken, false);
    } finally {
      ended.countDown();
    }
  }

  /** Empty if none came in time, or this is the end. */
  private Optional<Popped<byte[]>> next(Redis redis) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!stopped) {
      long left = timeout.isZero() ? Long.MAX_VALUE : deadline - System.nanoTime();
      if (left <= 0) {
        return Optional.empty();
      }
      // A wait for ever would not let itself be cut short by another thread.
      var block = Duration.ofNanos(Math.min(left, BLOCK_MAX.toNanos())).plusNanos(999_999);
      var popped = await(redis.send(Lists.blockingPopLeftBytes(block, list)));
      if (popped.isPresent()) {
        return popped;
      }
    }
    return Optional.empty();
  }

  private Optional<Popped<byte[]>> await(Pending<Optional<Popped<byte[]>>> pop) {
    waiting = pop;
    try {
      if (stopped) {
        pop.cancel();
      }
      return pop.await();
    } catch (RedisException.Interrupted cut) {
      if (!stopped) {
        throw cut;
      }
      return Optional.empty();
    } finally {
      waiting = null;
    }
  }

  private String json(int index, byte[] raw) {
    var members = new LinkedHashMap<String, Object>();
    members.put("index", index);
    members.put("list", list);
    members.put("message", ReplyJson.of(new Reply.Bulk(raw)));
    members.put("timestamp", TIME.format(OffsetDateTime.now()));
    if (arguments.has("--parse")) {
      var message = Message.parse(raw);
      if (!(message instanceof UnknownMessage)) {
        var data = message.toJson();
        members.put("parsed", Json.object("type", data.get("type"), "data", data));
      }
    }
    return Json.of(members).toString();
  }

  private int end(int taken, boolean late) {
    if (late && taken == 0 && !continuous) {
      var seconds = arguments.value("--timeout").orElse("0");
      out.talk("Timeout: No message received within " + seconds + " seconds");
    }
    if (continuous) {
      out.talk("Timeout. Received " + taken + " message(s)");
    } else if (count > 1) {
      out.talk("Received " + taken + " message(s)");
    }
    return taken > 0 ? 0 : 1;
  }

  private int putBack(Redis redis, byte[] raw) {
    try {
      redis.call(Lists.pushLeft(list, raw));
      out.talk(
          "The output cannot be written: the message went back to the head of '" + list + "'.");
    } catch (RedisException lost) {
      out.talk("The output cannot be written, and the message may not be back in Redis:");
      out.talk(ReplyJson.of(new Reply.Bulk(raw)).toString());
    }
    return 1;
  }
}
