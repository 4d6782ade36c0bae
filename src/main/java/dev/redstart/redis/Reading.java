package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * How the families read replies. Each function reads what RESP2 and RESP3 send for the same thing;
 * collections come out in the order of the wire and cannot be changed.
 */
final class Reading {
  private Reading() {}

  /** Of commands that may decline: OK, or nil. */
  static boolean notNull(Reply reply) {
    return !reply.isNull();
  }

  /** Of commands that say how many they touched. */
  static boolean any(Reply reply) {
    return reply.integer() > 0;
  }

  static <T> Optional<T> optional(Reply reply, Function<? super Reply, ? extends T> reading) {
    return reply.isNull() ? Optional.empty() : Optional.of(reading.apply(reply));
  }

  /**
   * A reading to which the text of a bulk string is enough: the reader of the wire knows it by this
   * object, and decodes the text where it lies, without a copy of the bytes.
   */
  static final Function<Reply, Optional<String>> OPTIONAL_TEXT = Reading::optionalText;

  static Optional<String> optionalText(Reply reply) {
    return optional(reply, Reply::text);
  }

  static Optional<byte[]> optionalBytes(Reply reply) {
    return optional(reply, Reply::bytes);
  }

  static Optional<Long> optionalNumber(Reply reply) {
    return optional(reply, Reply::integer);
  }

  static Optional<Double> optionalReal(Reply reply) {
    return optional(reply, Reply::real);
  }

  /** A list; nil, which is what RESP2 says of some empty ones, is the empty list. */
  static <T> List<T> list(Reply reply, Function<? super Reply, ? extends T> reading) {
    if (reply.isNull()) {
      return List.of();
    }
    var list = new ArrayList<T>(reply.items().size());
    reply.items().forEach(item -> list.add(reading.apply(item)));
    return Collections.unmodifiableList(list);
  }

  static List<String> texts(Reply reply) {
    return list(reply, Reply::text);
  }

  static List<byte[]> manyBytes(Reply reply) {
    return list(reply, Reply::bytes);
  }

  static List<Optional<String>> optionalTexts(Reply reply) {
    return list(reply, Reading::optionalText);
  }

  static List<Boolean> booleans(Reply reply) {
    return list(reply, Reply::bool);
  }

  static Set<String> textSet(Reply reply) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(texts(reply)));
  }

  /** Name and value in turn: a map in RESP3, an array in RESP2. */
  static <T> Map<String, T> map(Reply reply, Function<? super Reply, ? extends T> reading) {
    var map = new LinkedHashMap<String, T>();
    for (int i = 0; i < reply.items().size(); i += 2) {
      map.put(at(reply, i).text(), reading.apply(at(reply, i + 1)));
    }
    return Collections.unmodifiableMap(map);
  }

  static Map<String, String> textMap(Reply reply) {
    return map(reply, Reply::text);
  }

  static Map<String, Reply> named(Reply reply) {
    return map(reply, Function.identity());
  }

  /** A named fact; nil where the server, perhaps an older one, does not tell it. */
  static Reply of(Map<String, Reply> facts, String name) {
    return facts.getOrDefault(name, Reply.NULL);
  }

  /** Name and value in turn, where a name may come twice. */
  static List<Map.Entry<String, String>> textPairs(Reply reply) {
    return pairs(reply, (name, value) -> Map.entry(name.text(), value.text()));
  }

  private static <T> List<T> pairs(Reply reply, BiFunction<Reply, Reply, T> reading) {
    var pairs = new ArrayList<T>(reply.items().size() / 2);
    for (int i = 0; i < reply.items().size(); i += 2) {
      pairs.add(reading.apply(at(reply, i), at(reply, i + 1)));
    }
    return Collections.unmodifiableList(pairs);
  }

  /** A cursor, and what {@code items} makes of the rest. */
  static <T> ScanPage<T> page(Reply reply, Function<? super Reply, List<T>> items) {
    return new ScanPage<>(at(reply, 0).text(), items.apply(at(reply, 1)));
  }

  /** Members with scores: pairs in RESP3, but for some commands, and all in one list in RESP2. */
  static List<ScoredMember> scored(Reply reply) {
    if (at(reply, 0) instanceof Reply.Array) {
      return list(reply, pair -> member(at(pair, 0), at(pair, 1)));
    }
    return pairs(reply, Reading::member);
  }

  static Optional<ScoredMember> firstScored(Reply reply) {
    return scored(reply).stream().findFirst();
  }

  private static ScoredMember member(Reply member, Reply score) {
    return new ScoredMember(member.text(), score.real());
  }

  /** A key and what was taken from it; nil after the time has passed. */
  static <T> Optional<Popped<T>> popped(Reply reply, Function<? super Reply, ? extends T> reading) {
    return optional(reply, pair -> new Popped<>(at(pair, 0).text(), reading.apply(at(pair, 1))));
  }

  static Optional<Popped<ScoredMember>> poppedScored(Reply reply) {
    return optional(reply, it -> new Popped<>(at(it, 0).text(), member(at(it, 1), at(it, 2))));
  }

  /** The item at {@code index}; nil where the server sent fewer, which no further reading takes. */
  static Reply at(Reply reply, int index) {
    var items = reply.items();
    return index < items.size() ? items.get(index) : Reply.NULL;
  }
}
