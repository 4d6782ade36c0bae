package dev.redstart.message;

import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Requests;
import dev.redstart.redis.Script;
import dev.redstart.resp.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What all messages of a store have in common. */
record Backing(Redis redis, MessageOptions options, Requests requests) {

  /** The arguments are strings, numbers and bytes. */
  static Command<Reply> command(Script script, List<String> keys, Object... arguments) {
    var encoded = new ArrayList<byte[]>(arguments.length);
    for (Object each : arguments) {
      encoded.add(each instanceof byte[] bytes ? bytes : Names.utf8(each.toString()));
    }
    return script.callBytes(keys, encoded);
  }

  Reply run(Script script, List<String> keys, Object... arguments) {
    return redis.call(command(script, keys, arguments));
  }

  /** Of names and values in turns, as a script returns a hash. */
  static Map<String, String> fields(Reply reply) {
    var words = reply.items();
    var fields = new LinkedHashMap<String, String>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      fields.put(words.get(i).text(), words.get(i + 1).text());
    }
    return fields;
  }
}
