package dev.redstart.redis;

import dev.redstart.resp.Reply;
import dev.redstart.resp.RespEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * A Lua script that the server runs, as a value. It is called by its SHA-1; a server that does not
 * know it (new, restarted, flushed) gets the source instead, by itself, inside pipelines too.
 */
public final class Script {
  private final byte[] source;
  private final String sha;
  private final boolean idempotent;

  private Script(byte[] source, boolean idempotent) {
    this.source = source;
    this.sha = sha(source);
    this.idempotent = idempotent;
  }

  /** A script by its Lua source. */
  public static Script of(String source) {
    if (Objects.requireNonNull(source, "source").isBlank()) {
      throw new IllegalArgumentException("source: must not be blank");
    }
    return new Script(RespEncoder.word(source), false);
  }

  /** A script from files beside a class, put one after the other. */
  public static Script resource(Class<?> beside, String... names) {
    var source = new StringBuilder();
    for (String name : names) {
      source.append(read(beside, name));
    }
    return of(source.toString());
  }

  private static String read(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no script " + name + " beside " + beside.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the script " + name + " cannot be read", unreadable);
    }
  }

  private static String sha(byte[] source) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(source));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java runtime has SHA-1", impossible);
    }
  }

  /**
   * Declares that running it twice with the same arguments is harmless (see {@link
   * Command#idempotent}).
   */
  public Script idempotent() {
    return new Script(source, true);
  }

  /** Its SHA-1 in hexadecimal, as SCRIPT EXISTS wants it. */
  public String sha() {
    return sha;
  }

  /**
   * The call of this script.
   *
   * @param keys every key that it touches: on a cluster they decide where it runs
   * @param arguments strings, sent as UTF-8
   */
  public Command<Reply> call(List<String> keys, String... arguments) {
    Objects.requireNonNull(arguments, "arguments");
    var encoded = new ArrayList<byte[]>(arguments.length);
    for (int i = 0; i < arguments.length; i++) {
      encoded.add(RespEncoder.word(Objects.requireNonNull(arguments[i], "argument " + i)));
    }
    return callBytes(keys, encoded);
  }

  /** As {@link #call}, with binary arguments. */
  public Command<Reply> callBytes(List<String> keys, List<byte[]> arguments) {
    var spare = words("EVAL", source, keys, arguments);
    var words = words("EVALSHA", RespEncoder.word(sha), keys, arguments);
    Command<Reply> command = Command.ofBytes(words).orElse(spare);
    return idempotent ? command.idempotent() : command;
  }

  private static List<byte[]> words(
      String verb, byte[] script, List<String> keys, List<byte[]> arguments) {
    var words = new ArrayList<byte[]>(keys.size() + arguments.size() + 3);
    words.add(RespEncoder.word(verb));
    words.add(script);
    words.add(RespEncoder.word(Integer.toString(keys.size())));
    keys.forEach(key -> words.add(RespEncoder.word(Objects.requireNonNull(key, "key"))));
    arguments.forEach(each -> words.add(Objects.requireNonNull(each, "argument")));
    return List.copyOf(words);
  }
}
