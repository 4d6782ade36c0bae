package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.List;
import java.util.Objects;

/**
 * Commands on the server's script cache and its function libraries. To run a script there is {@link
 * Script}, which sees to the cache by itself. Only {@link Command} values are made here, see {@link
 * Strings}; functions are there from Redis 7.0 on.
 */
public final class Scripting {
  private Scripting() {}

  /** Puts a script into the cache: its SHA-1 in hex. <code>SCRIPT LOAD</code> */
  public static Command<String> load(String script) {
    return Words.of("SCRIPT", "LOAD")
        .add(Words.notEmpty(script, "script"))
        .reads(Reply::text)
        .idempotent();
  }

  /** Whether the cache has these scripts, in their order. <code>SCRIPT EXISTS</code> */
  public static Command<List<Boolean>> exists(String... shas) {
    return Words.of("SCRIPT", "EXISTS").texts(shas, "shas").reads(Reading::booleans).idempotent();
  }

  /** Empties the cache: "OK". <code>SCRIPT FLUSH</code> */
  public static Command<String> flush() {
    return Words.of("SCRIPT", "FLUSH").reads(Reply::text);
  }

  /**
   * Ends the script that runs right now: "OK". The server refuses it if none runs ({@code
   * NOTBUSY}), or if it has written already ({@code UNKILLABLE}). <code>SCRIPT KILL</code>
   */
  public static Command<String> kill() {
    return Words.of("SCRIPT", "KILL").reads(Reply::text);
  }

  /** Loads a library in place of one of the same name: its name. <code>FUNCTION LOAD</code> */
  public static Command<String> loadLibrary(String code) {
    return Words.of("FUNCTION", "LOAD", "REPLACE")
        .add(Words.notEmpty(code, "code"))
        .reads(Reply::text)
        .idempotent();
  }

  /**
   * Deletes a library: "OK". The server refuses it if there is none. <code>FUNCTION DELETE</code>
   */
  public static Command<String> deleteLibrary(String name) {
    return Words.of("FUNCTION", "DELETE").add(Words.notEmpty(name, "name")).reads(Reply::text);
  }

  /** Calls a function with all the keys it uses: what it returns. <code>FCALL</code> */
  public static Command<Reply> call(String function, List<String> keys, List<String> arguments) {
    return calling("FCALL", function, keys, arguments);
  }

  /** The same of a function that only reads, which may be sent again. <code>FCALL_RO</code> */
  public static Command<Reply> callReadOnly(
      String function, List<String> keys, List<String> arguments) {
    return calling("FCALL_RO", function, keys, arguments);
  }

  private static Command<Reply> calling(
      String name, String function, List<String> keys, List<String> arguments) {
    var words =
        Words.of(name)
            .add(Words.notEmpty(function, "function"))
            .add(Objects.requireNonNull(keys, "keys").size());
    keys.forEach(words::key);
    Objects.requireNonNull(arguments, "arguments");
    arguments.forEach(argument -> words.text(argument, "arguments"));
    return words.reads(reply -> reply);
  }
}
