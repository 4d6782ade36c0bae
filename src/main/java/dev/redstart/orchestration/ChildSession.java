package dev.redstart.orchestration;

import static dev.redstart.orchestration.Session.utf8;

import dev.redstart.redis.Command;
import dev.redstart.redis.Script;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.Optional;

/**
 * A session as the process sees it that holds a child's number: its scripts. Thread-safe, but for
 * what it tells.
 */
final class ChildSession {
  /** Whoever leaves does not wait long for a Redis that is away: its lease ends by itself. */
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private final Session session;
  private final int child;
  private final String mark;

  /** What whoever watches was told last; by the one thread that works. */
  private String told = "started";

  private ChildSession(Session session, int child, String mark) {
    this.session = session;
    this.child = child;
    this.mark = mark;
  }

  /**
   * What Redis says to a sign of life.
   *
   * @param end why this process is that child no more
   * @param isRecoveryDue whether somebody should look after dead siblings
   * @param first what lies before all tasks, and is none
   */
  record Pulse(Optional<Child.End> end, boolean isRecoveryDue, Optional<byte[]> first) {
    private static Pulse of(Child.End end) {
      return new Pulse(Optional.of(end), false, Optional.empty());
    }
  }

  /**
   * What Redis says to a report.
   *
   * @param next what this child has taken by it
   */
  record Answer(Verdict verdict, Optional<byte[]> next) {}

  /**
   * @throws SessionException.Unknown if the session is gone
   */
  static ChildSession join(Session session, int child) {
    var keys = session.keys();
    var lists = keys.ownAnd(keys.tasks(child), keys.taken(child), keys.reports(child));
    var started = utf8(session.status(child, "started"));
    var call = session.call(Scripts.JOIN, lists, utf8(child), started);
    var mark = session.checked(session.redis().call(call)).text();
    return new ChildSession(session, child, mark);
  }

  Session session() {
    return session;
  }

  int child() {
    return child;
  }

  /** Tells whoever watches how this child is, when that changes. */
  void tell(String event) {
    if (!event.equals(told)) {
      told = event;
      session.tell(child, event);
    }
  }

  String tasks() {
    return session.keys().tasks(child);
  }

  String taken() {
    return session.keys().taken(child);
  }

  /** A sign of life. */
  Pulse beat(boolean idle) {
    var call =
        session.call(
            Scripts.BEAT,
            session.keys().ownAnd(tasks(), taken()),
            utf8(child),
            utf8(mark),
            utf8(idle ? "1" : "0"));
    var reply = session.redis().call(call);
    if (Session.isGone(reply)) {
      return Pulse.of(Child.End.SESSION_GONE);
    }
    var parts = reply.items();
    if (parts.get(0).text().equals("replaced")) {
      return Pulse.of(Child.End.REPLACED);
    }
    return new Pulse(Optional.empty(), parts.get(1).integer() == 1, present(parts.get(2)));
  }

  private static Optional<byte[]> present(Reply reply) {
    return Optional.of(reply.bytes()).filter(bytes -> bytes.length > 0);
  }

  /**
   * Reports on a task.
   *
   * @param task as it was taken, byte for byte; empty if it never was
   * @param andTake whether to take the next one, too
   * @throws IllegalArgumentException if the report is too large
   */
  Answer report(byte[] task, ReportMessage report, boolean andTake) {
    byte[] json = utf8(report);
    if (json.length > Outgoing.BYTES_MAX) {
      throw new IllegalArgumentException(
          "the report on task "
              + report.taskId()
              + " has "
              + json.length
              + " bytes, at most "
              + Outgoing.BYTES_MAX
              + " travel well; put what is large under a key of your own, and report the key");
    }
    var call =
        onAll(
            Scripts.REPORT,
            utf8(child),
            utf8(mark),
            task,
            utf8(report.taskId()),
            json,
            utf8(report.status()),
            utf8(report.messageId()),
            utf8(andTake ? "1" : "0"));
    var reply = session.redis().call(call);
    if (Session.isGone(reply)) {
      return new Answer(Verdict.SESSION_GONE, Optional.empty());
    }
    var parts = reply.items();
    return new Answer(verdict(parts.get(0).text()), present(parts.get(1)));
  }

  private static Verdict verdict(String word) {
    return switch (word) {
      case "counted" -> Verdict.COUNTED;
      case "duplicate" -> Verdict.DUPLICATE;
      default -> Verdict.NOT_HELD;
    };
  }

  private Command<Reply> onAll(Script script, byte[]... arguments) {
    var keys = session.keys();
    return session.call(script, keys.ownAnd(tasks(), taken(), keys.reports(child)), arguments);
  }

  /** Puts a message that was taken, and that nobody can use, to the dead letters. */
  void bury(byte[] message, String reason) {
    session.bury(taken(), message, reason);
  }

  /**
   * Gives the number up, and the task at hand back.
   *
   * @param shutdown the message that this child obeys by it, or empty
   */
  void leave(byte[] shutdown) {
    var call =
        session.call(
            Scripts.LEAVE,
            session.keys().ownAnd(tasks(), taken()),
            utf8(child),
            utf8(mark),
            shutdown,
            utf8(session.status(child, "stopped")));
    session.redis().call(call.within(GOODBYE));
  }
}
