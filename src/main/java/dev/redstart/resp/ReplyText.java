package dev.redstart.resp;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** How replies are shown to people: on one line, without control characters, and not for ever. */
final class ReplyText {
  private static final int CHARS_MAX = 1000;

  private final StringBuilder out = new StringBuilder();

  private ReplyText() {}

  static String of(Reply reply) {
    ReplyText text = new ReplyText();
    text.show(reply);
    return text.bounded();
  }

  private String bounded() {
    if (out.length() > CHARS_MAX) {
      boolean pair = Character.isHighSurrogate(out.charAt(CHARS_MAX - 1));
      out.setLength(pair ? CHARS_MAX - 1 : CHARS_MAX);
      out.append("...");
    }
    return out.toString();
  }

  private void show(Reply reply) {
    if (reply instanceof Reply.Array array) {
      list("[", array.items(), "]");
    } else if (reply instanceof Reply.Set set) {
      list("{", set.items(), "}");
    } else if (reply instanceof Reply.Push push) {
      list(">[", push.items(), "]");
    } else if (reply instanceof Reply.Map map) {
      pairs(map.items());
    } else if (reply instanceof Reply.Attributed attributed) {
      out.append('|');
      pairs(attributed.attributes().items());
      out.append(' ');
      show(attributed.value());
    } else {
      scalar(reply);
    }
  }

  // Elements beyond the end are not visited: also a list of millions is shown at once.
  private void list(String before, List<Reply> items, String after) {
    out.append(before);
    for (int i = 0; i < items.size() && out.length() <= CHARS_MAX; i++) {
      out.append(i == 0 ? "" : ", ");
      show(items.get(i));
    }
    out.append(after);
  }

  private void pairs(List<Reply> items) {
    out.append('{');
    for (int i = 0; i < items.size() && out.length() <= CHARS_MAX; i += 2) {
      out.append(i == 0 ? "" : ", ");
      show(items.get(i));
      out.append(": ");
      show(items.get(i + 1));
    }
    out.append('}');
  }

  private void scalar(Reply reply) {
    if (reply instanceof Reply.Null) {
      out.append("(nil)");
    } else if (reply instanceof Reply.Bool bool) {
      out.append(bool.value());
    } else if (reply instanceof Reply.Bulk bulk) {
      decoded(bulk.bytes());
    } else if (reply instanceof Reply.Verbatim verbatim) {
      decoded(verbatim.bytes());
    } else {
      text(reply.text());
    }
  }

  private void text(CharSequence text) {
    for (int i = 0; i < text.length() && out.length() <= CHARS_MAX; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        Shown.append(out, c);
      } else {
        out.append(c);
      }
    }
  }

  // Three bytes are the most that one char takes: a longer prefix cannot be shown anyway.
  private void decoded(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, 3 * (CHARS_MAX + 2)));
    CharBuffer chars = CharBuffer.allocate(in.remaining());
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result;
    do {
      result = decoder.decode(in, chars, true);
      text(chars.flip());
      chars.clear();
      for (int i = 0; result.isError() && i < result.length(); i++) {
        Shown.hex(out, in.get());
      }
    } while (result.isError());
  }
}
