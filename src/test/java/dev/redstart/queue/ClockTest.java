package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No class of these rooms asks the client's clock what time it is. A call of another class's method
 * is a reference in the constant pool of the class file, a method handle included, so a class
 * without such a reference cannot ask; and what a clock is never asked for changes nothing when it
 * is wrong. All times in Redis come from the scripts, which ask Redis' own; the client measures how
 * long something takes by System.nanoTime, which has nothing to do with the time of day.
 */
class ClockTest {
  private static final Set<String> CLOCKS =
      Set.of(
          "java/lang/System.currentTimeMillis",
          "java/util/Date.<init>",
          "java/util/Calendar.getInstance",
          "java/util/GregorianCalendar.<init>",
          "java/time/InstantSource.instant",
          "java/time/InstantSource.millis",
          "java/time/InstantSource.system");

  @ParameterizedTest
  @ValueSource(strings = {"queue", "stream"})
  void noClassAsksTheClientsClock(String room) throws Exception {
    var asked = new TreeMap<String, Set<String>>();
    var classes = classesOf(room);
    for (var file : classes) {
      var clocks = clocksIn(Files.readAllBytes(file));
      if (!clocks.isEmpty()) {
        asked.put(file.getFileName().toString(), clocks);
      }
    }
    assertTrue(classes.size() > 10, "found only " + classes);
    assertEquals("{}", asked.toString());
  }

  /** Where this room's classes are, the other's are, too. */
  private static List<Path> classesOf(String room) throws Exception {
    var resource = TaskQueue.class.getResource("TaskQueue.class").toURI();
    var sibling = Path.of(URI.create(resource.toString())).getParent().resolveSibling(room);
    try (var files = Files.list(sibling)) {
      return files.filter(file -> file.toString().endsWith(".class")).toList();
    }
  }

  private static Set<String> clocksIn(byte[] classFile) throws IOException {
    var clocks = new TreeSet<String>();
    for (var method : methods(classFile)) {
      var type = method.substring(0, method.indexOf('.'));
      boolean now = type.startsWith("java/time/") && method.endsWith(".now");
      if (now || type.equals("java/time/Clock") || CLOCKS.contains(method)) {
        clocks.add(method);
      }
    }
    return clocks;
  }

  /** All methods that a class refers to: {@code java/lang/System.nanoTime}. */
  private static Set<String> methods(byte[] classFile) throws IOException {
    try (var in = new DataInputStream(new ByteArrayInputStream(classFile))) {
      in.skipNBytes(8);
      int count = in.readUnsignedShort();
      var texts = new String[count];
      var firsts = new int[count];
      var seconds = new int[count];
      var methods = new TreeSet<Integer>();
      for (int i = 1; i < count; i++) {
        int tag = in.readUnsignedByte();
        switch (tag) {
          case 1 -> texts[i] = in.readUTF();
          case 7, 8, 16, 19, 20 -> firsts[i] = in.readUnsignedShort();
          case 15 -> in.skipNBytes(3);
          case 3, 4 -> in.skipNBytes(4);
          case 5, 6 -> {
            in.skipNBytes(8);
            i++; // numbers of eight bytes take two places
          }
          case 9, 10, 11, 12, 17, 18 -> {
            firsts[i] = in.readUnsignedShort();
            seconds[i] = in.readUnsignedShort();
          }
          default -> throw new IOException("constant " + i + " has tag " + tag);
        }
        if (tag == 10 || tag == 11) {
          methods.add(i);
        }
      }
      var names = new TreeSet<String>();
      for (int i : methods) {
        names.add(texts[firsts[firsts[i]]] + "." + texts[firsts[seconds[i]]]);
      }
      return names;
    }
  }

  /** Asks in each way that there is. */
  private static final class Asking {
    static final List<Supplier<Object>> WAYS =
        List.of(
            System::currentTimeMillis,
            () -> System.currentTimeMillis(),
            Instant::now,
            () -> new Date(),
            () -> Clock.systemUTC().millis());
  }

  @Test
  void whoAsksIsFound() throws Exception {
    assertEquals(5, Asking.WAYS.size());
    var name = Asking.class.getName().substring(Asking.class.getPackageName().length() + 1);
    try (var in = ClockTest.class.getResourceAsStream(name + ".class")) {
      assertEquals(
          Set.of(
              "java/lang/System.currentTimeMillis",
              "java/time/Instant.now",
              "java/util/Date.<init>",
              "java/time/Clock.systemUTC",
              "java/time/Clock.millis"),
          clocksIn(in.readAllBytes()));
    }
  }
}
