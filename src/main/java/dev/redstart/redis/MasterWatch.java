package dev.redstart.redis;

import java.time.Duration;
import java.util.List;

/**
 * Hears from the Sentinels that another server has become the master. From each on a connection of
 * its own: the machine of a Sentinel may well die together with the master on it. This only makes
 * things faster: a master that was replaced ends its connections, or refuses to write.
 */
final class MasterWatch implements Loop.Watch {
  private static final Topic SWITCH = new Topic(Topic.Kind.CHANNEL, "+switch-master");

  private final Sentinels sentinels;
  private final String master;
  private final Loop loop;
  private final List<Subscriber> subscribers;
  private volatile List<Subscription> subscriptions = List.of();

  MasterWatch(RedisOptions options, Endpoint.Sentinels endpoint, Sentinels sentinels, Loop loop) {
    this.sentinels = sentinels;
    this.master = endpoint.master();
    this.loop = loop;
    this.subscribers =
        endpoint.sentinels().stream()
            .map(each -> subscriber(options.atSentinel(each), loop))
            .toList();
  }

  private static Subscriber subscriber(RedisOptions sentinel, Loop loop) {
    var connector = new Connector(sentinel, loop);
    return new Subscriber(sentinel, loop, () -> connector, () -> false);
  }

  void start() {
    subscriptions = subscribers.stream().map(each -> each.listen(SWITCH)).toList();
    loop.watch(this);
  }

  @Override
  public void tick(long nowNanos) {
    try {
      subscriptions.forEach(this::hearAll);
    } catch (RedisException.Unavailable | IllegalArgumentException noNews) {
      // Another thread is closing them, or what was heard names no server.
      return;
    }
  }

  private void hearAll(Subscription news) {
    for (var next = news.next(Duration.ZERO); next.isPresent(); next = news.next(Duration.ZERO)) {
      if (next.get() instanceof Notice.Message message) {
        hear(message.text());
      }
    }
  }

  /** The master's name, its old host and port, the new ones. */
  private void hear(String text) {
    String[] words = text.split(" ");
    if (words.length == 5 && words[0].equals(master)) {
      sentinels.replaced(Endpoint.tcp(words[1], words[2]), Endpoint.tcp(words[3], words[4]));
    }
  }

  void close() {
    loop.unwatch(this);
    subscribers.forEach(Subscriber::close);
  }
}
