package dev.redstart.json;

import java.util.List;

/** Prints values. Recurses as deep as the value, which {@link Height} has limited. */
final class JsonPrinter {
  private static final int COMPACT = -1;

  private final Utf8Text out = new Utf8Text();
  private final int indent;

  private JsonPrinter(int indent) {
    this.indent = indent;
  }

  static Utf8Text compact(JsonValue value) {
    return display(value, COMPACT);
  }

  static Utf8Text display(JsonValue value, int indent) {
    var printer = new JsonPrinter(indent);
    printer.value(value, 0);
    return printer.out;
  }

  private void value(JsonValue value, int column) {
    if (value instanceof JsonString string) {
      out.append(string);
    } else if (value instanceof JsonNumber number) {
      number.print(out);
    } else if (value instanceof JsonObject object) {
      object(object.members(), column);
    } else if (value instanceof JsonArray array) {
      array(array.asList(), column);
    } else {
      out.append(value.toString());
    }
  }

  private void object(Members members, int column) {
    out.append('{');
    for (int i = 0; i < members.size(); i++) {
      separate(i, column + indent);
      out.append(members.quotedName(i));
      colon();
      value(members.value(i), column + indent);
    }
    close('}', members.size(), column);
  }

  private void array(List<JsonValue> items, int column) {
    out.append('[');
    for (int i = 0; i < items.size(); i++) {
      separate(i, column + indent);
      value(items.get(i), column + indent);
    }
    close(']', items.size(), column);
  }

  private void colon() {
    out.append(':');
    if (indent != COMPACT) {
      out.append(' ');
    }
  }

  private void separate(int index, int column) {
    if (index > 0) {
      out.append(',');
    }
    newLine(column);
  }

  private void close(char bracket, int size, int column) {
    if (size > 0) {
      newLine(column);
    }
    out.append(bracket);
  }

  private void newLine(int column) {
    if (indent != COMPACT) {
      out.append('\n');
      out.append(" ".repeat(column));
    }
  }
}
