package dev.redstart.event;

import dev.redstart.event.StoredRun.Chunk;
import dev.redstart.event.StoredRun.Draft;
import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.redis.Channels;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Renewal;
import dev.redstart.redis.Requests;
import dev.redstart.redis.Streams;
import dev.redstart.stream.LiveTail;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The events of runs on a Redis. Thread-safe; the client stays the caller's.
 *
 * <p>The events of a run {@code 1} are the stream {@code run:1:events}, each with the same nine
 * fields, so plain clients may read them; beside it there is {@code {run:1:events}:meta}, and for
 * all together the sorted set {@code runs}, which lists them. An event of the category {@code
 * lifecycle} whose action is one of {@link RunEnd} is the end of its run, whoever adds it: none can
 * be added after it.
 *
 * <p>A run's id is 1 to 256 bytes of visible characters without braces. All methods throw an {@link
 * IllegalArgumentException} for another one before anything is sent, a {@link
 * dev.redstart.redis.RedisException} when Redis cannot be reached or refuses, and an {@link
 * IllegalStateException} when the run's key holds something else.
 */
public final class EventStore {
  /** What one call of a script hands over: nobody else is served meanwhile. */
  private static final int CHUNK_MAX = 500;

  private static final int CHUNK_BYTES_MAX = 1 << 20;

  /** A client has to have room for a page. */
  private static final int PAGE_BYTES_MAX = 4 << 20;

  private static final Duration TRY_MAX = Duration.ofSeconds(1);
  private static final Duration LEASE_MIN = Duration.ofMillis(200);
  private static final Duration LEASE_MAX = Duration.ofDays(1);
  private static final JsonValue NO_DATA = Json.object();

  private final Redis redis;
  private final EventOptions options;
  private final Requests requests = new Requests();
  private final LiveTail tail;
  private final Renewal renewal;
  private final RunList list;

  private EventStore(Redis redis, EventOptions options) {
    this.redis = redis;
    this.options = options;
    this.tail = LiveTail.of(redis);
    this.renewal = new Renewal(redis, "redstart-runs");
    this.list = new RunList(redis, options);
  }

  /** The runs on this Redis. */
  public static EventStore of(Redis redis) {
    return of(redis, EventOptions.defaults());
  }

  /** The runs on this Redis, kept as the options say. */
  public static EventStore of(Redis redis, EventOptions options) {
    return new EventStore(
        Objects.requireNonNull(redis, "redis"), Objects.requireNonNull(options, "options"));
  }

  private StoredRun run(String runId) {
    return new StoredRun(redis, requests, options, RunKeys.of(redis, runId));
  }

  // ---- writing

  /** As {@link #add(String, String, String, JsonValue)}, without data. */
  public Event add(String runId, String category, String action) {
    return add(runId, category, action, NO_DATA);
  }

  /** As {@link #add(String, String, String, JsonValue, Source)}, without a source. */
  public Event add(String runId, String category, String action, JsonValue data) {
    return add(runId, category, action, data, Source.NONE);
  }

  /**
   * Adds an event in one round trip, and tells those who follow the run. When a reply is lost, the
   * event is not added twice.
   *
   * @param category 1 to 100 visible characters, as {@code action}
   * @return the event, with its id and number
   * @throws EventException if the run has ended or expired
   */
  public Event add(String runId, String category, String action, JsonValue data, Source source) {
    return add(runId, new Draft(category, action, data, source), Optional.empty());
  }

  private Event add(String runId, Draft draft, Optional<Duration> limit) {
    var run = run(runId);
    var event = run.added(draft, run.add(draft, limit));
    list.enter(runId, event.sequence() == 1);
    return event;
  }

  /**
   * As {@link #add(String, String, String, JsonValue, Source)}, once for each key in a run, whoever
   * adds it; two round trips. A key is remembered for an hour at least.
   *
   * @return the event that was added with this key, now or before
   * @throws EventException if the run has ended or expired before
   * @throws EventException.Conflict if that event is another one
   */
  public Event addOnce(
      String key, String runId, String category, String action, JsonValue data, Source source) {
    var run = run(runId);
    var draft = new Draft(category, action, data, source);
    var name = "key-" + UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
    var answer = run.add(draft, new Requests.Request(name, 1), Optional.empty());
    var event = run.added(draft, answer);
    list.enter(runId, event.sequence() == 1);
    var there = page(runId, EventQuery.all().withFrom(event.id()).withTo(event.id())).events();
    if (!there.isEmpty() && !there.get(0).equals(event)) {
      throw new EventException.Conflict(runId);
    }
    return event;
  }

  /**
   * As {@link #add(String, String, String, JsonValue, Source)}, but for those whom an outage must
   * not stop: it does not throw, and takes a second at most.
   */
  public AddResult tryAdd(
      String runId, String category, String action, JsonValue data, Source source) {
    try {
      var draft = new Draft(category, action, data, source);
      return new AddResult.Added(add(runId, draft, Optional.of(TRY_MAX)));
    } catch (RuntimeException why) {
      return new AddResult.NotAdded(why);
    }
  }

  /** As {@link #close(String, RunEnd, JsonValue)}, without data. */
  public Closing close(String runId, RunEnd end) {
    return close(runId, end, NO_DATA);
  }

  /**
   * Ends a run: adds its last event and refuses all that come later, in one step; the run is kept
   * for as long as the options say. A run that has ended stays as it is.
   *
   * @return how it ended, this time or before
   * @throws EventException.Expired if the run has expired
   */
  public Closing close(String runId, RunEnd end, JsonValue data) {
    Objects.requireNonNull(end, "end");
    var run = run(runId);
    var draft = new Draft(Event.LIFECYCLE, end.action(), data, Source.NONE);
    var answer = run.add(draft, Optional.empty());
    if (answer.word().equals("closed")) {
      var before = RunEnd.of(answer.facts().get(2)).orElse(end);
      return new Closing(answer.id(), before, false);
    }
    var event = run.added(draft, answer);
    list.enter(runId, event.sequence() == 1);
    return new Closing(event.id(), end, true);
  }

  /**
   * Becomes the producer of a run, whether it has begun or not: see {@link RunProducer}.
   *
   * @param lease for how long it may give no sign of life; 200 ms to a day
   * @throws EventException if the run has ended or expired, or has another producer that is alive
   */
  public RunProducer open(String runId, Duration lease) {
    Limits.within(Objects.requireNonNull(lease, "lease"), "lease", LEASE_MAX);
    Limits.within(lease.toMillis(), "lease in ms", LEASE_MIN.toMillis(), LEASE_MAX.toMillis());
    var run = run(runId);
    var token = UUID.randomUUID().toString();
    run.open(token, lease);
    list.enter(runId, false);
    return new RunProducer(this, run, renewal).hold(token, lease);
  }

  /** Says when a run expires, instead of what the options say; false if there is no such run. */
  public boolean expire(String runId, Duration ttl) {
    return run(runId).expire(Limits.within(ttl, "ttl", Duration.ofDays(3650)));
  }

  /**
   * Deletes a run with all that is known of it: an event that is added later makes a new one.
   *
   * @return whether there were events
   */
  public boolean delete(String runId) {
    var keys = run(runId).keys();
    boolean there = exists(runId);
    redis.call(Keys.unlink(keys.events(), keys.meta()).idempotent());
    redis.call(Channels.publish(keys.channel(), "").idempotent());
    list.remove(runId);
    return there;
  }

  // ---- reading

  /**
   * The runs that were begun last, the newest first; a thousand are known. Of runs that only others
   * add to, with XADD, nothing is known here.
   *
   * @param limit 1 to 1000
   */
  public List<RunSummary> runs(int limit) {
    Limits.within(limit, "limit", 1, RunList.KEPT);
    return list.newest(limit, id -> redis.send(run(id).summary()));
  }

  /** Whether there are events of it, be it open or closed. */
  public boolean exists(String runId) {
    return redis.call(Keys.exists(run(runId).keys().events())) == 1;
  }

  /** How many events there are. */
  public long length(String runId) {
    return redis.call(Streams.len(run(runId).keys().events()));
  }

  /** How the run is. One whose producer died is closed by this. */
  public RunState state(String runId) {
    return run(runId).read("-", "+", 0, CHUNK_BYTES_MAX, Optional.empty()).state();
  }

  /** All events that there are; none if the run is unknown or expired, which its state tells. */
  public List<Event> events(String runId) {
    return page(EventQuery.all(), runId, Integer.MAX_VALUE - 1, Long.MAX_VALUE).events();
  }

  /**
   * The events after this one, the first 10 000 of them, or 4 MiB.
   *
   * @throws IllegalArgumentException if the run never had this event, nor a later one
   */
  public EventPage eventsAfter(String runId, EntryId id) {
    return page(runId, EventQuery.all().withAfter(id).withLimit(EventQuery.LIMIT_MAX));
  }

  /**
   * Some of the events. A page of large events, of more than 4 MiB together, is shorter than its
   * limit. To go on, ask with {@link EventQuery#withAfter} for those after {@link EventPage#next}:
   * no event comes twice, and none is left out.
   *
   * @throws IllegalArgumentException if events after one are wanted, and the run never had that
   *     event, nor a later one
   */
  public EventPage page(String runId, EventQuery query) {
    Objects.requireNonNull(query, "query");
    return page(query, runId, query.limit(), PAGE_BYTES_MAX);
  }

  private EventPage page(EventQuery query, String runId, int limit, long bytesMax) {
    var run = run(runId);
    var after = query.after();
    var events = new ArrayList<Event>();
    Chunk first = null;
    Chunk chunk;
    String place = query.from();
    int room = limit;
    long bytes = 0;
    do {
      int count = bytes < bytesMax ? Math.min(CHUNK_MAX, room + 1 - events.size()) : 1;
      var known = first == null ? after : Optional.<EntryId>empty();
      chunk = run.read(place, query.to(), count, CHUNK_BYTES_MAX, known);
      first = first == null ? checked(runId, after, chunk) : first;
      for (var entry : chunk.entries()) {
        room = bytes < bytesMax ? room : Math.min(room, events.size());
        bytes += entry.size();
        events.add(Event.of(runId, entry));
      }
      place = events.isEmpty() ? place : "(" + events.get(events.size() - 1).id();
    } while (chunk.hasMore() && events.size() <= room);
    boolean more = events.size() > room;
    var kept = more ? events.subList(0, room) : events;
    return new EventPage(
        first.state(),
        Optional.of(first.lost()).filter(lost -> lost != 0).map(RunUpdate.Gap::of),
        kept,
        more,
        Optional.of(kept).filter(it -> !it.isEmpty()).map(it -> it.get(it.size() - 1).id()));
  }

  /** An id that the run cannot have given is a mistake, and not a place to wait at. */
  private static Chunk checked(String runId, Optional<EntryId> after, Chunk chunk) {
    boolean known = chunk.state() != RunState.UNKNOWN;
    if (known && after.filter(id -> id.compareTo(chunk.newest()) > 0).isPresent()) {
      throw new IllegalArgumentException(
          "the run " + runId + " has no event " + after.get() + ", nor a later one");
    }
    return chunk;
  }

  /**
   * Follows a run, from its first event on, after one of them, or from now on. A run that nobody
   * knows is waited for.
   *
   * @throws IllegalArgumentException if it is to go on after an event, and the run never had that
   *     one, nor a later one
   * @throws IllegalStateException if Redis holds something else there
   */
  public EventFollower follow(String runId, EventStart from) {
    var wanted = Objects.requireNonNull(from, "from").cursor();
    var run = run(runId);
    var now = checked(runId, wanted, run.read("-", "+", 0, CHUNK_BYTES_MAX, wanted));
    var cursor = wanted.orElse(now.newest());
    boolean over =
        RunSource.isOver(now.state(), cursor)
            && (now.state() != RunState.CLOSED || cursor.equals(now.newest()));
    return new EventFollower(run, tail, cursor, over ? Optional.of(now.state()) : Optional.empty());
  }
}
