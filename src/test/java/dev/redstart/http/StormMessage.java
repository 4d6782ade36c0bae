package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.json.Json;
import dev.redstart.message.ContentBlock;
import dev.redstart.message.ContentType;
import dev.redstart.message.Media;
import dev.redstart.message.Message;
import dev.redstart.message.MessageException;
import dev.redstart.message.MessageOptions;
import dev.redstart.message.MessageStore;
import dev.redstart.message.Role;
import dev.redstart.message.TaskUpdate;
import dev.redstart.message.Written;
import dev.redstart.redis.Redis;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A message that two instances write to at once. Either both append to its text, wherever its end
 * is; or one does, which says everything twice, while the other one is a zombie that is refused.
 */
final class StormMessage implements AutoCloseable {
  static final String SESSION = "storm";
  private static final String[] WORDS = {
    "a", "été ", "😀", "\"quoted\" ", "\n", "\r\n\r\ndata: x\n\n", "long ".repeat(40)
  };

  private static final Pattern MARK = Pattern.compile("<\\w+ \\d+>");

  private final String id;
  private final boolean shared;
  private final int deltaBytes;
  private final List<MessageStore> stores = new ArrayList<>();
  private final Message here;
  private final Message there;
  private final StringBuilder said = new StringBuilder();

  /** {@code deltaBytes}: how much longer each piece of the text is than it would be. */
  StormMessage(String id, int kept, boolean shared, int deltaBytes, Redis calm, Redis rough) {
    this.id = id;
    this.shared = shared;
    this.deltaBytes = deltaBytes;
    var options = MessageOptions.defaults().withEvents(kept);
    stores.add(MessageStore.of(calm, options));
    stores.add(MessageStore.of(rough, options));
    here = stores.get(0).loadOrCreate(id, SESSION, Role.ASSISTANT);
    there = stores.get(1).loadOrCreate(id, SESSION, Role.ASSISTANT);
  }

  String path() {
    return "/api/v1/messages/" + id;
  }

  String streamPath() {
    return "/api/v1/sessions/" + SESSION + "/messages/" + id + "/stream";
  }

  /** The instance with the bad connection. */
  void writeThere(int steps, int pauseMillis, Random random) {
    long offset = 0;
    for (int step = 0; step < steps; step++) {
      var delta = delta("there", step, random);
      if (shared) {
        assertTrue(there.appendText(delta).isDone());
      } else {
        offset = twice(offset, delta, random);
        said.append(delta);
      }
      beside(there, here, "there" + step, random);
      pause(pauseMillis, random);
    }
  }

  private String delta(String who, int step, Random random) {
    return mark(who, step) + WORDS[random.nextInt(WORDS.length)] + "x".repeat(deltaBytes);
  }

  private static String mark(String who, int step) {
    return "<" + who + " " + step + ">";
  }

  private long twice(long offset, String delta, Random random) {
    var written = there.appendText(offset, delta);
    assertTrue(written.isDone());
    var again = (random.nextBoolean() ? there : here).appendText(offset, delta);
    assertEquals(Written.Result.REPEATED, again.result());
    assertEquals(written.textBytes(), again.textBytes());
    return written.textBytes();
  }

  void writeHere(int steps, int pauseMillis, Random random) {
    for (int step = 0; step < steps; step++) {
      if (shared) {
        assertTrue(here.appendText(delta("here", step, random)).isDone());
      } else {
        assertThrows(MessageException.Conflict.class, () -> here.appendText(1 << 28, "a zombie's"));
      }
      beside(here, there, "here" + step, random);
      pause(pauseMillis, random);
    }
  }

  /** Whatever else there is in a message; each time said twice. */
  private void beside(Message one, Message other, String name, Random random) {
    switch (random.nextInt(10)) {
      case 0, 1 -> {
        var thinking = ContentBlock.of(ContentType.THINKING, "hm, " + name);
        one.addContent(thinking.withId(id + ".thinking"));
      }
      case 2 -> {
        var large = ContentBlock.of(ContentType.CODE, "y".repeat(11_000)).withId(id + name);
        one.addContent(large);
        other.addContent(large);
      }
      case 3 -> {
        one.startTask(name, "image_generation", Json.object("prompt", name));
        other.updateTask(name, TaskUpdate.progress(random.nextInt(9) / 10.0));
        other.startTask(name, "image_generation", Json.object("prompt", name));
      }
      case 4 -> {
        one.startTask(name, "video_generation");
        var video = ContentBlock.of(ContentType.VIDEO, Media.url("https://example.com/" + name));
        other.updateTask(name, TaskUpdate.completed(video));
        other.updateTask(name, TaskUpdate.completed(video));
      }
      case 5 -> {
        one.startTask(name, "code");
        other.updateTask(name, TaskUpdate.failed("no \"" + name + "\""));
      }
      default -> {
        // Text only.
      }
    }
  }

  private static void pause(int millis, Random random) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(2 * millis)));
  }

  void end(Random random) {
    switch (random.nextInt(4)) {
      case 0 -> there.fail("it was to \"fail\"");
      case 1 -> there.cancel();
      default -> there.complete();
    }
    assertEquals(Written.Result.ENDED, here.complete().result());
  }

  /** What was said is there, once, and what each one said is in its order. */
  void check(String text, int steps) {
    if (shared) {
      var marks = MARK.matcher(text).results().map(MatchResult::group).toList();
      for (var who : List.of("here", "there")) {
        var own = marks.stream().filter(mark -> mark.contains("<" + who)).toList();
        assertEquals(IntStream.range(0, steps).mapToObj(step -> mark(who, step)).toList(), own);
      }
    } else {
      assertEquals(said.toString(), text);
    }
  }

  @Override
  public void close() {
    stores.forEach(MessageStore::close);
  }
}
