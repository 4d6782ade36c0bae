package dev.redstart.resp;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes replies in one version of the protocol. */
final class ReplyEncoder {
  private final WireBytes out;
  private final boolean resp3;

  ReplyEncoder(WireBytes out, int version) {
    this.out = out;
    this.resp3 = version == 3;
  }

  void write(Reply reply) {
    if (reply instanceof Reply.Attributed attributed) {
      attributed(attributed);
    } else if (reply instanceof Reply.Array array) {
      aggregate('*', array.items().size(), array.items());
    } else if (reply instanceof Reply.Set set) {
      aggregate('~', set.items().size(), set.items());
    } else if (reply instanceof Reply.Push push) {
      aggregate('>', push.items().size(), push.items());
    } else if (reply instanceof Reply.Map map) {
      aggregate('%', map.items().size() / 2, map.items());
    } else {
      scalar(reply);
    }
  }

  private void attributed(Reply.Attributed reply) {
    if (resp3) {
      aggregate('|', reply.attributes().items().size() / 2, reply.attributes().items());
    }
    write(reply.value());
  }

  private void aggregate(char type, int count, List<Reply> items) {
    if (resp3) {
      out.header(type, count);
    } else {
      out.header('*', items.size());
    }
    items.forEach(this::write);
  }

  private void scalar(Reply reply) {
    if (reply instanceof Reply.Simple simple) {
      out.line('+', line(simple.text()));
    } else if (reply instanceof Reply.Error error) {
      error(error.text());
    } else if (reply instanceof Reply.Int integer) {
      out.line(':', integer.text());
    } else if (reply instanceof Reply.Bulk bulk) {
      out.bulk('$', bulk.bytes());
    } else if (resp3) {
      scalar3(reply);
    } else {
      scalar2(reply);
    }
  }

  private void scalar3(Reply reply) {
    if (reply instanceof Reply.Bool bool) {
      out.line('#', bool.value() ? "t" : "f");
    } else if (reply instanceof Reply.Real real) {
      out.line(',', real.text());
    } else if (reply instanceof Reply.BigNumber number) {
      out.line('(', number.text());
    } else if (reply instanceof Reply.Verbatim verbatim) {
      verbatim(verbatim);
    } else {
      out.line('_', "");
    }
  }

  private void scalar2(Reply reply) {
    if (reply instanceof Reply.Bool bool) {
      out.line(':', bool.value() ? "1" : "0");
    } else if (reply.isNull()) {
      out.line('$', "-1");
    } else {
      out.bulk('$', reply.bytes());
    }
  }

  private void verbatim(Reply.Verbatim reply) {
    byte[] format = (reply.format() + ':').getBytes(StandardCharsets.UTF_8);
    out.header('=', WireBytes.size((long) format.length + reply.bytes().length));
    out.add(format);
    out.add(reply.bytes());
    out.end();
  }

  private void error(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean oneLine = text.indexOf('\r') < 0 && text.indexOf('\n') < 0;
    if (resp3 && !(oneLine && bytes.length <= RespLimits.LINE_BYTES)) {
      out.bulk('!', bytes);
    } else {
      out.line('-', text.replace('\r', ' ').replace('\n', ' '));
    }
  }

  private static String line(String text) {
    if (text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0) {
      throw new IllegalArgumentException(
          "a simple string cannot hold CR or LF: send a bulk string");
    }
    return text;
  }
}
