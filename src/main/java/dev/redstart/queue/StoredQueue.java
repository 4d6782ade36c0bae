package dev.redstart.queue;

import dev.redstart.redis.Command;
import dev.redstart.redis.Keys;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Requests;
import dev.redstart.redis.Script;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A queue on one Redis: its scripts as methods. Thread-safe. */
final class StoredQueue {
  /** What one script is asked to do: nobody else is served meanwhile. */
  static final int BATCH_MAX = 100;

  /** Below the size from which on a command travels alone. */
  static final int BATCH_BYTES_MAX = 1 << 19;

  private final Redis redis;
  private final QueueKeys keys;
  private final QueueOptions options;
  private final Requests requests = new Requests();

  StoredQueue(Redis redis, QueueKeys keys, QueueOptions options) {
    this.redis = redis;
    this.keys = keys;
    this.options = options;
  }

  Redis redis() {
    return redis;
  }

  QueueKeys keys() {
    return keys;
  }

  QueueOptions options() {
    return options;
  }

  /** What is settled in one step: leases that end, and tasks that are wanted. */
  record Round(String worker, List<Ending> endings, int wanted, boolean highestFirst) {
    /** The same without the endings. */
    Round further() {
      return new Round(worker, List.of(), wanted, highestFirst);
    }
  }

  /**
   * What came of it.
   *
   * @param nextWakeMillis when to ask again without being woken; -1: nothing is known to come
   */
  record Answer(List<Settlement> settlements, long nextWakeMillis, List<Grant> grants) {}

  /** In one round trip, up to {@link #BATCH_MAX} tasks and a certain size. */
  List<Pushed> push(List<Push> pushes) {
    var states = new ArrayList<Pushed>(pushes.size());
    for (var batch : Batch.of(pushes, options, BATCH_MAX, BATCH_BYTES_MAX)) {
      var reply = once(Scripts.PUSH, new Words().add(batch.size()).addAll(batch.words()));
      reply.text().chars().forEach(letter -> states.add(Pushed.of((char) letter)));
    }
    return states;
  }

  /** The same request is sent again, and executed once, as long as there is insistence. */
  Answer settle(Round round, Insistence insistence) {
    return requests.once(
        request -> {
          var command = settling(round, request);
          return insistence.untilAnswered(() -> answer(run(command)));
        });
  }

  private Command<Reply> settling(Round round, Requests.Request request) {
    var words =
        new Words()
            .add(round.worker())
            .add(Numbers.millis(options.lease()))
            .add(options.deliveriesMax())
            .add(round.wanted())
            .add(round.highestFirst() ? "max" : "min")
            .add(round.endings().size());
    round.endings().forEach(ending -> words.addAll(ending.words()));
    return command(Scripts.SETTLE, request, words);
  }

  private static Answer answer(Reply reply) {
    var parts = reply.items();
    var settlements =
        parts.get(0).text().chars().mapToObj(letter -> Settlement.of((char) letter)).toList();
    var grants = Grant.of(parts.subList(2, parts.size()));
    return new Answer(settlements, parts.get(1).integer(), grants);
  }

  /** A letter for each: see beat.lua. */
  String beat(List<Lease> leases, Duration limit) {
    var words = new Words().add(Numbers.millis(options.lease()));
    leases.forEach(lease -> words.add(lease.task().id()).add(lease.token()));
    return run(command(Scripts.BEAT, NONE, words).within(limit)).text();
  }

  /** A letter: see note.lua. */
  char note(Lease lease, String kind, byte[] value) {
    options.checkBytes(kind, value.length);
    var words =
        new Words()
            .add(Numbers.millis(options.lease()))
            .add(lease.task().id())
            .add(lease.token())
            .add(kind)
            .add(value);
    return run(command(Scripts.NOTE, NONE, words)).text().charAt(0);
  }

  /** A letter for each: see drop.lua. */
  String drop(String how, List<String> ids) {
    return inBatches(Scripts.DROP, new Words().add(how).all(), ids);
  }

  /** A letter for each: see requeue.lua. */
  String requeue(List<String> ids) {
    return inBatches(Scripts.REQUEUE, List.of(), ids);
  }

  private String inBatches(Script script, List<byte[]> first, List<String> ids) {
    var letters = new StringBuilder();
    for (int i = 0; i < ids.size(); i += BATCH_MAX) {
      var words = new Words().addAll(first);
      ids.subList(i, Math.min(i + BATCH_MAX, ids.size())).forEach(words::add);
      letters.append(once(script, words).text());
    }
    return letters.toString();
  }

  List<Reply> list(
      TaskState state, String low, String high, int limit, String score, byte[] member) {
    var words =
        new Words().add(state.ordinal() + 1).add(low).add(high).add(limit).add(score).add(member);
    return run(command(Scripts.LIST, NONE, words)).items();
  }

  List<Reply> get(String id) {
    return run(command(Scripts.GET, NONE, new Words().add(id))).items();
  }

  List<Reply> stats() {
    return run(command(Scripts.STATS, NONE, new Words())).items();
  }

  void configure(String... namesAndValues) {
    var words = new Words();
    List.of(namesAndValues).forEach(words::add);
    run(command(Scripts.CONFIGURE, NONE, words));
  }

  void clear() {
    wrongKey()
        .ifPresent(
            wrong -> {
              throw new IllegalStateException(wrong);
            });
    redis.call(Keys.unlink(keys.all().toArray(String[]::new)));
  }

  private Reply once(Script script, Words words) {
    return requests.once(request -> run(command(script, request, words)));
  }

  /** For scripts that may run twice by nature. */
  private static final Requests.Request NONE = new Requests.Request("", 0);

  private Command<Reply> command(Script script, Requests.Request request, Words words) {
    var all = new Words().add(request.line()).add(request.number()).add(options.kept());
    return script.callBytes(keys.all(), all.addAll(words.all()).all());
  }

  private Reply run(Command<Reply> command) {
    return explained(() -> redis.call(command));
  }

  /** The server says where in a script the wrong type was met, but not always of which key. */
  <T> T explained(Supplier<T> call) {
    try {
      return call.get();
    } catch (RedisException.Rejected refused) {
      // A script passes errors of its commands on with a code of its own, or with theirs.
      if (!refused.getMessage().contains("WRONGTYPE")) {
        throw refused;
      }
      throw new IllegalStateException(wrongKey().orElse(refused.getMessage()), refused);
    }
  }

  private Optional<String> wrongKey() {
    var all = keys.all();
    var types = all.stream().map(key -> redis.send(Keys.type(key))).toList();
    for (int i = 0; i < all.size(); i++) {
      var type = types.get(i).await();
      var wanted = QueueKeys.TYPES.get(i);
      if (type.isPresent() && !type.get().equals(wanted)) {
        return Optional.of(
            "key "
                + all.get(i)
                + " holds a "
                + type.get()
                + ", and the queue "
                + keys.ready()
                + " needs a "
                + wanted
                + " there: choose another key for the queue");
      }
    }
    return Optional.empty();
  }
}
