package dev.redstart.cli;

import dev.redstart.a2a.RedisTaskManager;
import dev.redstart.a2a.TaskManager;
import dev.redstart.a2a.TaskOptions;
import dev.redstart.a2a.TextConverter;
import dev.redstart.agent.Agent;
import dev.redstart.agent.Agents;
import dev.redstart.agent.ChatAgent;
import dev.redstart.agent.ChatOptions;
import dev.redstart.agent.EchoAgent;
import dev.redstart.cli.Arguments.Kind;
import dev.redstart.http.A2aEndpoint;
import dev.redstart.http.Service;
import dev.redstart.http.ServiceOptions;
import dev.redstart.json.Json;
import dev.redstart.message.MessageStore;
import dev.redstart.queue.Worker;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Runs the HTTP service until Ctrl-C. */
final class Serve implements Verb {
  private static final int PORT_MAX = 65_535;

  /** Between the words of an answer: as slow as a model, so that one sees it stream. */
  private static final Duration PAUSE = Duration.ofMillis(30);

  private static final String HELP =
      """
      Usage: serve [FLAG...]

      Runs the HTTP service: events of runs under /runs, sessions and messages under /api/v1, as
      JSON and as server-sent events; /docs lists the routes. Prints its address as one line, logs
      to stderr. Ctrl-C ends it in order: followers are told to come back, requests are answered.

        --port PORT      of the service; default: 8000; 0 for any that is free
        --bind HOST      where it listens; default: 127.0.0.1, for this machine only
        --token TOKEN    what requests must show; better in REDSTART_TOKEN, which others cannot see
        --agent NAME     who answers: echo, which says again what was said; chat, the service that
                         OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL name; or none, when
                         other instances do. Default: chat if there is a key or a URL, else echo
        --cors ORIGIN... whose pages a browser may let in; * for all
        --allow-host NAME...
                         how clients call it, beside localhost: behind a proxy that says that name
        --a2a            offers a demonstration agent by the A2A protocol too, a converter of text;
                         its card is at http://HOST:PORT/.well-known/agent-card.json
        --no-a2a-0.3     by version 1.0 of that protocol only
        --internal-pushes
                         lets that agent push to addresses of this machine and of private networks
        --embedded       starts a Redis server of its own, and stops it at the end
        --data DIR       keeps the data of that server in DIR
        --json           the address, and that of an embedded Redis, as one line of JSON

      """;

  /** There is no --host and no --port here: the port is the service's. */
  private static final String PLACE =
      """
        --redis URL      redis://, rediss://, unix://, redis+cluster:// or redis+sentinel://;
                         default: the environment (see --help)
      """;

  @Override
  public String help() {
    return HELP.stripTrailing() + "\n";
  }

  @Override
  public String place() {
    return PLACE;
  }

  @Override
  public Map<String, Kind> flags() {
    return Arguments.kinds(
        "--port= --bind= --token= --agent= --cors* --allow-host* --a2a --no-a2a-0.3"
            + " --internal-pushes --embedded --data= --json");
  }

  @Override
  public int run(Arguments arguments, Out out) {
    arguments.noWords();
    if (arguments.has("--host")) {
      throw new UsageException("Say where Redis is with --redis URL, and where to listen, --bind.");
    }
    for (var flag : new String[] {"--no-a2a-0.3", "--internal-pushes"}) {
      if (arguments.has(flag) && !arguments.has("--a2a")) {
        throw new UsageException(flag + " is for --a2a.");
      }
    }
    var options = options(arguments);
    if (!arguments.has("--embedded")) {
      if (arguments.has("--data")) {
        throw new UsageException("--data is for --embedded.");
      }
      return serve(redis(arguments), options, Optional.empty(), arguments, out);
    }
    if (arguments.has("--redis")) {
      throw new UsageException("There is --redis or --embedded, not both.");
    }
    // Ctrl-C ends the service first and then the server, whose own hook would race with that.
    try (var server = PrivateServer.start(embedded(arguments))) {
      return serve(RedisOptions.of(server.url()), options, Optional.of(server), arguments, out);
    }
  }

  private static ServiceOptions options(Arguments arguments) {
    try {
      var options = ServiceOptions.defaults();
      options = options.withPort(arguments.number("--port", 0, PORT_MAX).orElse(8000));
      options = options.withOrigins(arguments.values("--cors").toArray(String[]::new));
      options = options.withHosts(arguments.values("--allow-host").toArray(String[]::new));
      var bind = arguments.value("--bind");
      options = bind.isPresent() ? options.withAddress(bind.get()) : options;
      var token = arguments.value("--token").orElse(environment("REDSTART_TOKEN"));
      return token.isEmpty() ? options : options.withToken(token);
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(wrong.getMessage() + ".");
    }
  }

  private static String environment(String name) {
    return System.getenv().getOrDefault(name, "");
  }

  private static RedisOptions redis(Arguments arguments) {
    try {
      return arguments
          .value("--redis")
          .map(RedisOptions::of)
          .orElseGet(RedisOptions::fromEnvironment);
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(wrong.getMessage() + ".");
    }
  }

  private static PrivateServerOptions embedded(Arguments arguments) {
    var options = PrivateServerOptions.defaults().withoutShutdownHook();
    return arguments.value("--data").map(Path::of).map(options::withData).orElse(options);
  }

  private static int serve(
      RedisOptions place,
      ServiceOptions options,
      Optional<PrivateServer> server,
      Arguments arguments,
      Out out) {
    logInLines();
    var agent = agent(arguments);
    try (var redis = Redis.connect(place);
        var store = MessageStore.of(redis);
        var crew = Crew.start(Agents.of(redis, store), agent, tasks(redis, arguments));
        var service = Service.start(redis, offering(crew, options, arguments), crew.agents())) {
      return CtrlC.during(
          out,
          () -> end(service, crew, redis, server),
          () -> {
            out.result(arguments.has("--json") ? json(service, server) : service.uri().toString());
            return forEver();
          });
    }
  }

  private static Optional<Agent> agent(Arguments arguments) {
    boolean hasChat =
        !environment("OPENAI_API_KEY").isBlank() || !environment("OPENAI_BASE_URL").isBlank();
    return switch (arguments.value("--agent").orElse(hasChat ? "chat" : "echo")) {
      case "echo" -> Optional.of(EchoAgent.create().withPause(PAUSE));
      case "chat" -> Optional.of(chat());
      case "none" -> Optional.empty();
      default -> throw new UsageException("After --agent there must be echo, chat or none.");
    };
  }

  private static Agent chat() {
    try {
      return ChatAgent.of(ChatOptions.fromEnvironment());
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(wrong.getMessage() + ".");
    }
  }

  private static Optional<TaskManager> tasks(Redis redis, Arguments arguments) {
    if (!arguments.has("--a2a")) {
      return Optional.empty();
    }
    var options = TaskOptions.defaults();
    return Optional.of(
        RedisTaskManager.of(
            redis,
            TextConverter.create().withPause(PAUSE),
            arguments.has("--internal-pushes") ? options.withInternalPushes() : options));
  }

  private static ServiceOptions offering(Crew crew, ServiceOptions options, Arguments arguments) {
    if (crew.tasks().isEmpty()) {
      return options;
    }
    var endpoint =
        A2aEndpoint.of(crew.tasks().get(), TextConverter.card())
            .withExtendedCard(TextConverter.extendedCard());
    return options.withA2a(arguments.has("--no-a2a-0.3") ? endpoint.withoutVersion03() : endpoint);
  }

  /** Agents, the worker that runs one here, if one is, and tasks by the A2A protocol, if asked. */
  private record Crew(Agents agents, Optional<Worker> worker, Optional<TaskManager> tasks)
      implements AutoCloseable {
    static Crew start(Agents agents, Optional<Agent> agent, Optional<TaskManager> tasks) {
      return new Crew(agents, agent.map(agents::start), tasks);
    }

    @Override
    public void close() {
      tasks.ifPresent(TaskManager::close);
      worker.ifPresent(Worker::close);
    }
  }

  private static void end(Service service, Crew crew, Redis redis, Optional<PrivateServer> server) {
    service.close();
    crew.close();
    redis.close();
    server.ifPresent(PrivateServer::close);
  }

  private static String json(Service service, Optional<PrivateServer> server) {
    var url = service.uri().toString();
    return server
        .map(it -> Json.object("url", url, "redis", it.url()))
        .orElse(Json.object("url", url))
        .toString();
  }

  private static int forEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 1;
  }

  /** A line for each request, not two; unless somebody has said how logs are to look. */
  private static void logInLines() {
    for (var property :
        new String[] {"java.util.logging.SimpleFormatter.format", "jdk.system.logger.format"}) {
      if (System.getProperty(property) == null) {
        System.setProperty(property, "%1$tFT%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
      }
    }
  }
}
