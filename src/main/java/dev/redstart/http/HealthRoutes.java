package dev.redstart.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.json.Json;
import dev.redstart.redis.Redis;
import dev.redstart.redis.RedisException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What this is, what there is, and whether it is well. */
final class HealthRoutes {
  private final Optional<Redis> redis;

  HealthRoutes(Optional<Redis> redis) {
    this.redis = redis;
  }

  void addTo(Router router) {
    router
        .add("GET", Dispatch.HEALTH, request -> health())
        .add("GET", "/docs", request -> Response.of(Json.object("routes", router.routes())))
        .add("GET", "/", request -> about());
  }

  private Response health() {
    boolean well = redis.map(HealthRoutes::isConnected).orElse(true);
    var connection = redis.isEmpty() ? "unused" : well ? "connected" : "disconnected";
    return Response.of(
        well ? 200 : 503,
        Json.object(
            "status",
            well ? "healthy" : "unhealthy",
            "redis",
            connection,
            "timestamp",
            Instant.now().truncatedTo(ChronoUnit.MILLIS)));
  }

  private static boolean isConnected(Redis redis) {
    try {
      redis.call("PING");
      return true;
    } catch (RedisException away) {
      return false;
    }
  }

  private static Response about() {
    return Response.of(
        Json.object(
            "name", "Redstart", "version", version(), "docs", "/docs", "health", Dispatch.HEALTH));
  }

  private static String version() {
    try (var in = HealthRoutes.class.getResourceAsStream("/dev/redstart/version.txt")) {
      return in == null ? "" : new String(in.readAllBytes(), UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
