package dev.redstart.agent;

import dev.redstart.message.ContentBlock;
import dev.redstart.message.ContentType;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The thinking in an answer, as content blocks that are replaced while they grow: now and then, and
 * never a large one, so that the cost stays in proportion. Their ids are the same when an answer is
 * begun again.
 */
final class Thoughts {
  private static final long PAUSE_NANOS = Duration.ofMillis(250).toNanos();
  private static final int BLOCK_CHARS_MAX = 4000;

  private final String prefix;
  private final Consumer<ContentBlock> sink;
  private final StringBuilder growing = new StringBuilder();
  private int number = 1;
  private int shown;
  private long shownAt;

  Thoughts(String prefix, Consumer<ContentBlock> sink) {
    this.prefix = prefix;
    this.sink = sink;
  }

  void add(String delta) {
    growing.append(delta);
    if (shown == 0 || System.nanoTime() - shownAt > PAUSE_NANOS) {
      show();
    }
    if (growing.length() > BLOCK_CHARS_MAX) {
      end();
    }
  }

  /** What comes next is another thought. */
  void end() {
    if (growing.length() > 0) {
      show();
      growing.setLength(0);
      shown = 0;
      number++;
    }
  }

  private void show() {
    int end = growing.length();
    if (end > 0 && Character.isHighSurrogate(growing.charAt(end - 1))) {
      end--;
    }
    if (end > shown) {
      var block = ContentBlock.of(ContentType.THINKING, growing.substring(0, end));
      sink.accept(block.withId(prefix + "thinking-" + number));
      shown = end;
      shownAt = System.nanoTime();
    }
  }
}
