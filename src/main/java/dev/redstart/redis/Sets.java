package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Commands on sets. The server keeps no order of their members. Only {@link Command} values are
 * made here, see {@link Strings}.
 */
public final class Sets {
  private Sets() {}

  /** Adds members: how many of them are new. <code>SADD</code> */
  public static Command<Long> add(String key, String... members) {
    return members("SADD", key, members).reads(Reply::integer);
  }

  /** Removes members: how many of them were there. <code>SREM</code> */
  public static Command<Long> rem(String key, String... members) {
    return members("SREM", key, members).reads(Reply::integer);
  }

  /** All members, none if there is no such key. <code>SMEMBERS</code> */
  public static Command<Set<String>> members(String key) {
    return Words.of("SMEMBERS").key(key).reads(Reading::textSet);
  }

  /** Whether this is a member. <code>SISMEMBER</code> */
  public static Command<Boolean> isMember(String key, String member) {
    return members("SISMEMBER", key, member).reads(Reply::bool);
  }

  /** Whether these are members, in their order. <code>SMISMEMBER</code> */
  public static Command<List<Boolean>> areMembers(String key, String... members) {
    return members("SMISMEMBER", key, members).reads(Reading::booleans);
  }

  /** How many members there are, 0 if there is no such key. <code>SCARD</code> */
  public static Command<Long> card(String key) {
    return Words.of("SCARD").key(key).reads(Reply::integer);
  }

  /** Takes any member, empty if there is none. <code>SPOP</code> */
  public static Command<Optional<String>> pop(String key) {
    return Words.of("SPOP").key(key).reads(Reading.OPTIONAL_TEXT);
  }

  /** Takes any members, at most {@code count}. <code>SPOP</code> */
  public static Command<Set<String>> pop(String key, long count) {
    return Words.of("SPOP").key(key).count(count).reads(Reading::textSet);
  }

  /** Any member, empty if there is none. <code>SRANDMEMBER</code> */
  public static Command<Optional<String>> random(String key) {
    return Words.of("SRANDMEMBER").key(key).reads(Reading.OPTIONAL_TEXT);
  }

  /** Any members, at most {@code count}. <code>SRANDMEMBER</code> */
  public static Command<Set<String>> random(String key, long count) {
    return Words.of("SRANDMEMBER").key(key).count(count).reads(Reading::textSet);
  }

  /** Moves a member to another set in one step; false if it is none. <code>SMOVE</code> */
  public static Command<Boolean> move(String source, String target, String member) {
    return Words.of("SMOVE")
        .key(source, "source")
        .key(target, "target")
        .text(member, "member")
        .reads(Reply::bool);
  }

  /** The members that all of the sets have. <code>SINTER</code> */
  public static Command<Set<String>> inter(String... keys) {
    return Words.of("SINTER").keys(keys).reads(Reading::textSet);
  }

  /** The members that any of the sets has. <code>SUNION</code> */
  public static Command<Set<String>> union(String... keys) {
    return Words.of("SUNION").keys(keys).reads(Reading::textSet);
  }

  /** The members of the first set that none of the others has. <code>SDIFF</code> */
  public static Command<Set<String>> diff(String... keys) {
    return Words.of("SDIFF").keys(keys).reads(Reading::textSet);
  }

  /** Puts {@link #inter} in place of {@code target}: its size. <code>SINTERSTORE</code> */
  public static Command<Long> interStore(String target, String... keys) {
    return Words.of("SINTERSTORE").key(target, "target").keys(keys).reads(Reply::integer);
  }

  /** Puts {@link #union} in place of {@code target}: its size. <code>SUNIONSTORE</code> */
  public static Command<Long> unionStore(String target, String... keys) {
    return Words.of("SUNIONSTORE").key(target, "target").keys(keys).reads(Reply::integer);
  }

  /** Puts {@link #diff} in place of {@code target}: its size. <code>SDIFFSTORE</code> */
  public static Command<Long> diffStore(String target, String... keys) {
    return Words.of("SDIFFSTORE").key(target, "target").keys(keys).reads(Reply::integer);
  }

  /**
   * One page of the members; a member may come twice. <code>SSCAN</code>
   *
   * @param cursor {@link ScanPage#START}, and then that of the page before
   */
  public static Command<ScanPage<String>> scan(String key, String cursor, Scan scan) {
    return Objects.requireNonNull(scan, "scan")
        .within(Words.of("SSCAN").key(key), cursor)
        .reads(reply -> Reading.page(reply, Reading::texts));
  }

  private static Words members(String name, String key, String... members) {
    return Words.of(name).key(key).texts(members, "members");
  }
}
