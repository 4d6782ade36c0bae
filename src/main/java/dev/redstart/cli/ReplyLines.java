package dev.redstart.cli;

import dev.redstart.resp.Reply;
import java.util.ArrayList;
import java.util.List;

/** Replies for people: a value on its line, lists counted, what is inside indented. */
final class ReplyLines {
  private ReplyLines() {}

  static String of(Reply reply) {
    return String.join("\n", lines(reply));
  }

  private static List<String> lines(Reply reply) {
    if (reply instanceof Reply.Attributed attributed) {
      return lines(attributed.value());
    } else if (reply instanceof Reply.Map map) {
      return map(map.items());
    } else if (reply instanceof Reply.Array
        || reply instanceof Reply.Set
        || reply instanceof Reply.Push) {
      return list(reply.items());
    }
    return List.of(scalar(reply));
  }

  private static String scalar(Reply reply) {
    if (reply.isNull()) {
      return "(nil)";
    } else if (reply instanceof Reply.Bool truth) {
      return Boolean.toString(truth.value());
    } else if (reply instanceof Reply.Error error) {
      return "(error) " + visible(error.text());
    }
    return visible(reply.text());
  }

  /** A terminal must not obey what somebody wrote into a value. */
  private static String visible(String text) {
    var shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c) && c != '\n' && c != '\t') {
                shown.append(String.format("\\x%02x", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }

  private static List<String> list(List<Reply> items) {
    if (items.isEmpty()) {
      return List.of("(empty)");
    }
    var lines = new ArrayList<String>();
    int width = Integer.toString(items.size()).length();
    for (int i = 0; i < items.size(); i++) {
      add(lines, String.format("%" + width + "d) ", i + 1), lines(items.get(i)));
    }
    return lines;
  }

  private static List<String> map(List<Reply> items) {
    if (items.isEmpty()) {
      return List.of("(empty)");
    }
    var lines = new ArrayList<String>();
    for (int i = 0; i < items.size(); i += 2) {
      add(lines, String.join(" ", lines(items.get(i))) + ": ", lines(items.get(i + 1)));
    }
    return lines;
  }

  private static void add(List<String> lines, String first, List<String> more) {
    var indent = " ".repeat(first.length());
    for (int i = 0; i < more.size(); i++) {
      lines.add((i == 0 ? first : indent) + more.get(i));
    }
  }
}
