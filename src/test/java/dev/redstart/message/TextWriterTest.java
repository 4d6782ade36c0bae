package dev.redstart.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Pieces that come while an append is under way travel together. */
class TextWriterTest {
  private static final Duration LEASE = Duration.ofSeconds(30);

  private static Generation produce(MessageStore store) {
    return store.produce(OneStore.ID, LEASE).orElseThrow();
  }

  private static long deltas(OneStore one) {
    return one.types().stream().filter("text_delta"::equals).count();
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("redstart-text"))
        .count();
  }

  @Test
  void aPieceIsWrittenAtOnceWithoutAFlush() {
    try (var one = OneStore.open()) {
      one.message();
      try (var held = produce(one.store);
          var writer = held.writer()) {
        writer.append("a");
        Eventually.within(OneStore.LIMIT, "it is there", () -> one.text().equals("a"));
        writer.append("b");
        Eventually.within(OneStore.LIMIT, "it is there", () -> one.text().equals("ab"));
      }
      Eventually.within(OneStore.LIMIT, "no thread is left", () -> threads() == 0);
    }
  }

  @Test
  void whatComesDuringAnAppendTravelsWithTheNext() {
    try (var one = OneStore.open();
        var proxy = FaultProxy.to(RedisServer.shared().port())) {
      one.message();
      var far = one.elsewhere(proxy.url(), MessageOptions.defaults());
      try (var held = produce(far);
          var writer = held.writer()) {
        proxy.toClient(Fault.delay(Duration.ofMillis(50)));
        var all = new StringBuilder("first ");
        writer.append("first ");
        Eventually.within(OneStore.LIMIT, "it is there", () -> one.text().equals("first "));
        long start = System.nanoTime();
        for (int i = 0; i < 500; i++) {
          writer.append(i + " ");
          all.append(i).append(' ');
        }
        assertTrue(System.nanoTime() - start < 2_000_000_000L, "nobody waits for each");
        assertEquals(all.length(), writer.flush().textBytes());
        assertEquals(all.toString(), one.text());
        assertTrue(deltas(one) >= 2 && deltas(one) < 100, deltas(one) + " appends");
        assertTrue(one.events().get(1).contains("\"delta\":\"first \""), one.events().get(1));
      }
    }
  }

  /** However often the connection breaks: each piece once, in order. */
  @Test
  void theTextIsExactWhateverBreaks() {
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          try (var one = OneStore.open();
              var proxy = FaultProxy.to(RedisServer.shared().port())) {
            one.message();
            var far = one.elsewhere(proxy.url(), MessageOptions.defaults());
            var all = new StringBuilder();
            try (var held = produce(far);
                var writer = held.writer()) {
              for (int i = 0; i < 2000; i++) {
                var piece = "é" + i + "\n".repeat(random.nextInt(3));
                writer.append(piece);
                all.append(piece);
                if (random.nextInt(100) == 0) {
                  proxy.cut();
                }
                if (random.nextInt(50) == 0) {
                  writer.flush();
                  assertEquals(all.toString(), one.text());
                }
              }
            }
            assertEquals(all.toString(), one.text());
          }
        });
  }

  @Test
  void severalThreadsMayWrite() throws Exception {
    try (var one = OneStore.open()) {
      one.message();
      try (var held = produce(one.store);
          var writer = held.writer()) {
        var threads = new CompletableFuture<?>[4];
        for (int n = 0; n < threads.length; n++) {
          var piece = "abcd".substring(n, n + 1);
          threads[n] = CompletableFuture.runAsync(() -> appendMany(writer, piece));
        }
        CompletableFuture.allOf(threads).get(10, TimeUnit.SECONDS);
      }
      for (var piece : "abcd".split("")) {
        assertEquals(500, one.text().length() - one.text().replace(piece, "").length());
      }
    }
  }

  private static void appendMany(TextWriter writer, String piece) {
    for (int i = 0; i < 500; i++) {
      writer.append(piece);
    }
  }

  @Test
  void aCancellationIsToldToALaterCallAndTheRestIsDropped() {
    try (var one = OneStore.open()) {
      one.message();
      try (var held = produce(one.store);
          var writer = held.writer()) {
        writer.append("a");
        writer.flush();
        one.elsewhere().load(OneStore.ID).orElseThrow().cancel();
        writer.append("b");
        assertTrue(writer.flush().isCancelled());
        assertTrue(writer.append("c").isCancelled());
        assertTrue(held.isOver());
      }
      assertEquals("a", one.text());
    }
  }

  @Test
  void aFailureIsThrownByEachLaterCall() {
    try (var one = OneStore.open(MessageOptions.defaults().withTextBytes(3))) {
      one.message();
      try (var held = produce(one.store);
          var writer = held.writer()) {
        writer.append("abc");
        writer.flush();
        writer.append("d");
        assertThrows(MessageException.Full.class, writer::flush);
        assertThrows(MessageException.Full.class, () -> writer.append("e"));
        assertThrows(MessageException.Full.class, writer::flush);
      }
      assertEquals("abc", one.text());
    }
  }

  @Test
  void whatCannotBeWrittenIsRefusedAtOnce() {
    try (var one = OneStore.open()) {
      one.message();
      try (var held = produce(one.store)) {
        var writer = held.writer();
        assertThrows(IllegalArgumentException.class, () -> writer.append("\uD83D"));
        assertThrows(NullPointerException.class, () -> writer.append(null));
        writer.append("");
        writer.flush();
        writer.close();
        writer.close();
        assertThrows(IllegalStateException.class, () -> writer.append("a"));
      }
      assertEquals(0, deltas(one));
    }
  }

  @Test
  void closingWritesWhatIsLeftEvenOnAnInterruptedThread() {
    try (var one = OneStore.open()) {
      one.message();
      try (var held = produce(one.store)) {
        try (var writer = held.writer()) {
          appendMany(writer, "a");
          Thread.currentThread().interrupt();
        }
        assertTrue(Thread.interrupted());
      }
      assertEquals(500, one.text().length());
    }
  }

  /** Memory has a limit: the producer waits for Redis, and is told when it does not come back. */
  @Test
  void whoIsTooFastWaits() throws Exception {
    try (var one = OneStore.open();
        var proxy = FaultProxy.to(RedisServer.shared().port())) {
      one.message();
      var hasty = RedisOptions.of(proxy.url()).withTimeout(Duration.ofSeconds(2));
      try (var redis = Redis.connect(hasty);
          var far = MessageStore.of(redis);
          var held = produce(far);
          var writer = held.writer()) {
        proxy.toServer(Fault.STALL);
        var appended = new AtomicInteger();
        var piece = "x".repeat(1 << 10);
        var writing =
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; i < 10_000; i++) {
                    writer.append(piece);
                    appended.incrementAndGet();
                  }
                });
        Eventually.within(OneStore.LIMIT, "it waits", () -> appended.get() >= 65);
        assertFalse(writing.isDone());
        var failed = writing.handle((nothing, why) -> why.getCause()).get(10, TimeUnit.SECONDS);
        assertTrue(failed instanceof RedisException, failed + "");
        assertTrue(appended.get() < 200, appended + " pieces in memory");
        assertThrows(RedisException.class, writer::flush);
        proxy.toServer(Fault.PASS);
      }
    }
  }
}
