package dev.redstart.a2a;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.redstart.a2a.PushSender.Answer;
import dev.redstart.harness.Certificates;
import dev.redstart.harness.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/** One push, to receivers of all kinds. */
@Execution(CONCURRENT)
class PushSenderTest {
  private static final Duration STEP = Duration.ofMillis(400);
  private static final Duration LIMIT = Duration.ofMillis(900);

  /** When a machine has much to do. */
  private static final Duration SLACK = Duration.ofSeconds(8);

  private static final Duration LONG = Duration.ofSeconds(30);

  private static final byte[] BODY = "{}".getBytes(ISO_8859_1);

  private final PushSender sender =
      new PushSender(TaskOptions.defaults().withInternalPushes(), STEP, LIMIT);

  /** Where there is an answer, however busy the machine is. */
  private final PushSender patient =
      new PushSender(TaskOptions.defaults().withInternalPushes(), LONG, LONG);

  private final CountDownLatch end = new CountDownLatch(1);
  private ServerSocket server;

  @AfterEach
  void stop() throws IOException {
    end.countDown();
    sender.close();
    patient.close();
    if (server != null) {
      server.close();
    }
  }

  /** What a peer does with a connection. */
  @FunctionalInterface
  private interface Peer {
    void serve(Socket socket) throws Exception;
  }

  private PushConfig peer(Peer peer) throws IOException {
    server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    ManagerFixture.async(
        () -> {
          while (true) {
            try (var socket = server.accept()) {
              peer.serve(socket);
            } catch (IOException left) {
              if (server.isClosed()) {
                return null;
              }
            }
          }
        });
    return PushConfig.of("http://127.0.0.1:" + server.getLocalPort() + "/");
  }

  /** Answers so, and says no more. */
  private PushConfig answering(String answer) throws IOException {
    return peer(
        socket -> {
          socket.getInputStream().read();
          socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
          end.await();
        });
  }

  private Answer answer(String text) throws IOException {
    var answer = patient.post(answering(text), BODY);
    server.close();
    return answer;
  }

  /** Is refused, and in time. */
  private String trouble(PushConfig place, byte[] body) {
    long began = System.nanoTime();
    var trouble = assertThrows(IOException.class, () -> sender.post(place, body));
    var lasted = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(lasted.compareTo(LIMIT.plus(SLACK)) < 0, lasted::toString);
    return trouble.toString();
  }

  @Test
  void onlyTheHeadOfAnAnswerIsRead() throws IOException {
    var answer = answer("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nfirst bytes");
    assertEquals(new Answer(200, Optional.empty()), answer);
    assertTrue(answer.isTaken());
    assertTrue(answer("HTTP/1.0 204\r\n\r\n").isTaken());
    assertTrue(answer("HTTP/1.1 202 Accepted\n\n").isTaken());
    assertFalse(answer("HTTP/1.1 304 Not Modified\r\n\r\n").isTaken());
    assertTrue(answer("HTTP/1.1 410 Gone\r\n\r\n").isGone());
  }

  @Test
  void whatIsSaidBeforeTheAnswerIsNotTheAnswer() throws IOException {
    var text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n";
    assertEquals(503, answer(text + "HTTP/1.1 503 No\r\n\r\n").status());
  }

  private Duration retryAfter(String value) throws IOException {
    var text = "HTTP/1.1 503 No\r\nretry-after: " + value + " \r\n\r\n";
    return answer(text).retryAfter().orElse(Duration.ZERO);
  }

  @Test
  void aReceiverMaySayWhenToComeBack() throws IOException {
    assertEquals(Duration.ofSeconds(120), retryAfter("120"));
    var then = ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(3);
    var pause = retryAfter(DateTimeFormatter.RFC_1123_DATE_TIME.format(then));
    assertTrue(pause.toSeconds() > 120 && pause.toSeconds() <= 180, pause::toString);
    assertEquals(Duration.ZERO, retryAfter("soon"));
    assertEquals(Duration.ZERO, retryAfter("99999999999999999999"));
  }

  @Test
  void whatIsNoAnswerIsTrouble() throws IOException {
    for (var text : new String[] {"+PONG\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 99\r\n\r\n"}) {
      trouble(answering(text), BODY);
      server.close();
    }
    trouble(peer(socket -> socket.getInputStream().read()), BODY);
  }

  @Test
  void anEndlessHeadIsNotReadToItsEnd() throws IOException {
    var place =
        peer(
            socket -> {
              socket.getOutputStream().write("HTTP/1.1 200 OK\r\n".getBytes(ISO_8859_1));
              while (end.getCount() > 0) {
                socket.getOutputStream().write("X: y\r\n".repeat(1000).getBytes(ISO_8859_1));
              }
            });
    assertTrue(trouble(place, BODY).contains("no whole answer"));
  }

  @Test
  void oneThatSaysNothingIsNotWaitedForLong() throws IOException {
    assertTrue(trouble(answering(""), BODY).contains("SocketTimeoutException"));
  }

  @Test
  void oneThatSpeaksSlowlyIsNotWaitedForLong() throws IOException {
    var place =
        peer(
            socket -> {
              while (!end.await(50, TimeUnit.MILLISECONDS)) {
                socket.getOutputStream().write('H');
              }
            });
    trouble(place, BODY);
  }

  @Test
  void oneThatReadsNothingIsNotWaitedForLong() throws IOException {
    trouble(peer(socket -> end.await()), new byte[32 << 20]);
  }

  @Test
  void whoeverClosesNeedNotWait() throws Exception {
    var arrived = new CountDownLatch(1);
    var place =
        peer(
            socket -> {
              arrived.countDown();
              end.await();
            });
    var posting = ManagerFixture.async(() -> patient.post(place, BODY));
    ManagerFixture.await(arrived);
    patient.close();
    assertThrows(ExecutionException.class, () -> posting.get(10, TimeUnit.SECONDS));
    assertThrows(IOException.class, () -> patient.post(place, BODY));
  }

  // ---- TLS

  private static HttpsServer secure(Identity identity) throws Exception {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(identity.store(), Identity.PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    Receiver.letTheServiceSaySettings();
    var server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private int postSecurely(Identity identity, String host) throws Exception {
    var before = SSLContext.getDefault();
    SSLContext.setDefault(Certificates.trusting(Certificates.authority()));
    var server = secure(identity);
    try {
      var url = "https://" + host + ":" + server.getAddress().getPort() + "/";
      return patient.post(PushConfig.of(url), BODY).status();
    } finally {
      server.stop(0);
      SSLContext.setDefault(before);
    }
  }

  @Test
  void certificatesAreChecked() throws Exception {
    assertEquals(200, postSecurely(Certificates.server(), "localhost"));
    assertEquals(200, postSecurely(Certificates.server(), "127.0.0.1"));
    assertThrows(SSLException.class, () -> postSecurely(Certificates.wrongHost(), "localhost"));
    var server = secure(Certificates.server());
    try {
      var url = "https://localhost:" + server.getAddress().getPort() + "/";
      assertTrue(trouble(PushConfig.of(url), BODY).contains("SSL"), "nobody trusts it");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aHandshakeThatHangsIsNotWaitedForLong() throws IOException {
    var place = peer(socket -> end.await());
    trouble(PushConfig.of(place.url().replace("http:", "https:")), BODY);
  }
}
