package dev.redstart.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.redstart.cli.NoServerException;
import dev.redstart.cli.PrivateServer;
import dev.redstart.cli.PrivateServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

@Execution(CONCURRENT)
class PrivateServerTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void aServerAnswersUntilItIsClosedAndLeavesNothing() throws IOException {
    var server = PrivateServer.start();
    assertEquals("redis://127.0.0.1:" + server.port(), server.url());
    assertEquals("PONG", ask(server.port(), "PING"));
    assertEquals("", ask(server.port(), "CONFIG", "GET", "save").replace("save\n", ""));
    assertTrue(isRunning(server.pid()));
    server.close();
    server.close();
    assertFalse(server.isAlive());
    assertFalse(Files.exists(server.directory()));
    assertThrows(IOException.class, () -> ask(server.port(), "PING"));
  }

  @Test
  void aDataDirectoryIsKeptAndReadAgain(@TempDir Path data) throws IOException {
    var options = PrivateServerOptions.defaults().withData(data.resolve("new"));
    try (var server = PrivateServer.start(options)) {
      ask(server.port(), "SET", "k", "v");
    }
    try (var server = PrivateServer.start(options)) {
      assertEquals("v", ask(server.port(), "GET", "k"));
    }
  }

  @Test
  void aDataDirectoryBelongsToOneServerAtATime(@TempDir Path data) {
    var options = PrivateServerOptions.defaults().withData(data);
    try (var server = PrivateServer.start(options)) {
      long start = System.nanoTime();
      var error = assertThrows(NoServerException.class, () -> PrivateServer.start(options));
      assertTrue(error.getMessage().contains(data.toString()), error.getMessage());
      assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos(), "refused at once");
      assertTrue(server.isAlive());
    }
  }

  @Test
  void furtherArgumentsWin() throws IOException {
    var options = PrivateServerOptions.defaults().withArguments(List.of("--databases", "3"));
    try (var server = PrivateServer.start(options)) {
      assertEquals("databases\n3", ask(server.port(), "CONFIG", "GET", "databases"));
    }
  }

  @Test
  void aServerThatDoesNotStartSaysWhyInItsOwnWords() {
    var options = PrivateServerOptions.defaults().withArguments(List.of("--nonsense", "1"));
    var error = assertThrows(NoServerException.class, () -> PrivateServer.start(options));
    assertTrue(error.getMessage().contains("nonsense"), error.getMessage());
    assertTrue(error.getMessage().contains("ended with status 1"), error.getMessage());
  }

  @Test
  void theServersLastWordsDoNotGiveAPasswordAway() {
    var words = List.of("--requirepass", "hush", "too much");
    var options = PrivateServerOptions.defaults().withArguments(words);
    var error = assertThrows(NoServerException.class, () -> PrivateServer.start(options));
    assertTrue(error.getMessage().contains("requirepass"), error.getMessage());
    assertFalse(error.getMessage().contains("hush"), error.getMessage());
  }

  @Test
  void aPortOfTheCallersChoiceThatIsTakenIsAnError() throws IOException {
    try (var squatter = squatter(0)) {
      var options = PrivateServerOptions.defaults().withPort(squatter.getLocalPort());
      var error = assertThrows(NoServerException.class, () -> PrivateServer.start(options));
      assertTrue(error.getMessage().contains("Address already in use"), error.getMessage());
    }
  }

  /** The port is free when it is chosen, and taken when the server comes to bind it. */
  @Test
  void aLostRaceForThePortIsRunAgain() throws IOException {
    var squatters = new ArrayList<ServerSocket>();
    var options =
        PrivateServerOptions.defaults()
            .withArguments(
                port -> {
                  if (squatters.size() < 2) {
                    squatters.add(squatter(port));
                  }
                  return List.of();
                });
    try (var server = PrivateServer.start(options)) {
      assertEquals(2, squatters.size());
      assertEquals("PONG", ask(server.port(), "PING"));
    } finally {
      for (var squatter : squatters) {
        squatter.close();
      }
    }
  }

  /** Another server is on the port and answers PING: it must not be taken for ours. */
  @Test
  void aForeignServerOnThePortIsNotTakenForOurs() throws IOException {
    try (var foreign = PrivateServer.start()) {
      var options = PrivateServerOptions.defaults().withPort(foreign.port());
      var error = assertThrows(NoServerException.class, () -> PrivateServer.start(options));
      assertTrue(error.getMessage().contains("Address already in use"), error.getMessage());
      assertEquals("PONG", ask(foreign.port(), "PING"));
    }
  }

  @Test
  void theServerDiesWithAnOwnerThatIsKilled() {
    try (var owner = ChildJvm.of(ServerOwner.class).start()) {
      var server = awaitServer(owner);
      owner.kill();
      Eventually.within(LIMIT, "the server ends", () -> !isRunning(server.pid()));
      Eventually.within(LIMIT, "its directory goes", () -> !Files.exists(server.directory()));
    }
  }

  @Test
  void theServerIsGoneWhenAnOwnerThatWasTerminatedIsGone() {
    try (var owner = ChildJvm.of(ServerOwner.class).start()) {
      var server = awaitServer(owner);
      owner.terminate();
      owner.awaitExit(LIMIT);
      assertFalse(isRunning(server.pid()));
      assertFalse(Files.exists(server.directory()));
    }
  }

  /** The lock on the directory goes with the killed owner, but its server may still be writing. */
  @Test
  void theNextOwnerOfADataDirectoryWaitsForTheLastOnesServer(@TempDir Path data) throws Exception {
    try (var owner = ChildJvm.of(ServerOwner.class).start(data.toString())) {
      var last = awaitServer(owner);
      ask(last.port(), "SET", "k", "v");
      Signal.STOP.send(last.pid());
      owner.kill();
      var options = PrivateServerOptions.defaults().withData(data);
      var start = CompletableFuture.supplyAsync(() -> PrivateServer.start(options));
      assertThrows(TimeoutException.class, () -> start.get(300, TimeUnit.MILLISECONDS));
      Signal.CONT.send(last.pid());
      try (var next = start.get(10, TimeUnit.SECONDS)) {
        assertFalse(isRunning(last.pid()));
        assertEquals("v", ask(next.port(), "GET", "k"));
      }
    }
  }

  @Test
  void withoutAProgramOneSentenceSaysHowToGetOne() {
    try (var owner = ChildJvm.of(ServerOwner.class).withEnvironment("PATH", "/nowhere").start()) {
      var line = owner.awaitLine("none ", LIMIT);
      assertTrue(line.contains("Found neither redis-server nor valkey-server on the PATH"), line);
      assertTrue(line.contains("apt install redis-server"), line);
      assertEquals(0, owner.awaitExit(LIMIT));
    }
  }

  private record Started(long pid, int port, Path directory) {}

  private static Started awaitServer(ChildJvm owner) {
    var words = owner.awaitLine("server ", LIMIT).split(" ", 4);
    return new Started(Long.parseLong(words[1]), Integer.parseInt(words[2]), Path.of(words[3]));
  }

  // A dead process that its new parent has not reaped yet has no command any more.
  private static boolean isRunning(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().command()).isPresent();
  }

  private static String ask(int port, String... words) throws IOException {
    return RawCommand.run(port, Optional.empty(), List.of(words));
  }

  private static ServerSocket squatter(int port) {
    try {
      var socket = new ServerSocket();
      socket.bind(new InetSocketAddress("127.0.0.1", port));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
