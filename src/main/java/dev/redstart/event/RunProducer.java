package dev.redstart.event;

import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Renewal;
import java.time.Duration;

/**
 * Whoever makes a run's events, with a lease that is renewed while this process lives. If it dies,
 * the run ends with one {@code abandoned} event, at the latest when somebody looks at the run.
 * Others may add events to the run, too. Thread-safe.
 *
 * <p>The lease has to be longer than Redis may be away: if it runs out meanwhile, the run is over.
 */
public final class RunProducer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RunProducer.class.getName());

  private final EventStore store;
  private final StoredRun run;
  private final Renewal renewal;
  private volatile boolean over;

  RunProducer(EventStore store, StoredRun run, Renewal renewal) {
    this.store = store;
    this.run = run;
    this.renewal = renewal;
  }

  RunProducer hold(String token, Duration lease) {
    renewal.hold(this, lease.dividedBy(3), () -> run.renewing(token, lease), this::hear);
    return this;
  }

  /** The run's id. */
  public String runId() {
    return run.keys().runId();
  }

  /** As {@link EventStore#add(String, String, String, JsonValue)}. */
  public Event add(String category, String action, JsonValue data) {
    return store.add(runId(), category, action, data);
  }

  /** As {@link EventStore#add(String, String, String, JsonValue, Source)}. */
  public Event add(String category, String action, JsonValue data, Source source) {
    return store.add(runId(), category, action, data, source);
  }

  /** As {@link EventStore#close(String, RunEnd, JsonValue)}. */
  public Closing end(RunEnd end, JsonValue data) {
    var closing = store.close(runId(), end, data);
    hear("closed");
    return closing;
  }

  /**
   * Whether the run is known to have ended, by this producer or by others: someone may have
   * cancelled it. Known a third of the lease later.
   */
  public boolean isOver() {
    return over;
  }

  /** What became of the lease; see open.lua. */
  private void hear(String word) {
    if (!word.equals("held")) {
      over = true;
      renewal.drop(this);
    }
  }

  /**
   * Leaves the run; one that has not ended is abandoned by that. Does not throw: where Redis cannot
   * be told, the lease runs out.
   */
  @Override
  public void close() {
    renewal.drop(this);
    if (!over) {
      over = true;
      try {
        store.close(runId(), RunEnd.ABANDONED, Json.object("reason", "its producer left"));
      } catch (RedisException | EventException | IllegalStateException trouble) {
        LOG.log(System.Logger.Level.DEBUG, "left without a word: {0}", trouble.getMessage());
      }
    }
  }
}
