package dev.redstart.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.redis.Command;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.Lists;
import dev.redstart.redis.MemberRange;
import dev.redstart.redis.Redis;
import dev.redstart.redis.SortedSets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What holds for the keys of a queue at every moment, whatever happened before, as long as nobody
 * but this library writes to them.
 */
public final class Invariants {
  private static final int SEQUENCE_LENGTH = 16;
  private static final List<String> NOTES = List.of("error", "progress", "checkpoint");

  /** All keys of the queue at one moment, as far as they are looked at. */
  private final Map<String, Map<String, Double>> sets = new HashMap<>();

  private final Map<String, Map<String, String>> hashes = new HashMap<>();
  private final QueueKeys keys;
  private final long words;

  private final Map<String, Record> records = new HashMap<>();
  private final Map<String, String> places = new HashMap<>();
  private final List<String> violations = new ArrayList<>();

  /** As queue.lua writes it. */
  private record Record(
      String seq,
      String score,
      int deliveries,
      int attempts,
      String token,
      boolean cancelled,
      String worker) {
    static Record of(String text) {
      var parts = text.split(" ", 7);
      return new Record(
          parts[4],
          parts[5],
          Integer.parseInt(parts[1]),
          Integer.parseInt(parts[2]),
          parts[0],
          parts[3].equals("1"),
          parts[6]);
    }

    boolean isLeased() {
      return !token.equals("0");
    }

    double realScore() {
      return Double.parseDouble(score.replace("inf", "Infinity"));
    }
  }

  private record Scores(Map<String, Double> all) {}

  private record Fields(Map<String, String> all) {}

  private Invariants(Redis redis, String key) {
    keys = QueueKeys.of(key);
    var setKeys =
        List.of(keys.ready(), keys.scheduled(), keys.leased(), keys.dead(), keys.expiring());
    var hashKeys = List.of(keys.tasks(), keys.records(), keys.notes(), keys.meta(), keys.results());
    var commands = new ArrayList<Command<?>>();
    setKeys.forEach(each -> commands.add(scores(each)));
    hashKeys.forEach(each -> commands.add(Hashes.getAll(each).map(Fields::new)));
    commands.add(Lists.len(keys.wake()));
    var moment = redis.atomically(commands).iterator();
    setKeys.forEach(each -> sets.put(each, ((Scores) moment.next()).all()));
    hashKeys.forEach(each -> hashes.put(each, ((Fields) moment.next()).all()));
    words = (Long) moment.next();
  }

  private static Command<Scores> scores(String key) {
    return SortedSets.rangeWithScores(key, MemberRange.byRank(0, -1))
        .map(
            members -> {
              var all = new HashMap<String, Double>();
              members.forEach(member -> all.put(member.member(), member.score()));
              return new Scores(all);
            });
  }

  /**
   * @throws AssertionError if something does not hold; says all that does not
   */
  public static void check(Redis redis, String key) {
    assertEquals(List.of(), violations(redis, key), "of queue " + key);
  }

  static List<String> violations(Redis redis, String key) {
    return new Invariants(redis, key).look();
  }

  private List<String> look() {
    hashes.get(keys.records()).forEach((id, text) -> records.put(id, Record.of(text)));
    waiting(keys.ready());
    waiting(keys.scheduled());
    sets.get(keys.leased()).keySet().forEach(id -> isIn(id, keys.leased()));
    sets.get(keys.dead()).keySet().forEach(id -> isIn(id, keys.dead()));
    records.forEach(this::record);
    equal("ids of sets and records", places.keySet(), records.keySet());
    equal("ids of tasks and records", hashes.get(keys.tasks()).keySet(), records.keySet());
    equal(
        "ids of results and their ends",
        hashes.get(keys.results()).keySet(),
        sets.get(keys.expiring()).keySet());
    hashes.get(keys.tasks()).forEach(this::task);
    hashes.get(keys.notes()).keySet().forEach(this::note);
    different("tokens", records.values().stream().filter(Record::isLeased).map(Record::token));
    different("sequences", records.values().stream().map(Record::seq));
    hold(words <= 1, words + " words for one idle worker");
    count();
    return violations;
  }

  private void waiting(String key) {
    sets.get(key)
        .forEach(
            (member, score) -> {
              var id = member.substring(Math.min(member.length(), SEQUENCE_LENGTH));
              var record = records.get(id);
              hold(
                  record != null && (record.seq() + id).equals(member),
                  member + " in " + key + ": no such record");
              hold(
                  record == null || key.equals(keys.scheduled()) || record.realScore() == score,
                  member + " in " + key + " at " + score + ": not its record's score");
              isIn(id, key);
            });
  }

  private void isIn(String id, String key) {
    var other = places.put(id, key);
    hold(other == null, id + " is in " + other + " and in " + key);
  }

  private void record(String id, Record record) {
    var place = places.get(id);
    boolean leased = keys.leased().equals(place);
    hold(record.isLeased() == leased, id + " has token " + record.token() + " and is in " + place);
    hold(leased || record.worker().isEmpty(), id + " is nobody's, but " + record.worker() + "'s");
    hold(leased || !record.cancelled(), id + " is cancelled, and still in " + place);
    hold(record.deliveries() >= (leased ? 1 : 0), id + " has few deliveries: " + record);
    hold(record.attempts() <= record.deliveries(), id + " failed more often than it ran");
  }

  private void task(String id, String json) {
    hold(Task.parseForeign(json.getBytes(Words.UTF_8)).id().equals(id), id + " is " + json);
  }

  private void note(String field) {
    var kindAndId = field.split(" ", 2);
    hold(
        NOTES.contains(kindAndId[0]) && kindAndId.length == 2 && records.containsKey(kindAndId[1]),
        "a note of nobody: " + field);
  }

  /** What came in is what went out and what is there. */
  private void count() {
    long gone = counter("completed") + counter("cancelled") + counter("removed");
    hold(
        counter("pushed") == gone + records.size(),
        counter("pushed") + " pushed, " + gone + " gone, " + records.size() + " there");
  }

  private long counter(String name) {
    return Long.parseLong(hashes.get(keys.meta()).getOrDefault(name, "0"));
  }

  private void equal(String what, Set<String> one, Set<String> other) {
    var odd = new TreeSet<>(one);
    odd.removeAll(other);
    other.stream().filter(each -> !one.contains(each)).forEach(odd::add);
    hold(odd.isEmpty(), what + " differ by " + odd);
  }

  private void different(String what, Stream<String> all) {
    var seen = new TreeSet<String>();
    all.forEach(each -> hold(seen.add(each), what + ": " + each + " is there twice"));
  }

  private void hold(boolean condition, String violation) {
    if (!condition) {
      violations.add(violation);
    }
  }
}
