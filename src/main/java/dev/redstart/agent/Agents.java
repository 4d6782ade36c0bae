package dev.redstart.agent;

import dev.redstart.agent.Job.Errand;
import dev.redstart.message.Message;
import dev.redstart.message.MessageHead;
import dev.redstart.message.MessageStore;
import dev.redstart.message.Role;
import dev.redstart.message.TaskStatus;
import dev.redstart.queue.QueueOptions;
import dev.redstart.queue.TaskQueue;
import dev.redstart.queue.Worker;
import dev.redstart.queue.WorkerOptions;
import dev.redstart.redis.Backoff;
import dev.redstart.redis.Redis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The agents behind a Redis: takes questions, and has them answered by whatever instance runs an
 * agent, this one or another. Thread-safe, without any thread or connection of its own; the client
 * and the store stay the caller's.
 *
 * <p>What was taken is answered, whoever dies: by another instance within a second after the lease
 * is over, which goes on behind the text that is there; or the answer fails, if the {@link
 * AgentOptions#withTakeover options} say so. An answer that was begun five times fails. While no
 * instance runs an agent, questions wait.
 *
 * <p>All methods throw a {@link dev.redstart.redis.RedisException} when Redis cannot be reached; a
 * question may have been taken then.
 */
public final class Agents {
  /** Longer than a client repeats a request; as long as messages are kept. */
  private static final Duration IDLE = Duration.ofDays(1);

  private final MessageStore store;
  private final AgentOptions options;
  private final TaskQueue queue;

  private Agents(Redis redis, MessageStore store, AgentOptions options) {
    this.store = store;
    this.options = options;
    // How often a message is begun is counted elsewhere, so that those who only waited for their
    // turn never become dead letters, and a message that kills its instances gets its end.
    var endless =
        QueueOptions.defaults()
            .withLease(options.lease())
            .withAttempts(Integer.MAX_VALUE)
            .withDeliveries(Integer.MAX_VALUE)
            .withBackoff(new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5)))
            .withResultTtl(Duration.ZERO)
            .withEvents(1000)
            .withExpiry(IDLE);
    this.queue = TaskQueue.of(redis, options.queue(), endless);
  }

  /** The agents that share the default queue on this Redis, whose messages are in the store. */
  public static Agents of(Redis redis, MessageStore store) {
    return of(redis, store, AgentOptions.defaults());
  }

  /** The agents on this Redis, as the options say. */
  public static Agents of(Redis redis, MessageStore store, AgentOptions options) {
    return new Agents(
        Objects.requireNonNull(redis, "redis"),
        Objects.requireNonNull(store, "store"),
        Objects.requireNonNull(options, "options"));
  }

  /**
   * Stores what a user says, and has it answered.
   *
   * @return the answer, which grows from now on; its parent is the user's message
   * @throws dev.redstart.message.MessageException.SessionClosed if the session is closed
   */
  public Message ask(String sessionId, String text) {
    return answer(store.post(MessageHead.of(newId("msg"), sessionId, Role.USER), text).head());
  }

  private static String newId(String kind) {
    return kind + "_" + UUID.randomUUID();
  }

  /**
   * Has a message answered that is in the store.
   *
   * @return the answer, which grows from now on
   * @throws dev.redstart.message.MessageException.SessionClosed if the session is closed
   */
  public Message answer(MessageHead question) {
    return hand(
        new Job(newId("msg"), question.sessionId(), question.messageId(), Optional.empty()));
  }

  /**
   * Has a message answered in a message that its caller has made, or will; if it is not there, it
   * is made by this.
   */
  public Message answer(MessageHead question, String answerId) {
    return hand(new Job(answerId, question.sessionId(), question.messageId(), Optional.empty()));
  }

  /**
   * Stores a task as what a user says, and has it done by a workflow, step by step, in a message.
   *
   * @param iterationsMax how often it may be criticised or planned, 1 to 100
   */
  public AgentTask run(String sessionId, Workflow workflow, String description, int iterationsMax) {
    return run(sessionId, workflow, description, iterationsMax, newId("key"));
  }

  /**
   * The same, once for each key in a session: who repeats it gets the same task, for as long as its
   * messages are kept.
   *
   * @throws dev.redstart.message.MessageException.Conflict if the key was used for something else
   */
  public AgentTask run(
      String sessionId, Workflow workflow, String description, int iterationsMax, String key) {
    Objects.requireNonNull(workflow, "workflow");
    if (iterationsMax < 1 || iterationsMax > 100) {
      throw new IllegalArgumentException("iterationsMax: must be 1 to 100, was " + iterationsMax);
    }
    var ids = UUID.nameUUIDFromBytes((sessionId + '\n' + key).getBytes(StandardCharsets.UTF_8));
    var errand = new Errand("task_" + ids, workflow, iterationsMax);
    var question =
        MessageHead.of("msg_" + ids + "-q", sessionId, Role.USER).withMetadata(errand.toJson());
    store.post(question, description);
    var job = new Job("msg_" + ids, sessionId, question.messageId(), Optional.of(errand));
    Course.announce(hand(job), errand);
    return new AgentTask(errand.taskId(), job.answerId(), sessionId, TaskStatus.PROCESSING);
  }

  /** The queue first: whoever takes it makes the message, if this instance dies in between. */
  private Message hand(Job job) {
    queue.push(job.toTask());
    return store.loadOrCreate(job.head());
  }

  /**
   * Cancels an answer, wherever it is: it ends at once, and the agent that works on it hears of it
   * within a second.
   *
   * @return false if there is no such message, or it has ended
   */
  public boolean cancel(String messageId) {
    return store.load(messageId).map(message -> message.cancel().isDone()).orElse(false);
  }

  /**
   * Has this agent answer messages on this instance until the worker is closed. It does not keep
   * the JVM alive.
   */
  public Worker start(Agent agent) {
    Objects.requireNonNull(agent, "agent");
    var working =
        WorkerOptions.defaults().withConcurrency(options.concurrency()).withGrace(options.grace());
    return Worker.start(queue, working, new Answering(store, queue, agent, options));
  }
}
