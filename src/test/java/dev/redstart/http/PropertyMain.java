package dev.redstart.http;

/** Starts a server and prints what became of a property that the JDK's server reads. */
final class PropertyMain {
  private PropertyMain() {}

  public static void main(String[] none) {
    try (var server = WebServer.start(new Router(), ServiceOptions.defaults().withPort(0))) {
      System.out.println(server.uri().getHost());
      System.out.println("nodelay " + System.getProperty("sun.net.httpserver.nodelay"));
    }
  }
}
