package dev.redstart.house;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Words that have no place here, each with what to write instead. */
final class WordRules {
  private static final List<Word> IN_CODE =
      List.of(
          new Word(
              "\\bsynchronized\\b",
              file -> true,
              "use a ReentrantLock: it can be timed and does not pin a virtual thread"),
          new Word(
              "\\bThread\\.sleep\\b|\\bTimeUnit\\.\\w+\\.sleep\\b",
              SourceFile::isTest,
              "wait with Eventually or a latch: a sleep is too short or too long"),
          new Word(
              "@(Disabled|Enabled)\\w*|\\bAssumptions\\b|\\bassum(e(True|False|That)|ingThat)\\b",
              SourceFile::isTest,
              "let the test fail and say what is missing: a skipped test proves nothing"),
          new Word(
              "\\bSystem\\.(out|err)\\b|\\bprintStackTrace\\b",
              file -> file.isMain() && !file.path().toString().contains("/cli/"),
              "use System.Logger: only cli may print"),
          new Word(
              "\\bimport\\s+(static\\s+)?[\\w.]+\\.\\*",
              file -> true,
              "name each import: a star hides where a name comes from"));

  private static final Word UNFINISHED =
      new Word(
          "\\b(TODO|FIXME|XXX|HACK)\\b",
          file -> true,
          "finish it, or say in a sentence what holds and why");

  private record Word(String regex, Predicate<SourceFile> applies, String instead) {
    Stream<Finding> in(SourceFile file, String part) {
      return applies.test(file)
          ? Pattern.compile(regex)
              .matcher(part)
              .results()
              .map(found -> file.findingAt(found.start(), found.group() + ": " + instead))
          : Stream.empty();
    }
  }

  private WordRules() {}

  static List<Finding> check(SourceFile file) {
    if (!file.isJava()) {
      return UNFINISHED.in(file, file.text()).toList();
    }
    var code = file.code();
    return Stream.concat(
            IN_CODE.stream().flatMap(word -> word.in(file, code)),
            UNFINISHED.in(file, file.comments()))
        .toList();
  }
}
