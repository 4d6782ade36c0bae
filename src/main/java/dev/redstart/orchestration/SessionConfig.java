package dev.redstart.orchestration;

import dev.redstart.json.JsonCodec;
import dev.redstart.json.JsonObject;
import dev.redstart.json.JsonParseException;
import dev.redstart.json.JsonValueException;
import dev.redstart.json.Naming;
import java.util.List;

/**
 * What a session is, and under which names its parts are: the document that {@code P:config} holds,
 * with the fields of the Redis Orchestration App in its order.
 *
 * @param prefix of all keys of the session
 * @param maxChildren children are numbered from 1 to this
 * @param createdAt in the creator's local time
 * @param parentToChildLists the task lists, child 1 first
 * @param childToParentLists the lists of reports: one for all in summoner mode, otherwise child 1's
 *     first
 * @param resultStream for the users of the session, as is the control list
 * @param monitorChannel empty in normal mode
 * @param mode {@code normal} or {@code summoner}
 */
public record SessionConfig(
    String sessionId,
    String prefix,
    int maxChildren,
    String createdAt,
    List<String> parentToChildLists,
    List<String> childToParentLists,
    String statusStream,
    String resultStream,
    String controlList,
    String monitorChannel,
    String mode) {
  private static final JsonCodec<SessionConfig> CODEC =
      JsonCodec.of(SessionConfig.class).withNaming(Naming.SNAKE_CASE);

  public SessionConfig {
    parentToChildLists = List.copyOf(parentToChildLists);
    childToParentLists = List.copyOf(childToParentLists);
  }

  static SessionConfig of(String sessionId, SessionKeys keys) {
    return new SessionConfig(
        sessionId,
        keys.prefix(),
        keys.children(),
        Timestamps.now(),
        keys.each(keys::tasks),
        keys.reports(),
        keys.status(),
        keys.results(),
        keys.control(),
        keys.monitor(),
        keys.mode().word());
  }

  SessionKeys keys() {
    return new SessionKeys(prefix, maxChildren, Mode.of(mode).orElseThrow());
  }

  /** The JSON that other programs read. */
  public JsonObject toJson() {
    return (JsonObject) CODEC.toJson(this);
  }

  /**
   * Reads it; unknown fields are ignored.
   *
   * @throws JsonParseException if it is not JSON
   * @throws JsonValueException if it is not a configuration
   */
  public static SessionConfig parse(String json) {
    return CODEC.parse(json);
  }

  /**
   * Itself, if we can take part in such a session.
   *
   * @throws IllegalArgumentException otherwise
   */
  SessionConfig checked() {
    if (Mode.of(mode).isEmpty()) {
      throw new IllegalArgumentException("its mode is " + mode + ", neither normal nor summoner");
    }
    return this;
  }

  /**
   * The number, if there is such a child.
   *
   * @throws IllegalArgumentException otherwise; it names the range
   */
  int checkChild(int childId) {
    if (childId < 1 || childId > maxChildren) {
      throw new IllegalArgumentException(
          "childId: must be 1 to " + maxChildren + " in session " + sessionId + ", was " + childId);
    }
    return childId;
  }
}
