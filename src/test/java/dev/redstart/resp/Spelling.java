package dev.redstart.resp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Writes replies in any of the ways that mean the same, with pushes thrown in wherever they may
 * come. An independent second writer: it shares no code with the encoder.
 */
final class Spelling {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Reply> frames = new ArrayList<>();
  private final RandomReplies replies;
  private final Random random;

  Spelling(long seed) {
    random = new Random(seed);
    replies = new RandomReplies(seed);
  }

  /** Writes another reply, and perhaps some pushes before and inside. */
  Spelling next() {
    Reply reply = replies.next();
    value(reply);
    frames.add(reply);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** What the bytes mean: pushes at the place where they end. */
  List<Reply> frames() {
    return frames;
  }

  private void value(Reply reply) {
    if (random.nextInt(40) == 0) {
      push(replies.nextPush());
    }
    if (reply instanceof Reply.Attributed attributed) {
      counted('|', attributed.attributes().items(), 2);
      value(attributed.value());
    } else if (reply instanceof Reply.Array array) {
      aggregate('*', array.items(), 1);
    } else if (reply instanceof Reply.Set set) {
      aggregate('~', set.items(), 1);
    } else if (reply instanceof Reply.Map map) {
      aggregate('%', map.items(), 2);
    } else {
      scalar(reply);
    }
  }

  private void push(Reply.Push push) {
    counted('>', push.items(), 1);
    frames.add(push);
  }

  private void aggregate(char type, List<Reply> items, int each) {
    if (random.nextInt(3) == 0) {
      line(type + "?");
      items.forEach(this::value);
      line(".");
    } else {
      counted(type, items, each);
    }
  }

  private void counted(char type, List<Reply> items, int each) {
    line(type + "" + items.size() / each);
    items.forEach(this::value);
  }

  private void scalar(Reply reply) {
    if (reply instanceof Reply.Bulk bulk) {
      bulk(bulk.bytes());
    } else if (reply instanceof Reply.Verbatim verbatim) {
      string('=', concat(verbatim.format() + ":", verbatim.bytes()));
    } else if (reply instanceof Reply.Simple simple) {
      line("+" + simple.text());
    } else if (reply instanceof Reply.Error error) {
      error(error.text());
    } else if (reply instanceof Reply.Int integer) {
      line(":" + sign(integer.value() >= 0) + integer.value());
    } else if (reply instanceof Reply.Real real) {
      real(real.value());
    } else if (reply instanceof Reply.BigNumber number) {
      line("(" + sign(number.value().signum() >= 0) + number.value());
    } else if (reply instanceof Reply.Bool bool) {
      line(bool.value() ? "#t" : "#f");
    } else {
      line(List.of("_", "$-1", "*-1").get(random.nextInt(3)));
    }
  }

  private String sign(boolean positive) {
    return positive && random.nextInt(3) == 0 ? "+" : "";
  }

  private void error(String text) {
    boolean oneLine = text.indexOf('\r') < 0 && text.indexOf('\n') < 0;
    if (oneLine && random.nextBoolean()) {
      line("-" + text);
    } else {
      string('!', text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void real(double value) {
    if (Double.isNaN(value)) {
      line(random.nextBoolean() ? ",nan" : ",-nan");
    } else if (Double.isInfinite(value)) {
      line(value > 0 ? ",inf" : ",-inf");
    } else {
      String text =
          random.nextBoolean()
              ? String.format(Locale.ROOT, "%.17e", value)
              : Double.toString(value);
      line("," + sign(Double.doubleToRawLongBits(value) >= 0) + text);
    }
  }

  private void bulk(byte[] bytes) {
    if (random.nextInt(3) > 0) {
      string('$', bytes);
      return;
    }
    line("$?");
    for (int start = 0; start < bytes.length; ) {
      int end = Math.min(bytes.length, start + 1 + random.nextInt(1 + random.nextInt(2000)));
      string(';', Arrays.copyOfRange(bytes, start, end));
      start = end;
    }
    line(";0");
  }

  private void string(char type, byte[] bytes) {
    line(type + "" + bytes.length);
    out.writeBytes(bytes);
    line("");
  }

  private static byte[] concat(String prefix, byte[] bytes) {
    return Wire.concat(Wire.bytes(prefix), bytes);
  }

  private void line(String text) {
    out.writeBytes((text + "\r\n").getBytes(StandardCharsets.UTF_8));
  }
}
