package dev.redstart.cli;

import dev.redstart.json.JsonNull;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonString;
import java.util.ArrayList;
import java.util.List;

/** Prints objects, page by page: as lines of JSON, or some of their members as a table. */
final class Listing {
  private static final int CELL_MAX = 80;
  private static final String CUT = "...";

  private final List<String> columns;
  private final boolean json;
  private final Out out;
  private boolean begun;

  /** The columns with commas between: a member's name, or with a title {@code name=title}. */
  Listing(String columns, Arguments arguments, Out out) {
    this.columns = List.of(columns.split(","));
    this.json = arguments.has("--json");
    this.out = out;
  }

  /** False when nobody reads it any more. */
  boolean hasPrinted(List<JsonObject> page) {
    boolean first = !begun;
    begun = true;
    if (json) {
      return page.stream().allMatch(object -> out.hasPrinted(object.toString()));
    } else if (!page.isEmpty()) {
      return out.hasPrinted(table(page, first));
    } else if (first) {
      out.talk("There are none.");
    }
    return true;
  }

  private String table(List<JsonObject> page, boolean withTitles) {
    var rows = new ArrayList<List<String>>();
    if (withTitles) {
      rows.add(columns.stream().map(column -> column.replaceAll(".*=", "")).toList());
    }
    page.forEach(object -> rows.add(columns.stream().map(name -> cell(object, name)).toList()));
    return table(rows);
  }

  private static String cell(JsonObject object, String column) {
    var value = object.get(column.replaceAll("=.*", ""));
    if (value instanceof JsonNull) {
      return "-";
    }
    return value instanceof JsonString text ? text.asString() : value.toString();
  }

  /** In columns as wide as they have to be. */
  static String table(List<List<String>> rows) {
    var cells = rows.stream().map(row -> row.stream().map(Listing::shown).toList()).toList();
    var widths = new ArrayList<Integer>();
    for (var row : cells) {
      for (int i = 0; i < row.size(); i++) {
        if (i == widths.size()) {
          widths.add(0);
        }
        widths.set(i, Math.max(widths.get(i), width(row.get(i))));
      }
    }
    return String.join("\n", cells.stream().map(row -> line(row, widths)).toList());
  }

  private static String line(List<String> row, List<Integer> widths) {
    var line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      line.append(row.get(i)).append(" ".repeat(widths.get(i) - width(row.get(i)) + 2));
    }
    return line.toString().stripTrailing();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  /** On one line, and a terminal must not obey what somebody wrote into it. */
  private static String shown(String text) {
    var cell = new StringBuilder();
    var rest = text.codePoints().iterator();
    for (int left = CELL_MAX; rest.hasNext() && left > 0; left--) {
      append(cell, rest.nextInt());
    }
    return rest.hasNext() ? cell.append(CUT).toString() : cell.toString();
  }

  private static void append(StringBuilder cell, int c) {
    if (Character.isISOControl(c)) {
      cell.append(String.format("\\x%02x", c));
    } else {
      cell.appendCodePoint(c);
    }
  }
}
