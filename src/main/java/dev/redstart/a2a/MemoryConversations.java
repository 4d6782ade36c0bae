package dev.redstart.a2a;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was said in each context. Guarded by the lock of its storage. */
final class MemoryConversations {
  private final TaskOptions options;
  private final Map<String, Conversation> byContext = new HashMap<>();

  MemoryConversations(TaskOptions options) {
    this.options = options;
  }

  private static final class Conversation {
    private final Deque<Message> messages = new ArrayDeque<>();
    private long endNanos;

    private boolean isExpired() {
      return endNanos - System.nanoTime() <= 0;
    }
  }

  void add(String contextId, Message message) {
    dropIfExpired(contextId);
    var conversation = byContext.computeIfAbsent(contextId, it -> new Conversation());
    conversation.endNanos = System.nanoTime() + options.expiration().toNanos();
    conversation.messages.add(message);
    if (conversation.messages.size() > options.historyMax()) {
      conversation.messages.remove();
    }
  }

  void remove(String contextId, Message message) {
    byContext.computeIfPresent(
        contextId,
        (id, it) -> {
          it.messages.removeIf(one -> one == message);
          return it.messages.isEmpty() ? null : it;
        });
  }

  List<Message> get(String contextId) {
    dropIfExpired(contextId);
    var conversation = byContext.get(contextId);
    return conversation == null ? List.of() : List.copyOf(conversation.messages);
  }

  private void dropIfExpired(String contextId) {
    byContext.computeIfPresent(contextId, (id, it) -> it.isExpired() ? null : it);
  }

  void dropExpired() {
    byContext.values().removeIf(Conversation::isExpired);
  }
}
