package dev.redstart.agent;

import dev.redstart.json.Json;
import dev.redstart.json.JsonValue;
import dev.redstart.message.Generation;
import dev.redstart.message.Message;
import dev.redstart.message.MessageException;
import dev.redstart.message.MessageStore;
import dev.redstart.queue.Lease;
import dev.redstart.queue.LeaseHandler;
import dev.redstart.queue.LeaseLostException;
import dev.redstart.queue.Outcome;
import dev.redstart.queue.TaskQueue;
import dev.redstart.redis.RedisException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Answers the messages that the queue hands out. There are two leases: the queue's, which brings a
 * dead instance's message here, and the message's, which keeps two instances from writing to it.
 */
final class Answering implements LeaseHandler {
  private static final System.Logger LOG = System.getLogger(Answering.class.getName());

  /** A message that kills whoever answers it must not go round for ever. */
  private static final int BEGUN_MAX = 5;

  /** Between two looks whether the answer before has ended: nobody notices that. */
  private static final Duration TURN_PAUSE = Duration.ofMillis(200);

  private static final int CLAIM_PAUSE_MILLIS = 20;

  /** This instance is to stop, was taken for dead, or cannot reach Redis; or all is gone. */
  private static final List<Class<? extends Exception>> NO_FAILURES =
      List.of(
          InterruptedException.class,
          LeaseLostException.class,
          RedisException.class,
          MessageException.Unknown.class);

  private final MessageStore store;
  private final TaskQueue queue;
  private final Agent agent;
  private final AgentOptions options;

  Answering(MessageStore store, TaskQueue queue, Agent agent, AgentOptions options) {
    this.store = store;
    this.queue = queue;
    this.agent = agent;
    this.options = options;
  }

  @Override
  public Outcome handle(Lease lease) throws Exception {
    try {
      var job = Job.of(lease.task());
      return noted(lease, "after").filter(this::isAhead).isPresent()
          ? waitForTurn()
          : answer(lease, job);
    } catch (Job.ForeignException foreign) {
      return refuse(foreign);
    } catch (MessageException gone) {
      // Deleted or expired, or its session was closed before it was made.
      LOG.log(System.Logger.Level.DEBUG, "not answered: {0}", gone.getMessage());
      return Outcome.done();
    }
  }

  /** It may be a message all the same, which is to have an end. */
  private Outcome refuse(Job.ForeignException foreign) {
    try {
      store.load(foreign.taskId()).ifPresent(message -> message.fail(foreign.getMessage()));
    } catch (IllegalArgumentException noId) {
      LOG.log(System.Logger.Level.DEBUG, "no message: {0}", noId.getMessage());
    }
    return Outcome.dead(foreign.getMessage());
  }

  private static Optional<JsonValue> noted(Lease lease, String name) {
    return lease.checkpoint().flatMap(note -> note.tryGet(name));
  }

  /** An agent that does not hear that its message has ended keeps nobody waiting. */
  private boolean isAhead(JsonValue messageId) {
    var id = messageId.asString();
    return queue.get(id).isPresent() && !hasEnded(id);
  }

  private boolean hasEnded(String messageId) {
    return store.load(messageId).map(message -> message.snapshot().isComplete()).orElse(true);
  }

  private static Outcome waitForTurn() {
    return Outcome.retry("an earlier answer of this session has not ended").after(TURN_PAUSE);
  }

  private Outcome answer(Lease lease, Job job) throws Exception {
    var message = store.loadOrCreate(job.head());
    if (message.snapshot().isComplete()) {
      return Outcome.done();
    }
    var history = History.of(store, job, options.turnsMax());
    int begun = noted(lease, "begun").map(JsonValue::asInt).orElse(0);
    var ahead = history.open().stream().filter(id -> queue.get(id).isPresent()).findFirst();
    if (ahead.isPresent()) {
      lease.checkpoint(Json.object("begun", begun, "after", ahead.get()));
      return waitForTurn();
    }
    var trouble = trouble(begun, history);
    if (trouble.isPresent()) {
      message.fail(trouble.get());
      return Outcome.done();
    }
    var generation = claim(job.answerId());
    if (generation.isEmpty()) {
      return Outcome.done();
    }
    try {
      lease.checkpoint(Json.object("begun", begun + 1));
      return produce(lease, job, history, generation.get());
    } finally {
      giveBack(generation.get());
    }
  }

  private Optional<String> trouble(int begun, History history) {
    if (begun > 0 && options.takeover().isZero()) {
      return Optional.of("The instance that worked on this answer is gone.");
    } else if (begun >= BEGUN_MAX) {
      return Optional.of("This answer was begun " + begun + " times, and never finished.");
    } else if (history.turns().isEmpty()) {
      return Optional.of("The message that was to be answered is gone.");
    }
    return Optional.empty();
  }

  /**
   * Its former holder may have been dead for less than a lease.
   *
   * @return empty if it has ended meanwhile
   */
  private Optional<Generation> claim(String id) throws InterruptedException {
    do {
      var claimed = store.produce(id, options.lease(), options.takeover());
      if (claimed.isPresent()) {
        return claimed;
      }
      TimeUnit.MILLISECONDS.sleep(CLAIM_PAUSE_MILLIS);
    } while (!hasEnded(id));
    return Optional.empty();
  }

  /** On a thread that is interrupted nothing could be told to Redis. */
  private static void giveBack(Generation generation) {
    boolean interrupted = Thread.interrupted();
    generation.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Outcome produce(Lease lease, Job job, History history, Generation generation)
      throws Exception {
    var interruption = Interruption.by(generation);
    try {
      try (var answer = new MessageAnswer(generation)) {
        work(job, history, answer);
      } finally {
        interruption.end();
      }
    } catch (Exception failure) {
      end(lease, generation, failure);
    }
    return Outcome.done();
  }

  private void work(Job job, History history, MessageAnswer answer) throws Exception {
    if (job.errand().isPresent()) {
      new Course(store, agent, history.turns(), answer, job.errand().get()).run();
    } else {
      var begun = answer.message().snapshot().text();
      agent.answer(new Prompt(Part.ANSWER, history.turns(), "", begun), answer);
    }
    answer.complete();
  }

  private void end(Lease lease, Generation generation, Exception failure) throws Exception {
    if (generation.isOver()) {
      return;
    }
    boolean interrupted = Thread.currentThread().isInterrupted() || lease.isLost();
    if (lease.isCancelled()) {
      Thread.interrupted();
      generation.message().cancel();
    } else if (interrupted || NO_FAILURES.stream().anyMatch(type -> type.isInstance(failure))) {
      throw failure;
    } else {
      generation.message().fail(sentence(generation.message(), failure));
    }
  }

  private static String sentence(Message message, Exception failure) {
    if (failure instanceof AgentException) {
      return failure.getMessage();
    } else if (failure instanceof MessageException.Full) {
      return "The answer is too long.";
    }
    LOG.log(System.Logger.Level.ERROR, "the agent failed on message " + message.id(), failure);
    return "The agent failed (" + failure.getClass().getSimpleName() + ").";
  }
}
