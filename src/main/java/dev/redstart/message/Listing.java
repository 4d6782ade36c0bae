package dev.redstart.message;

import dev.redstart.redis.MemberRange;
import dev.redstart.redis.SortedSets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Reads the messages of a session's list, some at a time. Those that have expired are passed over,
 * and leave the list by that.
 */
final class Listing {
  private final Backing backing;
  private final String sessionId;
  private final String index;
  private final int limit;
  private final List<MessageSnapshot> found = new ArrayList<>();
  private final List<Object> gone = new ArrayList<>(List.of(""));

  Listing(Backing backing, String sessionId, int limit) {
    this.backing = backing;
    this.sessionId = sessionId;
    this.index = MessageKeys.index(backing.redis(), sessionId);
    this.limit = limit;
  }

  /** In the order in which they were made. */
  List<MessageSnapshot> from(long rank) {
    List<String> ids;
    for (long from = rank; found.size() < limit; from += ids.size()) {
      ids = ids(from, from + wanted());
      if (ids.isEmpty()) {
        break;
      }
      collect(ids);
    }
    return finished();
  }

  /** The newest first, from the one before this. */
  List<MessageSnapshot> before(String messageId) {
    // Counted from the old end: at the other one there may be more at any time.
    long end = backing.redis().call(SortedSets.rank(index, messageId)).orElse(0L);
    while (found.size() < limit && end > 0) {
      long from = Math.max(0, end - wanted());
      var ids = new ArrayList<>(ids(from, end));
      // If old ones were removed meanwhile.
      int itself = ids.indexOf(messageId);
      ids.subList(itself < 0 ? ids.size() : itself, ids.size()).clear();
      Collections.reverse(ids);
      collect(ids);
      end = from;
    }
    return finished();
  }

  private int wanted() {
    return limit - found.size();
  }

  private List<String> ids(long from, long to) {
    return backing.redis().call(SortedSets.range(index, MemberRange.byRank(from, to - 1)));
  }

  private void collect(List<String> ids) {
    var pending =
        ids.stream().map(id -> backing.redis().send(StoredMessage.snapshot(backing, id))).toList();
    for (int i = 0; i < ids.size(); i++) {
      // On a cluster, a message of another session may have been entered before it was looked at.
      var snapshot =
          StoredMessage.read(backing, pending.get(i).await().items())
              .filter(message -> message.head().sessionId().equals(sessionId));
      snapshot.ifPresent(found::add);
      if (snapshot.isEmpty()) {
        gone.add(ids.get(i));
      }
    }
  }

  private List<MessageSnapshot> finished() {
    if (gone.size() > 1) {
      backing.run(Scripts.UNLIST, List.of(index), gone.toArray());
    }
    return found;
  }
}
