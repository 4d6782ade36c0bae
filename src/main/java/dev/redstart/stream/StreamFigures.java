package dev.redstart.stream;

import dev.redstart.redis.EntryId;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A stream at one moment.
 *
 * @param length how many entries it has
 * @param first the id of the oldest one; empty if there is none
 * @param last the id of the newest one; empty if there is none
 * @param deadLetters how many entries were given up and lie beside it
 */
public record StreamFigures(
    long length,
    Optional<EntryId> first,
    Optional<EntryId> last,
    long deadLetters,
    List<GroupFigures> groups) {
  private static final int HEAD = 4;
  private static final int GROUP = 6;

  /**
   * A group at that moment.
   *
   * @param consumers how many are registered; the one named "waiting" stands for nobody: its
   *     entries failed, or were handed back
   * @param pending how many entries were delivered and are not finished
   * @param lag how many entries have yet to be delivered; empty if Redis does not know: before 7.0,
   *     and where somebody deleted entries from the middle
   * @param delivered the greatest id that was delivered
   * @param oldestIdle for how long nobody has said anything about the oldest pending entry; empty
   *     if there is none
   */
  public record GroupFigures(
      String name,
      long consumers,
      long pending,
      Optional<Long> lag,
      EntryId delivered,
      Optional<Duration> oldestIdle) {
    private static GroupFigures read(List<Reply> facts) {
      return new GroupFigures(
          facts.get(0).text(),
          facts.get(1).integer(),
          facts.get(2).integer(),
          known(facts.get(3)),
          EntryId.parse(facts.get(4).text()),
          known(facts.get(5)).map(Duration::ofMillis));
    }

    private static Optional<Long> known(Reply number) {
      return Optional.of(number.integer()).filter(it -> it >= 0);
    }
  }

  /** The figures cannot be changed. */
  public StreamFigures {
    groups = List.copyOf(groups);
  }

  /** The figures of one group; empty if there is no such group. */
  public Optional<GroupFigures> group(String name) {
    return groups.stream().filter(group -> group.name().equals(name)).findFirst();
  }

  static StreamFigures read(Reply reply) {
    var facts = reply.items();
    var groups = new ArrayList<GroupFigures>();
    for (int i = HEAD; i < facts.size(); i += GROUP) {
      groups.add(GroupFigures.read(facts.subList(i, i + GROUP)));
    }
    return new StreamFigures(
        facts.get(0).integer(), id(facts.get(1)), id(facts.get(2)), facts.get(3).integer(), groups);
  }

  private static Optional<EntryId> id(Reply text) {
    return Optional.of(text.text()).filter(it -> !it.isEmpty()).map(EntryId::parse);
  }
}
