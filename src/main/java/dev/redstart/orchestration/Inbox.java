package dev.redstart.orchestration;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The reports that have come to the parent. They stay in {@code P:read} until they are
 * acknowledged: a reply that is lost on the way, or a parent that dies, loses none. For one thread
 * at a time.
 */
final class Inbox {
  private final ParentSession session;
  private final Map<String, ReportMessage> arrived = new HashMap<>();
  private final Set<String> handedOut = new HashSet<>();

  /** Who is told of each report that comes. */
  private Consumer<ReportMessage> listener = report -> {};

  /** Redis may have moved a report of which we know nothing. */
  private boolean unsure = true;

  Inbox(ParentSession session) {
    this.session = session;
  }

  /** From now on; and of what has come before at once. */
  void tell(Consumer<ReportMessage> newListener) {
    listener = newListener;
    arrived.values().forEach(newListener);
  }

  void lookAgain() {
    unsure = true;
  }

  /** Finds what a former parent, or a call whose reply was lost, has taken; if there is a doubt. */
  void refresh(Duration limit) {
    if (unsure) {
      session.read(limit, this::accept);
      unsure = false;
    }
  }

  /** A former parent may be less dead than it was thought to be, and take reports as well. */
  void compare(Duration limit) {
    unsure = unsure || session.readCount(limit) != arrived.size() + handedOut.size();
  }

  /** Takes all that has come. */
  void drain(Duration limit) {
    boolean more = true;
    while (more) {
      more = collect(limit);
    }
  }

  /** Takes some of what has come; false if nothing has. */
  boolean collect(Duration limit) {
    return session.collect(limit, this::accept);
  }

  private void accept(String field, byte[] value) {
    if (field.startsWith("=")) {
      acceptReport(field.substring(1), field, value);
    } else {
      // The reason, a line feed, the message: see collect.lua.
      int end = new String(value, UTF_8).indexOf('\n');
      var reason = new String(value, 0, end, UTF_8);
      var message = Arrays.copyOfRange(value, end + 1, value.length);
      session.session().buryRead(field, message, reason, "");
    }
  }

  private void acceptReport(String id, String field, byte[] raw) {
    if (arrived.containsKey(id) || handedOut.contains(id)) {
      return;
    }
    if (Message.parse(raw) instanceof ReportMessage report) {
      arrived.put(id, report);
      listener.accept(report);
    } else {
      session.session().buryRead(field, raw, "not a report that can be read", id);
    }
  }

  /** The ids of what has come and was not handed out. */
  Set<String> ids() {
    return Set.copyOf(arrived.keySet());
  }

  boolean knows(String id) {
    return arrived.containsKey(id) || handedOut.contains(id);
  }

  void handOut(Collection<String> ids) {
    arrived.keySet().removeAll(ids);
    handedOut.addAll(ids);
  }

  void acknowledged(List<String> ids) {
    arrived.keySet().removeAll(ids);
    handedOut.removeAll(ids);
  }
}
