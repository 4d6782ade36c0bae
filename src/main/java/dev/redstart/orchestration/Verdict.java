package dev.redstart.orchestration;

/** Whether a report counted. Of all reports on a task, exactly one does. */
public enum Verdict {
  /** It is the report on its task; the parent gets it. */
  COUNTED,
  /** There is a report on this task already. Nobody gets this one. */
  DUPLICATE,
  /**
   * This child does not hold the task: it never took it, or its lease was over and somebody else
   * has the task now. Nobody gets this report.
   */
  NOT_HELD,
  /** The session is gone, and with it whoever would have wanted the report. */
  SESSION_GONE
}
