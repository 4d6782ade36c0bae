package dev.redstart.orchestration;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What one call of gather waits for, and what of it has come. */
final class Goal {
  private final Set<String> wanted;
  private final Until until;
  private final Map<String, ReportMessage> come = new LinkedHashMap<>();
  private boolean hasFailure;

  Goal(Set<String> wanted, Until until) {
    this.wanted = wanted;
    this.until = until;
  }

  void add(ReportMessage report) {
    if (wanted.contains(report.taskId())) {
      come.put(report.taskId(), report);
      hasFailure |= !report.isSuccess();
    }
  }

  boolean isReached() {
    return until.isReached(wanted.size(), come.size(), hasFailure);
  }

  Gathered result() {
    var reports = new LinkedHashMap<String, ReportMessage>();
    var missing = new LinkedHashSet<String>();
    for (var id : wanted) {
      if (come.containsKey(id)) {
        reports.put(id, come.get(id));
      } else {
        missing.add(id);
      }
    }
    return new Gathered(reports, missing);
  }
}
