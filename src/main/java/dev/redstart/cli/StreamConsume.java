package dev.redstart.cli;

import dev.redstart.json.Json;
import dev.redstart.json.JsonString;
import dev.redstart.json.JsonValue;
import dev.redstart.resp.Reply;
import dev.redstart.stream.ConsumerOptions;
import dev.redstart.stream.RedisStreams;
import dev.redstart.stream.StreamConsumer;
import dev.redstart.stream.StreamMessage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Prints what a group has yet to handle. An entry is handled when its line has left this process.
 */
final class StreamConsume {
  private static final int IN_HAND_MAX = 50;

  /** A consumer that stops interrupts its handler much earlier. */
  private static final long END_SECONDS_MAX = 5;

  private final RedisStreams streams;
  private final Arguments arguments;
  private final Out out;
  private final CompletableFuture<StreamConsumer> consumer = new CompletableFuture<>();
  private volatile boolean unheard;
  private int left;

  StreamConsume(RedisStreams streams, Arguments arguments, Out out) {
    this.streams = streams;
    this.arguments = arguments;
    this.out = out;
    this.left = arguments.number("--count", 1, Integer.MAX_VALUE).orElse(Integer.MAX_VALUE);
  }

  int run() {
    var group = arguments.required("--group");
    var name = arguments.value("--consumer").orElse("cli");
    var options =
        ConsumerOptions.defaults().withCount(Math.min(left, IN_HAND_MAX)).withGrace(Duration.ZERO);
    try (var started = streams.consumeIf(arguments.words(), group, name, this::print, options)) {
      consumer.complete(started);
      return CtrlC.during(out, started::close, () -> await(started));
    }
  }

  private int await(StreamConsumer started) {
    try {
      started.await();
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    if (unheard) {
      out.talk("The output cannot be written: the entry went back.");
    }
    return unheard ? 1 : 0;
  }

  private boolean print(StreamMessage message) throws InterruptedException {
    boolean printed = out.hasPrinted(line(message));
    if (!printed || --left == 0) {
      consumer.join().stop();
    }
    if (!printed) {
      // Who is interrupted while the consumer stops gives the entry back, and has not failed.
      unheard = true;
      new CountDownLatch(1).await(END_SECONDS_MAX, TimeUnit.SECONDS);
    }
    return printed;
  }

  private static String line(StreamMessage message) {
    var fields = new LinkedHashMap<String, JsonValue>();
    message
        .fields()
        .forEach(
            (name, text) ->
                fields.put(
                    name,
                    message
                        .bytes(name)
                        .map(bytes -> ReplyJson.of(new Reply.Bulk(bytes)))
                        .orElse(JsonString.of(text))));
    return Json.object(
            "stream", message.stream(),
            "id", message.id().toString(),
            "deliveries", message.deliveries(),
            "fields", fields)
        .toString();
  }
}
