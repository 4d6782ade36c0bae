package dev.redstart.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReaddressingTest {
  private static final Map<Integer, Integer> PORTS = Map.of(12345, 40001, 12346, 40002);

  /** However the words come in pieces. */
  private static String heard(String words, int piece) throws IOException {
    var bytes = words.getBytes(ISO_8859_1);
    var slow =
        new ByteArrayInputStream(bytes) {
          @Override
          public int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(piece, length));
          }
        };
    var heard = new StringBuilder();
    try (var in = new Readdressing(slow, PORTS)) {
      var buffer = new byte[64];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        heard.append(new String(buffer, 0, n, ISO_8859_1));
      }
    }
    return heard.toString();
  }

  @Test
  void addressesOfServersBecomeThoseOfProxiesWhereverTheyAreSplit() throws IOException {
    var said =
        "-MOVED 7 127.0.0.1:12345\r\n-ASK 7 127.0.0.1:12346\r\n"
            + "$9\r\n127.0.0.1\r\n:12345\r\n$4\r\nport\r\n:12346\r\n";
    var heard = said.replace("12345", "40001").replace("12346", "40002");
    for (int piece = 1; piece <= said.length(); piece++) {
      assertEquals(heard, heard(said, piece));
    }
  }

  @Test
  void whatIsNoAddressStaysAsItIs() throws IOException {
    var said = ":12345\r\n$6\r\n:12345\r\n-MOVED 7 127.0.0.1:54321\r\n+127.0.0.1\r\n$4\r\nport\r\n";
    for (int piece = 1; piece <= said.length(); piece++) {
      assertEquals(said, heard(said, piece));
    }
  }
}
