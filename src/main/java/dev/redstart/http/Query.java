package dev.redstart.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What follows the question mark. */
final class Query {
  private final Map<String, List<String>> values = new HashMap<>();

  /**
   * @param raw still with its percent signs; empty if there is none
   * @throws Refusal if that is wrong
   */
  Query(String raw) {
    for (var pair : raw.isEmpty() ? new String[0] : raw.split("&")) {
      int equals = pair.indexOf('=');
      var name = equals < 0 ? pair : pair.substring(0, equals);
      var value = equals < 0 ? "" : pair.substring(equals + 1);
      values
          .computeIfAbsent(decoded(name.replace('+', ' ')), first -> new ArrayList<>())
          .add(decoded(value.replace('+', ' ')));
    }
  }

  /**
   * The value of a parameter.
   *
   * @throws Refusal if there are several: two readers might disagree which one counts
   */
  Optional<String> value(String name) {
    var all = values.getOrDefault(name, List.of());
    if (all.size() > 1) {
      throw Refusal.badRequest("The parameter " + name + " comes twice.");
    }
    return all.stream().findFirst();
  }

  /**
   * @throws Refusal if it is not within the range
   */
  int number(String name, int otherwise, int min, int max) {
    return value(name).map(text -> number(name, text, min, max)).orElse(otherwise);
  }

  private static int number(String name, String text, int min, int max) {
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException noNumber) {
      // The sentence below is for both.
    }
    throw Refusal.badRequest(name + " must be a number from " + min + " to " + max + ".");
  }

  /**
   * Percent-encoded UTF-8 as text.
   *
   * @throws Refusal if it is neither
   */
  static String decoded(String raw) {
    var bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        bytes.write(hex(raw, i + 1) << 4 | hex(raw, i + 2));
        i += 2;
      } else {
        bytes.write(c); // the JDK's server makes a character of each byte
      }
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw Refusal.badRequest("The address is not in UTF-8.");
    }
  }

  private static int hex(String raw, int at) {
    int digit = at < raw.length() ? Character.digit(raw.charAt(at), 16) : -1;
    if (digit < 0) {
      throw Refusal.badRequest("A percent sign in the address is not followed by two digits.");
    }
    return digit;
  }
}
