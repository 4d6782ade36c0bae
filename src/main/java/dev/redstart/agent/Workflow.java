package dev.redstart.agent;

import java.util.Locale;

/** In which way a task is done. Each step is a task of the message, and is not done again. */
public enum Workflow {
  /** The agent answers, once. */
  SIMPLE,
  /** The agent answers and criticises that, until it accepts it or has done so often enough. */
  CRITIC,
  /** The agent plans steps, does them, and plans more until it has done so often enough. */
  PLANNER;

  /**
   * By its name in lower case.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public static Workflow of(String name) {
    for (Workflow workflow : values()) {
      if (workflow.toString().equals(name)) {
        return workflow;
      }
    }
    throw new IllegalArgumentException("workflow: must be simple, critic or planner");
  }

  /** In lower case: {@code planner}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
