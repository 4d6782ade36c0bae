package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.resp.Reply;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
class HashesTest {
  @Parameter int protocol;
  private Redis redis;

  @BeforeEach
  void connect() {
    redis = FamilyServer.connect(protocol);
  }

  @AfterEach
  void close() {
    redis.close();
  }

  /** Otherwise all these tests would try one of the two forms twice. */
  @Test
  void theTwoProtocolsSendDifferentForms() {
    redis.call(Hashes.set("k", "f", "v"));
    var form = protocol == 3 ? Reply.Map.class : Reply.Array.class;
    assertInstanceOf(form, redis.call("HGETALL", "k"));
  }

  @Test
  void oneField() {
    assertEquals(Optional.empty(), redis.call(Hashes.get("k", "f")));
    assertTrue(redis.call(Hashes.set("k", "f", "v")));
    assertFalse(redis.call(Hashes.set("k", "f", "w")));
    assertFalse(redis.call(Hashes.setIfAbsent("k", "f", "x")));
    assertTrue(redis.call(Hashes.setIfAbsent("k", "g", "x")));
    assertEquals(Optional.of("w"), redis.call(Hashes.get("k", "f")));
    assertTrue(redis.call(Hashes.exists("k", "g")));
    assertEquals(1, redis.call(Hashes.strlen("k", "g")));
    assertEquals(2, redis.call(Hashes.del("k", "f", "g", "none")));
    assertFalse(redis.call(Hashes.exists("k", "g")));
  }

  @Test
  void bytesStayWhatTheyAre() {
    byte[] bytes = {0, (byte) 0xFF, '\r', '\n'};
    redis.call(Hashes.set("k", "f", bytes));
    assertArrayEquals(bytes, redis.call(Hashes.getBytes("k", "f")).orElseThrow());
  }

  @Test
  void allFieldsInTheirOrder() {
    var fields = new LinkedHashMap<String, String>();
    for (int i = 0; i < 20; i++) {
      fields.put("field" + (20 - i), "value" + i);
    }
    fields.put("", "");
    assertEquals(21, redis.call(Hashes.set("k", fields)));
    var all = redis.call(Hashes.getAll("k"));
    assertEquals(fields, all);
    assertEquals(List.copyOf(fields.keySet()), List.copyOf(all.keySet()));
    assertEquals(List.copyOf(fields.keySet()), redis.call(Hashes.keys("k")));
    assertEquals(List.copyOf(fields.values()), redis.call(Hashes.values("k")));
    assertEquals(21, redis.call(Hashes.len("k")));
    assertThrows(UnsupportedOperationException.class, () -> all.put("x", "y"));
  }

  @Test
  void aHashThatIsNotThereIsEmpty() {
    assertEquals(Map.of(), redis.call(Hashes.getAll("none")));
    assertEquals(List.of(), redis.call(Hashes.keys("none")));
    assertEquals(0, redis.call(Hashes.len("none")));
    assertEquals(List.of(Optional.empty()), redis.call(Hashes.mget("none", "f")));
  }

  @Test
  void someFieldsInTheOrderAskedFor() {
    redis.call(Hashes.set("k", Map.of("a", "1", "b", "2")));
    assertEquals(
        List.of(Optional.of("2"), Optional.empty(), Optional.of("1")),
        redis.call(Hashes.mget("k", "b", "none", "a")));
  }

  @Test
  void numbersCount() {
    assertEquals(5, redis.call(Hashes.incrBy("k", "n", 5)));
    assertEquals(3, redis.call(Hashes.incrBy("k", "n", -2)));
    assertEquals(3.25, redis.call(Hashes.incrByFloat("k", "n", 0.25)));
  }

  @Test
  void aScanFindsEveryField() {
    var fields = new HashMap<String, String>();
    for (int i = 0; i < 1000; i++) {
      fields.put("field" + i, "value" + i);
    }
    redis.call(Hashes.set("k", fields));
    var found = new HashMap<String, String>();
    String cursor = ScanPage.START;
    do {
      var page = redis.call(Hashes.scan("k", cursor, Scan.all().withCount(100)));
      page.items().forEach(entry -> found.put(entry.getKey(), entry.getValue()));
      cursor = page.cursor();
    } while (!cursor.equals(ScanPage.START));
    assertEquals(fields, found);
  }

  @Test
  void whatCannotBeMeantIsRefusedAtOnce() {
    assertThrows(IllegalArgumentException.class, () -> Hashes.get("", "f"));
    assertThrows(NullPointerException.class, () -> Hashes.get("k", null));
    assertThrows(IllegalArgumentException.class, () -> Hashes.set("k", Map.of()));
    assertThrows(IllegalArgumentException.class, () -> Hashes.mget("k"));
    var typed = Scan.all().withType("hash");
    assertThrows(IllegalArgumentException.class, () -> Hashes.scan("k", ScanPage.START, typed));
  }
}
