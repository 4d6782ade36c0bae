package dev.redstart.orchestration;

import dev.redstart.redis.Redis;
import java.util.Objects;
import java.util.Optional;

/**
 * The sessions on a Redis: opens, finds and ends them, and lets one take part. Thread-safe; the
 * client stays the caller's.
 *
 * <p>There are two modes, which differ in names and lists and in nothing else. In normal mode a
 * session is called {@code {project}-{host}-{number}}, and each child has a list of reports. In
 * summoner mode it is called {@code summoner:{id}}, all children share one list of reports, and a
 * monitor channel shows each message.
 *
 * <p>All methods throw a {@link dev.redstart.redis.RedisException} when Redis cannot be reached.
 */
public final class Orchestration {
  private final Directory directory;

  private Orchestration(Redis redis) {
    this.directory = new Directory(redis);
  }

  /** The sessions on this Redis. */
  public static Orchestration of(Redis redis) {
    return new Orchestration(Objects.requireNonNull(redis, "redis"));
  }

  /**
   * Opens a session in normal mode. It lives until {@link #cleanup}, or until nobody has used it
   * for its time to live. Of several that open sessions of one prefix at once, each gets a number
   * of its own.
   *
   * @throws SessionException.Exists if the number that was asked for is taken, or all are
   */
  public SessionConfig initialize(SessionOptions options) {
    return directory.openNormal(Objects.requireNonNull(options, "options"));
  }

  /**
   * The same in summoner mode.
   *
   * @throws SessionException.Exists if there is one of this id
   */
  public SessionConfig initializeSummoner(SessionOptions options) {
    return directory.openSummoner(Objects.requireNonNull(options, "options"));
  }

  /**
   * The session of this id, of either mode, if there is one.
   *
   * @throws SessionException.Unreadable if something else is in its place
   */
  public Optional<SessionConfig> config(String sessionId) {
    return directory.find(sessionId);
  }

  /**
   * The session of this prefix, as its configuration has it, if there is one.
   *
   * @throws SessionException.Unreadable if something else is in its place
   */
  public Optional<SessionConfig> configByPrefix(String prefix) {
    return directory.findByPrefix(prefix);
  }

  /**
   * Ends a session at once and deletes all its keys. Its children notice and stop; what they were
   * working on is reported to nobody.
   *
   * @return false if there was none
   */
  public boolean cleanup(String sessionId) {
    var found = config(sessionId);
    found.ifPresent(this::cleanup);
    return found.isPresent();
  }

  /** As {@link #cleanup(String)}; what a session has left that is half gone is deleted, too. */
  public boolean cleanup(SessionConfig config) {
    return directory.close(Objects.requireNonNull(config, "config"));
  }

  /**
   * How a session is at this moment. Changes nothing: looking does not keep a session alive.
   *
   * @throws SessionException.Unknown if there is no such session
   */
  public SessionView view(String sessionId) {
    return Observer.view(directory.session(sessionId));
  }

  /**
   * Takes part as the parent: sends tasks and gathers reports. A session has one parent at a time;
   * a new one goes on where a former one died.
   *
   * @throws SessionException.Unknown if there is no such session
   */
  public Parent parent(String sessionId) {
    return new Parent(new ParentSession(directory.session(sessionId)));
  }

  /**
   * Takes part as a child, from now on: its lease begins. A process that was this child before is
   * so no more; what it held will be done again.
   *
   * @throws SessionException.Unknown if there is no such session
   * @throws IllegalArgumentException if the session has no such child; the message names the range
   */
  public Child child(String sessionId, int childId) {
    var session = directory.session(sessionId);
    return Child.join(session, session.config().checkChild(childId));
  }
}
