package dev.redstart.event;

import dev.redstart.json.JsonValue;
import dev.redstart.redis.Command;
import dev.redstart.redis.EntryId;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Requests;
import dev.redstart.redis.Script;
import dev.redstart.redis.StreamEntry;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A run on one Redis: its scripts as methods. Thread-safe. */
record StoredRun(Redis redis, Requests requests, EventOptions options, RunKeys keys) {
  private static final String WRONG_TYPE = "WRONGTYPE";

  /** An event as it is to be added. */
  record Draft(String category, String action, JsonValue data, Source source) {
    Draft {
      Limits.name(category, "category");
      Limits.name(action, "action");
      Objects.requireNonNull(data, "data");
      Objects.requireNonNull(source, "source");
    }

    private List<String> words(int bytesMax) {
      var words =
          List.of(
              category,
              action,
              data.toString(),
              source.agentId(),
              source.agentType(),
              source.agentName(),
              source.teamName());
      long bytes = words.stream().mapToLong(Limits::bytes).sum();
      if (bytes > bytesMax) {
        throw new IllegalArgumentException(
            "data: an event may have " + bytesMax + " bytes, not " + bytes);
      }
      return words;
    }
  }

  /**
   * What became of a draft: {@code added}, {@code closed} or {@code expired}, and what follows that
   * word in the script's reply.
   */
  record Answer(String word, List<String> facts) {
    EntryId id() {
      return EntryId.parse(facts.get(0));
    }
  }

  /**
   * What a read told.
   *
   * @param trustMillis after which time those who follow should read again
   * @param newest the id of the newest event
   * @param lost events after the one that was named are gone; -1: perhaps, and nobody knows
   * @param hasMore there may be more events in the range
   */
  record Chunk(
      RunState state,
      long trustMillis,
      EntryId newest,
      long lost,
      boolean hasMore,
      List<StreamEntry> entries) {
    private static Chunk read(Reply reply) {
      var parts = reply.items();
      return new Chunk(
          RunState.of(parts.get(0).text()),
          parts.get(1).integer(),
          EntryId.parse(parts.get(2).text()),
          parts.get(3).integer(),
          parts.get(4).integer() == 1,
          parts.subList(5, parts.size()).stream().map(StoredRun::entry).toList());
    }
  }

  private static StreamEntry entry(Reply reply) {
    var words = reply.items().get(1).items();
    var fields = new LinkedHashMap<String, String>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      fields.put(words.get(i).text(), words.get(i + 1).text());
    }
    return StreamEntry.of(EntryId.parse(reply.items().get(0).text()), fields);
  }

  /** Once, however often the client has to send it. {@code limit}: instead of its own. */
  Answer add(Draft draft, Optional<Duration> limit) {
    return requests.once(request -> add(draft, request, limit));
  }

  /** Once for each request, whoever makes it. */
  Answer add(Draft draft, Requests.Request request, Optional<Duration> limit) {
    var all = new ArrayList<>(List.of(request.line(), Long.toString(request.number())));
    all.addAll(draft.words(options.payloadBytesMax()));
    var command = command(Scripts.ADD, all);
    return answer(run(limit.map(command::within).orElse(command)));
  }

  private static Answer answer(Reply reply) {
    var words = List.of(reply.text().split(" "));
    return new Answer(words.get(0), words.subList(1, words.size()));
  }

  /**
   * The event that was added.
   *
   * @throws EventException if it was not
   */
  Event added(Draft draft, Answer answer) {
    refuse(answer);
    return new Event(
        answer.id(),
        keys.runId(),
        Instant.ofEpochMilli(Long.parseLong(answer.facts().get(2))),
        Long.parseLong(answer.facts().get(1)),
        Optional.of(draft.source()).filter(source -> !source.agentType().isEmpty()),
        draft.category(),
        draft.action(),
        draft.data());
  }

  private void refuse(Answer answer) {
    switch (answer.word()) {
      case "closed" -> throw new EventException.Closed(keys.runId(), answer.facts().get(2));
      case "expired" -> throw new EventException.Expired(keys.runId());
      case "taken" -> throw new EventException.Taken(keys.runId());
      default -> {}
    }
  }

  void open(String token, Duration lease) {
    refuse(answer(run(opening(token, lease, false))));
  }

  /** The reply is {@code held} if that was so until now. */
  Command<String> renewing(String token, Duration lease) {
    return opening(token, lease, true).map(Reply::text);
  }

  private Command<Reply> opening(String token, Duration lease, boolean renews) {
    var millis = Long.toString(lease.toMillis());
    return command(Scripts.OPEN, List.of(token, millis, renews ? "1" : "0"));
  }

  /** {@code after}: of which event the reader wants all that follow, if that is so. */
  Chunk read(String from, String to, int count, int bytes, Optional<EntryId> after) {
    var words =
        List.of(
            from,
            to,
            Integer.toString(count),
            Integer.toString(bytes),
            after.map(EntryId::toString).orElse(""));
    return Chunk.read(run(command(Scripts.READ, words)));
  }

  Command<RunSummary> summary() {
    return command(Scripts.SUMMARY, List.of()).map(reply -> RunSummary.of(keys.runId(), reply));
  }

  boolean expire(Duration ttl) {
    var words = List.of(Long.toString(ttl.toMillis()));
    return run(command(Scripts.EXPIRE, words)).integer() == 1;
  }

  private Command<Reply> command(Script script, List<String> words) {
    var all =
        new ArrayList<>(
            List.of(
                keys.channel(),
                Integer.toString(options.kept()),
                Long.toString(options.ttlOpen().toMillis()),
                Long.toString(options.ttlEnded().toMillis())));
    all.addAll(words);
    return script.call(keys.all(), all.toArray(String[]::new));
  }

  private Reply run(Command<Reply> command) {
    try {
      return redis.call(command);
    } catch (RedisException.Rejected refused) {
      if (isWrongType(refused)) {
        throw new IllegalStateException(wrongKey(), refused);
      }
      throw refused;
    }
  }

  static boolean isWrongType(RedisException.Rejected refused) {
    // Redis 6.2 puts its words about the script in front.
    return refused.getMessage().contains(WRONG_TYPE);
  }

  private String wrongKey() {
    var type = redis.call(Keys.type(keys.events())).orElse("none");
    boolean events = !type.equals("stream") && !type.equals("none");
    return events
        ? "the key " + keys.events() + " holds a " + type + ", not the events of a run"
        : "the key " + keys.meta() + " holds something else than what is known of a run";
  }
}
