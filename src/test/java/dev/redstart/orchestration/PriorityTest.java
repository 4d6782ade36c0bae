package dev.redstart.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Admin;
import dev.redstart.harness.Seeds;
import dev.redstart.json.Json;
import dev.redstart.redis.Lists;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** In which order a child gets its tasks. */
class PriorityTest {
  private static final Duration LIMIT = OneSession.LIMIT;

  /** One of these lists holds as many as a busy session ever will. */
  private static final int MANY = 100_000;

  private static final List<String> GARBAGE = List.of("not json", "[1,2]", "{\"type\":\"status\"}");

  private static TaskMessage task(OneSession s, String id, int priority) {
    return s.task(1, id).withPriority(priority);
  }

  /** Ids that begin with their priority. */
  private static void send(OneSession s, String... ids) {
    for (var id : ids) {
      s.parent.send(task(s, id, id.charAt(0) - '0'));
    }
  }

  private static String json(Message message) {
    return message.toJson().toString();
  }

  @Test
  void theMostUrgentComesFirstAndEqualsInTheirOrder() {
    try (var s = OneSession.open(1)) {
      send(s, "3a", "5a", "1a", "4a", "2a", "3b", "1b", "5b", "2b", "4b", "3c");
      var expected = List.of("1a", "1b", "2a", "2b", "3a", "3b", "3c", "4a", "4b", "5a", "5b");
      assertEquals(expected, s.waiting(1));
      var seen = new ConcurrentLinkedQueue<String>();
      s.child(1)
          .run(
              task -> {
                seen.add(task.taskId());
                return Json.of(1);
              },
              11);
      assertEquals(expected, List.copyOf(seen));
    }
  }

  @Test
  void theUrgentOvertakesWhatIsNotYetTakenWhileTheChildWorks() {
    try (var s = OneSession.open(1)) {
      send(s, "3a", "3b", "3c");
      var seen = new ConcurrentLinkedQueue<String>();
      s.child(1)
          .run(
              task -> {
                seen.add(task.taskId());
                if (task.taskId().equals("3b")) {
                  send(s, "4x", "1x");
                }
                return Json.of(1);
              },
              5);
      assertEquals(List.of("3a", "3b", "1x", "3c", "4x"), List.copyOf(seen));
    }
  }

  @Test
  void aPlainChildGetsThemInTheSameOrder() {
    try (var s = OneSession.open(1)) {
      send(s, "3a", "5a", "1a", "4a", "2a", "1b", "3b");
      var seen = new ArrayList<String>();
      for (int i = 0; i < 7; i++) {
        var popped = s.redis.call("BLPOP", s.keys.tasks(1), "5").items();
        seen.add(((TaskMessage) Message.parse(popped.get(1).bytes())).taskId());
      }
      assertEquals(List.of("1a", "1b", "2a", "3a", "3b", "4a", "5a"), seen);
    }
  }

  @Test
  void oneCallBringsTasksOfAllPrioritiesToSeveralChildren() {
    try (var s = OneSession.open(2)) {
      var tasks = new ArrayList<TaskMessage>();
      for (int i = 0; i < 10; i++) {
        tasks.add(s.task(1 + i % 2, 5 - i % 5 + "-" + i).withPriority(5 - i % 5));
      }
      s.parent.sendAll(tasks);
      assertEquals(List.of("1-4", "2-8", "3-2", "4-6", "5-0"), s.waiting(1));
      assertEquals(List.of("1-9", "2-3", "3-7", "4-1", "5-5"), s.waiting(2));
    }
  }

  @Test
  void manyTasksKeepTheirOrderHoweverFarTheyGoForward() {
    try (var s = OneSession.open(1)) {
      s.parent.sendAll(IntStream.range(0, 1_000).mapToObj(i -> task(s, "3-" + i, 3)).toList());
      send(s, "5z");
      s.parent.sendAll(IntStream.range(0, 250).mapToObj(i -> task(s, "4-" + i, 4)).toList());
      var expected = IntStream.range(0, 250).mapToObj(i -> "4-" + i).toList();
      assertEquals(expected, s.waiting(1).subList(1_000, 1_250));
    }
  }

  @Test
  void whatTheDeadLeaveKeepsItsPriority() {
    try (var s = OneSession.open(2)) {
      send(s, "2a", "1a", "4a", "3a");
      s.parent.send(s.task(2, "2x").withPriority(2));
      s.parent.send(s.task(2, "3x").withPriority(3));
      s.joinOnly(1);
      s.joinOnly(2);
      s.endLease(1);
      s.session.recover();
      assertEquals(List.of("1a", "2x", "2a", "3x", "3a", "4a"), s.waiting(2));
    }
  }

  @Test
  void prioritiesOfStrangersAreTakenForTheNearestThatThereIs() {
    try (var s = OneSession.open(2)) {
      for (var priority : List.of("0", "null", "9", "-7", "\"2\"", "4")) {
        s.redis.call(
            "RPUSH",
            s.keys.tasks(1),
            "{\"type\":\"task\",\"task_id\":%s,\"priority\":%s}"
                .formatted(Json.of(priority), priority));
      }
      s.joinOnly(1);
      s.joinOnly(2);
      s.endLease(1);
      s.session.recover();
      assertEquals(List.of("0", "-7", "\"2\"", "null", "4", "9"), s.waiting(2));
    }
  }

  @Test
  void whatIsSentAfterAShutdownStaysBehindIt() {
    try (var s = OneSession.open(1)) {
      send(s, "3a", "3b", "3c", "3d");
      s.parent.shutdown(1, "over");
      send(s, "3e", "1a", "4a", "3f", "1b");
      assertEquals(
          List.of("3a", "3b", "3c", "3d", "other", "1a", "1b", "3e", "3f", "4a"), s.waiting(1));
      assertEquals(Child.End.SHUTDOWN, s.child(1).run(task -> Json.of(1)).end());
      assertEquals(List.of("1a", "1b", "3e", "3f", "4a"), s.waiting(1));
    }
  }

  @Test
  void nothingIsMoreUrgentThanAnImmediateShutdown() {
    try (var s = OneSession.open(1)) {
      send(s, "3a");
      s.parent.shutdownNow(1, "now");
      send(s, "1a", "5a", "2a");
      assertEquals(List.of("other", "1a", "2a", "3a", "5a"), s.waiting(1));
    }
  }

  private record Entry(String id, int priority) {}

  @Test
  void anyOrderOfSendingIsAsTheModelSays() {
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          for (int round = 0; round < 6; round++) {
            try (var s = OneSession.open(1)) {
              compareWithModel(s, random);
            }
          }
        });
  }

  private static void compareWithModel(OneSession s, Random random) {
    var model = new ArrayList<Entry>();
    int next = 0;
    for (int step = 0; step < 40; step++) {
      int kind = random.nextInt(10);
      if (kind == 0) {
        s.parent.shutdown(1, "over");
        model.add(new Entry("other", 0));
      } else if (kind == 1) {
        s.redis.call(Lists.popLeft(s.keys.tasks(1)));
        if (!model.isEmpty()) {
          model.remove(0);
        }
      } else {
        int count = kind < 7 ? 1 : 1 + random.nextInt(150);
        var tasks = new ArrayList<TaskMessage>();
        for (int i = 0; i < count; i++) {
          tasks.add(task(s, "t" + next++, 1 + random.nextInt(5)));
        }
        s.parent.sendAll(tasks);
        tasks.forEach(task -> insert(model, new Entry(task.taskId(), task.priority())));
      }
      assertEquals(model.stream().map(Entry::id).toList(), s.waiting(1), "after step " + step);
    }
  }

  /** Before the first that is less urgent, of those behind the last shutdown. */
  private static void insert(List<Entry> model, Entry entry) {
    int place = model.size();
    while (place > 0 && model.get(place - 1).priority() > entry.priority()) {
      place--;
    }
    model.add(place, entry);
  }

  @Test
  void amongWhatStrangersPutThereNothingIsLostAndNothingPassesAShutdown() {
    Seeds.check(
        seed -> {
          var random = new Random(seed);
          for (int round = 0; round < 6; round++) {
            try (var s = OneSession.open(1)) {
              mixWithStrangers(s, random);
            }
          }
        });
  }

  private static void mixWithStrangers(OneSession s, Random random) {
    var tasks = s.keys.tasks(1);
    var all = new ArrayList<String>();
    var before = new ArrayList<List<String>>();
    for (int step = 0; step < 60; step++) {
      var task = task(s, "t" + step, 1 + random.nextInt(5));
      switch (random.nextInt(8)) {
        case 0 -> s.redis.call("RPUSH", tasks, add(all, GARBAGE.get(random.nextInt(3))));
        case 1, 2 -> {
          all.add(task.taskId());
          s.redis.call("RPUSH", tasks, json(task));
        }
        case 3 -> {
          if (random.nextInt(3) == 0) {
            before.add(List.copyOf(all));
            s.parent.shutdown(1, "over");
          }
        }
        default -> {
          all.add(task.taskId());
          s.parent.send(task);
        }
      }
    }
    int shutdowns = 0;
    var passed = new ArrayList<String>();
    for (var raw : s.list(tasks)) {
      var message = Message.parse(raw);
      if (message instanceof ShutdownMessage) {
        assertEquals(sorted(before.get(shutdowns++)), sorted(passed), "before a shutdown");
      } else {
        passed.add(message instanceof TaskMessage task ? task.taskId() : raw);
      }
    }
    assertEquals(before.size(), shutdowns);
    assertEquals(sorted(all), sorted(passed));
  }

  private static String add(List<String> all, String raw) {
    all.add(raw);
    return raw;
  }

  private static List<String> sorted(List<String> messages) {
    return messages.stream().sorted().toList();
  }

  @Test
  void anUrgentTaskIsSentQuicklyHoweverManyWait() {
    try (var s = OneSession.open(1)) {
      fill(s);
      send(s, "5z");
      for (int priority : new int[] {1, 2, 4}) {
        assertQuick(s, "one of " + priority, () -> send(s, priority + "one"));
        var batch = IntStream.range(0, 100).mapToObj(i -> task(s, priority + "-" + i, priority));
        assertQuick(s, "a hundred of " + priority, () -> s.parent.sendAll(batch.toList()));
      }
      var waiting = s.waiting(1);
      assertEquals(MANY + 304, waiting.size());
      assertEquals(List.of("1one", "1-0", "1-1"), waiting.subList(0, 3));
      assertEquals(List.of("2one", "2-0", "2-1"), waiting.subList(101, 104));
      assertEquals(List.of("w0", "w1"), waiting.subList(202, 204));
      assertEquals(List.of("4one", "4-0"), waiting.subList(MANY + 202, MANY + 204));
      assertEquals("5z", waiting.get(MANY + 303));
    }
  }

  private static void fill(OneSession s) {
    for (int i = 0; i < MANY; i += 1000) {
      var words = new ArrayList<>(List.of("RPUSH", s.keys.tasks(1)));
      IntStream.range(i, i + 1000).forEach(n -> words.add(json(s.task(1, "w" + n))));
      s.redis.call(words.toArray(String[]::new));
    }
  }

  /**
   * A script of those that it takes, on the average; what Redis computes, not how long it waits.
   */
  private static void assertQuick(OneSession s, String what, Runnable send) {
    s.redis.call("CONFIG", "RESETSTAT");
    long before = OneSession.cpuMicros(s.redis);
    send.run();
    long micros = OneSession.cpuMicros(s.redis) - before;
    var stats = Admin.call(s.redis, "INFO", "commandstats").text();
    int scripts = Integer.parseInt(stats.replaceAll("(?s).*cmdstat_evalsha:calls=(\\d+).*", "$1"));
    var figures = what + ": " + scripts + " scripts, us: " + micros;
    System.out.println(figures);
    assertTrue(micros / scripts < 50_000 && micros < 500_000, figures);
  }

  @Test
  void aTaskThatComesBackIsTheFirstWhateverItsPriority() {
    try (var s = OneSession.open(1)) {
      send(s, "5a");
      var child = s.child(1);
      assertEquals("5a", child.take(LIMIT).orElseThrow().taskId());
      send(s, "1a");
      child.close();
      assertEquals(List.of("5a", "1a"), s.waiting(1));
      send(s, "2a", "1b", "5b");
      assertEquals(List.of("5a", "1a", "1b", "2a", "5b"), s.waiting(1));
    }
  }
}
