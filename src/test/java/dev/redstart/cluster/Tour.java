package dev.redstart.cluster;

import dev.redstart.redis.Redis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/** All that a room offers, once; it sees for itself whether that works. */
interface Tour {
  Duration LIMIT = Duration.ofSeconds(20);

  /** Of all rooms that keep something in Redis. */
  List<Tour> ALL =
      List.of(
          new QueueTour(),
          new StreamTour(),
          new ListTour(),
          new RunTour(),
          new ConversationTour(),
          new SessionTour(),
          new TaskTour());

  /**
   * Goes through it.
   *
   * @param redis may name keys as on a cluster, or as on a single server
   * @param name of the user's own key, where the room takes one
   */
  void run(Redis redis, String name) throws Exception;

  /** All rooms with all names, at the same time. */
  static void runAll(Redis redis, List<String> names) throws Exception {
    var threads = Executors.newCachedThreadPool();
    try {
      var tours = new ArrayList<Callable<Void>>();
      for (var name : names) {
        ALL.forEach(tour -> tours.add(() -> run(tour, redis, name)));
      }
      for (var end : threads.invokeAll(tours)) {
        end.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Void run(Tour tour, Redis redis, String name) throws Exception {
    try {
      tour.run(redis, name);
      return null;
    } catch (Exception | AssertionError failed) {
      throw new AssertionError(tour.getClass().getSimpleName() + " with " + name, failed);
    }
  }
}
