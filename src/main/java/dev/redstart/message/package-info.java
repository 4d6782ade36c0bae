/**
 * Messages that grow while they are read: text, content blocks and tasks, written and followed by
 * any instance of a program, with nothing kept outside Redis.
 *
 * <p>Start with {@link dev.redstart.message.MessageStore}, which finds messages; a {@link
 * dev.redstart.message.Message} is written to, a {@link dev.redstart.message.MessageSubscription}
 * follows one.
 *
 * <pre>{@code
 * var store = MessageStore.of(redis);
 * var message = store.loadOrCreate("msg_001", "session_001", Role.ASSISTANT);
 * message.appendText("Hello");
 * message.complete();
 * try (var reader = store.subscribe("session_001", "msg_001", "0")) {
 *   while (!reader.isEnded()) {
 *     reader.next(Duration.ofSeconds(5)).ifPresent(this::show);
 *   }
 * }
 * }</pre>
 *
 * <p>Promised: each operation is one round trip and happens as a whole, with its event, however
 * many instances write at once; when a reply is lost, nothing happens twice. A reader may come at
 * any moment, from any event on, and ends with exactly the final text and state: if events that it
 * asks for are gone, it gets the whole message first. A message has one {@code message_start},
 * which is its first event, and at most one {@code message_end}, which is its last.
 *
 * <p>In Redis, {@code HGETALL message:msg_001} shows a message. While it grows its text is a string
 * of its own, which {@code text_key} names: so an append costs what is appended, however long the
 * text is. When it ends, the text moves into the hash, unless it has more than 1 MiB.
 */
package dev.redstart.message;
