package dev.redstart.harness;

import java.nio.file.Path;
import java.security.KeyStore;

/**
 * Who a server or client is, over TLS.
 *
 * @param certificate a PEM file
 * @param key a PEM file (PKCS#8, not encrypted)
 * @param store both, and the authority's certificate, under {@link Identity#PASSWORD}
 */
public record Identity(Path certificate, Path key, KeyStore store) {
  public static final String PASSWORD = "changeit";
}
