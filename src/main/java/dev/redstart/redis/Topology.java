package dev.redstart.redis;

import dev.redstart.resp.Reply;
import dev.redstart.resp.UnexpectedReplyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Where the slots of a cluster are. Its nodes are asked again when something shows that this has
 * changed: one question at a time, with pauses, however many commands show it. It has a thread of
 * its own only while it asks.
 */
final class Topology implements Loop.Watch {
  private static final System.Logger LOG = System.getLogger(Topology.class.getName());
  private static final Command<Reply> SLOTS = Command.of("CLUSTER", "SLOTS");

  /** Between two questions: from half of the first on, growing while they lead to nothing new. */
  private static final Backoff PAUSES = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(1));

  /** Whatever was the matter so long ago, this is something else. */
  private static final long FORGOTTEN_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** All clients of a cluster learn of a failover at the same time. */
  private static final long JITTER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Without any sign: replicas come and go without one. */
  private static final long REGULARLY_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** A node that does not answer by then has its troubles: the next one is asked. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(1);

  private final RedisOptions options;
  private final List<Endpoint.Tcp> seeds;
  private final Loop loop;
  private final Nodes nodes;
  private final Consumer<SlotMap> changed;

  /** Guards {@code running}, {@code again} and the replacing of the map. */
  private final ReentrantLock lock = new ReentrantLock();

  private boolean running;
  private boolean again;

  private volatile Thread thread;
  private volatile boolean closed;
  private volatile SlotMap map = SlotMap.EMPTY;
  private volatile long askedNanos = System.nanoTime();

  /** Questions in a row that led to nothing new. */
  private volatile int vain;

  /** {@code changed} is told of each answer, on the thread that asked. */
  Topology(
      RedisOptions options,
      List<Endpoint.Tcp> seeds,
      Loop loop,
      Nodes nodes,
      Consumer<SlotMap> changed) {
    this.options = options;
    this.seeds = seeds;
    this.loop = loop;
    this.nodes = nodes;
    this.changed = changed;
  }

  SlotMap map() {
    return map;
  }

  /** Asks the seeds, each once, on this thread. */
  void load() {
    install(askAnew(shuffled(seeds)));
    loop.watch(this);
  }

  /** A node says that the slot has gone to another. */
  void moved(int slot, Endpoint.Tcp master) {
    lock.lock();
    try {
      map = map.with(slot, master);
    } finally {
      lock.unlock();
    }
    refresh();
  }

  /** Sees to it that the cluster is asked after this; returns at once. */
  void refresh() {
    lock.lock();
    try {
      again = true;
      if (!running && !closed) {
        thread = new Thread(this::run, "redstart-topology " + options.address());
        thread.setDaemon(true);
        thread.start();
        running = true;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void tick(long nowNanos) {
    if (nowNanos - askedNanos > REGULARLY_NANOS) {
      refresh();
    }
  }

  void close() {
    loop.unwatch(this);
    closed = true;
    Thread asking = thread;
    if (asking != null) {
      asking.interrupt();
    }
  }

  // ---- the thread that asks

  private void run() {
    while (goesOn()) {
      pause();
      if (!closed) {
        ask();
      }
    }
  }

  private boolean goesOn() {
    lock.lock();
    try {
      running = again && !closed;
      return running;
    } finally {
      lock.unlock();
    }
  }

  private void pause() {
    long since = System.nanoTime() - askedNanos;
    vain = since > FORGOTTEN_NANOS ? 0 : vain;
    long pause = PAUSES.pause(vain + 1).toNanos() - since;
    long jitter = ThreadLocalRandom.current().nextLong(JITTER_NANOS);
    LockSupport.parkNanos(this, Math.max(pause, jitter));
  }

  private void ask() {
    lock.lock();
    try {
      // Whoever wants to know from here on may have seen something newer than the answer.
      again = false;
    } finally {
      lock.unlock();
    }
    vain++;
    try {
      SlotMap before = map;
      SlotMap fresh = answer();
      vain = fresh.agrees(before) ? vain : 0;
      install(fresh);
    } catch (RuntimeException | Error nobodyKnows) {
      LOG.log(System.Logger.Level.DEBUG, "no node tells where the slots are", nobodyKnows);
    } finally {
      askedNanos = System.nanoTime();
    }
  }

  private void install(SlotMap fresh) {
    lock.lock();
    try {
      map = fresh;
    } finally {
      lock.unlock();
    }
    changed.accept(fresh);
  }

  /** First those that are connected: that costs nothing. Of them, last who keeps silent. */
  private SlotMap answer() {
    var connected = shuffled(nodes.live()).stream().filter(Node::isUp);
    for (Node node : connected.sorted(Comparator.comparing(Node::isSilent)).toList()) {
      try {
        return ask(node, ANSWER_MAX);
      } catch (RedisException | UnexpectedReplyException next) {
        LOG.log(System.Logger.Level.DEBUG, "{0} did not tell where the slots are", node.address());
      }
    }
    var rest = new LinkedHashSet<>(shuffled(map.all()));
    rest.addAll(shuffled(seeds));
    return askAnew(rest.stream().sorted(Comparator.comparing(this::isDown)).toList());
  }

  /** One that hangs would take its whole share of the time. */
  private boolean isDown(Endpoint.Tcp endpoint) {
    return nodes.live().stream()
        .anyMatch(node -> node.address().equals(endpoint.toString()) && !node.isUp());
  }

  /** Over connections for this purpose, one after the other. */
  private SlotMap askAnew(List<Endpoint.Tcp> endpoints) {
    var reasons = new ArrayList<String>();
    RuntimeException last = null;
    for (Endpoint.Tcp endpoint : endpoints) {
      long share = options.connectTimeout().toNanos() / endpoints.size();
      try {
        return askOnce(endpoint, Duration.ofNanos(Math.max(1, share)));
      } catch (RedisException | UnexpectedReplyException next) {
        reasons.add(next.getMessage());
        last = next;
      }
    }
    String text = "the cluster at " + options.address() + " cannot be reached: ";
    throw new RedisException.Unavailable(text + String.join("; ", reasons), last);
  }

  private SlotMap askOnce(Endpoint.Tcp endpoint, Duration limit) {
    var own = options.at(endpoint).withConnectTimeout(limit);
    var node = new Node(new Connector(own, loop));
    try {
      node.connectNow();
      return ask(node, limit);
    } catch (NoConnection failed) {
      throw failed.toUnavailable();
    } finally {
      node.close();
    }
  }

  private SlotMap ask(Node node, Duration limit) {
    Reply reply = node.send(SLOTS.within(limit), Outbox.Haste.AT_ONCE).await();
    var told = SlotMap.of(reply, (Endpoint.Tcp) node.connector().options().endpoint());
    if (told.isEmpty()) {
      String text = node.address() + " knows of no slots; the cluster is not ready";
      throw new RedisException.Unavailable(text, null);
    }
    return told;
  }

  private static <T> List<T> shuffled(Collection<T> all) {
    var shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled);
    return shuffled;
  }
}
