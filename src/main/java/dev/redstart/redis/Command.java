package dev.redstart.redis;

import dev.redstart.resp.Reply;
import dev.redstart.resp.RespEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A command as a value: its words, how to read its reply, and what is known about it (does it only
 * read, may it block, where are its keys).
 *
 * <p>Immutable and free of any connection: keep one, send it as often as you like, from any thread.
 * The typed factories ({@link Strings}, {@link Lists}, {@link Streams}, ...) make those that most
 * programs use; {@link #of(String...)} reaches every other one.
 *
 * @param <R> what the reply is read as
 */
public final class Command<R> {
  private final List<byte[]> words;
  private final CommandTraits traits;
  private final Function<? super Reply, ? extends R> reading;
  private final Terms terms;

  /** What a caller may say beyond the words. {@code spare}: the words to send on NOSCRIPT. */
  record Terms(Duration limit, boolean repeatable, List<byte[]> spare) {
    static final Terms NONE = new Terms(null, false, null);
  }

  Command(
      List<byte[]> words,
      CommandTraits traits,
      Function<? super Reply, ? extends R> reading,
      Terms terms) {
    this.words = words;
    this.traits = traits;
    this.reading = reading;
    this.terms = terms;
  }

  /**
   * Any command, its reply as it came.
   *
   * @param words the command's name and its arguments, each sent as UTF-8
   * @throws IllegalArgumentException if there is no word, the name is blank, or a word holds an
   *     unpaired surrogate
   * @throws NullPointerException if a word is null
   */
  public static Command<Reply> of(String... words) {
    Objects.requireNonNull(words, "words");
    var encoded = new ArrayList<byte[]>(words.length);
    for (int i = 0; i < words.length; i++) {
      encoded.add(RespEncoder.word(Objects.requireNonNull(words[i], "word " + i)));
    }
    return ofBytes(encoded);
  }

  /**
   * Any command with binary words, its reply as it came. The arrays are not copied.
   *
   * @throws IllegalArgumentException if there is no word or the name is blank
   * @throws NullPointerException if a word is null
   */
  public static Command<Reply> ofBytes(List<byte[]> words) {
    var copy = List.copyOf(words);
    if (copy.isEmpty() || copy.get(0).length == 0) {
      throw new IllegalArgumentException("words: a command needs a name");
    }
    return new Command<>(copy, CommandTraits.of(copy), Function.identity(), Terms.NONE);
  }

  /** The same command with one more binary word. */
  public Command<R> with(byte[] word) {
    var more = new ArrayList<>(words);
    more.add(Objects.requireNonNull(word, "word"));
    return new Command<>(List.copyOf(more), CommandTraits.of(more), reading, terms);
  }

  /**
   * The same command, its result read further by {@code then}, which runs on the thread that awaits
   * the result.
   */
  public <T> Command<T> map(Function<? super R, ? extends T> then) {
    Objects.requireNonNull(then, "then");
    return new Command<>(words, traits, reply -> then.apply(reading.apply(reply)), terms);
  }

  /**
   * The same command with a deadline of its own instead of the client's timeout. For a blocking
   * command the time that it may block comes on top, and at least a second: what it takes to end it
   * on the server without losing an element.
   */
  public Command<R> within(Duration limit) {
    RedisOptions.positive(limit, "limit");
    return with(new Terms(limit, terms.repeatable, terms.spare));
  }

  /**
   * Declares that running this command twice is harmless, so that it may be sent again when the
   * connection broke before its reply came. Commands that only read are so by nature.
   */
  public Command<R> idempotent() {
    return with(new Terms(terms.limit, true, terms.spare));
  }

  Command<R> orElse(List<byte[]> spare) {
    return with(new Terms(terms.limit, terms.repeatable, spare));
  }

  private Command<R> with(Terms other) {
    return new Command<>(words, traits, reading, other);
  }

  /** The same command, its reply as it came. */
  Command<Reply> plain() {
    return new Command<>(words, traits, Function.identity(), terms);
  }

  /** The same command, its reply changed by {@code first} before it is read. */
  Command<R> reading(Function<? super Reply, ? extends Reply> first) {
    return new Command<>(words, traits, reply -> reading.apply(first.apply(reply)), terms);
  }

  /**
   * The same command with the word at {@code index} replaced: how a long block is cut in slices.
   */
  Command<R> withWord(int index, String word) {
    var other = new ArrayList<>(words);
    other.set(index, RespEncoder.word(word));
    return new Command<>(List.copyOf(other), traits, reading, terms);
  }

  /** The command's name in capitals, with its subcommand where it has one: {@code XINFO STREAM}. */
  public String name() {
    return traits.name();
  }

  /**
   * Whether this command only reads, so that sending it twice is harmless. False for unknown
   * commands, and for XREAD from {@code $}, which would skip what came in between.
   */
  public boolean isReadOnly() {
    return traits.readOnly();
  }

  /** Whether this command, with these words, may hold its connection for a while. */
  public boolean isBlocking() {
    return BlockTime.of(this).isPresent();
  }

  /** The keys this command declares, in the order of its words; empty when none are known. */
  public List<byte[]> keys() {
    return traits.keys(words);
  }

  List<byte[]> words() {
    return words;
  }

  String word(int index) {
    return new String(words.get(index), StandardCharsets.UTF_8);
  }

  boolean isRepeatable() {
    return traits.readOnly() || terms.repeatable;
  }

  Optional<Duration> limit() {
    return Optional.ofNullable(terms.limit);
  }

  byte[] frame() {
    return RespEncoder.command(words);
  }

  /** Makes the frame to send when the server does not know the script; null if there is none. */
  Supplier<byte[]> spare() {
    return terms.spare == null ? null : this::spareFrame;
  }

  private byte[] spareFrame() {
    return RespEncoder.command(terms.spare);
  }

  /** What to send inside a transaction, where nobody can react to NOSCRIPT any more. */
  byte[] selfContainedFrame() {
    return terms.spare == null ? frame() : spareFrame();
  }

  Function<? super Reply, ? extends R> reading() {
    return reading;
  }

  /** Cheap: whether it is worth looking at the words for a time to block. */
  boolean mayBlock() {
    return traits.blocking();
  }

  /** The name and the number of arguments; never the arguments, which may be secret. */
  @Override
  public String toString() {
    return name() + " with " + (words.size() - 1) + " arguments";
  }
}
