package dev.redstart.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/** Stands in for a model's service: answers each request as a test says, byte for byte. */
final class ChatService implements AutoCloseable {
  private static final Pattern LENGTH =
      Pattern.compile("content-length: *(\\d+)", Pattern.CASE_INSENSITIVE);

  /** What it does with a request that it has read. */
  @FunctionalInterface
  interface Reply {
    void write(Line line) throws Exception;
  }

  /** A client's connection. */
  static final class Line {
    private final Socket socket;
    private final OutputStream out;

    Line(Socket socket) throws IOException {
      this.socket = socket;
      this.out = socket.getOutputStream();
    }

    Line raw(String text) throws IOException {
      return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    Line raw(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
      return this;
    }

    /** The head of an answer whose body ends with the connection. */
    Line head(int status) throws IOException {
      return raw(
          "HTTP/1.1 "
              + status
              + " Word\r\nContent-Type: text/event-stream\r\n"
              + "Connection: close\r\n\r\n");
    }

    /** The head of one that says how long it is, so that it can be cut. */
    Line head(int status, int length) throws IOException {
      return raw("HTTP/1.1 " + status + " Word\r\nContent-Length: " + length + "\r\n\r\n");
    }

    Line data(String json) throws IOException {
      return raw("data: " + json + "\n\n");
    }

    Line delta(String content) throws IOException {
      return data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + content + "\"}}]}");
    }

    Line done() throws IOException {
      return raw("data: [DONE]\n\n");
    }

    /** Waits until the client leaves. */
    void awaitLeaving() {
      try {
        while (socket.getInputStream().read() >= 0) {
          // It has nothing more to say.
        }
      } catch (IOException reset) {
        // That is leaving, too.
      }
    }
  }

  private final ServerSocket listener;
  private final Reply reply;
  final List<String> requests = new CopyOnWriteArrayList<>();

  /** Done when a client has left a connection before its answer was over. */
  final CompletableFuture<Boolean> left = new CompletableFuture<>();

  private ChatService(Reply reply) throws IOException {
    this.reply = reply;
    this.listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    var thread = new Thread(this::accept, "chat-service");
    thread.setDaemon(true);
    thread.start();
  }

  static ChatService start(Reply reply) {
    try {
      return new ChatService(reply);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort() + "/v1";
  }

  /** As a failure names it. */
  String place() {
    return "The model's service at 127.0.0.1:" + listener.getLocalPort() + " ";
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var socket = listener.accept();
        var thread = new Thread(() -> serve(socket), "chat-service-line");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException closed) {
        // The loop ends by that.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      requests.add(read(socket.getInputStream()));
      reply.write(new Line(socket));
    } catch (Exception gone) {
      left.complete(true);
    }
  }

  private static String read(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.append((char) next);
    }
    var length = LENGTH.matcher(head.toString().toLowerCase(Locale.ROOT));
    var body = length.find() ? in.readNBytes(Integer.parseInt(length.group(1))) : new byte[0];
    return head + new String(body, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
