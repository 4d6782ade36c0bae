package dev.redstart.redis;

import dev.redstart.resp.Reply;
import dev.redstart.resp.UnexpectedReplyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** One command on its way to several nodes, and the one answer to it. */
final class Parts implements Pending.Carrier {
  private final Everywhere kind;
  private final Command<?> command;
  private final Loop loop;
  private final AtomicInteger open;
  private final Queue<Pending<Reply>> sent = new ConcurrentLinkedQueue<>();

  /** Why it could not be sent to a node. */
  private final Queue<RedisException> unsent = new ConcurrentLinkedQueue<>();

  Parts(Everywhere kind, Command<?> command, int count, Loop loop) {
    this.kind = kind;
    this.command = command;
    this.open = new AtomicInteger(count);
    this.loop = loop;
  }

  <R> Pending<R> send(List<Node> nodes, Pending<R> whole) {
    whole.send();
    for (Node node : nodes) {
      try {
        Pending<Reply> part = node.send(command.plain(), Outbox.Haste.SOON);
        sent.add(part);
        part.whenSettled(() -> oneIsDone(whole));
      } catch (RedisException refused) {
        unsent.add(refused);
        oneIsDone(whole);
      }
    }
    return whole;
  }

  private void oneIsDone(Pending<?> whole) {
    if (open.decrementAndGet() == 0) {
      whole.settle(outcome(whole.order));
    }
  }

  /** A reply, or the first problem. */
  private Object outcome(Order<?> order) {
    var answers = new ArrayList<Reply>();
    var problems = new ArrayList<>(unsent);
    for (Pending<Reply> part : sent) {
      try {
        answers.add(part.await());
      } catch (RedisException problem) {
        problems.add(problem);
      }
    }
    return problems.isEmpty() ? together(answers, order) : first(problems, answers.size(), order);
  }

  private Object together(List<Reply> answers, Order<?> order) {
    try {
      return kind.together(answers);
    } catch (UnexpectedReplyException odd) {
      return new RedisException.BrokenProtocol(order.sentence(odd.getMessage()), odd);
    }
  }

  /** Where some nodes have done it, no problem may say that nothing has happened. */
  private RedisException first(List<RedisException> problems, int done, Order<?> order) {
    RedisException first = problems.get(0);
    boolean harmless = done == 0 || first.mayHaveRun() || order.repeatable();
    return harmless
        ? first
        : new RedisException.Disconnected(
            first.getMessage() + "; " + done + " other nodes of the cluster have run it", first);
  }

  @Override
  public void hurry(Pending<?> pending) {
    // Each part is on its way.
  }

  @Override
  public void unblock(Pending<?> pending) {
    throw new IllegalStateException("nothing that is sent to all nodes blocks");
  }

  @Override
  public boolean isServing() {
    return loop.isMine();
  }

  @Override
  public RedisException unsent(Order<?> order, Duration limit) {
    return new RedisException.TimedOut(order.sentence("not sent in time"), true);
  }
}
