package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.PATIENCE;
import static dev.redstart.redis.client.Clients.assertSays;
import static dev.redstart.redis.client.Clients.async;
import static dev.redstart.redis.client.Clients.brisk;
import static dev.redstart.redis.client.Clients.outcomes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Channels;
import dev.redstart.redis.Notice;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
class SubscriptionTest {
  private static final Duration MOMENT = Duration.ofMillis(50);

  @Parameter int protocol;
  private final RedisServer server = RedisServer.shared();
  private Redis publisher;
  private Redis redis;

  @BeforeEach
  void connect() {
    publisher = Redis.connect(server.url());
    redis = Redis.connect(options(server.url()));
  }

  @AfterEach
  void close() {
    redis.close();
    publisher.close();
  }

  private RedisOptions options(String url) {
    return brisk(url).withProtocol(protocol);
  }

  private void publish(String channel, String... messages) {
    for (String message : messages) {
      publisher.call(Channels.publish(channel, message));
    }
  }

  private static Notice.Message message(Subscription subscription) {
    var notice = subscription.next(PATIENCE).orElseThrow(() -> new AssertionError("none came"));
    return assertInstanceOf(Notice.Message.class, notice);
  }

  private static String text(Subscription subscription) {
    return message(subscription).text();
  }

  private static void assertQuiet(Subscription subscription) {
    assertEquals(Optional.empty(), subscription.next(MOMENT));
  }

  @Test
  void messagesComeInOrderFromTheMomentItReturns() {
    try (var subscription = redis.subscribe("sub:a", "sub:b")) {
      publish("sub:a", "1", "2");
      publish("sub:b", "3");
      publish("sub:other", "not for us");
      for (int i = 1; i <= 3; i++) {
        var message = message(subscription);
        assertEquals(Integer.toString(i), message.text());
        assertEquals(i == 3 ? "sub:b" : "sub:a", message.channel());
        assertEquals(Optional.empty(), message.pattern());
      }
      assertQuiet(subscription);
    }
  }

  @Test
  void patternsTellWhatMatched() {
    try (var subscription = redis.subscribePatterns("sub:news.*", "sub:n?ws.x")) {
      publish("sub:news.x", "twice");
      var patterns = new HashSet<String>();
      for (int i = 0; i < 2; i++) {
        var message = message(subscription);
        assertEquals("sub:news.x", message.channel());
        assertEquals("twice", message.text());
        patterns.add(message.pattern().orElseThrow());
      }
      assertEquals(2, patterns.size());
      assertQuiet(subscription);
    }
  }

  @Test
  void aChannelIsNoPattern() {
    try (var channel = redis.subscribe("sub:star*");
        var pattern = redis.subscribePatterns("sub:star*")) {
      publish("sub:stars", "x");
      assertEquals("x", text(pattern));
      assertQuiet(channel);
      publish("sub:star*", "y");
      assertEquals("y", text(pattern));
      assertEquals("y", text(channel));
    }
  }

  @Test
  void payloadsAndNamesAreBinary() {
    byte[] payload = {0, '\r', '\n', (byte) 0xFF, (byte) 0xC3, '$'};
    try (var subscription = redis.subscribe("sub:é €\r\n")) {
      publisher.call(Channels.publish("sub:é €\r\n", payload));
      publisher.call(Channels.publish("sub:é €\r\n", new byte[0]));
      publisher.call(Channels.publish("sub:é €\r\n", new byte[1 << 20]));
      var message = message(subscription);
      assertArrayEquals(payload, message.payload());
      assertEquals("sub:é €\r\n", message.channel());
      assertEquals(0, message(subscription).payload().length);
      assertEquals(1 << 20, message(subscription).payload().length);
    }
  }

  @Test
  void severalListenToOneChannelOverOneConnection() {
    long before = connections();
    var one = redis.subscribe("sub:shared");
    try (var two = redis.subscribe("sub:shared", "sub:more");
        var three = redis.subscribePatterns("sub:sha*")) {
      publish("sub:shared", "x");
      for (var each : List.of(one, two, three)) {
        assertEquals("x", text(each));
        assertQuiet(each);
      }
      assertEquals(before + 1, connections());
      one.close();
      publish("sub:shared", "y");
      assertEquals("y", text(two));
      assertEquals(1, publisher.call(Channels.subscribers("sub:shared")).get("sub:shared"));
    }
    awaitUnheard("sub:shared");
  }

  private long connections() {
    return server.cli("CLIENT", "LIST").lines().count();
  }

  private void awaitUnheard(String channel) {
    Eventually.within(
        PATIENCE,
        "nobody listens to " + channel,
        () -> publisher.call(Channels.subscribers(channel)).get(channel) == 0);
  }

  @Test
  void channelsAreAddedAndRemoved() {
    try (var subscription = redis.subscribe("sub:1")) {
      subscription.add("sub:2", "sub:3");
      publish("sub:2", "two");
      publish("sub:3", "three");
      assertEquals("two", text(subscription));
      assertEquals("three", text(subscription));
      subscription.remove("sub:2");
      awaitUnheard("sub:2");
      publish("sub:2", "unheard");
      publish("sub:1", "one");
      assertEquals("one", text(subscription));
      subscription.remove("sub:1", "sub:3");
      awaitUnheard("sub:1");
      assertQuiet(subscription);
      subscription.add("sub:1");
      publish("sub:1", "again");
      assertEquals("again", text(subscription));
    }
  }

  @Test
  void aChannelThatIsAddedTwiceIsHeardOnce() {
    try (var subscription = redis.subscribe("sub:twice", "sub:twice")) {
      subscription.add("sub:twice");
      publish("sub:twice", "x");
      assertEquals("x", text(subscription));
      assertQuiet(subscription);
      subscription.remove("sub:twice");
      awaitUnheard("sub:twice");
    }
  }

  @Test
  void whatIsRemovedAndWasNeverAddedIsNoProblem() {
    try (var subscription = redis.subscribe("sub:kept")) {
      subscription.remove("sub:never", "sub:neither");
      publish("sub:kept", "x");
      assertEquals("x", text(subscription));
    }
  }

  @Test
  void manyComeAndGoAtOnce() {
    var calls = new ArrayList<CompletableFuture<?>>();
    for (int thread = 0; thread < 8; thread++) {
      int own = thread;
      calls.add(async(() -> comeAndGo(own)));
    }
    outcomes(calls, PATIENCE).forEach(outcome -> assertEquals("done", outcome));
    Eventually.within(
        PATIENCE,
        "nobody listens any more",
        () -> publisher.call(Channels.channels("sub:go:*")).isEmpty());
  }

  private String comeAndGo(int own) {
    for (int i = 0; i < 25; i++) {
      try (var subscription = redis.subscribe("sub:go:" + i % 3, "sub:go:own:" + own)) {
        publisher.call(Channels.publish("sub:go:own:" + own, "m" + i));
        Notice notice;
        do {
          notice = subscription.next(PATIENCE).orElseThrow();
        } while (!((Notice.Message) notice).text().equals("m" + i));
      }
    }
    return "done";
  }

  @Test
  void afterItsEndOnlyWhatHadComeIsRead() {
    var subscription = redis.subscribe("sub:end");
    publish("sub:end", "1", "2");
    assertEquals("1", text(subscription));
    Eventually.within(
        PATIENCE,
        "the second is there",
        () -> {
          publish("sub:end", "3");
          return true;
        });
    assertEquals("2", text(subscription));
    assertEquals("3", text(subscription));
    subscription.close();
    subscription.close();
    var ended = assertThrows(RedisException.Unavailable.class, () -> subscription.next(PATIENCE));
    assertSays(ended, "closed");
    awaitUnheard("sub:end");
    assertTimeoutPreemptively(
        PATIENCE, () -> assertThrows(RuntimeException.class, () -> subscription.add("sub:after")));
    awaitUnheard("sub:after");
  }

  @Test
  void closingWakesAllWhoWait() {
    var subscription = redis.subscribe("sub:wake");
    var readers = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < 4; i++) {
      readers.add(async(() -> subscription.next(Duration.ofMinutes(1))));
    }
    subscription.close();
    for (Object outcome : outcomes(readers, PATIENCE)) {
      assertInstanceOf(RedisException.Unavailable.class, outcome);
    }
  }

  @Test
  void severalReadersShareWhatComes() {
    try (var subscription = redis.subscribe("sub:readers")) {
      var seen = ConcurrentHashMap.<String>newKeySet();
      var readers = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 4; i++) {
        readers.add(async(() -> readAll(subscription, seen)));
      }
      for (int i = 0; i < 200; i++) {
        publish("sub:readers", "m" + i);
      }
      outcomes(readers, PATIENCE);
      assertEquals(200, seen.size());
    }
  }

  private static int readAll(Subscription subscription, Set<String> seen) {
    int count = 0;
    while (seen.size() < 200) {
      var notice = subscription.next(MOMENT);
      notice.ifPresent(one -> seen.add(((Notice.Message) one).text()));
      count++;
    }
    return count;
  }

  @Test
  void aWaitWithoutEndIsNoMistake() {
    try (var subscription = redis.subscribe("sub:forever")) {
      publish("sub:forever", "x");
      var forever = Duration.ofSeconds(Long.MAX_VALUE);
      var notice = assertTimeoutPreemptively(PATIENCE, () -> subscription.next(forever));
      assertTrue(notice.isPresent());
    }
  }

  @Test
  void aSlowReaderIsToldOfTheGapAndCostsNoMoreThanItsQueue() {
    try (var subscription = redis.subscribe("sub:slow", "sub:sign");
        var sign = redis.subscribe("sub:sign")) {
      for (int i = 0; i < 12_000; i++) {
        publisher.send(Channels.publish("sub:slow", "m" + i));
      }
      publish("sub:sign", "all are here");
      assertEquals("all are here", text(sign));
      int heard = 0;
      Notice notice = subscription.next(PATIENCE).orElseThrow();
      while (notice instanceof Notice.Message message) {
        assertEquals("m" + heard++, message.text());
        notice = subscription.next(PATIENCE).orElseThrow();
      }
      assertTrue(heard >= 1_000 && heard <= 10_000, heard + " were kept");
      publish("sub:slow", "after the gap");
      assertEquals("after the gap", text(subscription));
    }
  }

  @Test
  void aSlowReaderOfLargeMessagesCostsNoMoreMemoryEither() {
    var large = new byte[1 << 20];
    try (var subscription = redis.subscribe("sub:large", "sub:sign");
        var sign = redis.subscribe("sub:sign")) {
      for (int i = 0; i < 64; i++) {
        publisher.call(Channels.publish("sub:large", large));
      }
      publish("sub:sign", "all are here");
      assertEquals("all are here", text(sign));
      int heard = 0;
      while (subscription.next(PATIENCE).orElseThrow() instanceof Notice.Message) {
        heard++;
        assertTrue(heard <= 32, "more than 32 MiB are kept for a slow reader");
      }
      assertTrue(heard >= 1, "nothing was kept");
    }
  }

  @Test
  void aLostConnectionIsToldAsAGapAndMadeAgain() {
    try (var proxy = FaultProxy.to(server.port());
        var other = Redis.connect(options(proxy.url()));
        var subscription = other.subscribe("sub:lost");
        var patterns = other.subscribePatterns("sub:lo*")) {
      for (int round = 0; round < 3; round++) {
        publish("sub:lost", "before");
        assertEquals("before", text(subscription));
        assertEquals("before", text(patterns));
        proxy.reset();
        assertEquals(new Notice.Gap(), subscription.next(PATIENCE).orElseThrow());
        assertEquals(new Notice.Gap(), patterns.next(PATIENCE).orElseThrow());
      }
      publish("sub:lost", "after");
      assertEquals("after", text(subscription));
      assertEquals("after", text(patterns));
    }
  }

  @Test
  void aNewSubscriptionHearsNothingOfTheGapsOfOthers() {
    try (var proxy = FaultProxy.to(server.port());
        var other = Redis.connect(options(proxy.url()))) {
      var first = other.subscribe("sub:gaps");
      proxy.toServer(Fault.STALL);
      proxy.reset();
      first.close();
      proxy.toServer(Fault.PASS);
      proxy.reset();
      Eventually.within(PATIENCE, "it is up again", () -> other.call("PING").text() != null);
      try (var second = other.subscribe("sub:gaps")) {
        publish("sub:gaps", "x");
        assertEquals("x", text(second));
      }
    }
  }

  @Test
  void aChannelThatTheAclForbidsHarmsNoOther() {
    var rules = new String[] {"on", ">pw", "~*", "resetchannels", "&mine:*", "+@all"};
    try (var strict = RedisServer.start(ServerOptions.plain().withUser("bob", rules));
        var admin = Redis.connect(strict.url());
        var bob = Redis.connect(options(strict.url("bob", "pw")))) {
      var refused =
          assertThrows(RedisException.Rejected.class, () -> bob.subscribe("mine:a", "yours"));
      assertEquals("NOPERM", refused.code());
      assertSays(refused, "SUBSCRIBE", bob.options().address(), "ACL");
      assertFalse(refused.mayHaveRun());
      try (var mine = bob.subscribe("mine:a")) {
        assertThrows(RedisException.Rejected.class, () -> bob.subscribe("yours"));
        assertThrows(RedisException.Rejected.class, () -> bob.subscribePatterns("mine:*", "*"));
        assertThrows(RedisException.Rejected.class, () -> mine.add("yours"));
        mine.add("mine:b");
        admin.call(Channels.publish("mine:a", "one"));
        admin.call(Channels.publish("mine:b", "two"));
        assertEquals("one", text(mine));
        assertEquals("two", text(mine));
        assertQuiet(mine);
      }
    }
  }

  @Test
  void aForbiddenChannelHarmsNoOtherThatIsAskedForAtTheSameTime() {
    var rules = new String[] {"on", ">pw", "~*", "resetchannels", "&mine:*", "+@all"};
    try (var strict = RedisServer.start(ServerOptions.plain().withUser("bob", rules));
        var proxy = FaultProxy.to(strict.port())) {
      var url = "redis://bob:pw@127.0.0.1:" + proxy.port();
      try (var bob = Redis.connect(options(url))) {
        proxy.toClient(Fault.delay(Duration.ofMillis(100)));
        var calls =
            List.of(
                async(() -> bob.subscribe("mine:a")),
                async(() -> bob.subscribe("yours")),
                async(() -> bob.subscribe("mine:b")),
                async(() -> bob.subscribe("theirs")));
        var outcomes = outcomes(calls, PATIENCE);
        assertInstanceOf(Subscription.class, outcomes.get(0), () -> "" + outcomes);
        assertInstanceOf(RedisException.Rejected.class, outcomes.get(1), () -> "" + outcomes);
        assertInstanceOf(Subscription.class, outcomes.get(2), () -> "" + outcomes);
        assertInstanceOf(RedisException.Rejected.class, outcomes.get(3), () -> "" + outcomes);
      }
    }
  }

  @Test
  void anInterruptedReaderLosesNothing() throws InterruptedException {
    try (var subscription = redis.subscribe("sub:interrupt")) {
      var reader = new Thread(() -> readUntilInterrupted(subscription));
      reader.start();
      reader.interrupt();
      reader.join(5_000);
      assertFalse(reader.isAlive());
      publish("sub:interrupt", "still here");
      assertEquals("still here", text(subscription));
    }
  }

  private static void readUntilInterrupted(Subscription subscription) {
    assertThrows(RedisException.Interrupted.class, () -> subscription.next(PATIENCE));
    assertTrue(Thread.currentThread().isInterrupted());
  }

  @Test
  void comingAndGoingOnABusyConnectionCostsNoMemory() {
    // Names of 1 MiB: each command that is kept would be seen.
    var name = "sub:leak:" + "x".repeat(1 << 20);
    try (var busy = redis.subscribe("sub:busy")) {
      long before = usedBytes();
      for (int i = 0; i < 48; i++) {
        redis.subscribe(name + i).close();
        publish("sub:busy", "b");
        assertEquals("b", text(busy));
      }
      Eventually.within(PATIENCE, "the names are forgotten", () -> usedBytes() - before < 16 << 20);
    }
  }

  private static long usedBytes() {
    System.gc();
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
