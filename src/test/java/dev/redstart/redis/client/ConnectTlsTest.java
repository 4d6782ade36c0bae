package dev.redstart.redis.client;

import static dev.redstart.redis.client.Clients.PATIENCE;
import static dev.redstart.redis.client.Clients.assertHides;
import static dev.redstart.redis.client.Clients.assertNoThreads;
import static dev.redstart.redis.client.Clients.assertSays;
import static dev.redstart.redis.client.Clients.async;
import static dev.redstart.redis.client.Clients.brisk;
import static dev.redstart.redis.client.Clients.outcomes;
import static dev.redstart.redis.client.Clients.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Certificates;
import dev.redstart.harness.Eventually;
import dev.redstart.harness.Fault;
import dev.redstart.harness.FaultProxy;
import dev.redstart.harness.Identity;
import dev.redstart.harness.RedisServer;
import dev.redstart.harness.ServerOptions;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS: who is trusted, and what is said when nobody is. */
class ConnectTlsTest {
  private static final String SECRET = "Tr0ub4dor";
  private static final Tls TRUST = Tls.trusting(Certificates.authority().certificate());
  private static RedisServer server;

  @BeforeAll
  static void start() {
    server = RedisServer.start(ServerOptions.plain().withTls().withPassword(SECRET));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static RedisOptions options(RedisServer server) {
    return brisk(server.tlsUrl()).withTls(TRUST);
  }

  private static void assertWorks(RedisOptions options) {
    try (var redis = Redis.connect(options)) {
      assertEquals("PONG", redis.call("PING").text());
    }
  }

  private static void assertRefused(RedisOptions options, String... parts) {
    var refused = refused(options);
    assertSays(refused, parts);
    assertHides(refused, SECRET);
    assertNoThreads(options);
  }

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void aTrustedAuthorityIsEnough(int protocol) {
    assertWorks(options(server).withProtocol(protocol));
    assertWorks(options(server).withHost("127.0.0.1").withProtocol(protocol));
  }

  @Test
  void theRuntimesOwnTrustDoesNotKnowOurAuthority() {
    assertRefused(brisk(server.tlsUrl()), "TLS failed", "certificates");
  }

  @Test
  void anAuthorityThatSignedNothingIsNotEnough() {
    var other = Tls.trusting(Certificates.otherAuthority().certificate());
    assertRefused(brisk(server.tlsUrl()).withTls(other), "TLS failed", "certificates");
  }

  @Test
  void aCertificateForAnotherHostIsRefused() {
    try (var wrong = RedisServer.start(ServerOptions.plain().withTls(Certificates.wrongHost()))) {
      assertRefused(options(wrong), "TLS failed", "localhost", "host name");
      assertRefused(options(wrong).withHost("127.0.0.1"), "TLS failed", "127.0.0.1", "host name");
    }
  }

  @Test
  void aServerThatWantsACertificateGetsIt() {
    try (var strict = RedisServer.start(ServerOptions.plain().withTlsClientCertificates())) {
      Identity client = Certificates.client();
      assertWorks(
          brisk(strict.tlsUrl())
              .withTls(TRUST.withCertificate(client.certificate(), client.key())));
      assertRefused(options(strict), "ertificate");
    }
  }

  @Test
  void aServerWithoutTlsIsToldApart() {
    // Whether such a server answers depends on a line break among random bytes: so several times.
    var url = "rediss://:" + SECRET + "@127.0.0.1:" + RedisServer.shared().port();
    var options = brisk(url).withConnectTimeout(Duration.ofMillis(400));
    for (int i = 0; i < 4; i++) {
      assertRefused(options, "TLS", "use redis://");
    }
  }

  @Test
  void aServerWithTlsIsToldApart() {
    for (int i = 0; i < 4; i++) {
      assertRefused(brisk("redis://:" + SECRET + "@localhost:" + server.tlsPort()), "rediss://");
    }
  }

  @Test
  void aPeerThatNeverAnswersIsLeftInTime() throws IOException {
    try (var mute = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      assertRefused(brisk("rediss://127.0.0.1:" + mute.getLocalPort()), "no answer within 1.0 s");
    }
  }

  @Test
  void filesThatCannotBeUsedAreNamed(@TempDir Path folder) {
    var missing = folder.resolve("missing.crt");
    var options = brisk(server.tlsUrl()).withTls(Tls.trusting(missing));
    assertRefused(options, missing.toString(), "there is no such file");
  }

  @Test
  void aSupplierThatThrowsLeavesNothingBehind() {
    var options =
        brisk(server.tlsUrl())
            .withTls(
                () -> {
                  throw new IllegalStateException("no context today");
                });
    assertRefused(options, "no context today");
  }

  @Test
  void aSupplierThatThrowsAnErrorDoesNotEndTheClient() {
    var broken = new AtomicBoolean();
    try (var proxy = FaultProxy.to(server.tlsPort())) {
      var options =
          brisk("rediss://:" + SECRET + "@localhost:" + proxy.port())
              .withTls(
                  () -> {
                    if (broken.get()) {
                      throw new NoClassDefFoundError("com/example/Trust");
                    }
                    return TRUST.get();
                  });
      try (var redis = Redis.connect(options)) {
        broken.set(true);
        proxy.reset();
        assertThrows(Throwable.class, () -> redis.call("GET", "k"));
        broken.set(false);
        Eventually.within(PATIENCE, "it works again", () -> redis.call("GET", "k").isNull());
      }
      assertNoThreads(options);
    }
  }

  @Test
  void renewedCertificatesAreUsedForTheNextConnection(@TempDir Path folder) throws IOException {
    var authority = folder.resolve("ca.crt");
    Files.copy(Certificates.otherAuthority().certificate(), authority);
    try (var proxy = FaultProxy.to(server.tlsPort())) {
      var url = "rediss://:" + SECRET + "@localhost:" + proxy.port();
      var options = brisk(url).withTls(Tls.trusting(authority));
      assertRefused(options, "TLS failed");
      Files.copy(
          Certificates.authority().certificate(), authority, StandardCopyOption.REPLACE_EXISTING);
      try (var redis = Redis.connect(options)) {
        Files.writeString(authority, "being renewed");
        proxy.reset();
        var during = assertThrows(RedisException.class, () -> redis.call("GET", "k"));
        assertSays(during, authority.toString());
        Files.copy(
            Certificates.authority().certificate(), authority, StandardCopyOption.REPLACE_EXISTING);
        assertEquals("PONG", redis.call("PING").text());
      }
    }
  }

  @Test
  void aProxyWhoseServerIsDownIsTriedAgain() {
    var own = RedisServer.start(ServerOptions.plain().withTls().withPassword(SECRET));
    try (var proxy = FaultProxy.to(own.tlsPort())) {
      var url = "rediss://:" + SECRET + "@localhost:" + proxy.port();
      var options = brisk(url).withTls(TRUST).withTimeout(PATIENCE);
      try (var redis = Redis.connect(options)) {
        own.kill();
        var call = async(() -> redis.call("GET", "k").isNull());
        Eventually.within(PATIENCE, "it was refused", () -> proxy.refused() > 0);
        own.restart();
        assertEquals(List.of(true), outcomes(List.of(call), PATIENCE));
      }
    } finally {
      own.close();
    }
  }

  @Test
  void aHangUpInTheHandshakeIsTriedAgain() {
    try (var proxy = FaultProxy.to(server.tlsPort())) {
      var url = "rediss://:" + SECRET + "@localhost:" + proxy.port();
      try (var redis = Redis.connect(brisk(url).withTls(TRUST).withTimeout(PATIENCE))) {
        proxy.toClient(Fault.truncate(100));
        int before = proxy.accepted();
        proxy.reset();
        var call = async(() -> redis.call("GET", "k").isNull());
        Eventually.within(PATIENCE, "it was cut short", () -> proxy.accepted() > before + 2);
        proxy.toClient(Fault.PASS);
        assertEquals(List.of(true), outcomes(List.of(call), PATIENCE));
      }
    }
  }

  @Test
  void theTimeoutOfTheHandshakeCountsOnce() throws IOException {
    try (var proxy = FaultProxy.to(server.tlsPort())) {
      proxy.toClient(Fault.delay(Duration.ofMillis(350)));
      var options = brisk("rediss://localhost:" + proxy.port()).withTls(TRUST);
      long start = System.nanoTime();
      assertThrows(RedisException.Unavailable.class, () -> Redis.connect(options).close());
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis < 1_500, millis + " ms for a limit of 1000");
    }
  }
}
