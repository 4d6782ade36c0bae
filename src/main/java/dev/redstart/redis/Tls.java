package dev.redstart.redis;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS from PEM files, for {@link RedisOptions#withTls(Supplier)}:
 *
 * <pre>{@code
 * options.withTls(Tls.trusting(Path.of("ca.crt")).withCertificate(certificate, key))
 * }</pre>
 *
 * <p>The files are read again for each connection, so that certificates may be renewed while a
 * program runs. Immutable. Certificates are X.509 (RFC 7468), keys PKCS #8 without a password.
 */
public final class Tls implements Supplier<SSLContext> {
  private static final char[] NO_PASSWORD = {};
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]*)-----END");

  private final Path authority;
  private final Path certificate;
  private final Path key;

  private Tls(Path authority, Path certificate, Path key) {
    this.authority = authority;
    this.certificate = certificate;
    this.key = key;
  }

  /**
   * Trusts servers whose certificates are signed by one of these authorities, and no others.
   *
   * @param caPem one certificate or several
   */
  public static Tls trusting(Path caPem) {
    return new Tls(Objects.requireNonNull(caPem, "caPem"), null, null);
  }

  /**
   * Shows a certificate to servers that ask for one.
   *
   * @param certificatePem the certificate, followed by those that lead to its authority, if any
   * @param keyPem its private key ({@code BEGIN PRIVATE KEY})
   */
  public Tls withCertificate(Path certificatePem, Path keyPem) {
    Objects.requireNonNull(certificatePem, "certificatePem");
    return new Tls(authority, certificatePem, Objects.requireNonNull(keyPem, "keyPem"));
  }

  /**
   * Reads the files.
   *
   * @throws IllegalStateException if one of them cannot be used; the message names it, and never
   *     shows what is in it
   */
  @Override
  public SSLContext get() {
    try {
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted());
      var context = SSLContext.getInstance("TLS");
      context.init(certificate == null ? null : keys(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException refused) {
      throw new IllegalStateException(
          "this Java runtime does not take the certificates of " + this, refused);
    }
  }

  private KeyStore trusted() throws GeneralSecurityException {
    KeyStore store = emptyStore();
    for (Certificate each : certificates(authority)) {
      store.setCertificateEntry("authority-" + store.size(), each);
    }
    return store;
  }

  private KeyManager[] keys() throws GeneralSecurityException {
    Certificate[] chain = certificates(certificate);
    KeyStore store = emptyStore();
    store.setKeyEntry("client", privateKey(chain[0]), NO_PASSWORD, chain);
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, NO_PASSWORD);
    return keys.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (IOException impossible) {
      throw new IllegalStateException("an empty key store cannot fail to load", impossible);
    }
  }

  private static Certificate[] certificates(Path file) throws CertificateException {
    var factory = CertificateFactory.getInstance("X.509");
    var in = new ByteArrayInputStream(bytes(file));
    try {
      Certificate[] all = factory.generateCertificates(in).toArray(Certificate[]::new);
      if (all.length == 0) {
        throw unusable(file, "it holds no certificate", null);
      }
      return all;
    } catch (CertificateException broken) {
      throw unusable(file, "it holds no certificate in PEM form", broken);
    }
  }

  /** The certificate knows which kind of key it is; the file itself does not say. */
  private PrivateKey privateKey(Certificate leaf) throws GeneralSecurityException {
    String algorithm = leaf.getPublicKey().getAlgorithm();
    try {
      var encoded = Base64.getMimeDecoder().decode(keyBlock());
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (IllegalArgumentException | InvalidKeySpecException broken) {
      String why = "it is no " + algorithm + " key, as the certificate " + certificate + " wants";
      throw unusable(key, why, broken);
    }
  }

  private String keyBlock() {
    Matcher block = KEY.matcher(new String(bytes(key), StandardCharsets.ISO_8859_1));
    if (!block.find()) {
      throw unusable(key, "it holds no private key in PEM form", null);
    }
    if (!block.group(1).isEmpty()) {
      String convert = "openssl pkcs8 -topk8 -nocrypt -in " + key + " -out NEW.key";
      String form = "its key is of the form \"" + block.group(1) + "PRIVATE KEY\"";
      throw unusable(key, form + "; make it a \"PRIVATE KEY\": " + convert, null);
    }
    return block.group(2);
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException missing) {
      throw unusable(file, "there is no such file", missing);
    } catch (IOException unreadable) {
      throw unusable(file, "it cannot be read", unreadable);
    }
  }

  private static IllegalStateException unusable(Path file, String why, Exception cause) {
    return new IllegalStateException("cannot use " + file + " for TLS: " + why, cause);
  }

  /** The names of the files. */
  @Override
  public String toString() {
    return certificate == null
        ? "TLS trusting " + authority
        : "TLS trusting " + authority + ", with " + certificate + " and " + key;
  }
}
