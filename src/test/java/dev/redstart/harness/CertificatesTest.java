package dev.redstart.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

class CertificatesTest {

  @Test
  void aServerIsTrustedByThoseWhoTrustItsAuthorityAndNobodyElse() throws IOException {
    try (var server = RedisServer.start(ServerOptions.plain().withTls())) {
      var trusting = Certificates.trusting(Certificates.authority());
      assertEquals("+PONG", ping(trusting, "localhost", server.tlsPort()));
      assertEquals("+PONG", ping(trusting, "127.0.0.1", server.tlsPort()));
      assertEquals("rediss://localhost:" + server.tlsPort(), server.tlsUrl());
      var other = Certificates.trusting(Certificates.otherAuthority());
      int port = server.tlsPort();
      assertThrows(SSLHandshakeException.class, () -> ping(other, "localhost", port));
    }
  }

  @Test
  void aCertificateForAnotherHostIsRefused() {
    var options = ServerOptions.plain().withTls(Certificates.wrongHost());
    try (var server = RedisServer.start(options)) {
      var trusting = Certificates.trusting(Certificates.authority());
      int port = server.tlsPort();
      assertThrows(SSLHandshakeException.class, () -> ping(trusting, "localhost", port));
    }
  }

  @Test
  void aServerThatWantsClientCertificatesRefusesThoseWithout() throws IOException {
    try (var server = RedisServer.start(ServerOptions.plain().withTlsClientCertificates())) {
      int port = server.tlsPort();
      var anonymous = Certificates.trusting(Certificates.authority());
      var refused = assertThrows(IOException.class, () -> ping(anonymous, "localhost", port));
      // The server says why, and hangs up: whoever is still writing then meets a reset first.
      assertTrue(refused instanceof SSLException || refused instanceof SocketException);
      var known = Certificates.trusting(Certificates.authority(), Certificates.client());
      assertEquals("+PONG", ping(known, "localhost", port));
    }
  }

  @Test
  void certificatesAreMadeOnce() {
    assertSame(Certificates.server(), Certificates.server());
    assertSame(Certificates.authority().certificate(), Certificates.authority().certificate());
  }

  private static String ping(SSLContext context, String host, int port) throws IOException {
    try (var socket = (SSLSocket) context.getSocketFactory().createSocket(host, port)) {
      var parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write("PING\r\n".getBytes(UTF_8));
      return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
    }
  }
}
