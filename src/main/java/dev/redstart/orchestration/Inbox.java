package dev.redstart.orchestration;

import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonValueException;
import dev.redstart.redis.ListEnd;
import dev.redstart.redis.Lists;
import dev.redstart.redis.Pending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The reports that have come to the parent. Each moves from the list of reports to the list of
 * those read, and leaves that when it is handed out: a reply that is lost on the way, or a parent
 * that dies, loses none. For one thread at a time.
 */
final class Inbox {
  private record Arrival(ReportMessage report, byte[] raw) {}

  private final Session session;
  private final Map<String, Arrival> arrived = new HashMap<>();
  private final Set<String> handedOut = new HashSet<>();

  /** Redis may have moved a report of which we know nothing. */
  private boolean unsure = true;

  Inbox(Session session) {
    this.session = session;
  }

  boolean hasAll(Collection<String> taskIds) {
    return arrived.keySet().containsAll(taskIds);
  }

  void lookAgain() {
    unsure = true;
  }

  /**
   * Waits for one more report.
   *
   * @param wait at most; zero would be for ever
   * @param limit how long the call may take beyond that
   * @return false if it only looked through what was read before
   */
  boolean receive(Duration wait, Duration limit) {
    var keys = session.keys();
    if (unsure) {
      // The first element stays for ever.
      var read = Lists.rangeBytes(keys.read(), 1, -1).within(limit);
      session.redis().call(read).forEach(this::accept);
      unsure = false;
      return false;
    }
    var move =
        Lists.blockingMoveBytes(keys.reports(), keys.read(), ListEnd.LEFT, ListEnd.RIGHT, wait);
    session.redis().call(move.within(limit)).ifPresent(this::accept);
    return true;
  }

  private void accept(byte[] raw) {
    try {
      if (Message.parse(raw) instanceof ReportMessage report) {
        accept(report, raw);
      } else {
        bury(raw, "not a report");
      }
    } catch (JsonParseException | JsonValueException noMessage) {
      bury(raw, "not a report: " + noMessage.getMessage());
    }
  }

  private void accept(ReportMessage report, byte[] raw) {
    var id = report.taskId();
    var before = arrived.get(id);
    if (!session.owns(report)) {
      bury(raw, "a report of session " + report.sessionId());
    } else if (before == null && !handedOut.contains(id)) {
      arrived.put(id, new Arrival(report, raw));
    } else if (before == null || !Arrays.equals(before.raw, raw)) {
      bury(raw, "a second report on task " + id);
    }
  }

  private void bury(byte[] raw, String reason) {
    session.bury(session.keys().read(), raw, reason);
  }

  /** Those of these that have come, in this order. */
  Map<String, ReportMessage> handOut(Collection<String> taskIds) {
    var read = session.keys().read();
    var found = new LinkedHashMap<String, ReportMessage>();
    var removals = new ArrayList<Pending<Long>>();
    for (var id : taskIds) {
      var arrival = arrived.get(id);
      if (arrival != null) {
        found.put(id, arrival.report);
        removals.add(session.redis().send(Lists.rem(read, 0, arrival.raw).idempotent()));
      }
    }
    removals.forEach(Pending::await);
    arrived.keySet().removeAll(found.keySet());
    handedOut.addAll(found.keySet());
    return found;
  }
}
