package dev.redstart.orchestration;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The reports that came in time.
 *
 * @param reports by task id, in the order of the tasks that were asked for
 * @param missing the ids of the others; their reports can be gathered later
 */
public record Gathered(Map<String, ReportMessage> reports, Set<String> missing) {
  public Gathered {
    reports = Collections.unmodifiableMap(new LinkedHashMap<>(reports));
    missing = Collections.unmodifiableSet(new LinkedHashSet<>(missing));
  }

  /** Whether all reports are there. */
  public boolean isComplete() {
    return missing.isEmpty();
  }
}
