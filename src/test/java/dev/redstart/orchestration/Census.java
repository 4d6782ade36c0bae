package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redstart.harness.Admin;
import dev.redstart.redis.Command;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Pending;
import dev.redstart.redis.Redis;
import dev.redstart.resp.Reply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where everything of a session is at a moment when nobody writes, and what must hold then: each
 * task is in one place, and each key has an end.
 */
final class Census {
  /** What a test knows and no key says. */
  record Known(
      Set<String> sent,
      Set<String> sentByHand,
      Set<String> inPlainHands,
      Set<String> acknowledged,
      Set<String> junk,
      Set<String> mayBeEndless) {}

  private final Stage s;
  private final Known known;
  private final Map<String, List<String>> places = new TreeMap<>();
  private final Map<String, String> done;
  private final Set<String> open;
  private final List<String> violations = new ArrayList<>();
  private int junk;

  private Census(Stage s, Known known) {
    this.s = s;
    this.known = known;
    this.done = s.redis.call(Hashes.getAll(s.keys.done()));
    this.open = new TreeSet<>(s.redis.call(Hashes.keys(s.keys.deliveries())));
  }

  /**
   * @throws AssertionError if something does not hold; says all that does not
   */
  static void check(Stage s, Known known) {
    assertEquals(List.of(), violations(s, known));
  }

  static List<String> violations(Stage s, Known known) {
    var census = new Census(s, known);
    census.look();
    return census.violations;
  }

  private void look() {
    var lists = new TreeMap<String, Collection<String>>();
    for (int child = 1; child <= s.config.maxChildren(); child++) {
      lists.put("tasks " + child, s.list(s.keys.tasks(child)));
      lists.put("taken " + child, s.held(child));
    }
    lists.forEach((place, messages) -> messages.forEach(raw -> task(place, raw)));
    known.inPlainHands.forEach(id -> at("in plain hands", id));
    var reports = s.waitingReports();
    reports.forEach(raw -> report("reports", raw));
    whoWaitsIsWoken(reports);
    s.redis.call(Hashes.getAll(s.keys.read())).forEach(this::read);
    known.acknowledged.forEach(id -> at("acknowledged", id));
    everybodyIsAtHome();
    hold(
        junk + s.list(s.keys.dead()).size() == known.junk.size(),
        known.junk.size() + " are junk, " + junk + " lie about, the rest are dead letters");
    endless().forEach(key -> hold(known.mayBeEndless.contains(key), key + " has no end"));
  }

  private void task(String place, String raw) {
    if (known.junk.contains(raw)) {
      junk++;
    } else if (Message.parse(raw) instanceof TaskMessage task) {
      at(place, task.taskId());
      hold(!done.containsKey(task.taskId()), task.taskId() + " is done, and in " + place);
    } else {
      hold(Message.parse(raw) instanceof ShutdownMessage, raw + " in " + place);
    }
  }

  private void read(String field, String raw) {
    if (field.startsWith("=")) {
      report("read", raw);
    } else {
      junk++;
    }
  }

  private void report(String place, String raw) {
    if (known.junk.contains(raw)) {
      junk++;
      return;
    }
    var report = (ReportMessage) Message.parse(raw);
    var id = report.taskId();
    at(place, id);
    var outcome = report.status() + " " + report.messageId();
    var expected = place.equals("read") ? outcome + " read" : outcome;
    // What a plain child has pushed counts when it is collected.
    boolean byHand = place.equals("reports") && report.messageId().startsWith("r-");
    hold(
        byHand ? !done.containsKey(id) : expected.equals(done.get(id)),
        id + " in " + place + " is " + outcome + ", and done: " + done.get(id));
  }

  private void at(String place, String id) {
    places.computeIfAbsent(id, it -> new ArrayList<>()).add(place);
  }

  private void everybodyIsAtHome() {
    var all = new TreeSet<>(known.sent);
    all.addAll(known.sentByHand);
    all.addAll(places.keySet());
    for (var id : all) {
      var where = places.getOrDefault(id, List.of());
      hold(where.size() == 1, id + " is in " + where);
      boolean isDone = done.containsKey(id);
      hold(!known.acknowledged.contains(id) || isDone, id + " is acknowledged, and not done");
      hold(!(isDone && open.contains(id)), id + " is done and open");
      hold(isDone || open.contains(id) || known.sentByHand.contains(id), id + " is not open");
    }
    hold(all.containsAll(done.keySet()), "done and unknown: " + without(done.keySet(), all));
    hold(all.containsAll(open), "open and unknown: " + without(open, all));
  }

  /** A parent of a normal session waits for a word, and has it with the first report. */
  private void whoWaitsIsWoken(List<String> reports) {
    boolean isOurs =
        reports.stream()
            .filter(raw -> !known.junk.contains(raw))
            .anyMatch(raw -> !Message.parse(raw).messageId().startsWith("r-"));
    boolean isTold = s.redis.call(Keys.exists(s.keys.wake())) == 1;
    hold(s.keys.mode() == Mode.SUMMONER || !isOurs || isTold, "reports, and no word for it");
  }

  private static Set<String> without(Set<String> some, Set<String> others) {
    var rest = new TreeSet<>(some);
    rest.removeAll(others);
    return rest;
  }

  private List<String> endless() {
    Redis redis = s.redis;
    var asked = new HashMap<String, Pending<Reply>>();
    for (var key : Admin.keys(redis)) {
      asked.put(key, redis.send(Command.of("PTTL", key)));
    }
    var endless = new ArrayList<String>();
    asked.forEach(
        (key, ttl) -> endless.addAll(ttl.await().integer() == -1 ? List.of(key) : List.of()));
    return endless;
  }

  private void hold(boolean condition, String violation) {
    if (!condition) {
      violations.add(violation);
    }
  }
}
