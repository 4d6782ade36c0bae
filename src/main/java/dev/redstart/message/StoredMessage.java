package dev.redstart.message;

import dev.redstart.redis.Command;
import dev.redstart.redis.Hashes;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Pending;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Requests;
import dev.redstart.redis.Script;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One message on one Redis: its scripts as methods. Thread-safe.
 *
 * @param token of the producer that writes, or empty
 */
record StoredMessage(
    Backing backing, String sessionId, String messageId, MessageKeys keys, String token) {
  /** For scripts that may run twice by nature. */
  private static final Requests.Request NONE = new Requests.Request("", 0);

  /** The words of a write that this one is about, when it cannot be. */
  private record Refused(String conflict, String taskId) {}

  static StoredMessage of(Backing backing, String sessionId, String messageId) {
    var keys = MessageKeys.of(backing.redis(), sessionId, messageId);
    return new StoredMessage(backing, sessionId, messageId, keys, "");
  }

  /**
   * @throws MessageException.Unknown if there is no such message
   */
  static StoredMessage of(Backing backing, String messageId) {
    var key = MessageKeys.message(backing.redis(), messageId);
    var session = backing.redis().call(Hashes.get(key, "session_id"));
    return of(
        backing, session.orElseThrow(() -> new MessageException.Unknown(messageId)), messageId);
  }

  StoredMessage by(String token) {
    return new StoredMessage(backing, sessionId, messageId, keys, token);
  }

  private MessageOptions options() {
    return backing.options();
  }

  private Command<Reply> command(
      Script script, List<String> more, Requests.Request request, Object... arguments) {
    var all = new ArrayList<Object>(arguments.length + 8);
    all.add(sessionId);
    all.add(options().ttl().toMillis());
    all.add(options().eventsKept());
    all.add(request.line());
    all.add(request.number());
    all.add(token);
    all.add(options().contentTtl().toMillis());
    all.add(MessageTail.channel(backing.redis(), keys.stream()));
    all.addAll(List.of(arguments));
    var declared = Stream.concat(keys.own().stream(), more.stream()).toList();
    return Backing.command(script, declared, all.toArray());
  }

  private Reply run(Script script, Object... arguments) {
    return backing.redis().call(command(script, List.of(), NONE, arguments));
  }

  private Written write(Refused refused, Script script, List<String> more, Object... arguments) {
    var reply =
        backing
            .requests()
            .once(request -> backing.redis().call(command(script, more, request, arguments)));
    return read(reply, refused);
  }

  private Written write(String conflict, Script script, Object... arguments) {
    return write(new Refused(conflict, ""), script, List.of(), arguments);
  }

  private Written read(Reply reply, Refused refused) {
    var parts = reply.items();
    var result = parts.get(0).text();
    switch (result) {
      case "gone" -> throw new MessageException.Unknown(messageId);
      case "conflict" -> throw new MessageException.Conflict(refused.conflict);
      case "full" -> throw new MessageException.Full(messageId);
      case "no_task" -> throw new MessageException.UnknownTask(messageId, refused.taskId);
      default -> renewContent(MessageSnapshot.words(parts.get(3).text()));
    }
    return new Written(
        Written.Result.valueOf(result.toUpperCase(Locale.ROOT)),
        MessageStatus.valueOf(parts.get(1).text().toUpperCase(Locale.ROOT)),
        parts.get(2).integer());
  }

  /** It may live elsewhere, so it is not the script that does it. */
  private void renewContent(List<String> contentIds) {
    for (var id : contentIds) {
      try {
        var key = MessageKeys.content(backing.redis(), id);
        backing.redis().send(Keys.expire(key, options().contentTtl()));
      } catch (RedisException away) {
        // There will be another occasion: it is renewed four times as often as need be.
      }
    }
  }

  /** {@code head} is of this message. */
  MessageSnapshot loadOrCreate(MessageHead head) {
    boolean apart = !keys.isOneSlot();
    if (apart && !enlist(true)) {
      // It takes no new message, but has those that it took.
      return find(backing, messageId)
          .filter(there -> there.head().sessionId().equals(sessionId))
          .orElseThrow(() -> new MessageException.SessionClosed(sessionId));
    }
    var more = apart ? List.<String>of() : List.of(keys.index(), keys.session());
    var create =
        command(
            Scripts.CREATE,
            more,
            NONE,
            messageId,
            head.role(),
            head.parentMessageId().orElse(""),
            head.metadata(),
            options().sessionTtl().toMillis());
    var parts = backing.redis().call(create).items();
    switch (parts.get(0).text()) {
      case "closed" -> throw new MessageException.SessionClosed(sessionId);
      case "other" ->
          throw new MessageException.Conflict(
              "the message " + messageId + " is of the session " + parts.get(1).text());
      case "created" -> {
        if (apart) {
          enlist(false);
        }
      }
      default -> {
        // It is there already.
      }
    }
    return snapshot(parts.subList(1, 4)).orElseThrow(() -> new MessageException.Unknown(messageId));
  }

  /** In the list of its session, which lives elsewhere: false if that takes no more. */
  private boolean enlist(boolean polite) {
    var listed =
        backing.run(
            Scripts.ENLIST,
            List.of(keys.index(), keys.session()),
            messageId,
            polite ? 1 : 0,
            options().sessionTtl().toMillis());
    return listed.integer() == 1;
  }

  /** As it is now; empty if there is none. A message whose producer is gone ends by that. */
  static Optional<MessageSnapshot> find(Backing backing, String messageId) {
    return read(backing, backing.redis().call(snapshot(backing, messageId)).items());
  }

  static Command<Reply> snapshot(Backing backing, String messageId) {
    var keys = MessageKeys.of(backing.redis(), "", messageId);
    return Backing.command(Scripts.SNAPSHOT, List.of(keys.message(), keys.text()));
  }

  static Optional<MessageSnapshot> read(Backing backing, List<Reply> parts) {
    var fields = Backing.fields(parts.get(0));
    var sessionId = fields.get("session_id");
    var messageId = fields.get("message_id");
    return sessionId == null || messageId == null
        ? Optional.empty()
        : of(backing, sessionId, messageId).snapshot(parts);
  }

  private Optional<MessageSnapshot> snapshot(List<Reply> parts) {
    if (parts.get(2).integer() == 1) {
      page("0-0", 1, false);
      return find(backing, messageId);
    }
    var growing = parts.get(1).isNull() ? null : parts.get(1).text();
    return Optional.of(
        MessageSnapshot.of(Backing.fields(parts.get(0)), Optional.ofNullable(growing)));
  }

  /** As page.lua returns it. Not {@code known}: the cursor is one that we have been given. */
  List<Reply> page(String after, int max, boolean known) {
    return run(Scripts.PAGE, after, max, known ? 1 : 0).items();
  }

  /** {@code offset}: negative for the end. */
  Written append(long offset, byte[] delta) {
    return write(
        "the message " + messageId + " has other text at byte " + offset,
        Scripts.APPEND,
        offset < 0 ? "" : offset,
        delta,
        options().textBytesMax());
  }

  /** A sign of life of the producer. */
  Command<Written> beat() {
    return command(Scripts.APPEND, List.of(), NONE, "", "", options().textBytesMax())
        .map(reply -> read(reply, new Refused("", "")));
  }

  Written add(ContentBlock block) {
    var parts = new Parts(block);
    return write(
        new Refused(parts.conflict(), ""),
        Scripts.CONTENT,
        parts.declared(),
        parts.and(block.contentId(), parts.json(), parts.payload()));
  }

  Written startTask(String taskId, String taskType, String more) {
    var block = ContentBlock.placeholder(blockOf(taskId), ContentType.ofTask(taskType), taskId);
    return write(
        "the message " + messageId + " has another task " + taskId,
        Scripts.START,
        taskId,
        Names.quoted(taskType),
        more,
        block.contentId(),
        block.toJson(),
        block.toPayload());
  }

  /** So that whoever ends the task knows it, too. */
  private String blockOf(String taskId) {
    return messageId + "." + taskId;
  }

  Written updateTask(String taskId, TaskUpdate update) {
    var words = new ArrayList<Object>();
    words.add(taskId);
    words.add(update.status());
    words.add(update.progress());
    words.add(update.error().map(Names::quoted).orElse(""));
    if (update.content().isEmpty()) {
      words.add("");
      return write(new Refused("", taskId), Scripts.UPDATE, List.of(), words.toArray());
    }
    var parts = new Parts(update.content().get().withId(blockOf(taskId)).ofTask(taskId));
    words.addAll(List.of(blockOf(taskId), parts.json(), parts.payload()));
    return write(
        new Refused(parts.conflict(), taskId),
        Scripts.UPDATE,
        parts.declared(),
        parts.and(words.toArray()));
  }

  Written publish(EventType type, String payload) {
    return write("", Scripts.PUBLISH, type, payload);
  }

  Written end(MessageStatus status, String error) {
    return write("", Scripts.END, status, error);
  }

  /** The lease that was given; none if another producer has one, or the message has ended. */
  Optional<Duration> claim(String holder, Duration lease, Duration grace) {
    var parts = run(Scripts.LEASE, holder, lease.toMillis(), grace.toMillis()).items();
    return parts.get(0).text().equals("applied")
        ? Optional.of(Duration.ofMillis(parts.get(1).integer()))
        : Optional.empty();
  }

  /** Others may have it. */
  void giveBack() {
    run(Scripts.LEASE, "", 0, 0);
  }

  /** As delete.lua returns it. */
  Pending<Reply> delete() {
    return backing.redis().send(command(Scripts.DELETE, List.of(), NONE));
  }

  /** A block as the message keeps it, and what is kept apart of it. */
  private final class Parts {
    private final ContentBlock block;
    private final ContentBlock kept;
    private final List<Object> apart = new ArrayList<>();
    private final String key;

    Parts(ContentBlock block) {
      this.block = block;
      this.key = MessageKeys.content(backing.redis(), block.contentId());
      boolean large = block.dataBytes() > options().inlineBytesMax();
      this.kept = large ? block.apart(key) : block;
      if (large) {
        StoredContent.fields(block).forEach((name, value) -> apart.addAll(List.of(name, value)));
      }
    }

    String json() {
      return kept.toJson().toString();
    }

    String payload() {
      return kept.toPayload().toString();
    }

    String conflict() {
      return "another message has content of the id " + block.contentId();
    }

    /**
     * On a cluster it is written first: a message must not mention what is not there. Unless the
     * message would refuse it, which its script says then.
     */
    List<String> declared() {
      if (apart.isEmpty() || keys.isOneSlot()) {
        return apart.isEmpty() ? List.of() : List.of(key);
      } else if (!isTaking()) {
        return List.of();
      }
      var words = new ArrayList<Object>(List.of(messageId, options().contentTtl().toMillis()));
      words.addAll(apart);
      if (backing.run(Scripts.KEEP, List.of(key), words.toArray()).integer() == 0) {
        throw new MessageException.Conflict(conflict());
      }
      return List.of();
    }

    private boolean isTaking() {
      var facts =
          backing.redis().call(Hashes.mget(keys.message(), "session_id", "status", "lease"));
      return facts.get(0).filter(sessionId::equals).isPresent()
          && facts.get(1).filter("streaming"::equals).isPresent()
          && (token.isEmpty() || facts.get(2).filter(it -> it.startsWith(token + " ")).isPresent());
    }

    Object[] and(Object... words) {
      var all = new ArrayList<Object>(List.of(words));
      all.add(apart.isEmpty() ? 0 : 1);
      all.addAll(keys.isOneSlot() ? apart : List.of());
      return all.toArray();
    }
  }
}
