package dev.redstart.queue;

import dev.redstart.json.Json;
import java.util.HashSet;
import java.util.List;

/** The end of a lease as the script wants it. */
record Ending(Lease lease, Outcome outcome, List<byte[]> words) {
  private static final int FOLLOW_MAX = 250;

  /** With those of some 250 tasks that follow, a script takes as long as with 100 endings. */
  private static final double WORDS_MAX = 1000;

  private static final int WHY_LENGTH_MAX = 2000;

  /**
   * @throws IllegalArgumentException if a result or a following task is too large, or two of the
   *     latter have one id
   */
  static Ending of(Lease lease, Outcome outcome, QueueOptions options) {
    var words = new Words().add(lease.task().id()).add(lease.token());
    if (outcome instanceof Outcome.Done done) {
      complete(done, options, words);
    } else if (outcome instanceof Outcome.Retry retry) {
      var pause = retry.pause().orElseGet(() -> options.backoff().pause(lease.attempts() + 1));
      words.add("retry").add(Numbers.millis(pause)).add(options.attemptsMax());
      words.add(cut(retry.why()));
    } else if (outcome instanceof Outcome.Dead dead) {
      words.add("dead").add(cut(dead.why()));
    } else {
      words.add("release");
    }
    return new Ending(lease, outcome, words.all());
  }

  private static void complete(Outcome.Done done, QueueOptions options, Words words) {
    var result = done.result().map(Json::toBytes).orElse(new byte[0]);
    options.checkBytes("result", result.length);
    words.add("complete").add(result).add(Numbers.millis(options.resultTtl()));
    Numbers.between(done.follow().size(), "follow", 0, FOLLOW_MAX);
    words.add(done.follow().size());
    var ids = new HashSet<String>();
    for (var push : done.follow()) {
      if (!ids.add(push.task().id())) {
        throw new IllegalArgumentException("follow: id " + push.task().id() + " comes twice");
      }
      words.addAll(push.words(options));
    }
  }

  /** How much it takes of what one script may do, while which nobody else is served. */
  double share() {
    double bytes = words.stream().mapToLong(word -> word.length).sum();
    double largest = Math.max(bytes / StoredQueue.BATCH_BYTES_MAX, words.size() / WORDS_MAX);
    return Math.max(largest, 1.0 / StoredQueue.BATCH_MAX);
  }

  private static String cut(String why) {
    int end = Math.min(why.length(), WHY_LENGTH_MAX);
    // An unpaired surrogate, cut or brought along, cannot be sent; the rest is worth having.
    return new String(why.substring(0, end).getBytes(Words.UTF_8), Words.UTF_8);
  }
}
