package dev.redstart.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes values of all kinds; the same seed makes the same values. */
final class RandomJson {
  private final Random random;

  RandomJson(long seed) {
    random = new Random(seed);
  }

  JsonValue value(int depth) {
    return switch (random.nextInt(depth == 0 ? 5 : 7)) {
      case 0 -> JsonNull.of();
      case 1 -> JsonBoolean.of(random.nextBoolean());
      case 2, 3 -> JsonString.of(text());
      case 4 -> number();
      case 5 -> array(depth - 1);
      default -> object(depth - 1);
    };
  }

  private JsonArray array(int depth) {
    List<JsonValue> items = new ArrayList<>();
    for (int i = size(); i > 0; i--) {
      items.add(value(depth));
    }
    return JsonArray.of(items);
  }

  private JsonObject object(int depth) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    for (int i = size(); i > 0; i--) {
      members.put(text(), value(depth));
    }
    return JsonObject.of(members);
  }

  /** Mostly small, sometimes beyond what is searched without a hash table. */
  private int size() {
    return random.nextInt(20) == 0 ? random.nextInt(40) : random.nextInt(5);
  }

  private JsonNumber number() {
    return switch (random.nextInt(5)) {
      case 0 -> JsonNumber.of(random.nextInt(20) - 10);
      case 1 -> JsonNumber.of(random.nextLong());
      case 2 -> JsonNumber.of(random.nextGaussian());
      case 3 -> JsonNumber.of(Float.toString(Float.intBitsToFloat(random.nextInt() & 0x7F7FFFFF)));
      default ->
          JsonNumber.of(new BigDecimal(new BigInteger(200, random), random.nextInt(400) - 200));
    };
  }

  private String text() {
    int length = random.nextInt(8) == 0 ? random.nextInt(60) : random.nextInt(10);
    var text = new StringBuilder();
    while (text.length() < length) {
      text.appendCodePoint(character());
    }
    return text.toString();
  }

  private int character() {
    return switch (random.nextInt(12)) {
      case 0 -> random.nextInt(0x20);
      case 1 -> "\"\\/\u007f\u2028\u2029\ufeff\uffff".charAt(random.nextInt(8));
      case 2 -> 0x80 + random.nextInt(0x780);
      case 3 -> 0x800 + random.nextInt(0xD000);
      case 4 -> 0x10000 + random.nextInt(0x100000);
      default -> ' ' + random.nextInt(0x5F);
    };
  }
}
