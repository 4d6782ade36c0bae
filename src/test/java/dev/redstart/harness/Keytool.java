package dev.redstart.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program of the running JDK, for key stores with one entry. */
final class Keytool {

  static final String ALIAS = "it";

  private static final byte[] NO_INPUT = {};
  private static final int LIMIT_SECONDS = 20;

  private Keytool() {}

  static void newKey(Path keyStore, String name, String... extension) throws IOException {
    var words = new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1"));
    words.addAll(List.of("-validity", "2", "-dname", "CN=" + name));
    words.addAll(List.of(extension));
    run(keyStore, NO_INPUT, words);
  }

  static byte[] request(Path keyStore) throws IOException {
    return run(keyStore, NO_INPUT, List.of("-certreq"));
  }

  static byte[] sign(Path keyStore, byte[] request, String subject, String extension)
      throws IOException {
    var words = new ArrayList<>(List.of("-gencert", "-rfc", "-validity", "2"));
    words.addAll(List.of("-dname", subject, "-ext", extension));
    return run(keyStore, request, words);
  }

  static KeyStore load(Path keyStore) throws IOException, GeneralSecurityException {
    return KeyStore.getInstance(keyStore.toFile(), Identity.PASSWORD.toCharArray());
  }

  private static byte[] run(Path keyStore, byte[] input, List<String> what) throws IOException {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    // It runs for a third of a second, most of which is the start of a JVM.
    words.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
    words.addAll(what);
    words.addAll(List.of("-alias", ALIAS, "-keystore", keyStore.toString()));
    words.addAll(List.of("-storetype", "PKCS12", "-storepass", Identity.PASSWORD));
    var process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var in = process.getOutputStream()) {
      in.write(input);
    }
    var output = process.getInputStream().readAllBytes();
    if (status(process) != 0) {
      throw new IOException(String.join(" ", words) + ": " + new String(output, UTF_8));
    }
    return output;
  }

  private static int status(Process process) throws IOException {
    try {
      if (process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue();
      }
      process.destroyForcibly();
      throw new IOException("keytool did not end within " + LIMIT_SECONDS + " seconds");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool ran", e);
    }
  }
}
