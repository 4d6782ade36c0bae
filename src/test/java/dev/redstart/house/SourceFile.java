package dev.redstart.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A text of the project. Code and comments can be looked at apart; offsets stay the same. */
record SourceFile(Path path, String text) {
  private static final Pattern COMMENT_OR_LITERAL =
      Pattern.compile(
          """
          (?<comment> //[^\\n]* | /\\*[\\s\\S]*?\\*/ )
          | \"""(?: [^"\\\\]++ | \\\\[\\s\\S] | "(?!"") )*+\"""
          | "(?: [^"\\\\\\n]++ | \\\\. )*+"
          | '(?: [^'\\\\\\n]++ | \\\\. )++'
          """,
          Pattern.COMMENTS);

  static List<SourceFile> below(String folder, String ending) {
    var root = Path.of(folder);
    if (!Files.exists(root)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(path -> path.toString().endsWith(ending))
          .sorted()
          .map(SourceFile::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static SourceFile read(Path path) {
    try {
      return new SourceFile(path, Files.readString(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isMain() {
    return path.startsWith("src/main");
  }

  boolean isTest() {
    return path.startsWith("src/test");
  }

  boolean isJava() {
    return path.toString().endsWith(".java");
  }

  boolean isPackageInfoOf(Path folder) {
    return path.equals(folder.resolve("package-info.java"));
  }

  /** The text with spaces in place of comments and literals. */
  String code() {
    return COMMENT_OR_LITERAL.matcher(text).replaceAll(found -> blank(found.group()));
  }

  /** The text with spaces in place of everything that is no comment. */
  String comments() {
    var comments = new StringBuilder();
    Matcher found = COMMENT_OR_LITERAL.matcher(text);
    int end = 0;
    while (found.find()) {
      String comment = found.group("comment");
      comments.append(blank(text.substring(end, found.start())));
      comments.append(comment == null ? blank(found.group()) : comment);
      end = found.end();
    }
    return comments.append(blank(text.substring(end))).toString();
  }

  private static String blank(String part) {
    var letters = part.toCharArray();
    for (int i = 0; i < letters.length; i++) {
      letters[i] = letters[i] == '\n' ? '\n' : ' ';
    }
    return new String(letters);
  }

  /** A part of its text, as if that were all: no comment or literal may begin before it. */
  SourceFile part(int start, int end) {
    return new SourceFile(path, text.substring(start, end));
  }

  Finding finding(long line, String message) {
    return new Finding(path, line, message);
  }

  /** A finding at an offset of the text. */
  Finding findingAt(int offset, String message) {
    return finding(1 + text.substring(0, offset).chars().filter(c -> c == '\n').count(), message);
  }
}
