package dev.redstart.redis;

import java.security.SecureRandom;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Numbers requests, so that a script recognises one that it has answered already: a request whose
 * reply was lost can then be sent again, and is not executed twice.
 *
 * <p>A script has to remember one thing for each line only, the last number with its answer: of the
 * requests of a line at most one is under way. There are as many lines as threads that call at the
 * same time. Thread-safe.
 */
public final class Requests {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String name = Long.toUnsignedString(RANDOM.nextLong(), Character.MAX_RADIX);
  private final AtomicInteger lines = new AtomicInteger();
  private final ConcurrentLinkedDeque<Request> idle = new ConcurrentLinkedDeque<>();

  /** Nothing is under way. */
  public Requests() {}

  /**
   * One request.
   *
   * @param line what tells it from those that others make at the same time
   * @param number greater than those of all earlier requests of the line
   */
  public record Request(String line, long number) {
    private Request next() {
      return new Request(line, number + 1);
    }
  }

  /** Runs {@code work} with a request that is new; the work may send it as often as it likes. */
  public <T> T once(Function<? super Request, ? extends T> work) {
    var last = idle.pollFirst();
    var request = last == null ? first() : last.next();
    try {
      return work.apply(request);
    } finally {
      idle.addFirst(request);
    }
  }

  private Request first() {
    return new Request(name + "-" + lines.incrementAndGet(), 1);
  }
}
