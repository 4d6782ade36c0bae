package dev.redstart.resp;

import java.util.Map;

/**
 * The server sent a well-formed reply of another type than the one that was asked for. The
 * connection is in order; the command has run.
 */
public final class UnexpectedReplyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final Map<Class<? extends Reply>, String> NAMES =
      Map.ofEntries(
          Map.entry(Reply.Simple.class, "a simple string"),
          Map.entry(Reply.Bulk.class, "a bulk string"),
          Map.entry(Reply.Verbatim.class, "a verbatim string"),
          Map.entry(Reply.Int.class, "an integer"),
          Map.entry(Reply.Real.class, "a double"),
          Map.entry(Reply.Bool.class, "a boolean"),
          Map.entry(Reply.BigNumber.class, "a big number"),
          Map.entry(Reply.Null.class, "a null"),
          Map.entry(Reply.Array.class, "an array"),
          Map.entry(Reply.Set.class, "a set"),
          Map.entry(Reply.Map.class, "a map"),
          Map.entry(Reply.Push.class, "a push"),
          Map.entry(Reply.Attributed.class, "a value with attributes"));

  private UnexpectedReplyException(String message) {
    super(message);
  }

  static UnexpectedReplyException of(String expected, Reply reply) {
    return new UnexpectedReplyException(
        "expected " + expected + " but the server sent " + name(reply));
  }

  /** For a text that could have held what was expected. */
  static UnexpectedReplyException within(String expected, Reply text) {
    return new UnexpectedReplyException(
        "expected " + expected + " but the server sent " + name(text) + " that holds none");
  }

  // Types only: what the values hold may be secret.
  private static String name(Reply reply) {
    if (reply instanceof Reply.Error error) {
      return "an error (" + new Reply.Error(error.code()) + ")";
    }
    return NAMES.get(reply.getClass());
  }
}
