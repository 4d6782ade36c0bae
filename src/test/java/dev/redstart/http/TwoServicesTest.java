package dev.redstart.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.Seeds;
import dev.redstart.json.Json;
import dev.redstart.message.MessageOptions;
import dev.redstart.message.MessageStore;
import dev.redstart.message.Role;
import dev.redstart.redis.Redis;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two instances on one Redis behave as one, for readers that are cut off and come back to both. */
class TwoServicesTest {
  private static final RedisServer SERVER = RedisServer.shared();
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int SCALE = Integer.getInteger("redstart.chaos", 1);
  private static final int READERS = 20 * SCALE;
  private static final int EVENTS = 300;
  private static final int TEXTS = 200;

  private static List<OneService> sites;

  @BeforeAll
  static void start() {
    sites = List.of(OneService.onEmpty(SERVER), new OneService(SERVER.url()));
  }

  @AfterAll
  static void nobodyIsLeft() {
    Eventually.within(
        LIMIT,
        "no follower is left",
        () -> sites.stream().allMatch(site -> site.service.followers() == 0));
    sites.forEach(OneService::close);
  }

  private static OneService any(Random random) {
    return sites.get(random.nextInt(2));
  }

  /** Takes what an open stream brings; false if the reader has all. */
  private interface Reading {
    boolean take(EventSource.Shown shown);
  }

  /** Comes back as a browser does, to any of the two, until it is told that there is no more. */
  private static void read(String path, Random random, Reading reading) throws IOException {
    var last = "";
    int status = 200;
    while (status == 200) {
      try (var source = any(random).follow(path, last)) {
        status = source.status();
        int patience = random.nextInt(60);
        while (status == 200 && patience-- > 0 && reading.take(source.next())) {
          last = source.lastId();
        }
        last = source.lastId();
      } catch (EOFException over) {
        // Comes back, as browsers do.
      }
    }
    assertEquals(204, status);
  }

  private static void all(int readers, long seed, Trial trial) {
    var pool = Executors.newCachedThreadPool();
    try {
      var running = new ArrayList<CompletableFuture<Void>>();
      for (int i = 0; i < readers; i++) {
        var random = new Random(seed + i);
        running.add(CompletableFuture.runAsync(() -> trial.quietly(random), pool));
      }
      running.forEach(CompletableFuture::join);
    } finally {
      pool.shutdownNow();
    }
  }

  private interface Trial {
    void run(Random random) throws Exception;

    default void quietly(Random random) {
      try {
        run(random);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void whatIsAddedAtOneIsSeenAtTheOther() throws Exception {
    sites.get(0).post("/runs/a/events", "category", "llm", "action", "stream");
    try (var source = sites.get(1).follow("/runs/a/events/stream")) {
      source.next();
      sites.get(0).post("/runs/a/events", "category", "llm", "action", "stream", "data", 2);
      assertEquals(2, Json.parse(source.next().data()).get("data").asInt());
      sites.get(0).post("/runs/a/close");
      assertEquals("lifecycle.completed", source.next().name());
    }
  }

  @Test
  void everyReaderGetsEveryEventOnceAndInOrder() {
    Seeds.check(
        seed -> {
          var path = "/runs/" + seed + "/events";
          sites.get(0).post(path, "category", "llm", "action", "stream", "data", 0);
          var writing = CompletableFuture.runAsync(() -> write(seed, path));
          all(READERS, seed, random -> readRun(path + "/stream", random));
          writing.join();
        });
  }

  private static void write(long seed, String path) {
    var random = new Random(seed);
    try {
      for (int i = 1; i < EVENTS; i++) {
        var reply = any(random).post(path, "category", "llm", "action", "stream", "data", i);
        assertEquals(201, reply.status());
      }
      any(random).post(path.replace("events", "close"));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void readRun(String path, Random random) throws IOException {
    var seen = new ArrayList<Integer>();
    read(
        path,
        random,
        shown -> {
          if (!shown.name().equals("close")) {
            seen.add(Json.parse(shown.data()).get("sequence").asInt());
          }
          return true;
        });
    assertEquals(EVENTS + 1, seen.size());
    for (int i = 0; i < seen.size(); i++) {
      assertEquals(i + 1, seen.get(i));
    }
  }

  @Test
  void everyReaderEndsWithExactlyTheText() {
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          var options = MessageOptions.defaults().withEvents(1 + random.nextInt(100));
          try (var redis = Redis.connect(SERVER.url());
              var store = MessageStore.of(redis, options)) {
            var message = store.loadOrCreate("m" + seed, "s", Role.ASSISTANT);
            var writing =
                CompletableFuture.runAsync(
                    () -> {
                      for (int i = 0; i < TEXTS; i++) {
                        message.appendText("word" + i + " \u4e16\u754c ");
                      }
                      message.complete();
                    });
            var path = "/api/v1/sessions/s/messages/m" + seed + "/stream";
            var texts = Collections.synchronizedList(new ArrayList<String>());
            all(READERS, seed, each -> texts.add(readText(path, each)));
            writing.join();
            var text = message.refresh().text();
            texts.forEach(read -> assertEquals(text, read));
            assertEquals(READERS, texts.size());
          }
        });
  }

  /** As a page would: a snapshot replaces what there is, a delta goes to the end. */
  private static String readText(String path, Random random) throws IOException {
    var text = new StringBuilder();
    read(
        path,
        random,
        shown -> {
          var json = Json.parse(shown.data());
          if (shown.name().equals("snapshot")) {
            text.setLength(0);
            text.append(json.get("text").asString());
          } else if (shown.name().equals("text_delta")) {
            text.append(json.get("payload").get("delta").asString());
          }
          return true;
        });
    return text.toString();
  }
}
