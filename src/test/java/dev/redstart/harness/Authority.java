package dev.redstart.harness;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;

/** A certificate authority for tests. Its certificates are good for two days. */
public final class Authority {

  private final Path directory;
  private final Path keyStore;
  private final Path pem;
  private final Certificate certificate;

  private Authority(Path directory, String name) throws IOException, GeneralSecurityException {
    this.directory = directory;
    this.keyStore = directory.resolve(name + ".p12");
    Keytool.newKey(keyStore, name, "-ext", "bc:c");
    this.certificate = Keytool.load(keyStore).getCertificate(Keytool.ALIAS);
    this.pem = write(name + ".crt", "CERTIFICATE", certificate.getEncoded());
  }

  static Authority named(String name, Path directory) {
    try {
      return new Authority(directory, name);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot make the authority " + name, e);
    }
  }

  /** A PEM file for those who are to trust this authority. */
  public Path certificate() {
    return pem;
  }

  /** The same, for Java. */
  public KeyStore trustStore() {
    try {
      var store = emptyStore();
      store.setCertificateEntry("authority", certificate);
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot make a trust store", e);
    }
  }

  /**
   * Certifies a key.
   *
   * @param hosts what the certificate is good for, such as {@code dns:localhost,ip:127.0.0.1}
   */
  Identity issue(LeafKey key, String name, String hosts) {
    try {
      var signed = Keytool.sign(keyStore, key.request(), "CN=" + name, "san=" + hosts);
      return identity(key, name, parse(signed));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot make the certificate of " + name, e);
    }
  }

  private Identity identity(LeafKey key, String name, Certificate leaf)
      throws IOException, GeneralSecurityException {
    var store = emptyStore();
    var chain = new Certificate[] {leaf, certificate};
    store.setKeyEntry(name, key.key(), Identity.PASSWORD.toCharArray(), chain);
    return new Identity(
        write(name + ".crt", "CERTIFICATE", leaf.getEncoded()),
        write(name + ".key", "PRIVATE KEY", key.key().getEncoded()),
        store);
  }

  private Path write(String file, String label, byte[] content) throws IOException {
    var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    var text = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    return Files.writeString(directory.resolve(file), text, US_ASCII);
  }

  private static Certificate parse(byte[] pem) throws GeneralSecurityException {
    var certificates = CertificateFactory.getInstance("X.509");
    return certificates.generateCertificates(new ByteArrayInputStream(pem)).iterator().next();
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
