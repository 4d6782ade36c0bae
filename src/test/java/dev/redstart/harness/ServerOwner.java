package dev.redstart.harness;

import dev.redstart.cli.NoServerException;
import dev.redstart.cli.PrivateServer;
import dev.redstart.cli.PrivateServerOptions;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A program that owns a private server until it is killed; run by tests in a JVM of its own. */
final class ServerOwner {

  private ServerOwner() {}

  /**
   * @param arguments a data directory, if there is to be one
   */
  public static void main(String[] arguments) throws InterruptedException {
    var options = PrivateServerOptions.defaults();
    for (var directory : arguments) {
      options = options.withData(Path.of(directory));
    }
    try {
      var server = PrivateServer.start(options);
      System.out.println("server " + server.pid() + " " + server.port() + " " + server.directory());
      new CountDownLatch(1).await();
    } catch (NoServerException e) {
      System.out.println("none " + e.getMessage());
    }
  }
}
