package dev.redstart.house;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The style of the house, as far as a machine can see it. {@code make fmt} does the rest. */
class StyleTest {
  private static final List<SourceFile> MAIN = SourceFile.below("src/main/java", ".java");
  private static final List<SourceFile> TEST = SourceFile.below("src/test/java", ".java");
  private static final List<SourceFile> LUA = SourceFile.below("src/main/resources", ".lua");

  /** Parsed at a time: the trees of all would be more than the memory of some machines. */
  private static final int TOGETHER = 50;

  @BeforeAll
  static void theSourcesAreThere() {
    assertTrue(!MAIN.isEmpty() && !TEST.isEmpty(), "run the tests in the project's folder");
  }

  @Test
  void filesAndLinesAreShort() {
    assertNothing(all(), LineRules::check);
  }

  @Test
  void otherTextsEndTheirLinesCleanly() {
    var names =
        Stream.of(
            "README.md",
            "ARCHITECTURE.md",
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "Makefile",
            "pom.xml",
            ".ci/run",
            ".ci/setup.sh",
            ".ci/slim.sh",
            ".gitignore",
            ".editorconfig",
            "src/main/jshell/start.jsh");
    var texts = names.map(Path::of).filter(Files::exists).map(SourceFile::read);
    assertNothing(texts, LineRules::checkEnds);
  }

  @Test
  void bannedWordsAreNotUsed() {
    assertNothing(all(), WordRules::check);
  }

  /** And prints how long methods are: no limit but this one, what a reader may want to know. */
  @Test
  void methodsAreShortNamesSaySomethingAndNoCatchSwallows() {
    var lines = new ArrayList<Integer>();
    var findings = new ArrayList<Finding>();
    var files = java().toList();
    for (int i = 0; i < files.size(); i += TOGETHER) {
      var some = files.subList(i, Math.min(i + TOGETHER, files.size()));
      for (var rules : TreeRules.of(some)) {
        lines.addAll(rules.isMain() ? rules.methodLines() : List.of());
        findings.addAll(rules.findings());
      }
    }
    assertNothing(findings);
    Collections.sort(lines);
    System.out.printf(
        "style: %d methods in %d main files; median %d lines, 90 %% have at most %d, longest %d%n",
        lines.size(),
        MAIN.size(),
        lines.get(lines.size() / 2),
        lines.get(lines.size() * 9 / 10),
        lines.get(lines.size() - 1));
  }

  @Test
  void everyScriptBeginsWithItsContract() {
    assertNothing(LUA.stream(), LuaRules::check);
  }

  @Test
  void everyPackageSaysWhatItIsFor() {
    assertNothing(silentPackages(MAIN));
  }

  static List<Finding> silentPackages(List<SourceFile> files) {
    var silent = new TreeSet<Path>();
    files.forEach(file -> silent.add(file.path().getParent()));
    silent.remove(Path.of("src/main/java"));
    silent.removeIf(folder -> files.stream().anyMatch(file -> file.isPackageInfoOf(folder)));
    return silent.stream().map(it -> new Finding(it, 1, "add a package-info.java")).toList();
  }

  private static Stream<SourceFile> all() {
    return Stream.concat(java(), LUA.stream());
  }

  private static Stream<SourceFile> java() {
    return Stream.of(MAIN, TEST).flatMap(List::stream);
  }

  private static void assertNothing(
      Stream<SourceFile> files, Function<SourceFile, List<Finding>> rule) {
    assertNothing(files.map(rule).flatMap(List::stream).toList());
  }

  private static void assertNothing(List<Finding> findings) {
    if (!findings.isEmpty()) {
      fail(Finding.list(findings));
    }
  }
}
