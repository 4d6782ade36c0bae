package dev.redstart.a2a;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.ChildJvm;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where pushes may go, and with what. */
class PushGuardTest {
  private static final TaskOptions OPTIONS = TaskOptions.defaults();
  private static final String PUBLIC = "http://93.184.215.14/";
  private static final Duration LONG = Duration.ofSeconds(20);

  private static String refusal(PushConfig config) {
    var refused = assertThrows(A2AException.class, () -> PushGuard.check(config, OPTIONS));
    assertEquals(A2AError.INVALID_PARAMS, refused.error());
    return refused.getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::8.8.8.8",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1"
      })
  void internalAddressesAreRefused(String address) throws Exception {
    assertTrue(InternalAddresses.contain(InetAddress.getByName(address)));
    var host = address.contains(":") ? "[" + address + "]" : address;
    assertEquals(
        "url: nothing is pushed to internal addresses",
        refusal(PushConfig.of("http://" + host + ":8080/hook")));
    PushGuard.check(PushConfig.of("http://" + host + "/hook"), OPTIONS.withInternalPushes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "223.255.255.255",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1",
        "2001:4860:4860::8888",
        "2606:4700::1111",
        "2a00:1450::1"
      })
  void publicAddressesAreNot(String address) throws Exception {
    assertFalse(InternalAddresses.contain(InetAddress.getByName(address)));
    var host = address.contains(":") ? "[" + address + "]" : address;
    PushGuard.check(PushConfig.of("https://" + host + ":8443/hook?a=b"), OPTIONS);
  }

  @Test
  void theAddressesOfThisMachineAreInternal() throws Exception {
    for (var network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (var address : Collections.list(network.getInetAddresses())) {
        assertTrue(InternalAddresses.contain(address), address::toString);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.1/",
        "http://2130706433/",
        "http://localhost/",
        "HTTP://LOCALHOST:6379/",
        "http://[::ffff:7f00:1]/",
        "http://0/",
        "http://nowhere.invalid/",
        "ftp://93.184.215.14/",
        "file:///etc/passwd",
        "http:///hook",
        "http:hook",
        "//93.184.215.14/",
        "hook",
        "",
        "http://user@93.184.215.14/",
        "http://user:SECRET@93.184.215.14/",
        "http://93.184.215.14:0/",
        "http://93.184.215.14:65536/",
        "http://93.184.215.14/a b",
        "http://93.184.215.14/\r\nX-SECRET: 1",
        "http://93.184.215.14 /",
        "http://[fe80::1%25lo]/"
      })
  void otherUrlsAreRefused(String url) {
    var refusal = refusal(PushConfig.of(url));
    assertTrue(refusal.startsWith("url: "), refusal);
    assertFalse(refusal.contains("SECRET"), refusal);
  }

  @Test
  void whatWouldBreakAHeaderIsRefused() {
    var place = PushConfig.of(PUBLIC);
    PushGuard.check(place.withToken("a b~").withAuthentication("Bearer", "x.y-z=="), OPTIONS);
    PushGuard.check(place.withAuthentication("Custom", ""), OPTIONS);
    for (var bad : List.of("a\r\nX: SECRET", "a\nb", "a\rb", "\u0000", "\u00e9", "\t")) {
      for (var refused :
          List.of(
              place.withToken(bad),
              place.withAuthentication(bad, "x"),
              place.withAuthentication("Bearer", bad))) {
        assertFalse(refusal(refused).contains("SECRET"));
      }
    }
    refusal(place.withAuthentication("", "x"));
    refusal(place.withAuthentication("Two words", "x"));
    refusal(place.withToken("x".repeat(4097)));
    refusal(place.withAuthentication("Bearer", "x".repeat(4097)));
    refusal(PushConfig.of(PUBLIC + "x".repeat(4097)));
  }

  /** What a name means to the system, for a JVM that is told to look it up in a file. */
  static final class Names {
    /**
     * A name that is public when it is checked, and internal when it is pushed to.
     *
     * @param arguments the file, and the port of a receiver on this machine
     */
    public static void main(String[] arguments) throws Exception {
      var file = Path.of(arguments[0]);
      var place = PushConfig.of("http://hook.test:" + arguments[1] + "/");
      Files.writeString(file, "93.184.215.14 hook.test\n");
      PushGuard.check(place, OPTIONS);
      Files.writeString(file, "127.0.0.1 hook.test\n");
      post(place, OPTIONS);
      Files.writeString(file, "93.184.215.14 hook.test\n127.0.0.1 hook.test\n");
      post(place, OPTIONS);
      Files.writeString(file, "127.0.0.1 hook.test\n");
      post(place, OPTIONS.withInternalPushes());
    }

    private static void post(PushConfig place, TaskOptions options) throws Exception {
      try (var sender = new PushSender(options, LONG, LONG)) {
        System.out.println(sender.post(place, "{}".getBytes()).status());
      } catch (A2AException refused) {
        System.out.println(refused.getMessage());
      }
    }
  }

  @Test
  void aNameThatBecomesInternalAfterItWasCheckedIsNotConnectedTo(@TempDir Path folder) {
    var file = folder.resolve("hosts");
    try (var receiver = new Receiver();
        var child =
            ChildJvm.of(Names.class)
                .withFlag("-Djdk.net.hosts.file=" + file)
                .withFlag("-Dsun.net.inetaddr.ttl=0")
                // A proxy would look the name up once more, and connect to whatever it likes.
                .withFlag("-DsocksProxyHost=127.0.0.1")
                .withFlag("-DsocksProxyPort=1")
                .start(file.toString(), "" + receiver.port())) {
      assertEquals(0, child.awaitExit(LONG), () -> child.errors().toString());
      var refused = "url: nothing is pushed to internal addresses";
      assertEquals(List.of(refused, refused, "200"), child.lines());
      assertEquals(1, receiver.pushes().size());
      assertEquals("hook.test:" + receiver.port(), receiver.pushes().get(0).header("Host"));
    }
  }
}
