package dev.redstart.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule of the style finds a sample that breaks it, and leaves one alone that does not. */
class StyleRulesTest {
  private static final String MAIN = "src/main/java/dev/redstart/redis/Sample.java";
  private static final String CLI = "src/main/java/dev/redstart/cli/Sample.java";
  private static final String TEST = "src/test/java/dev/redstart/redis/SampleTest.java";
  private static final String SCRIPT = "src/main/resources/dev/redstart/queue/claim.lua";

  @Test
  void aLongFileIsFoundAndATestMayBeLonger() {
    assertFound("401 lines", LineRules.check(file(MAIN, "x;\n".repeat(401))));
    assertNone(LineRules.check(file(MAIN, "x;\n".repeat(400))));
    assertNone(LineRules.check(file(TEST, "x;\n".repeat(600))));
    assertFound("601 lines", LineRules.check(file(TEST, "x;\n".repeat(601))));
  }

  @Test
  void aLongLineIsFoundUnlessItCannotBeBroken() {
    assertFound("100 columns", LineRules.check(file(MAIN, "x".repeat(101) + "\n")));
    assertNone(LineRules.check(file(MAIN, "x".repeat(100) + "\n")));
    assertNone(LineRules.check(file(MAIN, "import " + "x".repeat(101) + ";\n")));
    assertNone(LineRules.check(file(MAIN, "// https://" + "x".repeat(101) + "\n")));
  }

  @Test
  void aTabIsFound() {
    assertFound("a tab", LineRules.check(file(MAIN, "class A {\n\tint a;\n}\n")));
  }

  @Test
  void untidyEndsAreFound() {
    assertFound("whitespace at the end", LineRules.checkEnds(file("README.md", "a \nb\n")));
    assertFound("whitespace at the end", LineRules.checkEnds(file("README.md", "a\r\nb\n")));
    assertFound("no end", LineRules.checkEnds(file("README.md", "a\nb")));
    assertNone(LineRules.checkEnds(file("README.md", "a\n\nb\n")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "synchronized void a() {}",
        "void a() { synchronized (this) { b(); } }",
        "void a() { System.out.println(1); }",
        "void a() { System.err.println(1); }",
        "void a(Exception e) { e.printStackTrace(); }",
        "// TODO later",
        "/* FIXME later */",
        "/** XXX later */",
        "int a; // a HACK",
      })
  void aWordBannedFromTheLibraryIsFound(String member) {
    var findings = WordRules.check(file(MAIN, "class A {\n  " + member + "\n}\n"));
    assertEquals(1, findings.size(), findings::toString);
    assertEquals(2, findings.get(0).line());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "void a() throws Exception { Thread.sleep(10); }",
        "void a() throws Exception { TimeUnit.SECONDS.sleep(1); }",
        "@Disabled void a() {}",
        "@DisabledOnOs(OS.MAC) void a() {}",
        "@EnabledIfEnvironmentVariable(named = \"A\") void a() {}",
        "void a() { assumeTrue(false); }",
        "void a() { Assumptions.abort(); }",
        "void a() { assumingThat(true, () -> {}); }",
      })
  void aWordBannedFromTestsIsFound(String member) {
    assertFound("SampleTest.java:1: ", WordRules.check(file(TEST, "class A { " + member + " }\n")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"import java.util.*;", "import static java.util.Map.*;"})
  void anImportWithAStarIsFound(String line) {
    assertFound("name each import", WordRules.check(file(MAIN, line + "\nclass A {}\n")));
  }

  @Test
  void aBannedWordInACommentOrALiteralIsNoUse() {
    assertNone(
        WordRules.check(
            file(
                MAIN,
                """
                /** Not {@code synchronized}: "System.out" */
                class A {
                  char quote = '"', escaped = '\\''; // synchronized, "open
                  String a = "synchronized \\" System.err // TODO";
                  String b = \"""
                      synchronized " "" \\\""" TODO // System.out
                      \""";
                  int autodoc, HACKS; /* System.out */
                }
                """)));
    assertFound("System.out", WordRules.check(file(MAIN, "String a = \"//\" + System.out;\n")));
  }

  @Test
  void theCommandLineMayPrint() {
    assertNone(WordRules.check(file(CLI, "class A { void a() { System.out.println(); } }\n")));
  }

  @Test
  void unfinishedWorkInAScriptIsFound() {
    assertFound("TODO", WordRules.check(file(SCRIPT, "-- TODO the other half\n")));
  }

  @Test
  void aLongMethodIsFound() {
    var body = "    b();\n".repeat(59);
    assertFound("a has 61 lines", tree(MAIN, "class A {\n  void a() {\n" + body + "  }\n}\n"));
    var shorter = body.substring("    b();\n".length());
    assertNone(tree(MAIN, "class A {\n  void a() {\n" + shorter + "  }\n}\n"));
  }

  @Test
  void theLengthOfEachMethodIsCountedFromItsFirstLineToItsLast() {
    var source = "class A {\n  /** A. */\n  @Deprecated\n  int a() {\n    return 1;\n  }\n}\n";
    assertEquals(List.of(4), TreeRules.of(file(MAIN, source)).methodLines());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "KeyUtil",
        "KeyUtils",
        "KeyHelper",
        "KeysImpl",
        "KeyManager",
        "AbstractKeys",
        "BaseKeys"
      })
  void aTypeNameThatSaysNothingIsFound(String name) {
    assertFound(name + ":", tree(MAIN, "class " + name + " {}\n"));
    assertFound(name + ":", tree(TEST, "class A { interface " + name + " {} }\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TaskManager", "RedisTaskManager", "Base64Text", "Baseline", "Utility"})
  void aTypeNameThatSaysSomethingIsLeftAlone(String name) {
    assertNone(tree(MAIN, "class " + name + " {}\n"));
  }

  @Test
  void aPublicTypeWithoutJavadocIsFound() {
    assertFound(
        "A is public", tree(MAIN, "package a;\n\npublic sealed interface A permits B {}\n"));
    assertFound("A is public", tree(MAIN, "// no Javadoc\npublic record A(int b) {}\n"));
    assertNone(tree(MAIN, "/** Javadoc. */\npublic record A(int b) {}\n"));
    assertNone(tree(MAIN, "record A(int b) {}\n"));
    assertNone(tree(TEST, "public class A {}\n"));
  }

  @Test
  void aCatchBlockThatSwallowsIsFound() {
    assertFound("an empty catch block", tree(MAIN, catching("IOException e", "")));
    assertFound("an empty catch block", tree(TEST, catching("IOException | Error e", " ")));
    assertNone(tree(MAIN, catching("IOException e", "/* closing: nobody is left to tell */")));
    assertNone(tree(MAIN, catching("IOException e", "b();")));
  }

  @Test
  void aCatchOfEverythingWithoutAReasonIsFound() {
    assertFound("catch (Throwable", tree(MAIN, catching("Throwable e", "b();")));
    assertFound("catch (Throwable", tree(MAIN, catching("final java.lang.Throwable e", "b();")));
    assertNone(tree(MAIN, catching("Throwable e", "// every Error breaks the wire\n b();")));
  }

  /** A pair of surrogates is two offsets for the compiler; it was once one space for us. */
  @Test
  void offsetsStayTheSameAfterAnEmoji() {
    var emoji = "String s = \"" + "\uD83D\uDE00".repeat(40) + "\"; ";
    var reason = "/* closing: nobody is left to tell */";
    assertNone(tree(MAIN, catching("IOException e", reason).replace("try", emoji + "try")));
    assertFound("empty", tree(MAIN, catching("IOException e", "").replace("try", emoji + "try")));
  }

  private static String catching(String parameter, String block) {
    return "class A { void a() { try { c(); } catch (" + parameter + ") {" + block + "} } }\n";
  }

  @Test
  void aScriptWithoutItsContractIsFound() {
    assertFound(
        "does not say ARGV", LuaRules.check(file(SCRIPT, "-- KEYS 1 ready\n-- Returns 1\n")));
    assertFound("does not say Returns", LuaRules.check(file(SCRIPT, "-- KEYS 1\n-- ARGV none\n")));
    assertFound(
        "does not say KEYS",
        LuaRules.check(file(SCRIPT, "-- ARGV none. Returns nil.\nreturn KEYS[1]\n")));
    assertNone(LuaRules.check(file(SCRIPT, "-- KEYS 1 ready\n-- ARGV none\n-- Returns nil.\n")));
  }

  @Test
  void aPackageThatDoesNotSayWhatItIsForIsFound() {
    var said = file("src/main/java/dev/redstart/cli/package-info.java", "");
    var files = List.of(file("src/main/java/module-info.java", ""), file(CLI, ""), said);
    assertNone(StyleTest.silentPackages(files));
    assertFound(
        "redis:1: add a package-info.java",
        StyleTest.silentPackages(List.of(file(MAIN, ""), file(CLI, ""), said)));
  }

  @Test
  void aFindingSaysWhereAndWhat() {
    var finding = WordRules.check(file(MAIN, "class A {\n  // TODO\n}\n")).get(0);
    assertTrue(finding.toString().startsWith(MAIN + ":2: TODO: finish it"), finding::toString);
  }

  private static SourceFile file(String path, String text) {
    return new SourceFile(Path.of(path), text);
  }

  private static List<Finding> tree(String path, String text) {
    return TreeRules.of(file(path, text)).findings();
  }

  private static void assertFound(String part, List<Finding> findings) {
    assertEquals(1, findings.size(), findings::toString);
    assertTrue(findings.get(0).toString().contains(part), findings::toString);
  }

  private static void assertNone(List<Finding> findings) {
    assertEquals(List.of(), findings);
  }
}
