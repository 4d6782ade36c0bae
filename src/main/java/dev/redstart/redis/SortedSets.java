package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Commands on sorted sets: members, each with a score, ordered by score and then by their bytes.
 * Only {@link Command} values are made here, see {@link Strings}; of the blocking ones see {@link
 * Lists}.
 */
public final class SortedSets {
  private SortedSets() {}

  /** Adds a member or sets its score: 1 if it is new, else 0. <code>ZADD</code> */
  public static Command<Long> add(String key, double score, String member, AddOption... options) {
    return adding(key, options).add(score).text(member, "member").reads(Reply::integer);
  }

  /** Adds members or sets their scores: how many of them are new. <code>ZADD</code> */
  public static Command<Long> add(
      String key, Collection<ScoredMember> members, AddOption... options) {
    var words = adding(key, options);
    Words.notEmpty(members, "members");
    for (ScoredMember member : members) {
      Objects.requireNonNull(member, "members");
      words.add(member.score()).add(member.member());
    }
    return words.reads(Reply::integer);
  }

  /**
   * Adds to a member's score (0 if it is new): the sum, or empty if an option kept it from being
   * changed. <code>ZADD</code> with <code>INCR</code>
   */
  public static Command<Optional<Double>> addIncr(
      String key, double amount, String member, AddOption... options) {
    return adding(key, options)
        .add("INCR")
        .add(amount)
        .text(member, "member")
        .reads(Reading::optionalReal);
  }

  private static Words adding(String key, AddOption[] options) {
    var words = Words.of("ZADD").key(key);
    for (AddOption option : Objects.requireNonNull(options, "options")) {
      words.add(Objects.requireNonNull(option, "options").word());
    }
    return words;
  }

  /** Adds to a member's score (0 if it is new): the sum. <code>ZINCRBY</code> */
  public static Command<Double> incrBy(String key, double amount, String member) {
    return Words.of("ZINCRBY").key(key).add(amount).text(member, "member").reads(Reply::real);
  }

  /** Removes members: how many of them were there. <code>ZREM</code> */
  public static Command<Long> rem(String key, String... members) {
    return Words.of("ZREM").key(key).texts(members, "members").reads(Reply::integer);
  }

  /** The score, empty if this is no member. <code>ZSCORE</code> */
  public static Command<Optional<Double>> score(String key, String member) {
    return one("ZSCORE", key, member).reads(Reading::optionalReal);
  }

  /** The scores in the order of the members, empty for those that are none. <code>ZMSCORE</code> */
  public static Command<List<Optional<Double>>> mscore(String key, String... members) {
    return Words.of("ZMSCORE")
        .key(key)
        .texts(members, "members")
        .reads(reply -> Reading.list(reply, Reading::optionalReal));
  }

  /** How many members are smaller, empty if this is no member. <code>ZRANK</code> */
  public static Command<Optional<Long>> rank(String key, String member) {
    return one("ZRANK", key, member).reads(Reading::optionalNumber);
  }

  /** How many members are greater, empty if this is no member. <code>ZREVRANK</code> */
  public static Command<Optional<Long>> revRank(String key, String member) {
    return one("ZREVRANK", key, member).reads(Reading::optionalNumber);
  }

  /** How many members there are, 0 if there is no such key. <code>ZCARD</code> */
  public static Command<Long> card(String key) {
    return Words.of("ZCARD").key(key).reads(Reply::integer);
  }

  /** How many members have such a score. <code>ZCOUNT</code> */
  public static Command<Long> count(String key, ScoreRange range) {
    return within("ZCOUNT", key, range).reads(Reply::integer);
  }

  /** How many members have such a name. <code>ZLEXCOUNT</code> */
  public static Command<Long> count(String key, LexRange range) {
    return within("ZLEXCOUNT", key, range).reads(Reply::integer);
  }

  /** Members of a range in its order. <code>ZRANGE</code> */
  public static Command<List<String>> range(String key, MemberRange range) {
    return Objects.requireNonNull(range, "range")
        .addTo(Words.of("ZRANGE").key(key))
        .reads(Reading::texts);
  }

  /**
   * Members of a range in its order, with their scores. <code>ZRANGE</code>
   *
   * @throws IllegalArgumentException if the range is by name, where Redis gives no scores
   */
  public static Command<List<ScoredMember>> rangeWithScores(String key, MemberRange range) {
    return Objects.requireNonNull(range, "range")
        .withScores(Words.of("ZRANGE").key(key))
        .reads(Reading::scored);
  }

  /** Puts a range in place of {@code target}: its size. <code>ZRANGESTORE</code> */
  public static Command<Long> rangeStore(String target, String source, MemberRange range) {
    var words = Words.of("ZRANGESTORE").key(target, "target").key(source, "source");
    return Objects.requireNonNull(range, "range").addTo(words).reads(Reply::integer);
  }

  /** Takes the smallest member, empty if there is none. <code>ZPOPMIN</code> */
  public static Command<Optional<ScoredMember>> popMin(String key) {
    return Words.of("ZPOPMIN").key(key).reads(Reading::firstScored);
  }

  /** Takes the smallest members, at most {@code count}. <code>ZPOPMIN</code> */
  public static Command<List<ScoredMember>> popMin(String key, long count) {
    return Words.of("ZPOPMIN").key(key).count(count).reads(Reading::scored);
  }

  /** Takes the greatest member, empty if there is none. <code>ZPOPMAX</code> */
  public static Command<Optional<ScoredMember>> popMax(String key) {
    return Words.of("ZPOPMAX").key(key).reads(Reading::firstScored);
  }

  /** Takes the greatest members, at most {@code count}. <code>ZPOPMAX</code> */
  public static Command<List<ScoredMember>> popMax(String key, long count) {
    return Words.of("ZPOPMAX").key(key).count(count).reads(Reading::scored);
  }

  /**
   * Takes the smallest member of the first sorted set that has one, and waits for one if none has;
   * empty after {@code block}, zero being for ever. <code>BZPOPMIN</code>
   */
  public static Command<Optional<Popped<ScoredMember>>> blockingPopMin(
      Duration block, String... keys) {
    return Words.of("BZPOPMIN").keys(keys).seconds(block).reads(Reading::poppedScored);
  }

  /** Like {@link #blockingPopMin}, but takes the greatest. <code>BZPOPMAX</code> */
  public static Command<Optional<Popped<ScoredMember>>> blockingPopMax(
      Duration block, String... keys) {
    return Words.of("BZPOPMAX").keys(keys).seconds(block).reads(Reading::poppedScored);
  }

  /** Removes the members with such a score: how many. <code>ZREMRANGEBYSCORE</code> */
  public static Command<Long> removeRange(String key, ScoreRange range) {
    return within("ZREMRANGEBYSCORE", key, range).reads(Reply::integer);
  }

  /** Removes the members with such a name: how many. <code>ZREMRANGEBYLEX</code> */
  public static Command<Long> removeRange(String key, LexRange range) {
    return within("ZREMRANGEBYLEX", key, range).reads(Reply::integer);
  }

  /**
   * Removes the members from rank {@code start} to {@code stop}, both included, negative ranks
   * counting from the end: how many. <code>ZREMRANGEBYRANK</code>
   */
  public static Command<Long> removeRange(String key, long start, long stop) {
    return Words.of("ZREMRANGEBYRANK").key(key).add(start).add(stop).reads(Reply::integer);
  }

  /**
   * Puts the members of all the sets in place of {@code target}, each with the sum of its scores:
   * how many there are. <code>ZUNIONSTORE</code>
   */
  public static Command<Long> unionStore(String target, String... keys) {
    return storing("ZUNIONSTORE", target, keys).reads(Reply::integer);
  }

  /**
   * Puts the members that all the sets have in place of {@code target}, each with the sum of its
   * scores: how many there are. <code>ZINTERSTORE</code>
   */
  public static Command<Long> interStore(String target, String... keys) {
    return storing("ZINTERSTORE", target, keys).reads(Reply::integer);
  }

  /**
   * One page of the members; a member may come twice. <code>ZSCAN</code>
   *
   * @param cursor {@link ScanPage#START}, and then that of the page before
   */
  public static Command<ScanPage<ScoredMember>> scan(String key, String cursor, Scan scan) {
    return Objects.requireNonNull(scan, "scan")
        .within(Words.of("ZSCAN").key(key), cursor)
        .reads(reply -> Reading.page(reply, Reading::scored));
  }

  private static Words one(String name, String key, String member) {
    return Words.of(name).key(key).text(member, "member");
  }

  private static Words within(String name, String key, ScoreRange range) {
    Objects.requireNonNull(range, "range");
    return Words.of(name).key(key).add(range.min()).add(range.max());
  }

  private static Words within(String name, String key, LexRange range) {
    Objects.requireNonNull(range, "range");
    return Words.of(name).key(key).add(range.min()).add(range.max());
  }

  private static Words storing(String name, String target, String[] keys) {
    Words.notEmpty(keys, "keys");
    return Words.of(name).key(target, "target").add(keys.length).keys(keys);
  }
}
