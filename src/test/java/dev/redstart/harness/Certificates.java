package dev.redstart.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The certificates of the tests: made when first asked for, once per JVM. */
public final class Certificates {

  private static final String HERE = "dns:localhost,ip:127.0.0.1";

  private Certificates() {}

  // One class each: the JVM initialises a class once, on first use.

  private static final class Folder {
    static final Path PATH = folder();
  }

  private static final class Leaf {
    static final LeafKey KEY = LeafKey.in(Folder.PATH);
  }

  private static final class Ours {
    static final Authority AUTHORITY = Authority.named("test-authority", Folder.PATH);
  }

  private static final class Other {
    static final Authority AUTHORITY = Authority.named("other-authority", Folder.PATH);
  }

  private static final class Server {
    static final Identity IDENTITY = authority().issue(Leaf.KEY, "server", HERE);
  }

  private static final class Client {
    static final Identity IDENTITY = authority().issue(Leaf.KEY, "client", HERE);
  }

  private static final class WrongHost {
    static final Identity IDENTITY =
        authority().issue(Leaf.KEY, "wrong-host", "dns:elsewhere.example");
  }

  /** Signs what our servers and clients show. */
  public static Authority authority() {
    return Ours.AUTHORITY;
  }

  /** An authority that signed nothing of ours. */
  public static Authority otherAuthority() {
    return Other.AUTHORITY;
  }

  /** For localhost and 127.0.0.1. */
  public static Identity server() {
    return Server.IDENTITY;
  }

  public static Identity client() {
    return Client.IDENTITY;
  }

  /** Signed by our authority, for a host that none of our servers is. */
  public static Identity wrongHost() {
    return WrongHost.IDENTITY;
  }

  /** For clients that trust this authority and show no certificate. */
  public static SSLContext trusting(Authority authority) {
    return context(authority, new KeyManager[0]);
  }

  /** For clients that trust this authority and show this certificate. */
  public static SSLContext trusting(Authority authority, Identity client) {
    try {
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(client.store(), Identity.PASSWORD.toCharArray());
      return context(authority, keys.getKeyManagers());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot use the client's key", e);
    }
  }

  private static SSLContext context(Authority authority, KeyManager[] keys) {
    try {
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authority.trustStore());
      var context = SSLContext.getInstance("TLS");
      context.init(keys, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot make an SSLContext", e);
    }
  }

  private static Path folder() {
    try {
      var folder = LocalServer.newDirectory("certificates-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "harness-cleaner"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try {
      LocalServer.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
