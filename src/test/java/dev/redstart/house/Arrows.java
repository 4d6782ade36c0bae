package dev.redstart.house;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/** What compiled classes use, as {@code jdeps} reads it from their byte code. */
record Arrows(List<Arrow> all) {
  private static final ToolProvider JDEPS = ToolProvider.findFirst("jdeps").orElseThrow();

  /** For example {@code dev.redstart.redis.Wire -> dev.redstart.resp.Reply dev.redstart}. */
  private static final Pattern LINE = Pattern.compile("^\\s+(\\S+)\\s+->\\s+(\\S+)\\s+(\\S.*)");

  static Arrows of(Path classes) {
    if (!Files.isDirectory(classes)) {
      throw new AssertionError("no classes in " + classes.toAbsolutePath() + ": run make test");
    }
    var all =
        jdeps(
                "--add-modules",
                "java.net.http",
                "-verbose:class",
                "-filter:none",
                classes.toString())
            .lines()
            .map(LINE::matcher)
            .filter(Matcher::matches)
            .filter(line -> line.group(1).startsWith("dev.redstart."))
            .map(line -> new Arrow(line.group(1), line.group(2), line.group(3).strip()))
            .toList();
    if (all.isEmpty()) {
      throw new AssertionError("jdeps found no class in " + classes.toAbsolutePath());
    }
    return new Arrows(all);
  }

  private static String jdeps(String... arguments) {
    var out = new StringWriter();
    int exit = JDEPS.run(new PrintWriter(out), new PrintWriter(out), arguments);
    if (exit != 0) {
      throw new AssertionError("jdeps exited with " + exit + ": " + out);
    }
    return out.toString();
  }

  /** The rooms that have a class. */
  Set<String> rooms() {
    return all.stream().map(Arrow::fromRoom).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Where the classes lie that are used and not ours: JDK modules, {@code not found}. */
  Set<String> foreignModules() {
    return all.stream()
        .filter(arrow -> !arrow.staysInTheHouse())
        .map(Arrow::toModule)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A line for each arrow that the drawing does not have. */
  List<String> undrawnIn(Drawing drawing) {
    return all.stream()
        .filter(Arrow::staysInTheHouse)
        .filter(arrow -> !drawing.allows(arrow.fromRoom(), arrow.toRoom()))
        .map(arrow -> "%s may not use %s: %s".formatted(arrow.fromRoom(), arrow.toRoom(), arrow))
        .toList();
  }
}
