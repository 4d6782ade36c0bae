package dev.redstart.message;

import dev.redstart.redis.Script;
import java.util.stream.Stream;

/**
 * The scripts of this room. All may run twice without harm, by nature or because they recognise a
 * request that they have answered; so the client repeats them when a connection breaks.
 */
final class Scripts {
  static final Script CREATE = of("index", "create");
  static final Script PAGE = of("page");
  static final Script DELETE = of("delete");
  static final Script APPEND = of("known", "append");
  static final Script CONTENT = of("known", "apart", "block", "content");
  static final Script START = of("known", "apart", "block", "start");
  static final Script UPDATE = of("known", "apart", "block", "update");
  static final Script PUBLISH = of("known", "publish");
  static final Script END = of("known", "end");
  static final Script LEASE = of("known", "lease");

  static final Script SNAPSHOT = files("clock", "snapshot");
  static final Script SESSION = files("clock", "session");
  static final Script ENLIST = files("clock", "index", "enlist");
  static final Script UNLIST = files("clock", "unlist");
  static final Script KEEP = files("clock", "apart", "keep");

  private Scripts() {}

  private static Script of(String... names) {
    var common = Stream.of("clock", "/dev/redstart/stream/tail", "message");
    return files(Stream.concat(common, Stream.of(names)).toArray(String[]::new));
  }

  private static Script files(String... names) {
    var files = Stream.of(names).map(name -> name + ".lua").toArray(String[]::new);
    return Script.resource(Scripts.class, files).idempotent();
  }
}
