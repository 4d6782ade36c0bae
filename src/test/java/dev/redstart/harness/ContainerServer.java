package dev.redstart.harness;

import com.github.dockerjava.api.model.PortBinding;
import dev.redstart.cli.NoServerException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * A server in a container, for machines without a {@code redis-server}. What needs the process
 * itself (pausing it, a Unix socket) is refused.
 */
final class ContainerServer implements ServerProcess {

  private static final String IMAGE = "redis:7.2-bookworm";
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  // The server in the container is another user, who must be able to read the key.
  private static final int READABLE_BY_ALL = 0644;

  private final int port;
  private final int tlsPort;
  private final Optional<String> password;
  private final GenericContainer<?> container;

  private ContainerServer(int port, int tlsPort, ServerOptions options) {
    this.port = port;
    this.tlsPort = tlsPort;
    this.password = options.password();
    this.container = container(port, tlsPort, options);
  }

  static ContainerServer start(ServerOptions options) throws IOException {
    if (!isAllowed() || !DockerClientFactory.instance().isDockerAvailable()) {
      throw new NoServerException(
          "These tests need a Redis server, but neither redis-server nor valkey-server is on the"
              + " PATH and Docker does not run (or may not be used); get one with 'apt install"
              + " redis-server' or 'brew install redis', or run 'make test', which installs it.");
    }
    if (options.unixSocket()) {
      throw refusal("listen on a Unix socket of this machine");
    }
    var server = new ContainerServer(freePort(), freePort(), options);
    server.container.start();
    server.awaitAnswer();
    return server;
  }

  /** {@code -Dredstart.docker=never} forbids containers. */
  private static boolean isAllowed() {
    return !System.getProperty("redstart.docker", "").equals("never");
  }

  private static GenericContainer<?> container(int port, int tlsPort, ServerOptions options) {
    var words = new ArrayList<>(List.of("redis-server", "--port", Integer.toString(port)));
    words.addAll(List.of("--protected-mode", "no", "--save", ""));
    words.addAll(options.arguments(tlsPort));
    var container = new GenericContainer<>(DockerImageName.parse(IMAGE));
    // The same ports inside and outside, chosen by us: they have to survive a restart.
    var ports = List.of(loopback(port), loopback(tlsPort));
    container.withCommand(words.toArray(String[]::new)).withExposedPorts(port, tlsPort);
    container.withCreateContainerCmdModifier(
        create -> create.getHostConfig().withPortBindings(ports));
    for (var file : options.files()) {
      var copy = MountableFile.forHostPath(file, READABLE_BY_ALL);
      container.withCopyFileToContainer(copy, file.toString());
    }
    return container;
  }

  private static PortBinding loopback(int port) {
    return PortBinding.parse("127.0.0.1:" + port + ":" + port);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private void awaitAnswer() {
    Eventually.within(
        START_LIMIT,
        "the server in the container answers",
        () -> RawCommand.run(port, password, List.of("PING")).equals("PONG"));
  }

  private static UnsupportedOperationException refusal(String what) {
    return new UnsupportedOperationException(
        "A server in a container cannot " + what + "; install redis-server for this test.");
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public int tlsPort() {
    return tlsPort;
  }

  @Override
  public void kill() {
    var docker = container.getDockerClient();
    docker.killContainerCmd(container.getContainerId()).withSignal("KILL").exec();
    Eventually.within(STOP_LIMIT, "the container is gone", () -> !container.isRunning());
  }

  // Docker refuses to stop what is stopped.
  @Override
  public void stop() {
    if (container.isRunning()) {
      int seconds = (int) STOP_LIMIT.toSeconds();
      var docker = container.getDockerClient();
      docker.stopContainerCmd(container.getContainerId()).withTimeout(seconds).exec();
    }
  }

  @Override
  public void restart() {
    container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
    awaitAnswer();
  }

  @Override
  public void pause() {
    throw refusal("be paused");
  }

  @Override
  public void resume() {
    throw refusal("be resumed");
  }

  @Override
  public void close() {
    container.stop();
  }
}
