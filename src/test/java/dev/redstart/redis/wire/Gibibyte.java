package dev.redstart.redis.wire;

import dev.redstart.redis.Command;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.resp.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.function.Supplier;

/** A program that moves a GiB each way, in a heap of a sixteenth of that. */
final class Gibibyte {

  private static final int VALUE_BYTES = 1 << 18;
  private static final int COMMANDS = (1 << 30) / VALUE_BYTES;
  private static final int WINDOW = 32;

  private Gibibyte() {}

  /**
   * @param arguments the server's URL
   */
  public static void main(String[] arguments) {
    try (var redis = Redis.connect(arguments[0])) {
      System.out.println("set in " + millis(() -> set(redis)) + " ms");
      System.out.println("got in " + millis(() -> get(redis)) + " ms");
    }
  }

  private static long millis(Supplier<Boolean> work) {
    long start = System.nanoTime();
    if (!work.get()) {
      throw new AssertionError("a reply was wrong");
    }
    return (System.nanoTime() - start) / 1_000_000;
  }

  /** Keeps every reply to come: what was sent must not be kept with it. */
  private static boolean set(Redis redis) {
    var pending = new ArrayList<Pending<Reply>>();
    for (int i = 0; i < COMMANDS; i++) {
      pending.add(redis.send(Command.of("SET", "k").with(new byte[VALUE_BYTES])));
    }
    return pending.stream().allMatch(each -> each.await().text().equals("OK"));
  }

  private static boolean get(Redis redis) {
    var window = new ArrayDeque<Pending<Reply>>();
    boolean right = true;
    for (int i = 0; i < COMMANDS; i++) {
      window.add(redis.send(Command.of("GET", "k")));
      if (window.size() == WINDOW) {
        right &= window.remove().await().bytes().length == VALUE_BYTES;
      }
    }
    return window.stream().allMatch(each -> each.await().bytes().length == VALUE_BYTES) && right;
  }
}
