package dev.redstart.orchestration;

import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * A parent in a JVM of its own, for tests that kill or pause it. It sends all its tasks, whoever
 * may have sent them before, and tells of each report that it gets.
 */
final class ParentMain {
  /** So many at a time: a kill comes in the middle. */
  private static final int PORTION = 20;

  private static final Duration LOOK = Duration.ofMillis(200);

  private final Orchestration sessions;
  private final Parent parent;
  private final Random random = new Random();

  private ParentMain(Redis redis, String sessionId) {
    this.sessions = Orchestration.of(redis);
    this.parent = sessions.parent(sessionId);
  }

  /** The ids of so many tasks. */
  static Set<String> ids(int count) {
    var ids = new TreeSet<String>();
    for (int number = 0; number < count; number++) {
      ids.add(id(number));
    }
    return ids;
  }

  private static String id(int number) {
    return "task " + number;
  }

  /**
   * Prints {@code ready}, {@code sent}, {@code report JSON} for each report, and {@code end} when
   * there is none to come any more.
   *
   * @param arguments the URL of Redis, the session's id, how many tasks
   */
  public static void main(String[] arguments) {
    try (var redis = Redis.connect(arguments[0])) {
      var main = new ParentMain(redis, arguments[1]);
      print("ready");
      main.sendAll(Integer.parseInt(arguments[2]));
      print("sent");
      main.gatherAll();
      print("end");
    }
  }

  /** Nothing is acknowledged before everybody can read it. */
  private static void print(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private void sendAll(int count) {
    var config = parent.config();
    var tasks = new ArrayList<TaskMessage>();
    for (int number = 0; number < count; number++) {
      int child = 1 + number % config.maxChildren();
      tasks.add(TaskMessage.of(config.sessionId(), child, "do it").withTaskId(id(number)));
    }
    for (int from = 0; from < count; from += PORTION) {
      parent.sendAll(tasks.subList(from, Math.min(count, from + PORTION)));
    }
  }

  private void gatherAll() {
    while (true) {
      var view = sessions.view(parent.config().sessionId());
      var reports = parent.gather(LOOK).reports().values();
      reports.forEach(report -> print("report " + report.toJson()));
      if (reports.isEmpty() && view.tasksOpen() + view.reportsWaiting() == 0) {
        return;
      }
      acknowledgeSome(reports);
    }
  }

  private void acknowledgeSome(Collection<ReportMessage> reports) {
    var some = new ArrayList<String>();
    for (var report : reports) {
      some.addAll(random.nextBoolean() ? List.of(report.taskId()) : List.of());
    }
    parent.acknowledge(some);
  }
}
