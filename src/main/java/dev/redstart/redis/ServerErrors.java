package dev.redstart.redis;

import dev.redstart.resp.Reply;
import java.util.Set;

/** What the errors that a server sends mean for the caller. */
final class ServerErrors {
  /** The server did not execute the command, and may do so a moment later. */
  private static final Set<String> FOR_THE_MOMENT =
      Set.of("LOADING", "MASTERDOWN", "TRYAGAIN", "CLUSTERDOWN", "UNBLOCKED");

  /** Only a replica says this, and it did not execute the command either. */
  private static final Set<String> OF_REPLICA = Set.of("READONLY", "MASTERDOWN");

  /** An error in the middle of these does not undo what they did before it. */
  private static final Set<String> PARTIAL =
      Set.of("EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "FCALL", "FCALL_RO", "EXEC");

  private static final String READONLY = "READONLY You can't write against a read only replica";

  /** How the server itself begins these errors when it refuses to start a script. */
  private static final Set<String> OWN_WORDS =
      Set.of(
          "LOADING Redis is loading",
          "LOADING Valkey is loading",
          "MASTERDOWN Link with MASTER is down",
          READONLY,
          "TRYAGAIN Multiple keys request during rehashing",
          "CLUSTERDOWN The cluster is down",
          "CLUSTERDOWN Hash slot not served");

  private static final String UNKNOWN_SCRIPT = "NOSCRIPT No matching script";

  private ServerErrors() {}

  /**
   * Whether the server did nothing, and may do it a moment later. Also for a transaction that was
   * given up because of such an error while queueing.
   */
  static boolean isForTheMoment(Reply answer, Order<?> order) {
    return didNothing(answer, order, FOR_THE_MOMENT);
  }

  /**
   * Whether the server did nothing because it is a replica. A script may have read there before,
   * but no script writes on a replica.
   */
  static boolean isOfReplica(Reply answer, Order<?> order) {
    return didNothing(answer, order, OF_REPLICA) || isRefusedScript(answer);
  }

  /** Before Redis 7 the error of a script has that of its command in the middle. */
  private static boolean isRefusedScript(Reply answer) {
    return answer instanceof Reply.Error error
        && error.text().startsWith("ERR Error running script")
        && error.text().contains("-" + READONLY);
  }

  private static boolean didNothing(Reply answer, Order<?> order, Set<String> codes) {
    if (order.replies() > 1 && hasCode(last(answer), "EXECABORT")) {
      return answer.items().stream()
          .anyMatch(each -> codes.stream().anyMatch(code -> hasCode(each, code)));
    }
    return answer instanceof Reply.Error error
        && codes.contains(error.code())
        && (!PARTIAL.contains(order.name()) || isServersOwn(error));
  }

  /** A script may make up, or pass on, any error after it has written. */
  private static boolean isServersOwn(Reply.Error error) {
    return OWN_WORDS.stream().anyMatch(error.text()::startsWith);
  }

  static boolean isForTheMoment(String code) {
    return FOR_THE_MOMENT.contains(code);
  }

  /** Whether another node of the cluster, or this one a moment later, would run it. */
  static boolean isElsewhere(String code) {
    return code.equals("MOVED") || code.equals("ASK") || isForTheMoment(code);
  }

  private static Reply last(Reply answer) {
    return answer.items().get(answer.items().size() - 1);
  }

  private static boolean hasCode(Reply reply, String code) {
    return reply instanceof Reply.Error error && error.code().equals(code);
  }

  static boolean isUnknownScript(Reply reply) {
    return reply instanceof Reply.Error error && error.text().startsWith(UNKNOWN_SCRIPT);
  }

  /** Whether a command that ended with this error may have done something before it. */
  static boolean mayHaveRun(Reply.Error error, Order<?> order) {
    return PARTIAL.contains(order.name())
        && !isForTheMoment(error, order)
        && !isOfReplica(error, order);
  }

  /** Whether an error need not mean that nothing was done. */
  static boolean mayBePartial(Order<?> order) {
    return PARTIAL.contains(order.name());
  }

  static RedisException.Rejected rejected(Reply.Error error, Order<?> order, boolean mayHaveRun) {
    String text = order.sentence("the server answered " + bare(error) + advice(error.code()));
    return new RedisException.Rejected(error.code(), text, mayHaveRun);
  }

  /**
   * Redis repeats the first arguments of an unknown command, and those may be secret. To those who
   * say nothing about themselves it explains its protocol, which is not what they want to know.
   */
  static String bare(Reply.Error error) {
    if (error.text().startsWith("NOAUTH HELLO")) {
      return error.code();
    }
    int arguments = error.text().indexOf(", with args beginning with");
    return arguments < 0 ? error.text() : error.text().substring(0, arguments);
  }

  static String advice(String code) {
    return switch (code) {
      case "LOADING" -> " (it is still loading its data; try again later)";
      case "READONLY" -> " (it is a read-only replica; connect to its master)";
      case "MASTERDOWN" -> " (it is a replica that has lost its master; try again later)";
      case "MOVED", "ASK" ->
          " (another node of its cluster has this key; for a cluster, connect to redis+cluster://)";
      case "CROSSSLOT" -> " (on a cluster, keys that are used together need the same {tag})";
      case "CLUSTERDOWN", "TRYAGAIN" -> " (its cluster is not ready; try again later)";
      case "NOAUTH" -> " (it wants a password; set it in the URL or in REDIS_PASSWORD)";
      case "WRONGPASS" -> " (check user name and password)";
      case "NOPERM" -> " (its ACL does not allow this user to do that)";
      case "MISCONF" -> " (it can't write its data to disk, and refuses writes until it can)";
      case "WRONGTYPE" -> " (the key holds another type of value)";
      default -> "";
    };
  }
}
