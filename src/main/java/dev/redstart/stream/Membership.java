package dev.redstart.stream;

import dev.redstart.redis.Command;
import dev.redstart.redis.PendingEntry;
import dev.redstart.redis.PendingQuery;
import dev.redstart.redis.RedisException;
import dev.redstart.redis.Requests;
import dev.redstart.redis.StreamGroups;
import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One consumer in the group of one stream: what it says to Redis. All methods throw a {@link
 * RedisException} when Redis cannot be reached, and a NOGROUP when the group is gone.
 */
record Membership(Store store, String group, String consumer, ConsumerOptions options) {
  /** None of these takes long; a consumer that is closed must not wait for a dead server. */
  private static final Duration CALL_MAX = Duration.ofSeconds(2);

  /** Those who stop in an orderly way delete themselves; this is for those who could not. */
  private static final Duration SILENCE_MAX = Duration.ofHours(1);

  /** An entry that Redis has handed to this consumer. */
  record Taken(String id, int deliveries, List<byte[]> words) {
    private static List<Taken> readAll(List<Reply> items) {
      var all = new ArrayList<Taken>(items.size() / 3);
      for (int i = 0; i < items.size(); i += 3) {
        var words = items.get(i + 2).items().stream().map(Reply::bytes).toList();
        all.add(new Taken(items.get(i).text(), (int) items.get(i + 1).integer(), words));
      }
      return all;
    }
  }

  /** What claim.lua returns. */
  record Page(
      String next, long dueMillis, boolean overdue, long others, long dead, List<Taken> taken) {
    private static Page read(Reply reply) {
      var items = reply.items();
      return new Page(
          items.get(0).text(),
          items.get(1).integer(),
          items.get(2).integer() == 1,
          items.get(3).integer(),
          items.get(4).integer(),
          Taken.readAll(items.subList(5, items.size())));
    }
  }

  /** What take.lua returns. */
  record Fresh(boolean others, String last, List<Taken> taken) {
    private static Fresh read(Reply reply) {
      var items = reply.items();
      return new Fresh(
          items.get(0).integer() == 1,
          items.get(1).text(),
          Taken.readAll(items.subList(2, items.size())));
    }
  }

  /** Takes new entries, but none while others have any. */
  Fresh take(int room) {
    String count = Integer.toString(room);
    return Fresh.read(call(StreamScripts.TAKE.call(stream(), group, consumer, count)));
  }

  /** Takes over what is due, from a page of the pending entries. */
  Page claim(String from, int room) {
    var call =
        StreamScripts.CLAIM.call(
            List.of(store.name(), store.keys().dead()),
            group,
            consumer,
            Long.toString(options.lease().toMillis()),
            Integer.toString(options.deliveriesMax()),
            from,
            Integer.toString(room),
            options.orderBy().isPresent() ? "1" : "0");
    return Page.read(store.call(call.within(CALL_MAX)));
  }

  /** What this consumer holds, according to Redis. */
  List<PendingEntry> pending(int max) {
    var query = PendingQuery.first(max).withConsumer(consumer);
    return store.call(StreamGroups.pending(store.name(), group, query).within(CALL_MAX));
  }

  /** Hands over entries that it holds; no further delivery. */
  List<Taken> recover(List<PendingEntry> entries) {
    var arguments = arguments();
    for (var entry : entries) {
      arguments.add(entry.id().toString());
      arguments.add(Long.toString(entry.deliveries()));
    }
    return Taken.readAll(call(StreamScripts.RECOVER.call(stream(), words(arguments))).items());
  }

  /** Renews the lease of what it holds: the ids of what it does not hold any more. */
  Set<String> renew(List<Delivery> deliveries) {
    var arguments = arguments();
    for (var each : deliveries) {
      arguments.add(each.id());
      arguments.add(Integer.toString(each.deliveries()));
    }
    var lost = new HashSet<String>();
    call(StreamScripts.RENEW.call(stream(), words(arguments)))
        .items()
        .forEach(id -> lost.add(id.text()));
    return lost;
  }

  /** Says what became of entries: a letter for each, see settle.lua. */
  String settle(Requests.Request request, List<Settlement> batch) {
    var arguments = new ArrayList<byte[]>();
    for (String word : List.of(group, consumer, StreamKeys.NOBODY)) {
      arguments.add(Store.bytes(word));
    }
    for (var each : batch) {
      arguments.add(Store.bytes(each.delivery().id()));
      arguments.add(Store.bytes(Integer.toString(each.delivery().deliveries())));
      arguments.add(Store.bytes(each.verb().word()));
      arguments.add(Store.bytes(each.detail()));
    }
    return call(store.command(StreamScripts.SETTLE, request, arguments)).text();
  }

  /** Deletes consumers that were silent for long and hold nothing. */
  void tidyUp() {
    leave("");
  }

  /** Deletes this consumer if it holds nothing. */
  void leave() {
    leave(consumer);
  }

  private void leave(String name) {
    String silence = Long.toString(SILENCE_MAX.toMillis());
    call(StreamScripts.LEAVE.call(stream(), group, name, silence));
  }

  private Reply call(Command<Reply> command) {
    return store.call(command.within(CALL_MAX));
  }

  private List<String> stream() {
    return List.of(store.name());
  }

  private ArrayList<String> arguments() {
    return new ArrayList<>(List.of(group, consumer));
  }

  private static String[] words(List<String> arguments) {
    return arguments.toArray(String[]::new);
  }
}
