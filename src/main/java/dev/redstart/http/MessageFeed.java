package dev.redstart.http;

import dev.redstart.json.Json;
import dev.redstart.message.MessageException;
import dev.redstart.message.MessageSubscription;
import dev.redstart.message.MessageUpdate;
import java.io.IOException;
import java.time.Duration;

/** What happens to a message, for one reader. */
final class MessageFeed implements Feed {
  private final MessageSubscription subscription;
  private volatile boolean closed;

  MessageFeed(MessageSubscription subscription) {
    this.subscription = subscription;
  }

  @Override
  public boolean next(EventWriter out, Duration wait) throws IOException {
    try {
      var update = subscription.next(wait);
      if (update.isPresent()) {
        write(update.get(), out);
        out.flush();
      }
      return !subscription.isEnded();
    } catch (MessageException.Unknown gone) {
      return false; // the client asks again, and hears that there is no such message
    } catch (IllegalStateException e) {
      if (closed) {
        return true;
      }
      throw e;
    }
  }

  private static void write(MessageUpdate update, EventWriter out) throws IOException {
    if (update instanceof MessageUpdate.Event next) {
      var event = next.event();
      out.event(event.eventId(), event.eventType().toString(), Json.toBytes(event.toJson()));
    } else if (update instanceof MessageUpdate.Snapshot whole) {
      var message = whole.message();
      // Of a message that has ended, its end is still to come: whoever is cut off in between
      // begins again.
      var name = "snapshot";
      var json = Json.toBytes(message.toJson());
      if (message.isComplete()) {
        out.event(name, json);
      } else {
        out.event(message.lastEventId(), name, json);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    subscription.close();
  }
}
