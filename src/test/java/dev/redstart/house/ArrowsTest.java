package dev.redstart.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The house is built as it is drawn, and opens its rooms as {@code module-info.java} says. */
class ArrowsTest {
  private static final Path CLASSES = Path.of("target", "classes");

  /** What a small runtime made by jlink has to hold. More than these is a decision. */
  private static final Set<String> MODULES_ALLOWED =
      Set.of("java.base", "java.net.http", "jdk.httpserver");

  private final Drawing drawing = Drawing.ofTheHouse();

  @Test
  void everyArrowIsDrawn() {
    var undrawn = Arrows.of(CLASSES).undrawnIn(drawing);
    if (!undrawn.isEmpty()) {
      fail(Finding.list(undrawn));
    }
  }

  @Test
  void everyRoomIsDrawn() {
    var undrawn = Arrows.of(CLASSES).rooms();
    undrawn.removeAll(drawing.rooms());
    assertEquals(Set.of(), undrawn, "packages that are not in the drawing");
  }

  @Test
  void everyRoomButTheCommandLineIsExported() throws IOException {
    var rooms = Arrows.of(CLASSES).rooms();
    rooms.remove("cli");
    assertEquals(rooms, exported(), "rooms with classes, and exports in module-info.java");
  }

  @Test
  void theModuleRequiresWhatItsClassesUseAndNothingBeyondTheSmallRuntime() throws IOException {
    var used = Arrows.of(CLASSES).foreignModules();
    assertEquals(used, required(), "modules used, and requires in module-info.java");
    used.removeAll(MODULES_ALLOWED);
    assertEquals(Set.of(), used, "modules that are not allowed");
  }

  @Test
  void anArrowThatPointsUpIsFound() throws IOException {
    var classes =
        Samples.compile(
            Map.of(
                "redis.Wire", "public class Wire { dev.redstart.queue.Work w; }",
                "queue.Work", "public class Work { dev.redstart.redis.Wire wire; }"));
    assertEquals(
        List.of("redis may not use queue: dev.redstart.redis.Wire -> dev.redstart.queue.Work"),
        Arrows.of(classes).undrawnIn(drawing));
  }

  @Test
  void anArrowFromAMethodBodyOfANestedClassIsFound() throws IOException {
    var classes =
        Samples.compile(
            Map.of(
                "json.Json",
                "class Json { static class In { Object o = new Object() {"
                    + " String s() { return dev.redstart.cli.Main.name(); } }; } }",
                "cli.Main",
                "public class Main { public static String name() { return \"\"; } }"));
    assertEquals(
        List.of("json may not use cli: dev.redstart.json.Json$In$1 -> dev.redstart.cli.Main"),
        Arrows.of(classes).undrawnIn(drawing));
  }

  @Test
  void aRoomNobodyDrewIsFound() throws IOException {
    var classes = Samples.compile(Map.of("json.internal.Odd", "class Odd {}"));
    assertEquals(Set.of("json.internal"), Arrows.of(classes).rooms());
  }

  @Test
  void aDrawingWithACycleCannotBeDrawn() {
    var half = new Drawing().room("json");
    var refused = assertThrows(IllegalArgumentException.class, () -> half.room("a", "json", "b"));
    assertTrue(refused.getMessage().contains("b"), refused.getMessage());
  }

  private static Set<String> exported() throws IOException {
    return module().exports().stream()
        .filter(exports -> !exports.isQualified())
        .map(exports -> exports.source().replaceFirst("^dev\\.redstart\\.", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> required() throws IOException {
    return module().requires().stream()
        .map(ModuleDescriptor.Requires::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static ModuleDescriptor module() throws IOException {
    try (var in = Files.newInputStream(CLASSES.resolve("module-info.class"))) {
      return ModuleDescriptor.read(in);
    }
  }
}
