package dev.redstart.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Eventually;
import dev.redstart.redis.Channels;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Server;
import dev.redstart.stream.LiveTail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Where a reader begins, and what it gets for that. */
class SubscribeTest {
  private static final MessageOptions THREE = MessageOptions.defaults().withEvents(3);

  private static Message written(OneStore one, int parts) {
    var message = one.message();
    for (int n = 1; n <= parts; n++) {
      message.appendText(n + " ");
    }
    return message;
  }

  private static String id(OneStore one, int index) {
    return one.entries().get(index).id().toString();
  }

  private static List<String> kinds(List<MessageUpdate> updates) {
    return updates.stream()
        .map(
            update ->
                update instanceof MessageUpdate.Event event
                    ? event.event().eventType().toString()
                    : "snapshot " + ((MessageUpdate.Snapshot) update).message().text())
        .toList();
  }

  @Test
  void fromTheStartThereIsNoSnapshotWhileAllEventsAreThere() {
    try (var one = OneStore.open()) {
      written(one, 2).complete();
      assertEquals(
          List.of("message_start", "text_delta", "text_delta", "message_end"),
          kinds(one.readAll("0")));
      assertEquals(kinds(one.readAll("0")), kinds(one.readAll("0-0")));
    }
  }

  @Test
  void afterAnEventThatIsKeptThereIsTheRest() {
    try (var one = OneStore.open(THREE)) {
      written(one, 5).complete();
      assertEquals(List.of("text_delta", "message_end"), kinds(one.readAll(id(one, 0))));
      assertEquals(List.of("message_end"), kinds(one.readAll(id(one, 1))));
    }
  }

  @Test
  void afterTheEndThereIsNothingMore() {
    try (var one = OneStore.open()) {
      written(one, 1).complete();
      var reader = one.store.subscribe(OneStore.SESSION, OneStore.ID, id(one, 2));
      assertTrue(reader.isEnded());
      assertTrue(reader.next(OneStore.LIMIT).isEmpty());
    }
  }

  @Test
  void whereEventsAreGoneTheWholeMessageComesFirst() {
    try (var one = OneStore.open(THREE)) {
      var message = written(one, 5);
      var reader = one.store.subscribe(OneStore.SESSION, OneStore.ID, "0");
      message.appendText("6 ");
      message.complete();
      assertEquals(
          List.of("snapshot 1 2 3 4 5 ", "text_delta", "message_end"),
          kinds(OneStore.readAll(reader)));
      assertEquals(
          List.of("snapshot 1 2 3 4 5 6 ", "message_end"),
          kinds(one.readAll("0")),
          "of a message that has ended, the end comes too");
    }
  }

  @Test
  void aTrimmedCursorAndOneOfAnotherMessageGetTheWholeMessage() {
    try (var one = OneStore.open(THREE)) {
      var message = written(one, 1);
      var trimmed = id(one, 1);
      for (int n = 2; n <= 5; n++) {
        message.appendText(n + " ");
      }
      message.complete();
      // Of the seven events the last three are kept: these fit by their numbers, not by their time.
      long end = EntryId.parse(one.load().lastEventId()).millis();
      Eventually.within(
          OneStore.LIMIT,
          "a millisecond is over",
          () -> one.redis.call(Server.time()).toEpochMilli() > end);
      var later = one.store.loadOrCreate("msg_002", OneStore.SESSION, Role.USER);
      var cursors = new ArrayList<>(List.of(trimmed, "1-1", "18446744073709551615-2"));
      for (int n = 0; n < 6; n++) {
        later.appendText("x");
        cursors.add(later.refresh().lastEventId());
      }
      for (var cursor : cursors) {
        assertEquals(
            List.of("snapshot 1 2 3 4 5 ", "message_end"), kinds(one.readAll(cursor)), cursor);
      }
    }
  }

  /** With one event kept, the reader's cursor is always just gone. */
  @Test
  void aReaderThatKeepsUpNeedsNoSnapshotsEvenIfOneEventIsKept() {
    try (var one = OneStore.open(MessageOptions.defaults().withEvents(1))) {
      var message = one.message();
      var reader = one.store.subscribe(OneStore.SESSION, OneStore.ID, "0");
      assertEquals("message_start", kinds(List.of(next(reader))).get(0));
      for (int n = 0; n < 50; n++) {
        message.appendText("x");
        assertEquals("text_delta", kinds(List.of(next(reader))).get(0));
      }
    }
  }

  private static MessageUpdate next(MessageSubscription reader) {
    return reader.next(OneStore.LIMIT).orElseThrow();
  }

  /** Without a word from the writer they would look after five seconds. */
  @Test
  void readersThatWaitHearAtOnceAndCostRedisNothing() throws Exception {
    try (var one = OneStore.open()) {
      var message = one.message();
      var readers = new ArrayList<CompletableFuture<Fold>>();
      var heard = new AtomicInteger();
      for (int n = 0; n < 10; n++) {
        var reader = one.store.subscribe(OneStore.SESSION, OneStore.ID, "0");
        readers.add(background(() -> follow(reader, heard)));
      }
      awaitWord(heard, 10);
      message.appendText("first");
      awaitWord(heard, 20);
      one.redis.call("CONFIG", "RESETSTAT");
      for (int n = 3; n <= 52; n++) {
        message.appendText("x");
        awaitWord(heard, 10 * n);
      }
      long calls = calls(one);
      assertTrue(calls < 75, "50 appends made " + calls + " calls");
      message.complete();
      for (var reader : readers) {
        assertEquals(one.text(), reader.get(10, TimeUnit.SECONDS).text());
      }
    }
  }

  private static Fold follow(MessageSubscription reader, AtomicInteger heard) {
    var fold = new Fold();
    while (!reader.isEnded()) {
      fold.take(next(reader));
      heard.incrementAndGet();
    }
    return fold;
  }

  private static void awaitWord(AtomicInteger heard, int count) {
    Eventually.within(Duration.ofSeconds(3), "all have heard", () -> heard.get() >= count);
  }

  private static long calls(OneStore one) {
    var stats = Admin.call(one.redis, "INFO", "commandstats").text();
    return Long.parseLong(stats.replaceAll("(?s).*cmdstat_evalsha:calls=(\\d+),.*", "$1"));
  }

  /** As if something had gone wrong on the way: what does not fit is looked at. */
  @Test
  void aWordThatDoesNotFollowIsNotBelieved() throws Exception {
    try (var one = OneStore.open()) {
      var message = one.message();
      var reader = one.store.subscribe(OneStore.SESSION, OneStore.ID, "0");
      var heard = new AtomicInteger();
      var reading = background(() -> follow(reader, heard));
      awaitWord(heard, 1);
      message.appendText("true");
      awaitWord(heard, 2);
      var last = one.load().lastEventId();
      var next = EntryId.parse(last);
      var forged = new EntryId(next.millis() + 1, next.sequence() + 2).toString();
      var words = new StringBuilder();
      for (var word :
          List.of(
              last,
              forged,
              "event_type",
              "text_delta",
              "message_id",
              OneStore.ID,
              "session_id",
              OneStore.SESSION,
              "payload",
              "{\"delta\":\"false\",\"offset\":4}",
              "timestamp",
              "2026-01-01T00:00:00Z")) {
        words.append(word.length()).append(':').append(word).append(',');
      }
      one.redis.call(
          Channels.publish(LiveTail.channel(one.redis, OneStore.STREAM), words.toString()));
      awaitWord(heard, 3);
      message.appendText(" text");
      message.complete();
      assertEquals("true text", reading.get(10, TimeUnit.SECONDS).text());
    }
  }

  @Test
  void nothingIsHeardTwiceOrLostWhenTheSubscriptionIsCutOff() {
    try (var one = OneStore.open()) {
      var message = one.message();
      var reader = one.elsewhere().subscribe(OneStore.SESSION, OneStore.ID, "0");
      var fold = new Fold();
      fold.take(next(reader));
      for (int n = 0; n < 20; n++) {
        Admin.call(one.redis, "CLIENT", "KILL", "TYPE", "pubsub");
        message.appendText(n + " ");
        fold.take(next(reader));
      }
      assertEquals(one.text(), fold.text());
      assertEquals(0, fold.snapshots);
    }
  }

  @Test
  void aReaderOfAMessageThatHasEndedListensToNothing() {
    try (var one = OneStore.open()) {
      written(one, 3).complete();
      var reader = one.store.subscribe(OneStore.SESSION, OneStore.ID, "0");
      OneStore.readAll(reader);
      assertTrue(Admin.call(one.redis, "PUBSUB", "CHANNELS", "stream:*").items().isEmpty());
    }
  }

  @Test
  void waitingEndsInTimeOrWhenTheReaderIsClosedOrInterrupted() throws Exception {
    try (var one = OneStore.open()) {
      one.message();
      var reader = one.store.subscribe(OneStore.SESSION, OneStore.ID, "0");
      next(reader);
      long began = System.nanoTime();
      assertTrue(reader.next(Duration.ofMillis(100)).isEmpty());
      assertTrue(System.nanoTime() - began >= 100_000_000);

      var thread = new AtomicReference<Thread>();
      var waiting =
          background(
              () -> {
                thread.set(Thread.currentThread());
                return reader.next(Duration.ofMinutes(1)).isEmpty();
              });
      Eventually.within(OneStore.LIMIT, "it waits", () -> isWaiting(thread.get()));
      reader.close();
      assertTrue(waiting.get(10, TimeUnit.SECONDS));

      var other = one.store.subscribe(OneStore.SESSION, OneStore.ID, id(one, 0));
      assertTrue(other.next(Duration.ofMillis(10)).isEmpty());
      Thread.currentThread().interrupt();
      assertThrows(CancellationException.class, () -> other.next(Duration.ofMinutes(1)));
      assertTrue(Thread.interrupted());
    }
  }

  private static boolean isWaiting(Thread thread) {
    return thread != null && thread.getState() == Thread.State.TIMED_WAITING;
  }

  private static <T> CompletableFuture<T> background(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> new Thread(task, "reader").start());
  }

  /** The original writes the whole text for each part of it. */
  @Test
  void anAppendCostsTheSameHoweverLongTheTextIs() {
    try (var one = OneStore.open()) {
      var small = one.store.loadOrCreate("small", "s", Role.USER);
      var large = one.store.loadOrCreate("large", "s", Role.USER);
      small.appendText("x".repeat(1 << 10));
      large.appendText("x".repeat(4 << 20));
      double ratio = Double.MAX_VALUE;
      for (int round = 0; round < 5 && ratio > 2; round++) {
        double before = micros(one, small);
        ratio = Math.min(ratio, micros(one, large) / before);
      }
      assertTrue(ratio <= 2, "at 4 MiB an append costs " + ratio + " times as much as at 1 KiB");
    }
  }

  /** What Redis itself takes, on average. */
  private static double micros(OneStore one, Message message) {
    one.redis.call("CONFIG", "RESETSTAT");
    for (int n = 0; n < 300; n++) {
      message.appendText("twelve bytes");
    }
    var stats = Admin.call(one.redis, "INFO", "commandstats").text();
    return Double.parseDouble(
        stats.replaceAll("(?s).*cmdstat_evalsha:.*?usec_per_call=([0-9.]+),.*", "$1"));
  }
}
