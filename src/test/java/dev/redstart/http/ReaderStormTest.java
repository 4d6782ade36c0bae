package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * A thousand readers over HTTP, of messages and of runs, on two instances: they join at random
 * moments, are slow, are cut off and come back to either instance, while little is kept, producers
 * repeat themselves, and connections to Redis break. Each ends with exactly what was written.
 * {@code -Dredstart.chaos=2} has 2000 readers, more make it longer.
 */
class ReaderStormTest {
  private static final int CHAOS = Integer.getInteger("redstart.chaos", 1);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int KEPT_MAX = 1_000;

  /** So that a client that does not read is felt by the service. */
  private static final int FAT = 40_000;

  private static final int FAT_READERS = 6;

  /** How large a storm is. */
  private record Size(int messages, int messageReaders, int runs, int runReaders, int steps) {
    static final Size SMALL = new Size(2, 12, 2, 8, 5);
    static final Size FULL =
        new Size(20, 800 * Math.min(2, CHAOS), 8, 240 * Math.min(2, CHAOS), 32 * CHAOS);
  }

  @Test
  void eachReaderEndsWithExactlyWhatWasWrittenAndNothingIsLeft() {
    Seeds.check(
        seed -> {
          try (var server = RedisServer.start()) {
            // What is made once and stays, is made by this one.
            new ReaderStormTest().rage(server, seed, Size.SMALL);
            var before = Leftovers.since(server);
            new ReaderStormTest().rage(server, seed, Size.FULL);
            Eventually.within(LIMIT, "nothing is left", () -> before.areNone());
          }
        });
  }

  private final List<StormMessage> messages = new ArrayList<>();
  private final List<StormRun> runs = new ArrayList<>();
  private final List<CompletableFuture<Visitor>> messageReaders = new ArrayList<>();
  private final List<CompletableFuture<Visitor>> runReaders = new ArrayList<>();
  private final List<Visitor> visitors = new ArrayList<>();

  private void rage(RedisServer server, long seed, Size size) throws Exception {
    var random = new Random(seed);
    long start = System.nanoTime();
    try (var storm = new Storm(server, random.nextLong());
        var some = new Crowd();
        var others = new Crowd()) {
      open(storm, size, random);
      join(storm, List.of(some, others), size, random);
      var raging = async(storm::rage);
      await(write(size, random));
      for (var run : runs) {
        close(storm, run);
      }
      var readers = new ArrayList<>(messageReaders);
      readers.addAll(runReaders);
      awaitReaders(readers);
      storm.calmDown();
      await(List.of(raging));
      judge(storm, size);
      storm.awaitNoFollowers();
      if (size == Size.FULL) {
        assertStormy(seed, start);
      }
    } finally {
      messages.forEach(StormMessage::close);
    }
  }

  /** The first of each has as little as can be, the second one is the fat one. */
  private void open(Storm storm, Size size, Random random) {
    for (int i = 0; i < size.messages; i++) {
      int kept = i == 0 ? 1 : i == 1 ? 20 : kept(random);
      var id = "msg_" + i;
      int fat = i == 1 ? FAT : 0;
      messages.add(new StormMessage(id, kept, i % 2 == 1, fat, storm.calm, storm.rough));
    }
    for (int i = 0; i < size.runs; i++) {
      int kept = i == 0 ? 1 : i == 1 ? 20 : kept(random);
      runs.add(new StormRun("run" + i, kept, i == 1 ? FAT : 0, storm.calm, storm.rough));
    }
  }

  /** From 1 to the most, small ones as often as large ones. */
  private static int kept(Random random) {
    return (int) Math.round(Math.pow(KEPT_MAX, random.nextDouble()));
  }

  private void join(Storm storm, List<Crowd> crowds, Size size, Random random) {
    for (int i = 0; i < size.messageReaders; i++) {
      int which = which(i, size.messages);
      var path = messages.get(which).streamPath();
      var visitor = visitor(storm, path, new MessageView(), which, random);
      crowds.get(i % 2).join(visitor, delay(size, random));
      messageReaders.add(visitor.end());
    }
    for (int i = 0; i < size.runReaders; i++) {
      int which = which(i, size.runs);
      var path = runs.get(which).streamPath();
      boolean now = isFromNow(i);
      var view = now ? RunView.fromNow() : RunView.fromTheStart();
      var visitor = visitor(storm, path + (now ? "?from=now" : ""), view, which, random);
      crowds.get(i % 2).join(visitor, delay(size, random));
      runReaders.add(visitor.end());
    }
  }

  /** The fat one has fewer readers. */
  private static int which(int reader, int count) {
    int which = reader % count;
    return which == 1 && reader / count >= FAT_READERS ? 0 : which;
  }

  private static boolean isFromNow(int reader) {
    return reader % 5 == 4;
  }

  private Visitor visitor(Storm storm, String path, View view, int which, Random random) {
    var tempers = Visitor.Temper.values();
    var temper =
        which == 1
            ? Visitor.Temper.NAPS
            : random.nextInt(3) > 0
                ? Visitor.Temper.EAGER
                : tempers[random.nextInt(tempers.length)];
    var own = new Random(random.nextLong());
    var visitor = new Visitor(path, view, temper, () -> storm.port(own), own);
    visitors.add(visitor);
    return visitor;
  }

  /** Some come after the end. */
  private static Duration delay(Size size, Random random) {
    return Duration.ofMillis(random.nextInt(size.steps * 100));
  }

  private List<CompletableFuture<Void>> write(Size size, Random random) {
    var writing = new ArrayList<CompletableFuture<Void>>();
    for (var message : messages) {
      var one = new Random(random.nextLong());
      var other = new Random(random.nextLong());
      var there = async(() -> message.writeThere(size.steps, 60, one));
      var here = async(() -> message.writeHere(size.steps, 60, other));
      writing.add(there.thenCombine(here, (a, b) -> a).thenRunAsync(() -> message.end(other)));
    }
    for (var run : runs) {
      for (boolean rough : new boolean[] {true, false}) {
        var own = new Random(random.nextLong());
        writing.add(async(() -> run.write(rough, 2 * size.steps, 30, own)));
      }
    }
    return writing;
  }

  private static CompletableFuture<Void> async(Runnable work) {
    return CompletableFuture.runAsync(
        work, task -> new Thread(null, task, "storm", 256 << 10).start());
  }

  private static void await(List<CompletableFuture<Void>> all) throws Exception {
    for (var each : all) {
      each.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** From both instances: it ends once. */
  private static void close(Storm storm, StormRun run) throws Exception {
    var first = storm.services.get(0).post(run.closePath(), "status", "completed");
    assertEquals(200, first.status());
    var second = storm.services.get(0).post(run.closePath(), "status", "failed");
    assertEquals(first.json(), second.json());
  }

  private void awaitReaders(List<CompletableFuture<Visitor>> readers) throws Exception {
    try {
      CompletableFuture.allOf(readers.toArray(CompletableFuture[]::new))
          .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      var waiting = visitors.stream().filter(it -> !it.end().isDone()).toList();
      throw new AssertionError(waiting.size() + " readers wait for ever, as " + waiting.get(0), e);
    }
  }

  private void judge(Storm storm, Size size) throws Exception {
    var whole = new ArrayList<String>();
    for (var message : messages) {
      var json = storm.services.get(0).get(message.path()).json();
      message.check(json.get("text").asString(), size.steps);
      whole.add(new MessageView().whole(json).state());
    }
    for (int i = 0; i < size.messageReaders; i++) {
      var view = (MessageView) messageReaders.get(i).join().view();
      assertEquals(whole.get(which(i, size.messages)), view.state());
    }
    for (int i = 0; i < size.runReaders; i++) {
      var view = (RunView) runReaders.get(i).join().view();
      runs.get(which(i, size.runs)).check(view, isFromNow(i));
    }
  }

  private void assertStormy(long seed, long startNanos) {
    int visits = 0;
    int snapshots = 0;
    int gaps = 0;
    int fat = 0;
    for (var visitor : visitors) {
      int news = visitor.view() instanceof MessageView view ? view.snapshots() : 0;
      int lost = visitor.view() instanceof RunView view ? view.gaps() : 0;
      visits += visitor.visits();
      snapshots += news;
      gaps += lost;
      fat += visitor.toString().contains("1/") ? news + lost : 0;
    }
    System.out.printf(
        "reader storm, seed %d: %d readers, %d visits, %d snapshots, %d gaps, %d ms%n",
        seed, visitors.size(), visits, snapshots, gaps, millisSince(startNanos));
    // Whoever was never cut off comes twice, the second time to hear that there is no more.
    assertTrue(visits > visitors.size() * 9 / 4, "too few were cut off: " + visits);
    assertTrue(snapshots > visitors.size() / 4, "too few snapshots: " + snapshots);
    assertTrue(gaps > runReaders.size() / 4, "too few gaps: " + gaps);
    assertTrue(fat > FAT_READERS, "too few readers were left behind: " + fat);
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }
}
