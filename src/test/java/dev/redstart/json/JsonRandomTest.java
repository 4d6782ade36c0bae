package dev.redstart.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for all documents, tried on many. Failures carry the seed that repeats them. */
class JsonRandomTest {
  private static final int VALUES = 3_000;
  private static final int MUTATIONS = 100_000;
  private static final long SEED = 20_261_120;

  @Test
  void whatIsPrintedIsReadAgain() {
    for (long seed = SEED; seed < SEED + VALUES; seed++) {
      JsonValue value = new RandomJson(seed).value(5);
      String compact = value.toString();
      String context = "seed " + seed + ": " + compact;
      assertEquals(value, Json.parse(compact), context);
      assertEquals(value.hashCode(), Json.parse(compact).hashCode(), context);
      assertEquals(compact, Json.parse(compact).toString(), context);
      assertEquals(value, Json.parse(compact.toCharArray()), context);
      assertEquals(value, Json.parse(Json.toBytes(value)), context);
      assertEquals(compact, new String(Json.toBytes(value), StandardCharsets.UTF_8), context);
      assertEquals(value, Json.parse(Json.toDisplayString(value, (int) seed % 5)), context);
    }
  }

  @Test
  void spoiltDocumentsAreReadOrRefusedWithAPlace() {
    List<byte[]> documents =
        Stream.iterate(SEED, seed -> seed + 1)
            .map(seed -> Json.toBytes(new RandomJson(seed).value(3)))
            .filter(document -> document.length > 10)
            .limit(500)
            .toList();
    int refused = 0;
    for (long seed = SEED; seed < SEED + MUTATIONS; seed++) {
      var random = new Random(seed);
      byte[] document = documents.get(random.nextInt(documents.size())).clone();
      refused += survives(mutated(document, random), seed) ? 0 : 1;
    }
    assertTrue(refused > MUTATIONS / 2, refused + " of " + MUTATIONS + " were refused");
    assertTrue(refused < MUTATIONS, "none was still JSON");
  }

  /** Whether it is still JSON. Anything thrown but the exception for it fails the test. */
  private static boolean survives(byte[] document, long seed) {
    try {
      JsonValue value = Json.parse(document);
      assertEquals(value, Json.parse(value.toString()), () -> shown(document, seed));
      return true;
    } catch (JsonParseException e) {
      assertTrue(e.line() >= 1 && e.column() >= 1, () -> shown(document, seed));
      return false;
    } catch (RuntimeException | StackOverflowError e) {
      return fail(shown(document, seed), e);
    }
  }

  private static String shown(byte[] document, long seed) {
    return "seed " + seed + ": " + new String(document, StandardCharsets.ISO_8859_1);
  }

  private static byte[] mutated(byte[] document, Random random) {
    byte[] mutated = document;
    for (int i = random.nextInt(3); i >= 0; i--) {
      mutated = mutatedOnce(mutated, random);
    }
    return mutated;
  }

  private static byte[] mutatedOnce(byte[] document, Random random) {
    if (document.length < 2) {
      return document;
    }
    int at = random.nextInt(document.length - 1);
    switch (random.nextInt(5)) {
      case 0 -> document[at] = (byte) random.nextInt(256);
      case 1 -> document[at] = (byte) "{}[]:,\"\\0123456789.eE+-tfnu \n".charAt(random.nextInt(29));
      case 2 -> document[at] ^= (byte) (1 << random.nextInt(8));
      case 3 -> {
        return Arrays.copyOf(document, at);
      }
      default -> {
        int length = random.nextInt(document.length - at);
        System.arraycopy(document, random.nextInt(document.length - length), document, at, length);
      }
    }
    return document;
  }
}
