package dev.redstart.a2a;

import dev.redstart.redis.Command;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Script;
import dev.redstart.resp.Reply;
import java.util.ArrayList;
import java.util.List;

/** The scripts on one Redis, with what all of them are told. Thread-safe. */
record StoredTasks(Redis redis, A2aKeys keys, TaskOptions options) {
  Reply run(Script script, Object... words) {
    return redis.call(command(script, words));
  }

  /** The reply's parts: a word, and what follows it. */
  List<Reply> ask(Script script, Object... words) {
    return run(script, words).items();
  }

  Command<Reply> command(Script script, Object... words) {
    var all = new ArrayList<String>(words.length + 6);
    all.add(keys.prefix());
    all.add(keys.at());
    all.add(Long.toString(options.expiration().toMillis()));
    all.add(Long.toString(options.lease().toMillis()));
    all.add(Integer.toString(options.historyMax()));
    all.add(Integer.toString(options.eventsMax()));
    for (var word : words) {
      all.add(word.toString());
    }
    return script.call(List.of(keys.index(), keys.never()), all.toArray(String[]::new));
  }
}
