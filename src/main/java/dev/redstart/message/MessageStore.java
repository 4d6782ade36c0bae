package dev.redstart.message;

import dev.redstart.json.JsonObject;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.Keys;
import dev.redstart.redis.MemberRange;
import dev.redstart.redis.Redis;
import dev.redstart.redis.Renewal;
import dev.redstart.redis.Requests;
import dev.redstart.redis.ScoreRange;
import dev.redstart.redis.Server;
import dev.redstart.redis.SortedSets;
import dev.redstart.resp.Reply;
import dev.redstart.stream.LiveTail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The messages on a Redis, and their sessions. Thread-safe; the client stays the caller's.
 *
 * <p>All methods throw a {@link dev.redstart.redis.RedisException} when Redis cannot be reached or
 * refuses, and an {@link IllegalArgumentException}, before anything is sent, for ids that are not 1
 * to 256 visible ASCII characters without <code>: { } " \</code>.
 */
public final class MessageStore implements AutoCloseable {
  private static final int LIMIT_MAX = 1000;
  private static final int CLEANUP_BATCH = 100;

  /** A JVM's garbage collection, or a busy machine, must not look like a death. */
  private static final Duration LEASE_MIN = Duration.ofMillis(200);

  private final Backing backing;
  private final LiveTail live;
  private final Renewal renewal;

  private MessageStore(Redis redis, MessageOptions options) {
    this.backing = new Backing(redis, options, new Requests());
    this.live = LiveTail.of(redis);
    this.renewal = new Renewal(redis, "redstart-generations");
  }

  /** The messages on this Redis. */
  public static MessageStore of(Redis redis) {
    return of(redis, MessageOptions.defaults());
  }

  /** The messages on this Redis, kept as the options say. */
  public static MessageStore of(Redis redis, MessageOptions options) {
    return new MessageStore(
        Objects.requireNonNull(redis, "redis"), Objects.requireNonNull(options, "options"));
  }

  /** As {@link #loadOrCreate(MessageHead)}. */
  public Message loadOrCreate(String messageId, String sessionId, Role role) {
    return loadOrCreate(MessageHead.of(messageId, sessionId, role));
  }

  /**
   * The message with this id, which is made if there is none, in the session's list. Its session
   * need not have been created.
   *
   * @throws MessageException.Conflict if it belongs to another session
   * @throws MessageException.SessionClosed if it would have to be made, and its session is closed
   */
  public Message loadOrCreate(MessageHead head) {
    var stored = StoredMessage.of(backing, head.sessionId(), head.messageId());
    return new Message(stored, stored.loadOrCreate(head));
  }

  /**
   * Makes a message that has all its content from the beginning, as what a user says. May be
   * repeated, also by others at the same time: then nothing is changed.
   *
   * @param blocks each with an id that is the same when this is repeated
   * @return the message, complete
   * @throws MessageException.Conflict if there is one of this id that says something else
   * @throws MessageException.SessionClosed if it would have to be made, and its session is closed
   */
  public MessageSnapshot post(MessageHead head, String text, ContentBlock... blocks) {
    var message = loadOrCreate(head);
    if (!message.snapshot().isComplete()) {
      message.appendText(0, text);
      List.of(blocks).forEach(message::addContent);
      message.complete();
      message.refresh();
    }
    var there = message.snapshot();
    var data = there.contentBlocks().stream().map(this::whole).toList();
    if (!there.head().equals(head) || !there.text().equals(text) || !data.equals(List.of(blocks))) {
      throw new MessageException.Conflict("the message " + head.messageId() + " says other things");
    }
    return there;
  }

  private ContentBlock whole(ContentBlock block) {
    return block.isApart() ? contentBlock(block.contentId()).orElse(block) : block;
  }

  /** The message with this id; empty if there is none (any more). */
  public Optional<Message> load(String messageId) {
    return StoredMessage.find(backing, Names.id(messageId, "messageId")).map(this::message);
  }

  private Message message(MessageSnapshot snapshot) {
    var head = snapshot.head();
    return new Message(StoredMessage.of(backing, head.sessionId(), head.messageId()), snapshot);
  }

  /**
   * The messages of a session, in the order in which they were made. Those that have expired are
   * passed over, and leave the session's list by that.
   *
   * @param limit how many at most, 1 to 1000
   * @param offset how many are skipped
   */
  public List<MessageSnapshot> sessionMessages(String sessionId, int limit, int offset) {
    MessageOptions.within(offset, "offset", 0, Integer.MAX_VALUE);
    return listing(sessionId, limit).from(offset);
  }

  /**
   * The messages of a session that were made before one of them, the newest first. Costs what it
   * returns, however many there are. Those that have expired are passed over.
   *
   * @param limit how many at most, 1 to 1000
   * @return none if the session does not have that message
   */
  public List<MessageSnapshot> messagesBefore(String sessionId, String messageId, int limit) {
    return listing(sessionId, limit).before(Names.id(messageId, "messageId"));
  }

  private Listing listing(String sessionId, int limit) {
    MessageOptions.within(limit, "limit", 1, LIMIT_MAX);
    return new Listing(backing, Names.id(sessionId, "sessionId"), limit);
  }

  /**
   * Follows a message.
   *
   * @param lastId the event after which to begin; {@code "0"} for all there is
   * @throws MessageException.Unknown if there is no such message in that session
   * @throws IllegalArgumentException if {@code lastId} is not the id of an event
   */
  public MessageSubscription subscribe(String sessionId, String messageId, String lastId) {
    Names.id(sessionId, "sessionId");
    var stored = StoredMessage.of(backing, sessionId, Names.id(messageId, "messageId"));
    return new MessageSubscription(live, stored, EntryId.parse(lastId)).begin();
  }

  /**
   * Deletes the messages of a session that were made more than so many days ago, whatever they are
   * doing.
   *
   * @return how many there were
   */
  public int cleanup(String sessionId, int keepDays) {
    MessageOptions.within(keepDays, "keepDays", 0, 36_500);
    var index = MessageKeys.index(backing.redis(), Names.id(sessionId, "sessionId"));
    var time = backing.redis().call(Server.time()).minus(Duration.ofDays(keepDays));
    double cutoff = time.getEpochSecond() + time.getNano() / 1e9;
    int deleted = 0;
    List<String> ids;
    do {
      var old = MemberRange.byScore(ScoreRange.atMost(cutoff)).withLimit(0, CLEANUP_BATCH);
      ids = backing.redis().call(SortedSets.range(index, old));
      deleted += delete(sessionId, ids);
      var words = new ArrayList<Object>(List.of(cutoff));
      words.addAll(ids);
      backing.run(Scripts.UNLIST, List.of(index), words.toArray());
    } while (ids.size() == CLEANUP_BATCH);
    return deleted;
  }

  private int delete(String sessionId, List<String> ids) {
    var pending =
        ids.stream().map(id -> StoredMessage.of(backing, sessionId, id).delete()).toList();
    int deleted = 0;
    for (var each : pending) {
      List<Reply> parts = each.await().items();
      deleted += (int) parts.get(0).integer();
      MessageSnapshot.words(parts.get(1).text())
          .forEach(id -> backing.redis().call(Keys.unlink(contentKey(id)).idempotent()));
    }
    return deleted;
  }

  private String contentKey(String contentId) {
    return MessageKeys.content(backing.redis(), contentId);
  }

  /** Content that is kept apart from its message; empty if there is none (any more). */
  public Optional<ContentBlock> contentBlock(String contentId) {
    var key = contentKey(Names.contentId(contentId));
    return StoredContent.read(backing.redis().call(Hashes.getAll(key)));
  }

  /** Opens a session with a new id. */
  public ChatSession createSession(Optional<String> userId, JsonObject metadata) {
    var id = Names.newId("session");
    return session("open", id, userId.orElse(""), metadata.toString()).orElseThrow();
  }

  /** The session; empty if there is none. */
  public Optional<ChatSession> session(String sessionId) {
    var key = MessageKeys.session(backing.redis(), Names.id(sessionId, "sessionId"));
    return ChatSession.of(backing.redis().call(Hashes.getAll(key)));
  }

  /** Closes a session: its messages stay, but there will be no new ones. Empty if there is none. */
  public Optional<ChatSession> closeSession(String sessionId) {
    return session("close", Names.id(sessionId, "sessionId"), "", "");
  }

  private Optional<ChatSession> session(String how, String id, String userId, String metadata) {
    var key = MessageKeys.session(backing.redis(), id);
    long ttl = backing.options().sessionTtl().toMillis();
    var reply = backing.run(Scripts.SESSION, List.of(key), how, ttl, id, userId, metadata);
    return ChatSession.of(Backing.fields(reply));
  }

  /** As {@link #produce(String, Duration, Duration)}; when the lease is over the message fails. */
  public Optional<Generation> produce(String messageId, Duration lease) {
    return produce(messageId, lease, Duration.ZERO);
  }

  /**
   * Takes a message into the hands of one producer, if no other one holds it.
   *
   * @param lease after what time without a sign of life this process counts as dead; at least 200
   *     ms. It gives signs by itself, three times as often at least
   * @param grace how much longer the message waits for another producer before it fails
   * @return empty if another producer holds it, or it has ended
   * @throws MessageException.Unknown if there is no such message
   */
  public Optional<Generation> produce(String messageId, Duration lease, Duration grace) {
    if (lease.compareTo(LEASE_MIN) < 0 || grace.isNegative()) {
      throw new IllegalArgumentException(
          "lease: must be at least " + LEASE_MIN.toMillis() + " ms, and grace not negative");
    }
    return claim(messageId, lease, grace);
  }

  /**
   * Goes on with a message whose producer is dead, with that one's lease and grace.
   *
   * @return empty if its producer lives, it never had one, or it has ended
   * @throws MessageException.Unknown if there is no such message
   */
  public Optional<Generation> takeOver(String messageId) {
    return claim(messageId, Duration.ZERO, Duration.ZERO);
  }

  private Optional<Generation> claim(String messageId, Duration lease, Duration grace) {
    var token = UUID.randomUUID().toString();
    var stored = StoredMessage.of(backing, Names.id(messageId, "messageId"));
    var given = stored.claim(token, lease, grace);
    if (given.isEmpty()) {
      return Optional.empty();
    }
    var now = StoredMessage.find(backing, messageId);
    var snapshot = now.orElseThrow(() -> new MessageException.Unknown(messageId));
    var message = new Message(stored.by(token), snapshot);
    return Optional.of(new Generation(renewal, message, given.get()).hold());
  }

  /** Ends all subscriptions, and the signs of life of what this store produces. */
  @Override
  public void close() {
    renewal.dropAll();
    live.close();
  }
}
