package dev.redstart.house;

import java.util.ArrayList;
import java.util.List;

/** What can be seen line by line. */
final class LineRules {
  private static final int MAIN_LINES_MAX = 400;
  private static final int TEST_LINES_MAX = 600;
  private static final int COLUMNS_MAX = 100;

  private LineRules() {}

  /** For code: length of file and lines, tabs, ends of lines. */
  static List<Finding> check(SourceFile file) {
    var findings = new ArrayList<>(checkEnds(file));
    var lines = file.text().split("\n");
    int max = file.isTest() ? TEST_LINES_MAX : MAIN_LINES_MAX;
    if (lines.length > max) {
      findings.add(file.finding(max, lines.length + " lines, at most " + max + ": split the role"));
    }
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].length() > COLUMNS_MAX && mayBeBroken(lines[i])) {
        findings.add(file.finding(i + 1, "more than " + COLUMNS_MAX + " columns: break the line"));
      }
      if (lines[i].indexOf('\t') >= 0) {
        findings.add(file.finding(i + 1, "a tab: use spaces"));
      }
    }
    return findings;
  }

  /** A row of a table in a text block ends where it ends; so do imports and addresses. */
  private static boolean mayBeBroken(String line) {
    return !line.startsWith("import ") && !line.contains("://") && !line.contains(" | ");
  }

  /** For every text: no space before the end of a line, and an end of line before the end. */
  static List<Finding> checkEnds(SourceFile file) {
    var findings = new ArrayList<Finding>();
    var lines = file.text().split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (!lines[i].equals(lines[i].stripTrailing())) {
        findings.add(file.finding(i + 1, "whitespace at the end of the line: remove it"));
      }
    }
    if (!lines[lines.length - 1].isEmpty()) {
      findings.add(file.finding(lines.length, "the last line has no end: add a newline"));
    }
    return findings;
  }
}
