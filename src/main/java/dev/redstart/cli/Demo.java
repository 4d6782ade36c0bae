package dev.redstart.cli;

import dev.redstart.cli.Arguments.Kind;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import dev.redstart.redis.Server;
import java.util.Map;

/** The main job in one command. */
final class Demo implements Verb {
  private static final String HELP =
      """
      Usage: demo [FLAG...]

      Opens a session with three children, each a process of its own, and gives them twelve tasks.
      One child is killed (kill -9) while it holds a task; all twelve reports come in all the same,
      each once. Then an agent's answer is streamed through the HTTP service to a reader that is cut
      off in the middle, and comes back. Prints a table of what happened. Takes about ten seconds,
      leaves nothing behind.

      Uses the Redis that the flags or REDIS_URL name, and touches only keys of its own there;
      otherwise starts a private redis-server, or valkey-server, and stops it at the end.

      """;

  @Override
  public String help() {
    return HELP;
  }

  @Override
  public Map<String, Kind> flags() {
    return Map.of();
  }

  @Override
  public int run(Arguments arguments, Out out) {
    arguments.noWords();
    var target = new Target(arguments);
    if (target.isNamed()) {
      return play(target.options(), target.place(), () -> {}, out);
    }
    // Ctrl-C ends the session first and then the server, whose own hook would race with that.
    try (var server = PrivateServer.start(PrivateServerOptions.defaults().withoutShutdownHook())) {
      out.talk("A private server runs on port " + server.port() + ".");
      var place = Place.of(server.url());
      int status = play(RedisOptions.of(server.url()), place, server::close, out);
      return isEmpty(server) ? status : left(out);
    }
  }

  private static int play(RedisOptions options, Place place, Runnable afterwards, Out out) {
    try (var redis = Redis.connect(options);
        var play = new Play(redis, place)) {
      return CtrlC.during(out, () -> end(play, afterwards), () -> play.run(out));
    }
  }

  private static void end(Play play, Runnable afterwards) {
    play.close();
    afterwards.run();
  }

  private static boolean isEmpty(PrivateServer server) {
    try (var redis = Redis.connect(server.url())) {
      return redis.call(Server.dbSize()) == 0;
    }
  }

  private static int left(Out out) {
    out.talk("Something was left in the private server.");
    return 1;
  }
}
