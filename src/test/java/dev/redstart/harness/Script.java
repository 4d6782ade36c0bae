package dev.redstart.harness;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The commands that a {@link ScriptedPeer} expects, in this order, and what it does about each. */
public final class Script {

  /** Guards {@code steps}: the test adds while connections take. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Queue<Step> steps = new ArrayDeque<>();
  private final List<Step> greetings = new CopyOnWriteArrayList<>();

  Script() {}

  /** What to do when a connection is made, before anything is read. Not an expectation. */
  public Step onConnect() {
    var step = new Step("a connection", command -> false, false);
    greetings.add(step);
    return step;
  }

  /** Expects a command that begins with these words; the case of the first does not matter. */
  public Step expect(String... words) {
    var what = String.join(" ", words);
    return add(new Step(what, command -> command.startsWith(words), false));
  }

  /**
   * @param what for failure messages
   */
  public Step expect(String what, Predicate<Received> expected) {
    return add(new Step(what, expected, false));
  }

  /** Expects any command that is not part of a handshake that the peer answers by itself. */
  public Step expectAny() {
    return add(new Step("any command", command -> true, true));
  }

  private Step add(Step step) {
    lock.lock();
    try {
      steps.add(step);
    } finally {
      lock.unlock();
    }
    return step;
  }

  List<Step> greetings() {
    return greetings;
  }

  /** Takes the next step if it is for this command. */
  Optional<Step> take(Predicate<Step> isForIt) {
    lock.lock();
    try {
      var next = Optional.ofNullable(steps.peek()).filter(isForIt);
      next.ifPresent(step -> steps.remove());
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** What has not happened yet. */
  List<String> open() {
    lock.lock();
    try {
      return steps.stream().map(Step::toString).toList();
    } finally {
      lock.unlock();
    }
  }
}
