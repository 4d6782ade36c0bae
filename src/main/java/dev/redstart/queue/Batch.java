package dev.redstart.queue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Pushes that go to Redis in one step: of different tasks, and not too many. */
record Batch(int size, List<byte[]> words) {
  /** In their order; all of them are checked before the first is sent. */
  static List<Batch> of(List<Push> pushes, QueueOptions options, int sizeMax, int bytesMax) {
    var batches = new ArrayList<Batch>();
    var ids = new HashSet<String>();
    var words = new Words();
    int bytes = 0;
    for (var push : pushes) {
      var next = push.words(options);
      int length = next.stream().mapToInt(word -> word.length).sum();
      boolean full = ids.size() == sizeMax || bytes + length > bytesMax;
      if (!ids.isEmpty() && (full || ids.contains(push.task().id()))) {
        batches.add(new Batch(ids.size(), words.all()));
        ids.clear();
        words = new Words();
        bytes = 0;
      }
      ids.add(push.task().id());
      words.addAll(next);
      bytes += length;
    }
    if (!ids.isEmpty()) {
      batches.add(new Batch(ids.size(), words.all()));
    }
    return batches;
  }
}
