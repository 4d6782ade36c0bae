package dev.redstart.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.redis.Command;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Requests;
import dev.redstart.redis.Script;
import dev.redstart.resp.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The calls on one stream: what Redis says briefly is said here in a sentence. */
record Store(Redis redis, Requests requests, StreamKeys keys) {
  private static final String WRONG_TYPE = "WRONGTYPE";

  static Store of(Redis redis, Requests requests, String stream) {
    return new Store(redis, requests, StreamKeys.of(stream));
  }

  String name() {
    return keys.stream();
  }

  /** Streams for which this is the same can be read with one command. */
  String place() {
    boolean isOnePlace = redis.tag("x").equals("x");
    return isOnePlace ? "" : keys.tag();
  }

  /**
   * @throws StreamException.WrongType if one of the keys holds something else
   */
  <R> R call(Command<R> command) {
    try {
      return redis.call(command);
    } catch (RedisException.Rejected refused) {
      throw explained(refused);
    }
  }

  private RuntimeException explained(RedisException.Rejected refused) {
    // Redis 6.2 puts its words about the script in front.
    if (refused.code().equals(WRONG_TYPE) || refused.getMessage().contains(WRONG_TYPE)) {
      for (String key : keys.all()) {
        String wanted = key.equals(keys.meta()) ? "hash" : "stream";
        String actual = redis.call(Keys.type(key)).orElse(wanted);
        if (!actual.equals(wanted)) {
          return new StreamException.WrongType(key, actual, wanted);
        }
      }
    }
    return refused;
  }

  /** Calls a script that recognises a request that it has answered. */
  String once(Script script, List<byte[]> arguments) {
    return requests.once(request -> call(command(script, request, arguments)).text());
  }

  Command<Reply> command(Script script, Requests.Request request, List<byte[]> arguments) {
    var all = new ArrayList<byte[]>(arguments.size() + 2);
    all.add(bytes(request.line()));
    all.add(bytes(Long.toString(request.number())));
    all.addAll(arguments);
    return script.callBytes(keys.all(), all);
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** Ids as our scripts return them, a space between them. */
  static List<EntryId> ids(String text) {
    return text.isEmpty() ? List.of() : Arrays.stream(text.split(" ")).map(EntryId::parse).toList();
  }

  void ensureGroup(String group, GroupStart start) {
    call(StreamScripts.ENSURE.call(List.of(name()), group, start.toString()));
  }

  /** Whether an error says that the group is gone, with all that was pending. */
  static boolean isGroupLost(RuntimeException trouble) {
    return trouble instanceof RedisException.Rejected refused
        && (refused.code().equals("NOGROUP") || refused.getMessage().contains("NOGROUP"));
  }

  /** Whether nobody holds any pending entries there any more. */
  static boolean isNothingLeft(RuntimeException trouble) {
    return isGroupLost(trouble) || trouble instanceof StreamException.WrongType;
  }
}
