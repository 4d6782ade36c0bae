package dev.redstart.a2a;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Posts to places. By a plain socket, because it has to go to the very address that was checked;
 * what is answered beyond the headers is not read, and no redirect is followed. Thread-safe.
 */
final class PushSender implements AutoCloseable {
  private static final int HEADER_BYTES_MAX = 16 * 1024;
  private static final int PORT = 80;
  private static final int TLS_PORT = 443;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})(?: .*)?");
  private static final Pattern RETRY_AFTER = Pattern.compile("(?i)retry-after:[ \t]*(.*?)[ \t]*");
  private static final int SUCCESS = 200;
  private static final int REDIRECT = 300;
  private static final int GONE = 410;

  private final TaskOptions options;

  /** Of one step that waits for the receiver, and of all. */
  private final Duration stepLimit;

  private final Duration limit;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  PushSender(TaskOptions options, Duration stepLimit, Duration limit) {
    this.options = options;
    this.stepLimit = stepLimit;
    this.limit = limit;
  }

  /**
   * What a receiver says.
   *
   * @param retryAfter when it wants to be asked again
   */
  record Answer(int status, Optional<Duration> retryAfter) {
    /** It has it. */
    boolean isTaken() {
      return status >= SUCCESS && status < REDIRECT;
    }

    /** It never wants to be asked again. */
    boolean isGone() {
      return status == GONE;
    }
  }

  /**
   * @throws A2AException if nothing may be sent there
   * @throws IOException if there is no answer in time, or none that can be understood; it may have
   *     arrived
   */
  Answer post(PushConfig config, byte[] body) throws IOException {
    var url = PushGuard.url(config.url());
    var address = PushGuard.address(url, options);
    try (var socket = new Socket(Proxy.NO_PROXY)) {
      // Reads have limits of their own, writes and handshakes have only this one.
      var alarm = new CompletableFuture<Void>();
      alarm
          .completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS)
          .thenRun(() -> end(socket));
      sockets.add(socket);
      try {
        if (closed) {
          throw new IOException("closed");
        }
        int step = (int) stepLimit.toMillis();
        socket.connect(new InetSocketAddress(address, port(url)), step);
        socket.setSoTimeout(step);
        return isTls(url) ? postByTls(socket, url, config, body) : post(socket, url, config, body);
      } finally {
        alarm.cancel(false);
        sockets.remove(socket);
      }
    }
  }

  private static boolean isTls(URI url) {
    return url.getScheme().equalsIgnoreCase("https");
  }

  private static int port(URI url) {
    int byDefault = isTls(url) ? TLS_PORT : PORT;
    return url.getPort() < 0 ? byDefault : url.getPort();
  }

  private static Answer postByTls(Socket socket, URI url, PushConfig config, byte[] body)
      throws IOException {
    var host = url.getHost().replaceAll("[\\[\\]]", "");
    try (var tls =
        (SSLSocket) context().getSocketFactory().createSocket(socket, host, port(url), true)) {
      var parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      return post(tls, url, config, body);
    }
  }

  private static SSLContext context() throws IOException {
    try {
      return SSLContext.getDefault();
    } catch (GeneralSecurityException e) {
      throw new IOException("there is no TLS", e);
    }
  }

  private static Answer post(Socket socket, URI url, PushConfig config, byte[] body)
      throws IOException {
    var request = new ByteArrayOutputStream(body.length + 1024);
    request.writeBytes(head(url, config, body.length).getBytes(ISO_8859_1));
    request.writeBytes(body);
    socket.getOutputStream().write(request.toByteArray());
    return answer(new BufferedInputStream(socket.getInputStream()));
  }

  private static String head(URI url, PushConfig config, int length) {
    var path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    var query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    var type =
        config.protocol() == ProtocolVersion.V1_0 ? "application/a2a+json" : "application/json";
    var head = new StringBuilder("POST " + path + query + " HTTP/1.1\r\n");
    head.append("Host: ").append(url.getRawAuthority()).append("\r\n");
    head.append("Content-Type: ").append(type).append("\r\n");
    head.append("Content-Length: ").append(length).append("\r\n");
    head.append("Connection: close\r\nUser-Agent: redstart\r\n");
    config
        .authentication()
        .map(shown -> (shown.scheme() + " " + shown.credentials()).strip())
        .ifPresent(shown -> head.append("Authorization: ").append(shown).append("\r\n"));
    config
        .token()
        .ifPresent(it -> head.append("X-A2A-Notification-Token: ").append(it).append("\r\n"));
    return head.append("\r\n").toString();
  }

  // ---- the answer

  private static Answer answer(InputStream in) throws IOException {
    var lines = lines(in);
    while (status(lines) < SUCCESS) {
      lines = lines(in);
    }
    return new Answer(status(lines), retryAfter(lines));
  }

  /** Up to the empty one. */
  private static List<String> lines(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    for (int newlines = 0; newlines < 2; ) {
      int next = in.read();
      if (next < 0 || head.size() >= HEADER_BYTES_MAX) {
        throw new ProtocolException("no whole answer of HTTP");
      }
      head.write(next);
      if (next != '\r') {
        newlines = next == '\n' ? newlines + 1 : 0;
      }
    }
    return head.toString(ISO_8859_1).lines().toList();
  }

  private static int status(List<String> lines) throws ProtocolException {
    var line = STATUS.matcher(lines.isEmpty() ? "" : lines.get(0));
    if (!line.matches()) {
      throw new ProtocolException("no answer of HTTP");
    }
    return Integer.parseInt(line.group(1));
  }

  private static Optional<Duration> retryAfter(List<String> lines) {
    return lines.stream()
        .map(RETRY_AFTER::matcher)
        .filter(line -> line.matches())
        .findFirst()
        .flatMap(line -> pause(line.group(1)));
  }

  private static Optional<Duration> pause(String text) {
    if (text.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      var then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
      return Optional.of(Duration.between(ZonedDateTime.now(then.getZone()), then));
    } catch (DateTimeException neither) {
      return Optional.empty();
    }
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException closedAnyway) {
      // It is of no use any more, and nobody waits for it.
    }
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    closed = true;
    sockets.forEach(PushSender::end);
  }
}
