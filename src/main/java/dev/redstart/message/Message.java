package dev.redstart.message;

import dev.redstart.json.Json;
import dev.redstart.json.JsonObject;
import dev.redstart.resp.RespEncoder;
import java.util.Objects;

/**
 * A message that can be written to. It keeps nothing that decides anything: any number of
 * instances, threads and processes may write to one message at once. Thread-safe.
 *
 * <p>Each write is one round trip and one step: it happens with its event, or not at all. When a
 * connection breaks it is repeated, and happens once. What was refused is said by the {@link
 * Written} that comes back: a message that has ended, and a task that has, take no writes.
 *
 * <p>All writes throw a {@link MessageException.Unknown} if the message is gone, and a {@link
 * dev.redstart.redis.RedisException} if Redis cannot be reached; that says whether the write may
 * have happened.
 */
public final class Message {
  private final StoredMessage stored;
  private volatile MessageSnapshot snapshot;
  private volatile Written last;

  Message(StoredMessage stored, MessageSnapshot snapshot) {
    this.stored = stored;
    this.snapshot = snapshot;
    this.last =
        new Written(Written.Result.REPEATED, snapshot.status(), Names.utf8(snapshot.text()).length);
  }

  StoredMessage stored() {
    return stored;
  }

  /** Its id. */
  public String id() {
    return stored.messageId();
  }

  /** The id of its session. */
  public String sessionId() {
    return stored.sessionId();
  }

  /** As it was when it was loaded, or {@link #refresh refreshed}. */
  public MessageSnapshot snapshot() {
    return snapshot;
  }

  /** Loads it again. */
  public MessageSnapshot refresh() {
    var now =
        StoredMessage.find(stored.backing(), id())
            .filter(found -> found.head().sessionId().equals(sessionId()))
            .orElseThrow(() -> new MessageException.Unknown(id()));
    snapshot = now;
    return now;
  }

  /** What was last heard of it: of the write before, or of loading it. */
  public Written last() {
    return last;
  }

  Written heard(Written written) {
    last = written;
    return written;
  }

  /**
   * Appends to the text, at its end, wherever that is: for several writers one after the other.
   * Nothing to append is a way to ask how the message is.
   *
   * @throws IllegalArgumentException if the text has half of a character (an unpaired surrogate)
   * @throws MessageException.Full if the text would be too long
   */
  public Written appendText(String delta) {
    return heard(stored.append(-1, RespEncoder.word(Objects.requireNonNull(delta, "delta"))));
  }

  /**
   * Appends to the text if it ends there: for a producer that may repeat itself, or be repeated.
   * The same text at the same place is not appended again.
   *
   * @param offset in bytes of UTF-8, such as {@link Written#textBytes} of the append before
   * @throws MessageException.Conflict if the text is shorter, or has something else there
   * @throws IllegalArgumentException if the text has half of a character (an unpaired surrogate)
   * @throws MessageException.Full if the text would be too long
   */
  public Written appendText(long offset, String delta) {
    if (offset < 0) {
      throw new IllegalArgumentException("offset: must not be negative, was " + offset);
    }
    return heard(stored.append(offset, RespEncoder.word(Objects.requireNonNull(delta, "delta"))));
  }

  /**
   * Adds a content block, or replaces the one of the same id. Its data is kept apart if it is
   * large; on a cluster that is a round trip of its own before, and data that was there under this
   * id is replaced even if the block is refused then.
   *
   * @throws MessageException.Conflict if another message has large content of this id
   * @throws MessageException.Full if it has too many blocks
   */
  public Written addContent(ContentBlock block) {
    return heard(stored.add(Objects.requireNonNull(block, "block")));
  }

  /** As {@link #startTask(String, String, JsonObject)} without parameters. */
  public Written startTask(String taskId, String taskType) {
    return startTask(taskId, taskType, Json.object());
  }

  /**
   * Starts a task, with a block that holds the place of its result: an image for {@code
   * image_generation}, likewise for the other content types, otherwise a text. Anybody may go on
   * with it.
   *
   * @param taskId unique in the message
   * @param parameters what is kept with the task, such as a prompt
   * @throws MessageException.Conflict if the message has another task of this id
   * @throws MessageException.Full if it has too many blocks
   */
  public Written startTask(String taskId, String taskType, JsonObject parameters) {
    Names.id(taskId, "taskId");
    Objects.requireNonNull(taskType, "taskType");
    var more = parameters.asMap().isEmpty() ? "" : ",\"params\":" + parameters;
    return heard(stored.startTask(taskId, taskType, more));
  }

  /**
   * Says how far a task is. One that has ended stays as it is.
   *
   * @throws MessageException.UnknownTask if there is no such task
   * @throws MessageException.Conflict if another message has large content of the result's id
   */
  public Written updateTask(String taskId, TaskUpdate update) {
    Names.id(taskId, "taskId");
    return heard(stored.updateTask(taskId, Objects.requireNonNull(update, "update")));
  }

  /** Ends it. Tasks that go on are cancelled by that. */
  public Written complete() {
    return heard(stored.end(MessageStatus.COMPLETED, ""));
  }

  /** Ends it because something went wrong, with an {@code error} event. */
  public Written fail(String error) {
    return heard(stored.end(MessageStatus.FAILED, Names.quoted(error)));
  }

  /** Ends it because nobody wants it any more. Its producer hears of it. */
  public Written cancel() {
    return heard(stored.end(MessageStatus.CANCELLED, ""));
  }

  /**
   * Adds an event that changes nothing: a {@code ping} or an {@code error}. All others come with
   * the operations.
   *
   * @throws IllegalArgumentException if it is of another type
   */
  public Written publish(EventType type, JsonObject payload) {
    if (type != EventType.PING && type != EventType.ERROR) {
      throw new IllegalArgumentException("type: " + type + " comes with what it tells, not alone");
    }
    return heard(stored.publish(type, payload.toString()));
  }
}
