package dev.redstart.stream;

import java.util.concurrent.atomic.LongAdder;

/** What a consumer has done so far. */
final class Tally {
  final LongAdder handled = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder dead = new LongAdder();
  final LongAdder lost = new LongAdder();
  final LongAdder takenOver = new LongAdder();
}
