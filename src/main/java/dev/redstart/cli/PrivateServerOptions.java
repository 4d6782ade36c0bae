package dev.redstart.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/** How a {@link PrivateServer} is to be started. Immutable; each {@code withX} returns a copy. */
public final class PrivateServerOptions {

  private static final PrivateServerOptions DEFAULTS =
      new PrivateServerOptions(Optional.empty(), OptionalInt.empty(), port -> List.of(), true);

  private final Optional<Path> data;
  private final OptionalInt port;
  private final IntFunction<List<String>> arguments;
  private final boolean shutdownHook;

  private PrivateServerOptions(
      Optional<Path> data,
      OptionalInt port,
      IntFunction<List<String>> arguments,
      boolean shutdownHook) {
    this.data = data;
    this.port = port;
    this.arguments = arguments;
    this.shutdownHook = shutdownHook;
  }

  /** A free port, nothing kept on disk, stopped by a shutdown hook at the latest. */
  public static PrivateServerOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Keeps an append-only file in this directory, which is created if it is missing, left in place
   * afterwards, and held by one server at a time.
   */
  public PrivateServerOptions withData(Path directory) {
    Objects.requireNonNull(directory, "directory");
    return new PrivateServerOptions(Optional.of(directory), port, arguments, shutdownHook);
  }

  /**
   * Listens on this port or not at all, instead of on a free one.
   *
   * @throws IllegalArgumentException if the port is not between 1 and 65535
   */
  public PrivateServerOptions withPort(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " is not between 1 and 65535");
    }
    return new PrivateServerOptions(data, OptionalInt.of(port), arguments, shutdownHook);
  }

  /**
   * Further words for the server's command line, such as {@code "--maxmemory", "10mb"}. They come
   * last and win. They are visible to other users of the machine.
   */
  public PrivateServerOptions withArguments(List<String> arguments) {
    var words = List.copyOf(Objects.requireNonNull(arguments, "arguments"));
    return withArguments(port -> words);
  }

  /** Further words that depend on the port; asked for again when another port has to be tried. */
  public PrivateServerOptions withArguments(IntFunction<List<String>> arguments) {
    Objects.requireNonNull(arguments, "arguments");
    return new PrivateServerOptions(data, port, arguments, shutdownHook);
  }

  /**
   * Leaves stopping to the caller: for a program that still needs the server in shutdown hooks of
   * its own, with which ours would race. Whatever the caller forgets is stopped once the JVM is
   * gone.
   */
  public PrivateServerOptions withoutShutdownHook() {
    return new PrivateServerOptions(data, port, arguments, false);
  }

  Optional<Path> data() {
    return data;
  }

  OptionalInt port() {
    return port;
  }

  List<String> arguments(int port) {
    return List.copyOf(arguments.apply(port));
  }

  boolean shutdownHook() {
    return shutdownHook;
  }
}
