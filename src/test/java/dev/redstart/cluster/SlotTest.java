package dev.redstart.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.orchestration.Receiver;
import dev.redstart.queue.TaskQueue;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Script;
import dev.redstart.stream.RedisStreams;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every script, and every other command with several keys, finds them in one slot: watched on a
 * server while all rooms do all they can, with keys as they are on a cluster.
 */
class SlotTest {
  private static final List<String> NAMES =
      List.of(
          "plain", "a{b}c", "{eu}:jobs", "a{b}{c}d", "a{b{c}d}e", "{{x}}", "with space ü\n\"\\");

  private static final List<String> REFUSED =
      List.of("{", "}", "{}", "}{", "a{}b", "a{b", "a}b", "{}{a}", "}a{");

  @Test
  void slotsAreThoseOfRedis() {
    assertEquals(12739, Slots.of("123456789".getBytes(UTF_8)));
    assertEquals(Slots.of("b".getBytes(UTF_8)), Slots.of("a{b}{c}".getBytes(UTF_8)));
    assertEquals(Slots.of("{b".getBytes(UTF_8)), Slots.of("a{{b}}".getBytes(UTF_8)));
    assertNotEquals(Slots.of("a".getBytes(UTF_8)), Slots.of("{}{a}".getBytes(UTF_8)));
  }

  @Test
  void allKeysOfACommandShareOneSlot() throws Exception {
    try (var server = single();
        var watch = new Watch(server.port());
        var redis = Redis.connect(server.url())) {
      Tour.runAll(tagging(redis), NAMES);
      redis.call("ECHO", "over");
      var steps = watch.until("over");
      steps.forEach(SlotTest::check);
      var missing = new TreeMap<>(scripts());
      steps.forEach(step -> missing.remove(step.script()));
      assertTrue(missing.isEmpty(), "scripts that no tour has run: " + missing.values());
    }
  }

  private static RedisServer single() {
    return RedisServer.startSingle(ServerOptions.plain());
  }

  private static void check(Watch.Step step) {
    var what = step.command().name() + " " + step.declared() + " " + step.undeclared();
    assertTrue(Slots.of(step.keys()).size() <= 1, what + " are in several slots");
    assertTrue(!step.command().name().equals("MULTI"), "this test does not know transactions");
    // While a slot moves, Redis looks after declared keys only; one that is never there makes it
    // refuse until the slot has moved.
    var guarded = step.declared().stream().anyMatch(key -> key.endsWith(":never"));
    assertTrue(guarded || step.undeclared().isEmpty(), what + ": the second ones are undeclared");
    var written = step.inside().stream().flatMap(inside -> inside.keys().stream());
    assertTrue(
        written.noneMatch(key -> new String(key, UTF_8).endsWith(":never")), what + " is touched");
  }

  /** A client that names keys as on a cluster. */
  private static Redis tagging(Redis redis) {
    return (Redis)
        Proxy.newProxyInstance(
            Redis.class.getClassLoader(),
            new Class<?>[] {Redis.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("tag")) {
                return "{" + arguments[0] + "}";
              }
              try {
                return method.invoke(redis, arguments);
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            });
  }

  /** The scripts of all rooms: where they are kept, by their hashes. */
  private static Map<String, String> scripts() throws Exception {
    var all = new TreeMap<String, String>();
    var root = Path.of(Redis.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(root)) {
      for (var file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        var name = root.relativize(file).toString().replace('/', '.').replaceAll("\\.class$", "");
        if (!name.endsWith("-info")) {
          enter(Class.forName(name, false, Redis.class.getClassLoader()), all);
        }
      }
    }
    assertTrue(all.size() > 50, "found only " + all.values());
    return all;
  }

  private static void enter(Class<?> type, Map<String, String> all) throws Exception {
    for (Field field : type.getDeclaredFields()) {
      if (field.getType() == Script.class && Modifier.isStatic(field.getModifiers())) {
        field.setAccessible(true);
        all.put(((Script) field.get(null)).sha(), type.getName() + "." + field.getName());
      }
    }
  }

  @Test
  void namesThatWouldLeaveTheSlotOpenAreRefused() {
    try (var server = single();
        var redis = Redis.connect(server.url())) {
      for (var name : REFUSED) {
        assertThrows(IllegalArgumentException.class, () -> TaskQueue.of(redis, name), name);
        var streams = RedisStreams.of(redis);
        assertThrows(
            IllegalArgumentException.class, () -> streams.push(name, Map.of("a", "b")), name);
        assertThrows(
            IllegalArgumentException.class,
            () -> Receiver.of(redis).receiveTask(Duration.ofMillis(1), name),
            name);
      }
      assertEquals("0", redis.call("DBSIZE").toString().replaceAll("\\D", ""));
    }
  }
}
