package dev.redstart.house;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;

/** Compiles small classes of a house that does not exist, to see whether its faults are found. */
final class Samples {
  private Samples() {}

  /** Compiles into a new folder; the sources by short class name, such as {@code redis.Wire}. */
  static Path compile(Map<String, String> sources) throws IOException {
    var samples = Files.createDirectories(Path.of("target", "house-samples"));
    var classes = Files.createTempDirectory(samples, "");
    var units =
        sources.entrySet().stream().map(entry -> unit(entry.getKey(), entry.getValue())).toList();
    var options = List.of("-d", classes.toString(), "-proc:none");
    var out = new StringWriter();
    var compiler = ToolProvider.getSystemJavaCompiler();
    if (!compiler.getTask(out, null, null, options, null, units).call()) {
      throw new AssertionError("a sample does not compile: " + out);
    }
    return classes;
  }

  private static MemorySource unit(String shortName, String body) {
    String name = "dev.redstart." + shortName;
    String packageName = name.substring(0, name.lastIndexOf('.'));
    return new MemorySource(
        name.replace('.', '/') + ".java", "package " + packageName + "; " + body);
  }
}
