package dev.redstart.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;

/**
 * A key and the request to certify it. All identities of the tests share one: making keys takes
 * time, and that they differ would test nothing.
 */
record LeafKey(PrivateKey key, byte[] request) {

  static LeafKey in(Path directory) {
    var keyStore = directory.resolve("leaf.p12");
    try {
      Keytool.newKey(keyStore, "leaf");
      var key = Keytool.load(keyStore).getKey(Keytool.ALIAS, Identity.PASSWORD.toCharArray());
      return new LeafKey((PrivateKey) key, Keytool.request(keyStore));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot make a key", e);
    }
  }
}
