package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
  private static final Path AUTHORITY = Certificates.authority().certificate();
  private static final Path CERTIFICATE = Certificates.client().certificate();
  private static final Path KEY = Certificates.client().key();

  @TempDir Path folder;

  private static IllegalStateException refused(Tls tls, Path file, String... parts) {
    var refused = assertThrows(IllegalStateException.class, tls::get);
    assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
    for (String part : parts) {
      assertTrue(refused.getMessage().contains(part), refused.getMessage());
    }
    return refused;
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void pemFilesMakeAContext() {
    assertNotNull(Tls.trusting(AUTHORITY).get());
    assertNotNull(Tls.trusting(AUTHORITY).withCertificate(CERTIFICATE, KEY).get());
  }

  @Test
  void textAroundTheBlocksIsIgnored() throws IOException {
    var authorities =
        "Our authorities\n"
            + Files.readString(AUTHORITY)
            + "\r\nand another\n"
            + Files.readString(Certificates.otherAuthority().certificate());
    var key = "Bag Attributes: x\n" + Files.readString(KEY).replace("\n", "\r\n");
    var tls = Tls.trusting(write("ca.crt", authorities));
    assertNotNull(tls.withCertificate(CERTIFICATE, write("client.key", key)).get());
  }

  @Test
  void theFilesAreReadAgainEachTime() throws IOException {
    var file = folder.resolve("ca.crt");
    var tls = Tls.trusting(file);
    refused(tls, file, "there is no such file");
    Files.copy(AUTHORITY, file);
    assertNotNull(tls.get());
    Files.writeString(file, "soon there will be one");
    refused(tls, file, "it holds no certificate");
    Files.copy(AUTHORITY, file, StandardCopyOption.REPLACE_EXISTING);
    assertNotNull(tls.get());
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    var none = folder.resolve("none.pem");
    refused(Tls.trusting(none), none, "there is no such file");
    refused(Tls.trusting(AUTHORITY).withCertificate(none, KEY), none, "there is no such file");
    var noKey = Tls.trusting(AUTHORITY).withCertificate(CERTIFICATE, none);
    refused(noKey, none, "there is no such file");
    refused(Tls.trusting(folder), folder, "it cannot be read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no PEM at all", "-----BEGIN CERTIFICATE-----\nMIIB"})
  void whatHoldsNoCertificateIsNamed(String text) throws IOException {
    var file = write("ca.crt", text);
    refused(Tls.trusting(file), file, "it holds no certificate");
    refused(Tls.trusting(AUTHORITY).withCertificate(file, KEY), file, "it holds no certificate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA ", "EC ", "ENCRYPTED ", "OPENSSH "})
  void aKeyOfAnotherFormGetsTheCommandThatConvertsIt(String form) throws IOException {
    var secret = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEH";
    var begin = "-----BEGIN " + form + "PRIVATE KEY-----\n";
    var file = write("client.key", begin + secret + "\n-----END " + form + "PRIVATE KEY-----\n");
    var refused =
        refused(
            Tls.trusting(AUTHORITY).withCertificate(CERTIFICATE, file),
            file,
            "\"" + form + "PRIVATE KEY\"",
            "openssl pkcs8 -topk8 -nocrypt -in " + file);
    assertHides(refused, secret);
  }

  private static void assertHides(Throwable problem, String secret) {
    for (Throwable each = problem; each != null; each = each.getCause()) {
      assertFalse(each.toString().contains(secret.substring(0, 8)), each.toString());
    }
  }

  @Test
  void anRsaKeyServesAsWell() throws Exception {
    var store = folder.resolve("rsa.p12");
    var password = "changeit";
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var words =
        "-genkeypair -keyalg RSA -keysize 2048 -alias it -dname CN=rsa -keystore "
            + store
            + " -storepass ";
    var all = new ArrayList<>(List.of(keytool));
    all.addAll(List.of((words + password).split(" ")));
    assertEquals(0, new ProcessBuilder(all).start().waitFor());
    var keys = KeyStore.getInstance(store.toFile(), password.toCharArray());
    var certificate = pem("CERTIFICATE", keys.getCertificate("it").getEncoded());
    var key = pem("PRIVATE KEY", keys.getKey("it", password.toCharArray()).getEncoded());
    assertNotNull(Tls.trusting(certificate).withCertificate(certificate, key).get());
  }

  private Path pem(String label, byte[] content) throws IOException {
    var body = Base64.getMimeEncoder().encodeToString(content);
    var text = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    return write(label.replace(' ', '-') + ".pem", text);
  }

  @Test
  void aKeyThatIsNoneIsNamedAndNotShown() throws IOException {
    var secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";
    var begin = "-----BEGIN PRIVATE KEY-----\n";
    var file = write("client.key", begin + secret + "\n-----END PRIVATE KEY-----\n");
    var tls = Tls.trusting(AUTHORITY).withCertificate(CERTIFICATE, file);
    assertHides(refused(tls, file, "it is no EC key"), secret);
    var empty = write("empty.key", "");
    var none = Tls.trusting(AUTHORITY).withCertificate(CERTIFICATE, empty);
    refused(none, empty, "it holds no private key");
  }

  @Test
  void aKeyOfAnotherKindThanTheCertificateIsRefused() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1_024);
    var rsa = generator.generateKeyPair().getPrivate().getEncoded();
    var file = pem("PRIVATE KEY", rsa);
    var tls = Tls.trusting(AUTHORITY).withCertificate(CERTIFICATE, file);
    refused(tls, file, "it is no EC key", CERTIFICATE.toString());
  }

  @Test
  void nullIsRefusedByName() {
    assertNull("caPem", () -> Tls.trusting(null));
    assertNull("certificatePem", () -> Tls.trusting(AUTHORITY).withCertificate(null, KEY));
    assertNull("keyPem", () -> Tls.trusting(AUTHORITY).withCertificate(CERTIFICATE, null));
  }

  private static void assertNull(String name, Runnable change) {
    assertEquals(name, assertThrows(NullPointerException.class, change::run).getMessage());
  }

  @Test
  void itsTextNamesTheFiles() {
    assertEquals("TLS trusting " + AUTHORITY, Tls.trusting(AUTHORITY).toString());
    assertEquals(
        "TLS trusting " + AUTHORITY + ", with " + CERTIFICATE + " and " + KEY,
        Tls.trusting(AUTHORITY).withCertificate(CERTIFICATE, KEY).toString());
  }
}
