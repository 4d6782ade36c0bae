package dev.redstart.orchestration;

import static dev.redstart.orchestration.Session.utf8;

import dev.redstart.resp.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at a session, in one round trip and without touching it. */
final class Observer {
  /** How many numbers come before the children, and how many parts each child has. */
  private static final int TOTALS = 7;

  private static final int PARTS = 3;

  private Observer() {}

  static SessionView view(Session session) {
    var config = session.config();
    var call = session.call(Scripts.VIEW, session.keys().all(), utf8(config.maxChildren()));
    var parts = session.checked(session.redis().call(call)).items();
    return new SessionView(
        config,
        Instant.ofEpochMilli(parts.get(0).integer()),
        Duration.ofMillis(Math.max(0, parts.get(1).integer())),
        children(parts.subList(TOTALS, parts.size())),
        parts.get(2).integer(),
        parts.get(3).integer(),
        parts.get(4).integer(),
        parts.get(5).integer(),
        parts.get(6).integer());
  }

  private static List<ChildView> children(List<Reply> parts) {
    var children = new ArrayList<ChildView>();
    for (int i = 0; i < parts.size(); i += PARTS) {
      children.add(
          new ChildView(
              1 + i / PARTS,
              ChildView.state(parts.get(i).text()),
              parts.get(i + 1).integer(),
              taskId(parts.get(i + 2).bytes())));
    }
    return children;
  }

  private static Optional<String> taskId(byte[] taken) {
    return Message.parse(taken) instanceof TaskMessage task
        ? Optional.of(task.taskId())
        : Optional.empty();
  }
}
