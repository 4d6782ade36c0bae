package dev.redstart.queue;

/** Where a task of the queue is; it is in one place only. The order is that of the scripts. */
public enum TaskState {
  /** It can be taken. */
  READY,
  /** It can be taken later: it was pushed so, or has failed and waits for another attempt. */
  SCHEDULED,
  /** Somebody works on it, and has a lease. */
  LEASED,
  /** It failed too often, or cannot be read. It stays until it is requeued or purged. */
  DEAD
}
