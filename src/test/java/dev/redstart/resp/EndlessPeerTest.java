package dev.redstart.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndlessPeerTest {
  @TempDir Path folder;

  private List<String> run(String heap, String... arguments) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = folderOf(RespParser.class) + File.pathSeparator + folderOf(EndlessPeer.class);
    List<String> command = new ArrayList<>(List.of(java, heap, "-cp", classes));
    command.add(EndlessPeer.class.getName());
    command.addAll(List.of(arguments));
    File output = folder.resolve("output").toFile();
    Process child =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
    try {
      boolean ended = child.waitFor(60, TimeUnit.SECONDS);
      String text = Files.readString(output.toPath());
      assertTrue(ended, () -> "the child does not end: " + text);
      assertEquals(0, child.exitValue(), text);
      return text.lines().toList();
    } finally {
      child.destroyForcibly();
    }
  }

  // The class path of this JVM may be that of a launcher, which loads the tests in its own way.
  private static Path folderOf(Class<?> type) throws URISyntaxException {
    Path file = Path.of(type.getResource(type.getSimpleName() + ".class").toURI());
    return file.getParent().getParent().getParent().getParent();
  }

  @Test
  void endlessTrafficEndsInARefusalAndNeverInAnOutOfMemoryError() throws Exception {
    List<String> lines = run("-Xmx48m");
    assertEquals(EndlessPeer.kinds().size() + 1, lines.size(), () -> String.join("\n", lines));
    for (String line : lines.subList(0, lines.size() - 1)) {
      assertTrue(line.startsWith("refused: "), line);
    }
    assertTrue(lines.get(lines.size() - 1).startsWith("held "));
  }

  @Test
  void afterAnOutOfMemoryErrorTheParserRefusesToGoOn() throws Exception {
    List<String> lines = run("-Xmx32m", "exhaust");
    String refusal = "the parser has stopped at an earlier failure: the connection must be closed";
    assertEquals(List.of("exhausted, then refused: " + refusal), lines);
  }
}
