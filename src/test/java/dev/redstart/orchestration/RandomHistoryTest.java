package dev.redstart.orchestration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.harness.Seeds;
import dev.redstart.json.Json;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.Lists;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Everything that may happen in a session, one thing at a time and in any order: parents and
 * children come, go, die, and go on as if they had not; plain clients join in; garbage comes. After
 * each step each task is in one place, and in the end all have come home.
 */
class RandomHistoryTest {
  private static final int STEPS = 250;
  private static final int HISTORIES = 2 * Stage.CHAOS;
  private static final int CHILDREN = 3;
  private static final SessionOptions OPTIONS =
      SessionOptions.defaults()
          .withChildren(CHILDREN)
          .withLease(Duration.ofMinutes(5))
          .withDeliveries(4);

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void eachTaskIsInOnePlaceAndAllComeHome() {
    Seeds.check(
        seed -> {
          for (int i = 0; i < HISTORIES; i++) {
            var mode = Mode.values()[i % 2];
            try (var s = Stage.open(mode, OPTIONS)) {
              new History(s, new Random(seed + i)).run();
            }
          }
        });
  }

  /** A process that is, or was, a child; without a heartbeat. */
  private static final class Actor {
    final ChildSession session;
    byte[] inHand;
    boolean isReplaced;

    Actor(ChildSession session) {
      this.session = session;
    }

    int child() {
      return session.child();
    }
  }

  /** A parent, and what it has been told of. */
  private static final class Listener {
    final Parent parent;
    final Set<String> acknowledgedBefore;
    final Set<String> told = new HashSet<>();

    Listener(Parent parent, Set<String> acknowledgedBefore) {
      this.parent = parent;
      this.acknowledgedBefore = acknowledgedBefore;
    }
  }

  /** One history. */
  private static final class History {
    private final Stage s;
    private final Random random;
    private final Map<Integer, Actor> holders = new HashMap<>();
    private final List<Actor> zombies = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final Deque<String> plainHands = new ArrayDeque<>();
    private final Map<String, String> told = new HashMap<>();
    private final Set<String> mayBeEndless = new TreeSet<>();
    private final Census.Known known =
        new Census.Known(
            new TreeSet<>(),
            new TreeSet<>(),
            new TreeSet<>(),
            new TreeSet<>(),
            new TreeSet<>(),
            mayBeEndless);
    private final Deque<String> steps = new ArrayDeque<>();
    private int numbers;

    History(Stage s, Random random) {
      this.s = s;
      this.random = random;
    }

    void run() {
      listeners.add(new Listener(s.parent(), Set.of()));
      for (int step = 0; step < STEPS; step++) {
        step();
        check();
      }
      comeHome();
    }

    private void check() {
      var violations = Census.violations(s, known);
      assertEquals(List.of(), violations, () -> "after " + steps);
    }

    private void say(String step) {
      steps.addLast(step);
      if (steps.size() > 12) {
        steps.removeFirst();
      }
    }

    private void step() {
      switch (random.nextInt(24)) {
        case 0, 1 -> send(1 + random.nextInt(6));
        case 2 -> sendByHand();
        case 3, 18 -> join(anyChild());
        case 4 -> die();
        case 5 -> leave();
        case 6, 7 -> beat(anyActor());
        case 8, 9 -> recover();
        case 10 -> gather();
        case 11 -> acknowledge();
        case 12 -> listeners.add(new Listener(s.parent(), Set.copyOf(known.acknowledged())));
        case 13 -> shutdown();
        case 14 -> popByHand();
        case 15 -> reportByHand();
        case 16 -> litter();
        case 17 -> strayTake();
        default -> work(anyActor());
      }
    }

    private int anyChild() {
      return 1 + random.nextInt(CHILDREN);
    }

    /** Mostly one that lives. */
    private Optional<Actor> anyActor() {
      if (!zombies.isEmpty() && random.nextInt(3) == 0) {
        return Optional.of(zombies.get(random.nextInt(zombies.size())));
      }
      var living = new ArrayList<>(holders.values());
      return living.isEmpty()
          ? Optional.empty()
          : Optional.of(living.get(random.nextInt(living.size())));
    }

    private Listener anyListener() {
      int last = listeners.size() - 1;
      return listeners.get(random.nextInt(3) > 0 ? last : random.nextInt(last + 1));
    }

    private String nextId() {
      return "task " + numbers++;
    }

    private void send(int count) {
      var tasks = new ArrayList<TaskMessage>();
      for (int i = 0; i < count; i++) {
        tasks.add(s.task(anyChild(), nextId()).withPriority(1 + random.nextInt(5)));
      }
      tasks.forEach(task -> known.sent().add(task.taskId()));
      // What has been sent before is not sent again, wherever it is.
      var before = List.copyOf(known.sent());
      tasks.add(s.task(anyChild(), before.get(random.nextInt(before.size()))));
      say("send " + tasks.stream().map(TaskMessage::taskId).toList());
      anyListener().parent.sendAll(tasks);
    }

    private void push(String list, String raw) {
      s.redis.call(Lists.pushRight(list, raw));
      mayBeEndless.add(list);
    }

    private void sendByHand() {
      var task = s.task(anyChild(), nextId());
      say("send by hand " + task.taskId());
      known.sentByHand().add(task.taskId());
      push(s.keys.tasks(task.childId()), task.toJson().toString());
    }

    private void join(int child) {
      say("join " + child);
      var before = holders.put(child, new Actor(ChildSession.join(s.session, child)));
      if (before != null) {
        before.isReplaced = true;
        zombies.add(before);
      }
    }

    /** Its lease is over; it does not know it, and goes on if it is asked to. */
    private void die() {
      int child = anyChild();
      say("lease over " + child);
      if (holders.containsKey(child)) {
        s.redis.call("ZADD", s.keys.leases(), "1", Integer.toString(child));
      }
    }

    private void leave() {
      anyActor().ifPresent(actor -> leave(actor, new byte[0]));
    }

    private void leave(Actor actor, byte[] shutdown) {
      say("leave " + actor.child() + (actor.isReplaced ? " as a zombie" : ""));
      actor.session.leave(shutdown);
      actor.inHand = null;
      if (!actor.isReplaced) {
        holders.remove(actor.child());
        actor.isReplaced = true;
      }
      zombies.remove(actor);
    }

    private void beat(Optional<Actor> some) {
      some.ifPresent(
          actor -> {
            say("beat " + actor.child());
            var pulse = actor.session.beat(actor.inHand == null && random.nextBoolean());
            assertEquals(actor.isReplaced, pulse.end().isPresent(), "replaced");
            pulse.first().filter(this::isOrder).ifPresent(raw -> leave(actor, raw));
          });
    }

    private boolean isOrder(byte[] raw) {
      return Message.parse(raw) instanceof ShutdownMessage order && !order.graceful();
    }

    private void recover() {
      say("recover");
      assertTrue(s.session.recover());
      mayBeEndless.clear();
      var view = s.sessions.view(s.id()).children();
      boolean isAnyAlive = view.stream().anyMatch(it -> it.state() == ChildView.State.ALIVE);
      for (var dead : view) {
        int child = dead.childId();
        if (Set.of(ChildView.State.LOST, ChildView.State.STOPPED).contains(dead.state())) {
          assertEquals(List.of(), s.held(child), "in a dead child's hands");
          boolean isWork = s.list(s.keys.tasks(child)).stream().anyMatch(this::isTask);
          assertFalse(isAnyAlive && isWork, "waits for a dead child");
        }
      }
    }

    private boolean isTask(String raw) {
      return Message.parse(raw) instanceof TaskMessage;
    }

    private void work(Optional<Actor> some) {
      some.ifPresent(
          actor -> {
            if (actor.inHand != null) {
              report(actor);
            } else if (!actor.isReplaced) {
              take(actor);
            }
          });
    }

    private byte[] move(int child) {
      var moved = s.redis.call("LMOVE", s.keys.tasks(child), s.keys.taken(child), "LEFT", "RIGHT");
      return moved.isNull() ? null : moved.bytes();
    }

    private void take(Actor actor) {
      say("take " + actor.child());
      byte[] raw = move(actor.child());
      if (raw != null) {
        open(actor, raw);
      }
    }

    private void open(Actor actor, byte[] raw) {
      var message = Message.parse(raw);
      if (message instanceof ShutdownMessage order) {
        assertEquals(actor.child(), order.targetChildId().orElseThrow(), "a sibling's shutdown");
        leave(actor, raw);
      } else if (known.junk().contains(new String(raw, UTF_8))) {
        actor.session.bury(raw, "junk");
      } else {
        actor.inHand = raw;
      }
    }

    /** As a BLMOVE does that its process does not wait for any more. */
    private void strayTake() {
      int child = anyChild();
      say("stray take " + child);
      if (move(child) != null && !holders.containsKey(child)) {
        mayBeEndless.add(s.keys.taken(child));
      }
    }

    private void report(Actor actor) {
      var task = (TaskMessage) Message.parse(actor.inHand);
      var report =
          random.nextInt(4) > 0
              ? ReportMessage.success(task, actor.child(), Json.of("done"), Duration.ZERO)
              : ReportMessage.failure(task, actor.child(), "no", Duration.ZERO);
      boolean andTake = random.nextBoolean();
      var expected = verdict(actor, task.taskId());
      say("report " + task.taskId() + " by " + actor.child() + ": " + expected);
      var answer = actor.session.report(actor.inHand, report, andTake);
      assertEquals(expected, answer.verdict(), steps::toString);
      if (random.nextBoolean() && expected == Verdict.COUNTED) {
        say("again");
        var again = actor.session.report(actor.inHand, report, andTake);
        assertEquals(Verdict.COUNTED, again.verdict());
        assertArrayEquals(answer.next().orElse(null), again.next().orElse(null));
      }
      actor.inHand = null;
      answer.next().ifPresent(raw -> open(actor, raw));
    }

    private Verdict verdict(Actor actor, String id) {
      if (s.redis.call(Hashes.exists(s.keys.done(), id))) {
        return Verdict.DUPLICATE;
      }
      boolean holds = s.held(actor.child()).contains(new String(actor.inHand, UTF_8));
      return holds && !actor.isReplaced ? Verdict.COUNTED : Verdict.NOT_HELD;
    }

    private void gather() {
      var listener = anyListener();
      var ids = new TreeSet<String>();
      known.sent().forEach(id -> ids.addAll(random.nextBoolean() ? List.of(id) : List.of()));
      say("gather");
      tell(listener, listener.parent.gather(ids, Duration.ZERO));
    }

    private void tell(Listener listener, Gathered gathered) {
      for (var report : gathered.reports().values()) {
        var id = report.taskId();
        assertTrue(listener.told.add(id), () -> "told twice of " + id + " after " + steps);
        assertFalse(listener.acknowledgedBefore.contains(id), () -> id + " after " + steps);
        var json = report.toJson().toString();
        assertEquals(json, told.computeIfAbsent(id, it -> json));
      }
    }

    private void acknowledge() {
      var listener = anyListener();
      var ids = new TreeSet<>(listener.told);
      ids.removeIf(id -> random.nextBoolean());
      say("acknowledge " + ids);
      listener.parent.acknowledge(ids);
      known.acknowledged().addAll(ids);
    }

    private void shutdown() {
      int child = anyChild();
      boolean now = random.nextInt(3) == 0;
      say("shutdown " + child + (now ? " now" : ""));
      var parent = anyListener().parent;
      if (now) {
        parent.shutdownNow(child, "over");
      } else {
        parent.shutdown(child, "over");
      }
    }

    private void popByHand() {
      var raw = s.redis.call(Lists.popLeft(s.keys.tasks(anyChild()))).orElse("");
      if (Message.parse(raw) instanceof TaskMessage task && !known.junk().contains(raw)) {
        say("pop by hand " + task.taskId());
        plainHands.add(raw);
        known.inPlainHands().add(task.taskId());
      } else {
        // It does not know dead letters.
        known.junk().remove(raw);
      }
    }

    private void reportByHand() {
      var raw = plainHands.poll();
      if (raw == null) {
        return;
      }
      var task = (TaskMessage) Message.parse(raw);
      if (known.sentByHand().contains(task.taskId())) {
        // Otherwise nobody wants it.
        s.redis.call(new ParentSession(s.session).expect(List.of(task.taskId())));
      }
      say("report by hand " + task.taskId());
      known.inPlainHands().remove(task.taskId());
      var report = reportByHand(task.taskId(), s.id(), "r-" + numbers++);
      push(s.keys.reports(task.childId()), report);
      if (random.nextInt(3) == 0) {
        throwAway(s.keys.reports(task.childId()), report.replace("r-", "again-"));
      }
    }

    private static String reportByHand(String id, String session, String messageId) {
      return Json.object(
              "type",
              "report",
              "message_id",
              messageId,
              "task_id",
              id,
              "session_id",
              session,
              "status",
              "success",
              "result",
              1)
          .toString();
    }

    private void throwAway(String list, String raw) {
      known.junk().add(raw);
      push(list, raw);
    }

    private void litter() {
      say("litter");
      int child = anyChild();
      var unique = "junk " + numbers++;
      switch (random.nextInt(4)) {
        case 0 -> throwAway(s.keys.tasks(child), unique);
        case 1 -> {
          var foreign = TaskMessage.of("another", child, "x").withTaskId(unique);
          throwAway(s.keys.tasks(child), foreign.toJson().toString());
        }
        case 2 -> throwAway(s.keys.reports(child), reportByHand(unique, s.id(), "m"));
        default -> throwAway(s.keys.reports(child), reportByHand("task 0", "another", unique));
      }
    }

    private void comeHome() {
      recover();
      while (!plainHands.isEmpty()) {
        reportByHand();
      }
      while (!isHome()) {
        for (int child = 1; child <= CHILDREN; child++) {
          if (!holders.containsKey(child)) {
            join(child);
          }
          var actor = holders.get(child);
          if (actor.inHand == null) {
            beat(Optional.of(actor));
          }
          work(Optional.ofNullable(holders.get(child)));
          check();
        }
      }
      var last = new Listener(s.parent(), Set.copyOf(known.acknowledged()));
      tell(last, last.parent.gather(Duration.ofSeconds(5)));
      check();
      var all = new TreeSet<>(known.sent());
      all.addAll(known.sentByHand());
      var heard = new TreeSet<>(known.acknowledged());
      heard.addAll(last.told);
      assertEquals(all, heard);
      assertEquals(Map.of(), s.redis.call(Hashes.getAll(s.keys.deliveries())));
      assertEquals(known.junk().size(), s.list(s.keys.dead()).size());
      assertEquals(List.of(), s.waitingReports());
    }

    private boolean isHome() {
      for (int child = 1; child <= CHILDREN; child++) {
        if (!s.list(s.keys.tasks(child)).isEmpty() || !s.held(child).isEmpty()) {
          return false;
        }
      }
      return true;
    }
  }
}
