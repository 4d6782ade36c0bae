package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node of a cluster answers to a command, instead of running it, that another node has to
 * run.
 *
 * @param once this command only (ASK: the slot is on its way, this key is there already, or new);
 *     otherwise the slot has moved (MOVED)
 * @param slot that the command's keys lie in
 * @param host empty if it is the one that answered
 */
record Redirect(boolean once, int slot, String host, int port) {
  private static final Pattern TEXT =
      Pattern.compile("(MOVED|ASK) ([0-9]{1,5}) ([^ ]{0,300}):([0-9]{1,5})");

  static Optional<Redirect> of(Reply answer, Order<?> order) {
    if (order.replies() == 1) {
      return of(answer);
    }
    List<Reply> replies = answer.items();
    Reply last = replies.get(replies.size() - 1);
    // Of a transaction, a command may have been refused while queueing; or EXEC itself.
    return last instanceof Reply.Error error && error.code().equals("EXECABORT")
        ? replies.stream().map(Redirect::of).flatMap(Optional::stream).findFirst()
        : of(last);
  }

  private static Optional<Redirect> of(Reply reply) {
    if (!(reply instanceof Reply.Error error) || !isRedirect(error.code())) {
      return Optional.empty();
    }
    Matcher parts = TEXT.matcher(error.text());
    return parts.matches() ? of(parts) : Optional.empty();
  }

  private static boolean isRedirect(String code) {
    return code.equals("MOVED") || code.equals("ASK");
  }

  private static Optional<Redirect> of(Matcher parts) {
    int slot = Integer.parseInt(parts.group(2));
    int port = Integer.parseInt(parts.group(4));
    boolean valid = slot < Slot.COUNT && port > 0 && port <= 65_535 && !parts.group(3).equals("?");
    return valid
        ? Optional.of(new Redirect(parts.group(1).equals("ASK"), slot, parts.group(3), port))
        : Optional.empty();
  }

  /**
   * Whether a server can have said so of this command. One that has run, a script, may say anything
   * too.
   */
  boolean fits(Pending<?> pending) {
    int own = pending.route.slot;
    return own == slot || (own == Slot.NONE && !ServerErrors.mayBePartial(pending.order));
  }

  /** Where to: a host without a name is the one that answered. */
  Endpoint.Tcp target(Endpoint.Tcp answered) {
    return new Endpoint.Tcp(host.isEmpty() ? answered.host() : host, port);
  }
}
